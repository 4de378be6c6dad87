"""Pairing found events with gold, and the scores over the pairs."""

from dataclasses import replace

import pytest

from pipeline.records import Attribution, Event, Location, Participant, Span
from tests.builders import make_event
from tests.eval.gold import GoldEvent, GoldText
from tests.eval.scores import Score, name_hits, pair, place_words, same_name, score

TEXT = "Rebels attacked Goma. Soldiers attacked Sake, Kigali said."
GOLD = GoldEvent("assault", "asserted", "attacked Goma", 7, 20, ("Rebels",), ("Goma",), "Goma", None, None)
SECOND = GoldEvent("assault", "alleged", "attacked Sake", 31, 44, ("Soldiers",), ("Sake",), None, None, "Kigali")
BOTH = GoldText("t", TEXT, None, (GOLD, SECOND))
TRAP = GoldText("trap", "The attack on the market was a price war.", None, ())


def who(text: str) -> Participant:
    """A participant of these words."""
    start = TEXT.index(text)
    return Participant(text=text, start=start, end=start + len(text), name=text)


def found(sentence: str, trigger_start: int, **changes: object) -> Event:
    """An assault in that sentence of TEXT."""
    start = TEXT.index(sentence)
    event = make_event(
        kind="assault", trigger=Span(text="attacked", start=trigger_start, end=trigger_start + 8),
        sentence=Span(text=sentence, start=start, end=start + len(sentence)), actors=[], recipients=[],
    )  # fmt: skip
    return replace(event, **changes)  # type: ignore[arg-type]


FIRST_FOUND = found("Rebels attacked Goma.", 7, actors=[who("Rebels")])
SECOND_FOUND = found(
    "Soldiers attacked Sake, Kigali said.", 31, actors=[who("Soldiers")], recipients=[who("Sake")], modality="alleged",
    attribution=Attribution(source="Rwanda", text="Kigali", start=46, end=52),
)  # fmt: skip


def test_pairs_within_the_sentence() -> None:
    """Each gold event gets the found one of its own sentence."""
    one = pair(BOTH, [SECOND_FOUND, FIRST_FOUND])
    assert (one.pairs, one.missed, one.extra) == (((GOLD, FIRST_FOUND), (SECOND, SECOND_FOUND)), (), ())


def test_another_kind_is_no_pair() -> None:
    """It is extra, and the gold is missed."""
    other = replace(FIRST_FOUND, kind="clash")
    one = pair(replace(BOTH, events=(GOLD,)), [other])
    assert (one.pairs, one.missed, one.extra) == ((), (GOLD,), (other,))


def test_another_sentence_is_no_pair() -> None:
    """The same kind elsewhere is another event."""
    one = pair(replace(BOTH, events=(GOLD,)), [SECOND_FOUND])
    assert (one.pairs, one.missed, one.extra) == ((), (GOLD,), (SECOND_FOUND,))


def test_one_found_event_answers_once() -> None:
    """Of two found for one gold, the closer is paired and the other extra."""
    distant = replace(FIRST_FOUND, trigger=Span(text="Rebels", start=0, end=6), actors=[])
    one = pair(replace(BOTH, events=(GOLD,)), [distant, FIRST_FOUND])
    assert (one.pairs, one.extra) == (((GOLD, FIRST_FOUND),), (distant,))


def test_scores_of_two_pairs_a_trap_and_an_extra() -> None:
    """Every score, by hand."""
    extra = found("Rebels attacked Goma.", 7)
    assert score([pair(BOTH, [FIRST_FOUND, SECOND_FOUND]), pair(TRAP, [extra])]) == {
        "kind_p": Score(2 / 3, 3),
        "kind_r": Score(1.0, 2),
        "kind_f1": Score(0.8, 2),
        "modality_accuracy": Score(1.0, 2),
        "not_asserted_f1": Score(1.0, 1),
        "actor_f1": Score(1.0, 2),
        "recipient_f1": Score(2 / 3, 2),
        "location_f1": Score(0.0, 1),
        "time_f1": Score(0.0, 0),
        "attribution_f1": Score(1.0, 1),
        "means_accuracy": Score(0.0, 0),
        "attribution_accuracy": Score(1.0, 2),
        "trap_silence": Score(0.0, 1),
    }


def test_scores_of_nothing() -> None:
    """No division by zero."""
    assert set(score([]).values()) == {Score(0.0, 0)}


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("the army", "army", True),
        ("Poland's parliament", "parliament", True),
        ("Turkey's", "Turkey", True),
        ("The Army", "the army", True),
        ("Mali", "Somalia", False),
        ("rebels", "the army", False),
    ],
)
def test_same_name(first: str, second: str, same: bool) -> None:
    """Whole words count, articles and case do not."""
    assert (same_name(first, second), same_name(second, first)) == (same, same)


def test_name_hits_once_each() -> None:
    """A found name answers for one of the gold."""
    assert name_hits(["Egypt", "Egypt"], ["Egypt"]) == 1


def test_place_is_named_by_the_text() -> None:
    """The gazetteer's own spelling does not count against it."""
    place = Location(name="Gôma", country="COD", lat=-1.7, lon=29.2, precision="place", start=16, end=20)
    elsewhere = replace(place, start=900, end=904)
    assert place_words(replace(FIRST_FOUND, location=place)) == "Goma"
    assert place_words(replace(FIRST_FOUND, location=elsewhere)) == "Gôma"


@pytest.mark.parametrize(
    ("names", "means", "value"),
    [
        (["M23"], ["M23"], 1.0),
        (["M23", "ADF"], ["ADF", "M23"], 1.0),
        (["M23", "ADF"], ["M23"], 0.0),
        (["rebels"], ["M23"], 0.0),
        (["rebels"], [], 1.0),
        (["M23"], [], 0.0),
    ],
)
def test_whom_a_phrase_stands_for(names: list[str], means: list[str], value: float) -> None:
    """All those and no others; its own name is nobody."""
    gold = replace(GOLD, means=(("Rebels", tuple(means)),))
    event = replace(FIRST_FOUND, actors=[replace(who("Rebels"), name=name) for name in names])
    assert score([pair(replace(BOTH, events=(gold,)), [event])])["means_accuracy"] == Score(value, 1)
