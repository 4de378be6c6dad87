"""Files, folders and archives → articles: what is opened, how it is unpacked, and which reader gets it."""

import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import IO, Any

from pipeline.sources import folder
from pipeline.sources.folder import LeftOut
from pipeline.sources.formats.lines import blocks, of_blocks
from pipeline.sources.guards.child import Children
from pipeline.sources.guards.inflate import Damaged
from pipeline.sources.items import Item, Place, Rejected, reject, shown
from pipeline.sources.packing import Inside, unpacked
from pipeline.sources.readers import HEAD_BYTES, PRELOAD, SNIFFED, SUFFIXES, WARC, Call, by_content, by_name, reader

STDIN = "-"
# Where a file lies in no folder that could name it.
PROVIDER = "files"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """`provider` of items that name none (None: the folder's or archive's name); `article_bytes` the largest encoded article.

    `format_name` is one of readers.FORMATS (None: by name and content). `names`: our field → theirs (`fields.mapping`).
    `metered` hears how many more bytes of the files were read, as they lie on disk.
    """

    provider: str | None = None
    article_bytes: int
    format_name: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    metered: Callable[[int], None] | None = None


def read(paths: Iterable[str], options: Options, stdin: IO[bytes]) -> Iterator[Item | LeftOut]:
    """The items of all paths, in order; `-` is stdin, JSON Lines unless another format is given. One item is held at a time,
    of a document all of its items."""
    with Children(processes=1, preload=PRELOAD) as children:
        files = _Files(options, children.call)
        for name in paths:
            if name == STDIN:
                yield from files.standard_input(stdin)
            elif Path(name).is_dir():
                yield from files.folder(Path(name))
            else:
                yield from files.named(Path(name))


def read_stream(name: str, stream: IO[bytes], place: Place, options: Options, call: Call) -> Iterator[Item | LeftOut]:
    """The items of bytes that came under this name, which may be compressed, an archive, or both. Raises OSError as the
    stream does."""
    yield from _Files(options, call).inside(name, stream, place)


class _Files:
    """Reads files as the options say; `call` parses apart."""

    def __init__(self, options: Options, call: Call) -> None:
        self._options, self._call = options, call

    def standard_input(self, stream: IO[bytes]) -> Iterator[Item | LeftOut]:
        """What comes through a pipe."""
        place = self._place(shown_as="stdin", parent="", guid="stdin")
        yield from self._stream("stdin.jsonl", stream, place)

    def folder(self, root: Path) -> Iterator[Item | LeftOut]:
        """The files below a folder; those of no format that we know are left out."""
        for found in folder.walk(root):
            if isinstance(found, Rejected | LeftOut):
                yield found
            else:
                place = self._place(shown_as=shown(found.path), parent=root.resolve().name, guid=found.name)
                yield from self._file(found.path, place)

    def named(self, path: Path) -> Iterator[Item | LeftOut]:
        """A file that was asked for by name: all that is wrong with it is said."""
        place = self._place(shown_as=shown(path), parent=path.resolve().parent.name, guid=shown(Path(path.name)))
        if not path.exists():
            yield reject(place, None, "not-found", "there is no such file")
        elif not path.is_file():
            yield reject(place, None, "not-a-file", "neither a file nor a folder; give `-` to read stdin")
        else:
            yield from (_unknown(place) if found == LeftOut(place.path) else found for found in self._file(path, place))

    def _file(self, path: Path, place: Place) -> Iterator[Item | LeftOut]:
        try:
            with self._open(path) as stream:
                yield from self.inside(shown(Path(path.name)), stream, place)
        except OSError as error:
            yield reject(place, None, "unreadable", error.strerror or str(error))

    def _open(self, path: Path) -> IO[bytes]:
        metered = self._options.metered
        return path.open("rb") if metered is None else io.BufferedReader(_Metered(path, metered))

    def inside(self, name: str, stream: IO[bytes], place: Place) -> Iterator[Item | LeftOut]:
        """The items of a file that may be compressed, an archive, or both."""
        for found in unpacked(name, stream, place, provider=self._options.provider, packed=self._packed):
            if not isinstance(found, Inside):
                yield found
                continue
            try:
                yield from self._stream(found.name, found.stream, found.place)
            except Damaged as damaged:
                message = f"{damaged.problem.message}; what stood before it was read"
                yield reject(found.place, None, damaged.problem.code, message)

    def _packed(self, name: str) -> bool:
        """fastwarc unpacks by itself, and finds the next record behind damage only in packed bytes."""
        return (self._options.format_name or by_name(name)) == WARC

    def _stream(self, name: str, stream: IO[bytes], place: Place) -> Iterator[Item | LeftOut]:
        """The items of unpacked bytes; left out if they are of no format that we know."""
        format_name = self._options.format_name or by_name(name)
        if format_name is None:
            head = stream.read(HEAD_BYTES)
            format_name = by_content(name, head)
            stream = of_blocks(chain([head], blocks(stream)))
        if format_name is not None:
            yield from reader(format_name, self._call)(stream, place)
        elif PurePosixPath(name.lower()).suffix in SNIFFED:
            yield _unknown(place)
        else:
            yield LeftOut(place.path)

    def _place(self, *, shown_as: str, parent: str, guid: str) -> Place:
        provider = self._options.provider or (shown(Path(parent)) if parent else PROVIDER)
        return Place(
            path=shown_as,
            provider=provider,
            guid=guid,
            article_bytes=self._options.article_bytes,
            names=self._options.names,
        )


class _Metered(io.FileIO):
    """A file that says how much of it is read."""

    def __init__(self, path: Path, metered: Callable[[int], None]) -> None:
        super().__init__(path)
        self._metered = metered

    def readinto(self, buffer: Any) -> int | None:
        """The next bytes."""
        count = super().readinto(buffer)
        self._metered(count or 0)
        return count


def _unknown(place: Place) -> Rejected:
    suffixes = ", ".join((*SNIFFED, *SUFFIXES))
    message = f"neither its name ({suffixes}, each also packed) nor its bytes say what it is; say it with --format"
    return reject(place, None, "unknown-format", message)
