"""`tickertape explain`: events in their sentences, and the reasons, for people."""

import io
from typing import Any

import pytest
from click.testing import CliRunner
from rich.console import Console

from pipeline.cli import main
from pipeline.cli.explain import headline, parts, sentence, show
from pipeline.records import Annotation, Attribution, Entity, Event, Location, Participant, Span, When
from tests.builders import TALKS, make_event

STRIKE = "On Sunday, Mali's army bombed [/b] rebels near Gao on Sunday, the UN said."


def at(words: str, text: str = STRIKE) -> dict[str, Any]:
    start = text.index(words)
    return {"start": start, "end": start + len(words)}


def strike(**changes: Any) -> Event:
    """An event with every part, in STRIKE."""
    army = Participant(
        text="Mali's army", name="Mali", entity_id="country:MLI", country="MLI", sector="MIL", **at("Mali's army")
    )
    rebels = Participant(text="[/b] rebels", name="[/b] rebels", sector="REB", **at("[/b] rebels"))
    whole = {
        "kind": "air-strike", "family": "conflict", "type": "ASSAULT", "mode": "aerial", "rule": "air-strike/bomb.v",
        "trigger": Span(text="bombed", **at("bombed")), "sentence": Span(text=STRIKE, start=0, end=len(STRIKE)),
        "actors": [army], "recipients": [rebels], "about": [],
        "location": Location(name="Gao", country="MLI", lat=16.3, lon=0.0, precision="near", **at("Gao")),
        "time": When(text="Sunday", start_on="2024-06-16", end_on="2024-06-16", precision="day"),
        "attribution": Attribution(source="United Nations", text="the UN", **at("the UN")),
    }  # fmt: skip
    return make_event(**(whole | changes))


def shown(text: str, annotation: Annotation, **options: Any) -> str:
    console = Console(file=io.StringIO(), width=200, highlight=False, **options)
    show(text, annotation, console)
    assert isinstance(console.file, io.StringIO)
    return "\n".join(line.rstrip() for line in console.file.getvalue().splitlines())


def test_an_event_with_every_part() -> None:
    """Markup of a terminal library in the text is text; of two Sundays the one nearer the trigger is marked."""
    names = [
        Entity(text="Gao", label="GPE", name="Gao", **at("Gao")),
        Entity(text="the UN", label="ORG", **at("the UN")),
    ]
    assert shown(STRIKE, Annotation(entities=names, events=[strike()])) == (
        "air-strike  asserted  ASSAULT/aerial  confidence 0.75\n"
        "  On [Sunday]t, [Mali's army]A [bombed]! [[/b] rebels]R near [Gao]@ on Sunday, [the UN]s said.\n"
        "  actor      Mali (MLI, MIL)\n"
        "  recipient  [/b] rebels (REB)\n"
        "  where      Gao (near)\n"
        "  when       Sunday = 2024-06-16\n"
        "  says who   United Nations\n"
        "  rule       air-strike/bomb.v\n"
        "\n"
        "Entities: Gao (GPE), the UN (ORG)"
    )


def test_no_event() -> None:
    assert shown("Rain.", Annotation(entities=[], events=[])) == (
        "No event: no trigger of the lexicon stands here with what its rule asks for."
    )


def test_what_a_stranger_wrote_is_tame_and_on_one_line() -> None:
    """Line breaks become spaces, control characters escapes."""
    text = "Turkey\x1b[2J and Russia postponed\r\ntalks\u202e."
    trigger, whole = Span(text="postponed", **at("postponed", text)), Span(text=text, start=0, end=len(text))
    event = make_event(trigger=trigger, sentence=whole)
    assert sentence(text, event).plain == "[Turkey]A\\x1b[2J and Russia [postponed]!  talks\\u202e."
    assert "\x1b" not in shown(text, Annotation(entities=[], events=[event]))


def test_colours_only_where_the_terminal_has_them() -> None:
    coloured = shown(
        TALKS, Annotation(entities=[], events=[make_event()]), force_terminal=True, color_system="standard"
    )
    assert "\x1b[" in coloured


def test_parts_that_stand_outside_the_sentence_are_not_shown() -> None:
    """An actor that an earlier sentence names."""
    text = f"Turkey spoke. {TALKS}"
    event = make_event(trigger=Span(text="postponed", start=32, end=41), sentence=Span(text=TALKS, start=14, end=67))
    assert sentence(text, event).plain == "Turkey and Russia [postponed]! talks on Libya on Sunday."


def test_where_parts_meet_the_trigger_wins() -> None:
    event = strike(trigger=Span(text="army", **at("army")), time=None, location=None, attribution=None, recipients=[])
    assert sentence(STRIKE, event).plain.startswith("On Sunday, [Mali's ]A[army]! bombed")


@pytest.mark.parametrize(
    ("words", "marked"),
    [("Sunday", [("time", 3, 9)]), ("sunday", [("time", 3, 9)]), ("Monday", []), ("near Gao (", [])],
)
def test_the_words_of_the_time(words: str, marked: list[tuple[str, int, int]]) -> None:
    """The model reads headlines in small letters; what does not stand in the sentence is not marked."""
    event = strike(time=When(text=words, start_on=None, end_on=None, precision="unresolved"))
    assert [part for part in parts(event) if part[0] == "time"] == marked


@pytest.mark.parametrize(
    ("start_on", "end_on", "told"),
    [
        ("2024-06-16", "2024-06-16", "Sunday = 2024-06-16"),
        ("2024-06-10", "2024-06-16", "Sunday = 2024-06-10 … 2024-06-16"),
        (None, None, "Sunday = unresolved (say --published-at)"),
    ],
)
def test_dates(start_on: str | None, end_on: str | None, told: str) -> None:
    event = make_event(time=When(text="Sunday", start_on=start_on, end_on=end_on, precision="range"))
    assert f"  when       {told}" in shown(TALKS, Annotation(entities=[], events=[event])).split("\n")


def test_a_headline_without_a_mode() -> None:
    assert headline(make_event()).plain == "talks-postponed  asserted  CONSULT  confidence 0.75"


@pytest.mark.parametrize("way", ["argument", "stdin"])
def test_the_command(way: str) -> None:
    arguments = ["explain", "--published-at", "2024-06-18", *([TALKS] if way == "argument" else [])]
    done = CliRunner().invoke(main, arguments, input=TALKS if way == "stdin" else None, catch_exceptions=False)
    assert (done.exit_code, done.stderr) == (0, "")
    assert "[Turkey]A and [Russia]A [postponed]! talks on [Libya]~ on [Sunday]t." in done.stdout
    assert "when       Sunday = 2024-06-16" in done.stdout


@pytest.mark.parametrize("given", [b"", b"\n", b"\xff\xfe\x00", b"Rain \xff on the coast."])
def test_any_bytes_on_stdin(given: bytes) -> None:
    done = CliRunner().invoke(main, ["explain"], input=given, catch_exceptions=False)
    assert (done.exit_code, done.stdout.partition(":")[0]) == (0, "No event")


@pytest.mark.parametrize("given", ["yesterday", "2024-02-30", ""])
def test_a_day_that_is_none_is_told(given: str) -> None:
    done = CliRunner().invoke(main, ["explain", TALKS, "--published-at", given])
    assert done.exit_code == 2
    assert "Invalid value for --published-at: no date, such as 2020-06-14" in done.stderr
