"""Every fault of the matrix, on the embedded Kafka: nothing lost, nothing contradictory, nothing foreign."""

from pathlib import Path

import pytest

from pipeline.broker.embedded import EmbeddedBroker
from pipeline.settings import Settings
from tests.chaos.matrix import FAULTS, Fault, run

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(1800)]


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_the_promise_holds(fault: Fault, kafka: EmbeddedBroker, tmp_path: Path, pytestconfig: pytest.Config) -> None:
    """As the table says; the whole of it with --slow."""
    thorough = bool(pytestconfig.getoption("--slow"))
    if fault.when != "ci" and not thorough:
        pytest.skip(f"{fault.name} needs --slow, or `make chaos`")
    if fault.missing:
        pytest.skip(f"{fault.name} needs {', '.join(fault.missing)} in ../shared/corpora")
    settings = Settings(brokers=kafka.bootstrap)
    row = run(fault, settings, tmp_path, kills=pytestconfig.getoption("--kills"), thorough=thorough)
    assert row.broken == ()
