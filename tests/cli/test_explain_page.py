"""The page of `explain --html`: everything in it, nothing but text of strangers in it, and nothing from elsewhere."""

from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.cli import main
from pipeline.cli.explain_page import HUES, ROLES, STYLE, page, stretches
from pipeline.records import Annotation
from tests.detection.found import events

TEXT = "Rebels attacked an army base near Aleppo on Tuesday, Turkey said. Rain fell. Russia and Iran held talks."


def annotation(text: str) -> Annotation:
    return Annotation(entities=[], events=events(text))


class Outline(HTMLParser):
    """Elements in order, what is marked with which class, and whether every element is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes += attrs
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def outline(html: str) -> Outline:
    """The page, read by a parser."""
    found = Outline()
    found.feed(html)
    found.close()
    assert found.open == []
    return found


def test_every_event_has_its_card() -> None:
    """Kind, modality and rule of each, in text order, and a legend of every role."""
    found = annotation(TEXT)
    shown = outline(page(TEXT, found))
    assert shown.elements.count("article") == len(found.events) == 2
    assert [value for name, value in shown.attributes if name == "id"] == [event.event_id for event in found.events]
    for event in found.events:
        assert event.kind in shown.text
        assert event.rule in shown.text
    assert set(HUES) == set(ROLES)


def test_parts_are_marked_in_the_sentence() -> None:
    event = events(TEXT)[0]
    assert list(stretches(TEXT, event)) == [
        ("actor", "Rebels"),
        ("", " "),
        ("trigger", "attacked"),
        ("", " "),
        ("recipient", "an army base"),
        ("", " near "),
        ("place", "Aleppo"),
        ("", " on "),
        ("time", "Tuesday"),
        ("", ", "),
        ("source", "Turkey"),
        ("", " said."),
    ]


@pytest.mark.parametrize(
    "text", [TEXT, "Rebels attacked <b>the base</b> & “fled”.", "Kyiv accused Moscow of shelling it."]
)
def test_stretches_are_the_sentence(text: str) -> None:
    """Nothing is lost, nothing said twice."""
    for event in events(text):
        assert "".join(words for _, words in stretches(text, event)) == event.sentence.text


def test_text_of_strangers_is_text() -> None:
    """No element and no attribute comes out of what is explained."""
    nasty = (
        'Rebels attacked <script>alert("x")</script> the base of <img src=x onerror=alert(1)> Turkey & "Iran\'s" army.'
    )
    found = annotation(nasty)
    shown = outline(page(nasty, found))
    assert found.events
    assert {"script", "img"}.isdisjoint(shown.elements)
    assert {name for name, _ in shown.attributes} <= {"lang", "charset", "name", "content", "class", "id"}


def test_the_page_needs_nothing_else() -> None:
    """No address, no file, no script; a dark scheme as well as a light one."""
    html = page(TEXT, annotation(TEXT))
    assert not any(word in html for word in ("http", "src=", "href=", "url(", "@import", "<script"))
    assert "prefers-color-scheme: dark" in STYLE


def test_no_event_is_said() -> None:
    shown = outline(page("Rain fell.", annotation("Rain fell.")))
    assert "article" not in shown.elements
    assert "No event" in shown.text


def test_the_command_writes_the_page(tmp_path: Path) -> None:
    """To a file, or to stdout by -; the terminal's form is not shown then."""
    target = tmp_path / "page.html"
    written = CliRunner().invoke(main, ["explain", TEXT, "--html", str(target), "--published-at", "2026-03-04"])
    shown = CliRunner().invoke(main, ["explain", TEXT, "--html", "-", "--published-at", "2026-03-04"])
    assert (written.exit_code, written.output) == (0, "")
    assert shown.output == target.read_text(encoding="utf-8")
    assert "2026-03-03" in shown.output
    assert outline(shown.output).elements.count("article") == len(events(TEXT, published_on=None))


def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["explain", TEXT, "--html", str(tmp_path / "no" / "page.html")])
    assert done.exit_code != 0
    assert "No such file" in done.output
