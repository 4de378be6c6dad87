"""Files and folders → articles: which reader a name calls for, and the stream it reads from."""

import gzip
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from pipeline.sources import folder
from pipeline.sources.formats import json_file, jsonl, text
from pipeline.sources.folder import LeftOut
from pipeline.sources.items import Item, Place, Rejected, reject, shown

Reader = Callable[[IO[bytes], Place], Iterator[Item]]

READERS: dict[str, Reader] = {
    ".txt": text.read,
    ".jsonl": jsonl.read,
    ".ndjson": jsonl.read,
    ".json": json_file.read,
}
COMPRESSED = ".gz"
STDIN = "-"
# Where a file lies in no folder that could name it.
PROVIDER = "files"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """`provider` of items that name none (None: the folder's name); `article_bytes` the largest encoded article."""

    provider: str | None = None
    article_bytes: int


def read(paths: Iterable[str], options: Options, stdin: IO[bytes]) -> Iterator[Item | LeftOut]:
    """The items of all paths, in order; `-` is JSON Lines on `stdin`. One item is held at a time."""
    for name in paths:
        path = Path(name)
        if name == STDIN:
            yield from jsonl.read(stdin, _place(options, shown_as="stdin", parent="", guid="stdin"))
        elif path.is_dir():
            yield from _read_folder(path, options)
        else:
            place = _place(options, shown_as=shown(path), parent=_parent(path), guid=shown(Path(path.name)))
            yield from _read_named(path, place)


def readable(name: str) -> bool:
    """Whether there is a reader for a file of this name."""
    return _suffix(name) in READERS


def _suffix(name: str) -> str:
    """What the name ends in, the end of compression aside."""
    return Path(name.lower().removesuffix(COMPRESSED)).suffix


def _open(path: Path) -> IO[bytes]:
    if path.name.lower().endswith(COMPRESSED):
        return cast(IO[bytes], gzip.open(path, "rb"))
    return path.open("rb")


def _read_folder(root: Path, options: Options) -> Iterator[Item | LeftOut]:
    for found in folder.walk(root):
        if isinstance(found, Rejected | LeftOut):
            yield found
        elif readable(found.name):
            place = _place(options, shown_as=shown(found.path), parent=root.resolve().name, guid=found.name)
            yield from _read_file(found.path, place)
        else:
            yield LeftOut(shown(found.path))


def _read_named(path: Path, place: Place) -> Iterator[Item]:
    """A file that was asked for by name: all that is wrong with it is said."""
    if not path.exists():
        yield reject(place, None, "not-found", "there is no such file")
    elif not path.is_file():
        yield reject(place, None, "not-a-file", "neither a file nor a folder; give `-` to read stdin")
    elif not readable(path.name):
        yield reject(place, None, "unknown-format", f"the name must end in {', '.join(READERS)} (and .gz if you like)")
    else:
        yield from _read_file(path, place)


def _read_file(path: Path, place: Place) -> Iterator[Item]:
    try:
        with _open(path) as stream:
            yield from READERS[_suffix(path.name)](stream, place)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        yield reject(place, None, "damaged-gzip", f"{error}; what stood before it was read")
    except OSError as error:
        yield reject(place, None, "unreadable", error.strerror or str(error))


def _place(options: Options, *, shown_as: str, parent: str, guid: str) -> Place:
    provider = options.provider or (shown(Path(parent)) if parent else PROVIDER)
    return Place(path=shown_as, provider=provider, guid=guid, article_bytes=options.article_bytes)


def _parent(path: Path) -> str:
    return path.resolve().parent.name
