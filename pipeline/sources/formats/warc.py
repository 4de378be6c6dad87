"""WARC, such as Common Crawl's CC-NEWS: the only door to fastwarc, which is the extra [archive]. A page is an article.

Of each record no more than MAX_BLOCK_BYTES are held. A damaged record is rejected, and reading goes on behind it: at the next
member of a compressed file, at the next "WARC/1." of a plain one.
"""

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import IO, Any

from pipeline import instants
from pipeline.records import Problem
from pipeline.sources.folder import LeftOut
from pipeline.sources.formats import html
from pipeline.sources.formats.page_head import host
from pipeline.sources.guards.xml import MAX_BYTES
from pipeline.sources.items import Item, Place, reject

EXTRA = "WARC files are read with fastwarc: pip install 'tickertape[archive,html]'"
# A page, and its HTTP head.
MAX_BLOCK_BYTES = MAX_BYTES + 64 * 1024
# Where a record may begin: a member of gzip with no flag that crawlers do not set, a frame of zstd, a plain record.
BEGINS = re.compile(rb"\x1f\x8b\x08[\x00-\x1f]|\x28\xb5\x2f\xfd|WARC/1\.[01]\r\n")
LONGEST_BEGIN = 10
BLOCK_BYTES = 64 * 1024
# How many places are tried after damage, before the rest of the file is given up.
MAX_TRIES = 1_000
DAMAGED = "damaged-record"
REST = "no record was found behind the damage; the rest was not read"
PAGE_TYPES = {"text/html", "application/xhtml+xml"}

Call = Callable[..., Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A record at `offset`: its HTTP response; `flaw` if it could not be read. `page` None: nothing that could be a page."""

    offset: int
    url: str | None = None
    fetched_at: str | None = None
    page: bytes | None = None
    charset: str | None = None
    flaw: Problem | None = None

    @property
    def damaged(self) -> bool:
        """Whether nobody knows where the next record begins."""
        return self.flaw is not None and self.flaw.code == DAMAGED


def read(stream: IO[bytes], place: Place, call: Call) -> Iterator[Item | LeftOut]:
    """An item for each page that was answered with 200; every other record is left out. `call` parses apart.

    The provider is the page's host, the version's time that of the fetch (WARC-Date).
    """
    try:
        import fastwarc.warc as fastwarc
    except ImportError:
        yield reject(place, None, "extra-missing", EXTRA)
        return
    for record in _records(stream, fastwarc):
        here = replace(place, path=f"{place.path}@{record.offset}")
        if record.flaw:
            yield reject(here, None, record.flaw.code, record.flaw.message)
        elif record.page is None:
            yield LeftOut(here.path)
        else:
            yield from _items(record, here, call)


def _items(record: Record, place: Place, call: Call) -> Iterator[Item]:
    url = record.url if host(record.url) else None
    place = replace(place, provider=host(url) or place.provider, guid=f"record:{record.offset}")
    found = call(html.parse, record.page, place, url, record.charset, record.fetched_at)
    if isinstance(found, Problem):
        yield reject(place, None, found.code, found.message, record.page)
    else:
        yield from found


def _records(stream: IO[bytes], fastwarc: Any) -> Iterator[Record]:
    """Every record; of damage one, and then those that can be found behind it."""
    offset: int | None = 0
    tries = 0
    while offset is not None:
        damage = None
        for record in _sound(stream, fastwarc, offset):
            if record.damaged:
                damage = record
            else:
                tries = 0
                yield record
        if damage is None:
            return
        if tries == 0:
            yield damage
        tries += 1
        if tries > MAX_TRIES or not stream.seekable():
            yield Record(offset=damage.offset, flaw=Problem(code="damaged-rest", message=REST))
            return
        offset = _next_begin(stream, damage.offset + 1)


def _sound(stream: IO[bytes], fastwarc: Any, offset: int) -> Iterator[Record]:
    """Records from `offset` up to the end, or up to a damaged one."""
    source = _Source(stream, offset)
    at, where = offset, "no WARC record here"
    try:
        for raw in fastwarc.ArchiveIterator(source, parse_http=False):
            at, where = raw.stream_pos, "the record behind this one cannot be read"
            record = _record(raw, fastwarc)
            if source.error:
                break
            yield record
            if record.damaged:
                return
    except OSError as error:
        if source.error is None:
            yield Record(offset=at, flaw=Problem(code=DAMAGED, message=f"{where}: {error}"[:200]))
    if source.error:
        raise source.error


class _Source:
    """What fastwarc reads from. It takes a stream for seekable, and panics where reading raises: so a pipe only goes forward,
    and an error is the end, to be raised behind it."""

    def __init__(self, stream: IO[bytes], offset: int) -> None:
        if offset:
            stream.seek(offset)
        self._stream, self._at = stream, offset
        self.error: Exception | None = None

    def read(self, size: int = -1) -> bytes:
        """The next bytes; none after an error."""
        try:
            data = b"" if self.error else self._stream.read(size)
        except Exception as error:  # noqa: BLE001 - raised again by `_sound`
            self.error, data = error, b""
        self._at += len(data)
        return data

    def tell(self) -> int:
        """How far it was read."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go forward; back only within what can. From the end nobody asks."""
        target = offset + (self._at if whence == io.SEEK_CUR else 0)
        if target < self._at:
            self._at = self._stream.seek(target)
        while self._at < target and self.read(min(BLOCK_BYTES, target - self._at)):
            pass
        return self._at

    def close(self) -> None:
        """The stream is closed by whoever opened it."""


def _record(raw: Any, fastwarc: Any) -> Record:
    """One record, read to its end."""
    size, wanted = raw.content_length, raw.record_type == fastwarc.WarcRecordType.response
    held = wanted and size <= MAX_BLOCK_BYTES
    block = raw.reader.read(size) if held else b""
    read_bytes = len(block) if held else raw.reader.consume()
    record = Record(offset=raw.stream_pos, url=raw.headers.get("WARC-Target-URI"), fetched_at=_instant(raw.record_date))
    if read_bytes < size:
        return replace(record, flaw=Problem(code=DAMAGED, message="the file ends in the middle of it"))
    if wanted and not held:
        message = f"a response of {size:,} bytes; at most {MAX_BLOCK_BYTES:,} are read"
        return replace(record, flaw=Problem(code="too-large", message=message))
    return _answered(record, block, fastwarc) if wanted else record


def _answered(record: Record, block: bytes, fastwarc: Any) -> Record:
    """The record with its page, if the answer was one."""
    answer = fastwarc.WarcRecord()
    answer.set_bytes_content(block)
    answer.is_http = True
    try:
        answer.parse_http(auto_decode="all")
        status, kind = answer.http_headers.status_code, (answer.http_content_type or "").lower()
        if status is None:
            return replace(record, flaw=Problem(code="damaged-response", message="no HTTP status line"))
        if status != 200 or kind not in PAGE_TYPES:
            return record
        page = answer.reader.read(MAX_BYTES + 1)
    except OSError as error:
        return replace(record, flaw=Problem(code="damaged-response", message=str(error)[:200]))
    if len(page) > MAX_BYTES:
        return replace(record, flaw=Problem(code="too-large", message=f"a page of more than {MAX_BYTES:,} bytes"))
    return replace(record, page=page, charset=(answer.http_charset or "").strip("\"' ") or None)


def _next_begin(stream: IO[bytes], offset: int) -> int | None:
    """Where, from `offset` on, something begins that looks like a record."""
    stream.seek(offset)
    window = b""
    while block := stream.read(BLOCK_BYTES):
        window += block
        found = BEGINS.search(window)
        if found:
            return offset + found.start()
        kept = window[-LONGEST_BEGIN:]
        offset += len(window) - len(kept)
        window = kept
    return None


def _instant(moment: datetime | None) -> str | None:
    return instants.from_ms((moment - instants.EPOCH) // instants.MILLISECOND) if moment else None
