"""GDELT's lists of files (`masterfilelist.txt`, `lastupdate.txt`) and those files: pointers, for they hold no article text.

A list has a line a file: size, MD5 and address. The files have no header and are tab-separated, whatever their names say; a
row names the article that it was read from, and when. (GDELT 2.0 codebooks of events, mentions and the knowledge graph, 2015.)
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

from pipeline.sources.formats.dates import instant
from pipeline.sources.formats.lines import BLOCK_BYTES, lines
from pipeline.sources.items import Item, Place, Rejected, reject

MAX_LINE_BYTES = 1024 * 1024
LINE = re.compile(rb"(\d{1,12}) ([0-9a-f]{32}) (https?://[\x21-\x7e]{1,1000})")
FILE = re.compile(r"(\d{14})\.(?:translation\.)?(export|mentions|gkg)\.csv(?:\.zip)?", re.IGNORECASE)
# Kind: how many columns, and in which are the article's address and the time.
COLUMNS = {"export": (61, 60, 59), "mentions": (16, 5, 2), "gkg": (27, 4, 1)}
MESSAGE = "GDELT's files point to articles and hold none; list where they are: tickertape pointers FILE"


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePointer:
    """A file of GDELT's: what is in it, of which quarter of an hour, and whether it lies beside the list as it should."""

    kind: str
    slot_at: str | None
    url: str
    size_bytes: int
    md5: str
    local: Literal["absent", "right", "wrong"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticlePointer:
    """An article that GDELT read, and when."""

    url: str
    seen_at: str | None


def is_list(head: bytes) -> bool:
    """Whether bytes begin like one of GDELT's lists."""
    return LINE.fullmatch(head[:MAX_LINE_BYTES].lstrip().partition(b"\n")[0].rstrip()) is not None


def is_file(name: str) -> bool:
    """Whether a file is called as GDELT calls its exports, mentions and graphs."""
    return FILE.fullmatch(Path(name).name) is not None


def read(stream: IO[bytes], place: Place) -> Iterator[Item]:
    """That there is no article in it, and how to get at the pointers."""
    yield reject(place, None, "pointers-only", MESSAGE)


def files(stream: IO[bytes], place: Place, folder: Path) -> Iterator[FilePointer | Rejected]:
    """The pointers of a list; files of their names in `folder` are compared with their MD5."""
    for number, line in lines(stream, MAX_LINE_BYTES):
        found = LINE.fullmatch((line or b"").strip())
        if found:
            url = found[3].decode("ascii")
            name = url.rpartition("/")[2].partition("?")[0]
            named = FILE.fullmatch(name)
            yield FilePointer(
                kind=named[2].lower() if named else "other",
                slot_at=instant(named[1]) if named else None,
                url=url,
                size_bytes=int(found[1]),
                md5=found[2].decode("ascii"),
                local=_local(folder / name, found[2].decode("ascii")) if named else "absent",
            )
        elif line is None or line.strip():
            yield reject(place, number, "invalid-pointer", "not a size, an MD5 and an address", line)


def articles(stream: IO[bytes], place: Place, name: str) -> Iterator[ArticlePointer | Rejected]:
    """The articles of a file called `name` (`is_file`), each once where rows of it stand together."""
    named = FILE.fullmatch(Path(name).name)
    columns, at, when = COLUMNS[named[2].lower() if named else "export"]
    last = ""
    for number, line in lines(stream, MAX_LINE_BYTES):
        cells = (line or b"").decode("utf-8", "replace").split("\t")
        if len(cells) != columns:
            if line is None or line.strip():
                yield reject(place, number, "invalid-pointer", f"not {columns} columns", line)
        elif cells[at] != last:
            last = cells[at]
            yield ArticlePointer(url=last, seen_at=instant(cells[when]))


def _local(path: Path, md5: str) -> Literal["absent", "right", "wrong"]:
    if not path.is_file():
        return "absent"
    digest = hashlib.md5(usedforsecurity=False)
    with path.open("rb") as stream:
        while block := stream.read(BLOCK_BYTES):
            digest.update(block)
    return "right" if digest.hexdigest() == md5 else "wrong"
