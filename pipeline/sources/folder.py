"""A folder, recursively and sorted: which of its entries are files to read, and which are refused."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.records import Problem
from pipeline.sources.items import Rejected, shown


@dataclass(frozen=True, slots=True)
class Found:
    """A regular file, and its path below the folder."""

    path: Path
    name: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An entry that nobody would take for an article: hidden, or of another format."""

    path: str


def walk(root: Path) -> Iterator[Found | LeftOut | Rejected]:
    """Every file below `root`; hidden ones are left out.

    A symbolic link to a file inside is followed, one to a folder inside is not (its files are met anyway). What leads
    outside, and what is no file at all (FIFO, device, socket), is refused.
    """
    inside = root.resolve()
    for path in _entries(root):
        found = path if isinstance(path, Rejected) else _judged(path, root, inside)
        if found is not None:
            yield found


def _judged(path: Path, root: Path, inside: Path) -> Found | LeftOut | Rejected | None:
    """What an entry is; None for a folder."""
    if _hidden(path):
        return LeftOut(shown(path))
    try:
        if path.is_symlink() and _leads_outside(path, inside):
            return _refused(path, "outside-folder", "a symbolic link that leads out of the folder")
        if path.is_file():
            return Found(path, shown(path.relative_to(root)))
        return None if path.is_dir() else _refused(path, "not-a-file", "neither a file nor a folder")
    except OSError as error:  # a folder that may be listed, but not entered
        return _refused(path, "unreadable", error.strerror or str(error))


def _entries(root: Path) -> Iterator[Path | Rejected]:
    """Everything below the folder; each folder before what is in it."""
    waiting = [*_listing(root)]
    while waiting:
        path = waiting.pop()
        yield path
        if isinstance(path, Path) and _is_folder(path) and not _hidden(path):
            waiting += _listing(path)


def _listing(folder: Path) -> Sequence[Path | Rejected]:
    """The entries of one folder, the last first."""
    try:
        return sorted(folder.iterdir(), reverse=True)
    except OSError as error:
        return [_refused(folder, "unreadable", error.strerror or str(error))]


def _is_folder(path: Path) -> bool:
    """A link to a folder is none; nor is what cannot be looked at."""
    try:
        return path.is_dir() and not path.is_symlink()
    except OSError:
        return False


def _leads_outside(path: Path, inside: Path) -> bool:
    try:
        return not path.resolve().is_relative_to(inside)
    except (OSError, RuntimeError):  # a ring of links
        return True


def _hidden(path: Path) -> bool:
    return path.name.startswith(".")


def _refused(path: Path, code: str, message: str) -> Rejected:
    return Rejected(path=shown(path), line=None, problem=Problem(code=code, message=message))
