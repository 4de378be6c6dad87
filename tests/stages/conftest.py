"""A driver whose every published value is read by somebody else's validator in the end."""

from collections.abc import Iterator

import pytest

from tests.driver import Driver, flaws


@pytest.fixture
def driver() -> Iterator[Driver]:
    """The stages annotate and route, in memory."""
    made = Driver()
    yield made
    assert flaws(made) == []
