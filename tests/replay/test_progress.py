"""What a run remembers of what it sent."""

from pathlib import Path

import pytest

from pipeline.errors import ReplayError
from pipeline.replay.progress import progress


def test_it_survives_its_process(tmp_path: Path) -> None:
    path = tmp_path / "run" / "progress.sqlite"
    with progress(path) as first:
        first.add([(b"a", 0, 7), (b"b", 1, 3), (b"c", 0, 8)])
    with progress(path) as second:
        assert (len(second), b"a" in second, b"d" in second) == (3, True, False)
        assert sorted(second.offsets()) == [(0, 7), (0, 8), (1, 3)]


def test_again_forgets(tmp_path: Path) -> None:
    path = tmp_path / "progress.sqlite"
    with progress(path) as first:
        first.add([(b"a", 0, 7)])
    with progress(path, again=True) as second:
        assert len(second) == 0


def test_what_is_added_is_added_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "progress.sqlite"
    with progress(path) as first:
        with pytest.raises(ZeroDivisionError):
            first.add((b"a", 0, 1 // left) for left in (1, 0))
        assert len(first) == 0


def test_one_process_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "progress.sqlite"
    with progress(path) as first:
        first.add([(b"a", 0, 7)])
        with pytest.raises(ReplayError, match="running already"), progress(path):
            pass


def test_a_damaged_file_is_said(tmp_path: Path) -> None:
    path = tmp_path / "progress.sqlite"
    path.write_bytes(b"no database at all " * 100)
    with pytest.raises(ReplayError, match="damaged.*--again"), progress(path):
        pass
