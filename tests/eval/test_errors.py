"""The error report: what it counts as an error, and how it reads."""

from pathlib import Path

import pytest

from pipeline.records import Event, Span
from tests.builders import make_event
from tests.eval.errors import Confusion, aligned, confusions, factuality, negatives, plover, probe, report, without

TALKS = make_event(actors=[], recipients=[])
DENIED = make_event(actors=[], recipients=[], modality="denied")
SHOWN = "talks-postponed asserted 'postponed' [] -> []"


def pairs(*types: str) -> list[dict[str, object]]:
    """A plover row with pairs of these types."""
    return [{"text": "T.", "pairs": [{"source": "A", "target": None, "type": one} for one in types]}]


def test_plover_names_the_missing_type() -> None:
    """A type that no event has; one that is there is no error, and RETREAT counts as YIELD."""
    assert list(plover(pairs("CONSULT", "RETREAT"), [[TALKS]])) == [
        Confusion("YIELD", "CONSULT", "T.", f"A -> ? | {SHOWN}")
    ]


def test_plover_leaves_denied_events_out() -> None:
    """As the scorer does."""
    (one,) = plover(pairs("CONSULT"), [[DENIED]])
    assert (one.wanted, one.found) == ("CONSULT", "nothing")


def test_probe_sets_the_same_kind_side_by_side() -> None:
    """Another modality is one confusion, not a miss and an extra."""
    rows = [{"text": "T.", "events": [{"kind": "talks-postponed", "modality": "denied"}]}]
    assert list(probe(rows, [[TALKS]])) == [
        Confusion("talks-postponed denied", "talks-postponed asserted", "T.", SHOWN)
    ]


@pytest.mark.parametrize(("event", "errors"), [(TALKS, 1), (DENIED, 0), (make_event(type="REQUEST"), 0)])
def test_negatives_are_asserted_and_no_requests(event: Event, errors: int) -> None:
    """Only what the pack's rate counts."""
    assert len(list(negatives([{"text": "T."}], [[event]]))) == errors


@pytest.mark.parametrize(("score", "errors"), [(3.0, 0), (0.0, 1), (-3.0, 1)])
def test_factuality_compares_classes(score: float, errors: int) -> None:
    """An asserted event over a word that did not happen."""
    rows = [{"text": "T.", "events": [{"start": 18, "end": 27, "score": score}]}]
    assert len(list(factuality(rows, [[TALKS]]))) == errors


def test_factuality_ignores_other_words() -> None:
    """No trigger of ours stands there."""
    away = make_event(trigger=Span(text="x", start=40, end=41))
    assert list(factuality([{"text": "T.", "events": [{"start": 18, "end": 27, "score": -3.0}]}], [[away]])) == []


def test_multiset_difference_keeps_repeats() -> None:
    """Two of a kind less one is one."""
    assert without([("a", "x"), ("a", "x")], [("a", "x")]) == [("a", "x")]


def test_what_is_left_stands_alone() -> None:
    """A miss beside nothing; an extra beside nothing."""
    assert list(aligned([("a", "x")], [])) == [("a x", "nothing")]
    assert list(aligned([], [("b", "y")])) == [("nothing", "b y")]


def test_report_has_the_commonest_first() -> None:
    """Counted, limited, with sentence and detail."""
    rare, common = Confusion("A", "B", "Rare.", "r"), Confusion("C", "D", "Common.", "c")
    assert report([rare, common, common], 1) == (
        "3 errors of 2 sorts\n\n"
        "   2 x  wanted C, found D\n"
        "        Common.\n            c\n        Common.\n            c\n"
    )


def test_missing_set_says_what_to_do(tmp_path: Path) -> None:
    """The next step is in the message."""
    with pytest.raises(FileNotFoundError, match="give the folder of the pack by --gold"):
        confusions("plover", tmp_path)
