"""Which files of a watched folder are complete. No inotify: it sees neither network mounts nor what came while nobody looked."""

import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from pipeline import ids
from pipeline.sources import folder
from pipeline.sources.folder import Found, LeftOut
from pipeline.sources.items import Rejected

# As many entries are looked at; a folder of more is a problem of its own.
MOST_ENTRIES = 50_000
# What programs call files that they are still writing; hidden files are left out anyway.
TEMPORARY = tuple(
    ".tmp .temp .part .partial .filepart .crdownload .download .upload .uploading .inprogress .writing .swp .lock .bak ~".split()
)
# A file that was last written so long ago is not being written now.
SETTLED_MS = 60_000


@dataclass(frozen=True, slots=True)
class Entry:
    """A file as it stands: `name` below the folder, `key` that stands for it, `ctime_ns` of its last change of any kind."""

    name: str
    key: str
    path: Path
    size: int
    mtime_ns: int
    ctime_ns: int
    inode: tuple[int, int]

    @property
    def stamp(self) -> tuple[int, int]:
        """(size in bytes, time of the last write in ns): the same for the same content, as far as that shows."""
        return self.size, self.mtime_ns


@dataclass(slots=True)
class Look:
    """A folder at one moment. `temporary`: the inodes of files that are still being written, to judge by their names."""

    entries: list[Entry] = field(default_factory=list)
    refused: list[Rejected] = field(default_factory=list)
    temporary: set[tuple[int, int]] = field(default_factory=set)
    is_cut: bool = False


def look(root: Path, without: Path) -> Look:
    """Everything below `root` but not below `without`."""
    seen, found = Look(), folder.walk(root)
    for each in islice(found, MOST_ENTRIES):
        if isinstance(each, Rejected):
            seen.refused.append(each)
        elif isinstance(each, LeftOut):
            _note(seen, Path(each.path))
        elif not each.path.is_relative_to(without):
            _add(seen, each)
    seen.is_cut = next(found, None) is not None
    return seen


def complete(now: Look, before: Look | None, now_ms: int) -> Iterable[Entry]:
    """The files that nobody is writing: as they were at the look before, or renamed since, or untouched for a minute. The
    oldest first, so that versions come in their order."""
    stood = {entry.name: entry.stamp for entry in before.entries} if before else {}
    written = before.temporary if before else set()
    for entry in sorted(now.entries, key=lambda each: (each.mtime_ns, each.name)):
        settled = now_ms - entry.mtime_ns // 1_000_000 >= SETTLED_MS
        if settled or entry.inode in written or stood.get(entry.name) == entry.stamp:
            yield entry


def _add(seen: Look, found: Found) -> None:
    try:
        state = found.path.stat()
    except OSError:  # gone meanwhile: no file, and no loss
        return
    inode = (state.st_dev, state.st_ino)
    if found.name.lower().endswith(TEMPORARY):
        seen.temporary.add(inode)
    else:
        key, times = ids.digest(found.name), (state.st_mtime_ns, state.st_ctime_ns)
        seen.entries.append(Entry(found.name, key, found.path, state.st_size, *times, inode))


def _note(seen: Look, path: Path) -> None:
    """A hidden file may be one that is written, and renamed when it is done."""
    try:
        state = os.lstat(path)
    except (OSError, ValueError):
        return
    if stat.S_ISREG(state.st_mode):
        seen.temporary.add((state.st_dev, state.st_ino))
