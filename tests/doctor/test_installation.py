"""Checks that need no Kafka."""

from pathlib import Path

import pytest

from pipeline.doctor import installation
from pipeline.doctor.check import Check
from pipeline.settings import Settings


@pytest.mark.parametrize("name", ["python", "schemas", "pool"])
def test_this_machine_is_well(name: str, tmp_path: Path) -> None:
    check = installation.CHECKS[name](Settings(state_home=str(tmp_path)))
    assert (check.name, check.ok, check.next_step) == (name, True, None), check.detail


def test_disk_of_a_folder_that_is_not_there_yet(tmp_path: Path) -> None:
    """Measured where it will be made."""
    check = installation.disk(Settings(state_home=str(tmp_path / "not" / "yet")))
    assert check.name == "disk"
    assert check.detail.endswith(str(tmp_path / "not" / "yet"))


def test_disk_full(tmp_path: Path) -> None:
    """/proc has no room at all."""
    assert installation.disk(Settings(state_home="/proc/tickertape")) == Check(
        name="disk",
        ok=False,
        detail="0.0 GiB free at /proc/tickertape",
        next_step="free some, or set TICKERTAPE_STATE_HOME to a roomier place",
    )
