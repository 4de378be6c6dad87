"""Foreign text in alerts."""

from dataclasses import replace

import pytest

from pipeline import codec
from pipeline.alerts.wording import plain, text, title
from pipeline.records import Span
from tests.builders import make_event, make_event_data, make_reference


@pytest.mark.parametrize(
    ("foreign", "shown"),
    [
        ("a\r\nBcc: x", "a Bcc: x"),
        ("\x1b[31mred\x07", "[31mred"),
        ("pay\u202etxt.exe", "paytxt.exe"),
        ("\u2028line", "line"),
        ("Ünïcödé 東京 🚀", "Ünïcödé 東京 🚀"),
        ("", ""),
    ],
)
def test_foreign_text_is_one_line_of_what_can_be_printed(foreign: str, shown: str) -> None:
    assert plain(foreign) == shown


def test_a_title_is_one_line_and_not_endless() -> None:
    actor = replace(make_event().actors[0], name="A\n" * 1000)
    said = title(codec.plain(make_event_data(actors=[actor])))
    assert "\n" not in said
    assert len(said) == 201


def test_a_text_does_without_headline_and_url() -> None:
    data = make_event_data(
        article=make_reference(headline=None, url=None), sentence=Span(text="x" * 600, start=0, end=600)
    )
    assert text(codec.plain(data)) == f"“{'x' * 500}…”\nconfidence 0.75\ntest"
