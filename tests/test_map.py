"""pipeline/README.md, the map, is true."""

import re
from pathlib import Path

import pytest

from pipeline.resources import PACKAGE
from pipeline.stages.registry import STAGES

MAP = (PACKAGE / "README.md").read_text(encoding="utf-8")
ROOT = PACKAGE.parent


def rows(first: str) -> list[list[str]]:
    """The cells of the table whose header begins with `first`."""
    table = MAP[MAP.index(f"| {first} |") :].split("\n\n")[0]
    lines = [line for line in table.splitlines()[2:] if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def named(cell: str) -> set[str]:
    return {part.strip() for part in cell.split(",")}


def test_stages_are_those_of_the_registry() -> None:
    """Every stage has its row: what it reads, what it writes."""
    written = {row[0]: (named(row[1]), named(row[2])) for row in rows("stage")}
    assert written == {
        name: ({topic.name for topic in stage.reads}, {topic.name for topic in stage.writes})
        for name, stage in STAGES.items()
    }


@pytest.mark.parametrize("row", rows("stage"), ids=lambda row: row[0])
def test_code_and_tests_of_a_stage_exist(row: list[str]) -> None:
    """The paths of the row lead somewhere."""
    assert (PACKAGE / row[4]).is_file()
    assert (ROOT / row[5]).is_file()


def test_every_room_is_on_the_map() -> None:
    """Folders and modules of the package, no more and no less."""
    on_map = {name.rstrip("/") for row in rows("room") for name in re.findall(r"`([^`]+)`", row[0])}
    there = {path.name for path in PACKAGE.iterdir() if is_room(path)}
    assert on_map == there


def is_room(path: Path) -> bool:
    """A folder with code, or a module that is not Python's own bookkeeping."""
    return (path.is_dir() and (path / "__init__.py").is_file()) or (
        path.suffix == ".py" and not path.stem.startswith("__")
    )
