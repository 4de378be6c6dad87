"""What holds for every test."""

import signal

import hypothesis
import pytest

from pipeline.settings import limit_math_threads

# As in the workers, and before anything imports NumPy: beside other work on the same cores, its threads wait for each other (the
# matrix product of a layer 24 ms instead of 0.7).
limit_math_threads()
# The gate runs the same examples each time: a commit must not fail for what it did not change. New ones are looked for with
# pytest --hypothesis-profile=default. How long an example takes says more about the machine than about us.
hypothesis.settings.register_profile(
    "gate", derandomize=True, deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("gate")


def pytest_configure(config: pytest.Config) -> None:
    """Let Ctrl-C reach the programs under test: a background job of a shell ignores SIGINT, and so would its children."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    """How much of tests/chaos is run."""
    parser.addoption("--kills", type=int, default=10, help="how many random kills of workers (tests/chaos, W2)")
    parser.addoption("--slow", action="store_true", help="the whole fault matrix, that of three brokers too")
