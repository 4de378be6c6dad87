"""What holds for every test."""

import signal

import hypothesis
import pytest

# The gate runs the same examples each time: a commit must not fail for what it did not change. New ones are looked for with
# pytest --hypothesis-profile=default.
hypothesis.settings.register_profile("gate", derandomize=True)
hypothesis.settings.load_profile("gate")


def pytest_configure(config: pytest.Config) -> None:
    """Let Ctrl-C reach the programs under test: a background job of a shell ignores SIGINT, and so would its children."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
