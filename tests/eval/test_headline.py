"""The table of headline metrics."""

import pytest

from tests.eval.headline import TARGETS, Target, table
from tests.eval.scores import Score


@pytest.mark.parametrize(
    ("target", "value", "met"),
    [
        (Target("a", 0.6), 0.6, True),
        (Target("a", 0.6), 0.59, False),
        (Target("a", 0.12, at_most=True), 0.12, True),
        (Target("a", 0.12, at_most=True), 0.13, False),
    ],
)
def test_target_is_met(target: Target, value: float, met: bool) -> None:
    """The edge counts as met, in both directions."""
    assert target.met(value) is met


def test_table_says_what_is_short_and_what_is_unknown() -> None:
    """One line a target."""
    lines = table(
        {"plover.macro_f1": Score(0.79, 1), "negatives.false_event_rate_no_request": Score(0.2, 1)}
    ).splitlines()
    assert len(lines) == 1 + len(TARGETS)
    assert lines[1] == f"{'plover.macro_f1':<40} {'0.790':>7}   >= 0.78  met"
    assert lines[2] == f"{'plover.pair_f1':<40} {'-':>7}   >= 0.60  not measured"
    assert lines[5] == f"{'negatives.false_event_rate_no_request':<40} {'0.200':>7}   <= 0.12  short"
