"""One file of a watched folder, opened without being led astray and read a part at a time, over several polls if need be."""

import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

from pipeline import instants
from pipeline.sources import files
from pipeline.sources.files import Options
from pipeline.sources.folder import LeftOut
from pipeline.sources.items import Item, Place, Rejected, reject, shown
from pipeline.sources.live.reading import Budget
from pipeline.sources.live.settling import Entry
from pipeline.sources.readers import Call

# Of larger files the size and the time must do.
HASHED_BYTES = 64 * 1024 * 1024
BLOCK_BYTES = 1024 * 1024


@dataclass(slots=True)
class OneFile:
    """A file that is being read: `count` steps so far, `articles` among them; `content` stands for what is in it."""

    entry: Entry
    stream: IO[bytes]
    content: str
    items: Iterator[Item | LeftOut]
    count: int = 0
    articles: int = 0
    is_flawed: bool = False

    @property
    def mark(self) -> list[Any]:
        """What a memory says of it; a memory that says something else is that of a poll that did not count."""
        return [self.entry.key, *self.entry.stamp, self.count]

    @property
    def is_clean(self) -> bool:
        """Whether articles were in it, and nothing that was rejected."""
        return self.articles > 0 and not self.is_flawed

    def read(self, budget: Budget, place: Place) -> tuple[list[Item], bool]:
        """(as many items as the budget allows, whether that was the end)."""
        found: list[Item] = []
        try:
            for item in self.items:
                self.count += 1
                if not isinstance(item, LeftOut):
                    found.append(budget.hold(self._counted(item, budget)))
                if budget.is_spent:
                    return found, False
        except OSError as error:
            found.append(budget.hold(self._counted(unreadable(place, error), budget)))
        return found, True

    def is_as_it_was(self) -> bool:
        """Whether nobody has written to it since it was seen."""
        state = os.fstat(self.stream.fileno())
        return (state.st_size, state.st_mtime_ns) == self.entry.stamp

    def _counted(self, item: Item, budget: Budget) -> Item:
        if isinstance(item, Rejected):
            self.is_flawed = True
            return item
        self.articles += 1
        if item.version_created_at:
            return item
        written_ms = min(self.entry.mtime_ns // 1_000_000, budget.clock_ms())
        return replace(item, version_created_at=instants.from_ms(max(0, written_ms)))


def opened(root: Path, entry: Entry, place: Place, options: Options, call: Call) -> OneFile:
    """The file, to be read. Raises OSError."""
    stream = _open(root.resolve(), entry.path)
    try:
        found = files.read_stream(shown(Path(entry.path.name)), stream, place, options, call)
        return OneFile(entry, stream, _content(stream, entry), found)
    except OSError:
        stream.close()
        raise


def unreadable(place: Place, error: OSError) -> Rejected:
    """What is said of a file that cannot be read."""
    if isinstance(error, FileNotFoundError):
        return reject(place, None, "vanished", "it was gone before it was read")
    return reject(place, None, "unreadable", error.strerror or str(error))


def _open(inside: Path, path: Path) -> IO[bytes]:
    """A regular file in the folder; it may have been exchanged since it was looked at."""
    real = path.resolve(strict=True)
    if not real.is_relative_to(inside):
        raise OSError(errno.EPERM, "it leads out of the folder")
    number = os.open(real, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(number).st_mode):
        os.close(number)
        raise OSError(errno.EPERM, "it is no file")
    return os.fdopen(number, "rb")


def _content(stream: IO[bytes], entry: Entry) -> str:
    """Stands for the bytes; the stream is then at its beginning again."""
    if entry.size > HASHED_BYTES:
        return f"large:{entry.mtime_ns}"
    digest = hashlib.sha256()
    while block := stream.read(BLOCK_BYTES):
        digest.update(block)
    stream.seek(0)
    return digest.hexdigest()[:32]
