"""Which files are complete: by two looks, by a new name, or by their age."""

import os
from pathlib import Path

import pytest

from pipeline.sources.live.settling import Look, complete, look
from tests.sources.live.fakes import NOW_MS

RECENT_NS = (NOW_MS - 1_000) * 1_000_000


def put(path: Path, text: str, mtime_ns: int = RECENT_NS) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    os.utime(path, ns=(mtime_ns, mtime_ns))
    return path


def names(now: Look, before: Look | None) -> list[str]:
    return [entry.name for entry in complete(now, before, NOW_MS)]


def seen(root: Path) -> Look:
    return look(root, root / "done")


def test_two_looks(tmp_path: Path) -> None:
    """Not at the first; not while it grows; not when it was only written again."""
    put(tmp_path / "a.txt", "Rain")
    first = seen(tmp_path)
    assert names(first, None) == []
    put(tmp_path / "a.txt", "Rain fell", RECENT_NS + 1)
    second = seen(tmp_path)
    assert names(second, first) == []
    put(tmp_path / "a.txt", "Sun shone", RECENT_NS + 2)
    third = seen(tmp_path)
    assert names(third, second) == []
    assert names(seen(tmp_path), third) == ["a.txt"]


@pytest.mark.parametrize("temporary", ["a.txt.part", ".a.txt.Xy12", "a.tmp", "A.FILEPART", "a.txt~"])
def test_renamed_into_place(tmp_path: Path, temporary: str) -> None:
    """At once, if it was seen under its other name; that one is never read."""
    path = put(tmp_path / temporary, "Rain")
    first = seen(tmp_path)
    assert names(first, None) == names(seen(tmp_path), first) == []
    path.rename(tmp_path / "a.txt")
    assert names(seen(tmp_path), first) == ["a.txt"]


def test_a_file_of_age(tmp_path: Path) -> None:
    """What lay there for a minute is complete at the first look; the oldest comes first."""
    old_ns = (NOW_MS - 60_000) * 1_000_000
    put(tmp_path / "b.txt", "Rain", old_ns)
    put(tmp_path / "sub" / "a.txt", "Rain", old_ns - 1)
    put(tmp_path / "c.txt", "Rain", (NOW_MS + 3_600_000) * 1_000_000)
    assert names(seen(tmp_path), None) == ["sub/a.txt", "b.txt"]


def test_a_folder_that_may_be_listed_and_not_entered(tmp_path: Path) -> None:
    """Said, and all else is seen."""
    tmp_path.chmod(0o755)
    for parent in tmp_path.parents:
        if parent.stat().st_mode & 0o005 != 0o005:
            parent.chmod(0o755)
    put(tmp_path / "sub" / "a.txt", "Rain")
    put(tmp_path / "z.txt", "Rain")
    (tmp_path / "sub").chmod(0o444)
    was = os.geteuid()
    if was == 0:
        os.seteuid(65_534)  # to root nothing is closed
    try:
        found = seen(tmp_path)
    finally:
        os.seteuid(was)
        (tmp_path / "sub").chmod(0o755)
    assert [entry.name for entry in found.entries] == ["z.txt"]
    assert [(item.path, item.problem.code) for item in found.refused] == [
        (str(tmp_path / "sub" / "a.txt"), "unreadable")
    ]


def test_what_is_not_looked_at(tmp_path: Path) -> None:
    """What is done, hidden, refused or gone."""
    put(tmp_path / "done" / "a.txt", "Rain")
    put(tmp_path / ".hidden" / "a.txt", "Rain")
    (tmp_path / "out.txt").symlink_to("/etc/hostname")
    os.mkfifo(tmp_path / "pipe.txt")
    found = seen(tmp_path)
    assert found.entries == []
    assert [item.problem.code for item in found.refused] == ["outside-folder", "not-a-file"]
