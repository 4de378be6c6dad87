"""The demo's tables: every event and every outcome stands in them, and texts of strangers stay texts."""

import io
from typing import Any

import pytest
from rich.console import Console

from pipeline import codec, envelope
from pipeline.cli.demo_view import show
from pipeline.records import (
    Attribution,
    ChangeKind,
    EventData,
    Location,
    Outcome,
    Participant,
    Problem,
    Retraction,
    Span,
    When,
)  # fmt: skip
from tests.builders import TALKS, make_event_data, make_outcome, make_reference

TRACE = "0" * 32
NOT_READ = {"article_key": None, "version": None, "content_sha256": None}


def event_of(change: ChangeKind, data: EventData | Retraction) -> dict[str, Any]:
    """The event as it is read from its topic."""
    read: dict[str, Any] = codec.decode(codec.encode(envelope.envelope(change, data, trace=TRACE)))
    return read


def detected(**changes: Any) -> dict[str, Any]:
    return event_of("detected", make_event_data(**changes))


def outcome_of(**changes: Any) -> dict[str, Any]:
    read: dict[str, Any] = codec.decode(codec.encode(make_outcome(**changes)))
    return read


def shown(events: list[dict[str, Any]], outcomes: list[dict[str, Any]], width: int = 160) -> list[str]:
    """The lines that hold words, white space as single spaces."""
    console = Console(file=io.StringIO(), width=width)
    show(console, events, outcomes)
    assert isinstance(console.file, io.StringIO)
    lines = (" ".join(line.split()) for line in console.file.getvalue().splitlines())
    return [line for line in lines if any(letter.isalnum() for letter in line)]


def test_an_event_and_its_outcome() -> None:
    event = detected(
        recipients=[Participant(text="Russia", start=11, end=17, name="Russia")],
        about=[Participant(text="Libya", start=37, end=42, name="Libya")],
        location=Location(name="Sochi", country="RUS", lat=43.6, lon=39.7, precision="place", start=0, end=0),
        time=When(text="Sunday", start_on="2024-06-16", end_on="2024-06-16", precision="day"),
        attribution=Attribution(source="Ankara", text="Ankara", start=0, end=6),
    )
    assert shown([event], [outcome_of(outcome="events", event_ids=["a", "b"])]) == [
        "Talks postponed",
        "event who, where, when, who says so sentence",
        "talks-postponed Turkey → Russia Turkey and Russia postponed talks on Libya on Sunday.",
        "asserted about Libya",
        "in Sochi, 2024-06-16",
        "says Ankara",
        "Every article has exactly one outcome",
        "┃ article ┃ version ┃ outcome ┃ events ┃ why ┃",
        "│ test|1 │ 1 │ events │ 2 │ │",
    ]


def test_articles_stand_apart_in_order_of_their_keys() -> None:
    """An article without a headline is called by its key; its events keep their order."""
    untitled = make_reference(key="a|1", headline=None)
    lines = shown([detected(kind="talks-held"), detected(kind="rally", article=untitled), detected(kind="aid")], [])
    heads = [line.split()[0] for line in lines]
    assert heads == [
        "a|1", "event", "rally", "asserted", "Talks", "event", "talks-held", "asserted", "aid", "asserted", "Every", "┃",
    ]  # fmt: skip


def test_changes_are_told() -> None:
    retraction = Retraction(
        event_id="x", revision=3, kind="rally", family="unrest", reason="canceled",
        article=make_reference(headline=None), model=make_outcome().model, detected_at=None,
    )  # fmt: skip
    lines = shown([event_of("updated", make_event_data()), event_of("retracted", retraction)], [])
    assert "asserted, updated" in lines
    assert lines[lines.index("rally taken back: the article was canceled") + 1] == "retracted"


@pytest.mark.parametrize(
    ("changes", "facts"),
    [
        ({}, "Turkey"),
        ({"actors": []}, ""),
        ({"actors": [], "recipients": [Participant(text="Mali", start=0, end=4, name="Mali")]}, "? → Mali"),
        ({"time": When(text="in spring", start_on=None, end_on=None, precision="unresolved")}, "Turkey in spring"),
        (
            {"location": Location(name="Gao", country=None, lat=None, lon=None, precision="near", start=0, end=0)},
            "Turkey near Gao",
        ),
    ],
)
def test_who_where_when(changes: dict[str, Any], facts: str) -> None:
    """Only what is known."""
    rows = shown([detected(**changes)], [])[2:4]
    said = " ".join(rows).replace("talks-postponed", "").replace("asserted", "").replace(TALKS, "")
    assert " ".join(said.split()) == facts


def test_a_long_sentence_is_cut_around_its_trigger() -> None:
    text = "x" * 200 + " postponed " + "y" * 200
    event = detected(sentence=Span(text=text, start=7, end=418), trigger=Span(text="postponed", start=208, end=217))
    row = shown([event], [], width=500)[2]
    assert row == f"talks-postponed Turkey …{'x' * 89} postponed {'y' * 89}…"


@pytest.mark.parametrize("hostile", ["[/bold]", "[red]Rain[/red]", ":smile:", "[link=file:///x]a[/link]", "\\[b]"])
def test_markup_of_strangers_is_text(hostile: str) -> None:
    """In whatever field it comes."""
    actor = Participant(text="x", start=0, end=1, name=hostile)
    event = detected(
        article=make_reference(headline=hostile), actors=[actor], trigger=Span(text=hostile, start=18, end=27)
    )
    outcome = outcome_of(article_key=hostile, version=hostile, problem=Problem(code="c", message=hostile))
    lines = shown([event], [outcome], width=300)
    assert lines[0] == hostile
    assert lines[2] == f"talks-postponed {hostile} Turkey and Russia {hostile} talks on Libya on Sunday."
    assert lines[-1] == f"│ {hostile} │ {hostile} │ no-event │ 0 │ c: {hostile} │"


def test_control_characters_of_strangers_are_escaped() -> None:
    hostile = "\x1b[2J\r\nA\u202eB"
    actor = Participant(text="x", start=0, end=1, name=hostile)
    event = detected(article=make_reference(headline=hostile), actors=[actor])
    outcome = outcome_of(article_key=hostile, version=hostile, problem=Problem(code="c", message=hostile))
    lines = shown([event], [outcome], width=300)
    assert not {letter for line in lines for letter in line if not letter.isprintable()}
    tame = "\\x1b[2J A\\u202eB"
    assert (lines[0], lines[-1]) == (tame, f"│ {tame} │ {tame} │ no-event │ 0 │ c: {tame} │")


def test_outcomes_stand_in_the_order_given() -> None:
    """With the reason where there is one; what has no key has a question mark."""
    cut = Problem(code="invalid-json", message="unexpected end of data: line 1 column 38 (char 37), and so on and on")
    letter: Outcome = make_outcome(outcome="dead-letter", problem=cut, **NOT_READ)
    lines = shown([], [codec.decode(codec.encode(letter)), outcome_of(outcome="unchanged")])
    assert lines == [
        "Every article has exactly one outcome",
        "┃ article ┃ version ┃ outcome ┃ events ┃ why ┃",
        "│ ? │ │ dead-letter │ 0 │ invalid-json: unexpected end of data: line 1 column 38 (char │",
        "│ test|1 │ 1 │ unchanged │ 0 │ │",
    ]


def test_a_narrow_terminal() -> None:
    """Nothing is lost to a reader who has forty columns: what does not fit is wrapped."""
    assert any("postponed" in line for line in shown([detected()], [outcome_of()], width=40))
