"""The gate itself, and what it guards: the scores of the detector on our own gold."""

import pytest

from tests.eval import devpack
from tests.eval.gate import DEV_BASELINE, Baseline, floor, problems, read_baseline, updated
from tests.eval.gold import digest
from tests.eval.run import scores
from tests.eval.scores import Score

PINNED = Baseline("d", {"a.kind_f1": 0.8, "b.kind_f1": 0.5})


def measured(first: float, second: float) -> dict[str, Score]:
    """Two scores over a hundred items."""
    return {"a.kind_f1": Score(first, 100), "b.kind_f1": Score(second, 100)}


def test_no_score_has_fallen() -> None:
    """The detector is as good on our gold as it was when pinned, and the gold is the same."""
    assert problems(scores(), digest(), read_baseline()) == []


@pytest.mark.gold
@pytest.mark.skipif(not devpack.is_there(), reason="../shared/gold is not there")
def test_no_score_on_the_dev_half_has_fallen() -> None:
    """As good on the dev half as when pinned; on another half of the data the pins say nothing."""
    baseline = read_baseline(DEV_BASELINE)
    if devpack.digest() != baseline.digest:
        pytest.skip("these are other data than the pinned ones")
    assert problems(devpack.gated(), baseline.digest, baseline) == []


@pytest.mark.parametrize("value", [0.8, 0.781, 0.9])
def test_within_the_band_is_silent(value: float) -> None:
    """Two items of a hundred may turn."""
    assert problems(measured(value, 0.5), "d", PINNED) == []


def test_below_the_floor_is_named() -> None:
    """The score, its pin, its size and the next command."""
    assert problems(measured(0.7, 0.5), "d", PINNED) == [
        "a.kind_f1 is 0.700, pinned at 0.800 (n 100): see python -m tests.eval.errors own"
    ]


def test_changed_gold_is_named() -> None:
    """Nobody edits a label unseen."""
    assert problems(measured(0.8, 0.5), "e", PINNED) == [
        "the gold files have changed: review them, then run python -m tests.eval.gate --update"
    ]


def test_missing_score_is_named() -> None:
    """A score that is no longer measured does not vanish silently."""
    assert problems({"a.kind_f1": Score(0.8, 100)}, "d", PINNED) == [
        "pinned and measured scores differ (b.kind_f1): run python -m tests.eval.gate --update"
    ]


def test_floor_is_two_items_below_the_pin() -> None:
    """The band is in items, so that small sets have a wide one."""
    assert [floor(0.8, 100), floor(0.8, 0)] == pytest.approx([0.78, 0.8])


def test_update_raises_but_does_not_sink() -> None:
    """Within the band the old pin stays; above it the new one is pinned."""
    assert updated(measured(0.79, 0.6), "e", PINNED, allow_regression=False) == (
        Baseline("e", {"a.kind_f1": 0.8, "b.kind_f1": 0.6}),
        [],
    )


def test_update_refuses_a_fall() -> None:
    """The old baseline stands, and the fallen score is named."""
    assert updated(measured(0.7, 0.6), "e", PINNED, allow_regression=False) == (PINNED, ["a.kind_f1"])


def test_update_refuses_a_lost_score() -> None:
    """What is no longer measured has fallen too."""
    assert updated({"a.kind_f1": Score(0.9, 100)}, "d", PINNED, allow_regression=False) == (PINNED, ["b.kind_f1"])


def test_update_sinks_with_leave() -> None:
    """Only when asked."""
    assert updated(measured(0.7, 0.4), "e", PINNED, allow_regression=True) == (
        Baseline("e", {"a.kind_f1": 0.7, "b.kind_f1": 0.4}),
        [],
    )
