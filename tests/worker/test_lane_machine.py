"""The lane holds against everything, and lanes that are broken in one place do not."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from pipeline.worker.lane import Lane
from tests.worker.lane_machine import LaneMachine
from tests.worker.mutants import COMPLAINTS, MUTANTS

TestLane = LaneMachine.TestCase
TestLane.settings = settings(max_examples=200, stateful_step_count=50, deadline=None)

# No shrinking: that a mutant is found is all that is asked for.
SEARCH = settings(
    max_examples=500,
    stateful_step_count=50,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
    report_multiple_bugs=False,
)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.__name__)
def test_a_broken_lane_is_caught(mutant: Callable[[Lane], None]) -> None:
    """The machine can fail: it finds each of these, and says what is wrong."""
    machine = type("Broken", (LaneMachine,), {"break_it": staticmethod(mutant)})
    with pytest.raises(AssertionError, match=COMPLAINTS):
        run_state_machine_as_test(machine, settings=SEARCH)
