"""ZIP and tar, read where they lie: members as bounded streams, nothing is ever written to a path that an archive names."""

import io
import re
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from pipeline.records import Problem
from pipeline.sources.guards.addresses import shown
from pipeline.sources.guards.inflate import Budget, Damaged, Limits

# Beyond this the list of names alone is a burden: zipfile reads it whole.
MEMBERS = 1_000_000
NAME_CHARS = 1_024
LIMITS = Limits(most_bytes=1 << 40, members=MEMBERS)
# zipfile's and tarfile's ways of saying that the bytes are wrong.
BROKEN = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    struct.error,
    EOFError,
    ArithmeticError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    ValueError,
)
# Others are rare, and their decoders cannot be bounded.
COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

CONTROL = re.compile(r"[\x00-\x1f\x7f]")
DRIVE = re.compile(r"[A-Za-z]:")


@dataclass(frozen=True, slots=True)
class Member:
    """A file of an archive: `stream` is to be read before the next member is asked for; reading raises Damaged."""

    name: str
    stream: IO[bytes]


@dataclass(frozen=True, slots=True)
class Refused:
    """A member, or (`name` empty) all that is left of the archive, that is not read.

    Codes: `encrypted`, `unknown-compression`, `unsafe-name`, `not-a-file`, `too-large`, `damaged-zip`, `damaged-tar`.
    """

    name: str
    problem: Problem


def zip_members(source: IO[bytes], limits: Limits = LIMITS) -> Iterator[Member | Refused]:
    """The files of a ZIP, in the order of its list; `source` must be seekable. Folders are no members."""
    budget = Budget(limits)
    budget.take(source.seek(0, io.SEEK_END))  # once for all: members that overlap unpack the same bytes again and again
    try:
        archive = zipfile.ZipFile(source)
    except BROKEN as error:
        yield _broken("zip", error)
        return
    with archive:
        for info in archive.infolist():
            if info.is_dir():
                continue
            try:
                budget.member()
            except Damaged as damaged:
                yield Refused("", damaged.problem)
                return
            yield _refused(info.filename, _of_zip(info)) or _member_of_zip(archive, info, budget)


def tar_members(source: IO[bytes], limits: Limits = LIMITS) -> Iterator[Member | Refused]:
    """The files of a tar, in its order; `source` is read once, from front to back, and already unpacked (see inflate)."""
    budget = Budget(limits)
    try:
        with tarfile.open(fileobj=source, mode="r|") as archive:
            for info in archive:
                if info.isdir():
                    continue
                budget.member()
                stream = archive.extractfile(info) if info.isreg() and not info.issparse() else None
                refused = _refused(info.name, None if stream else _link(info.name))
                if refused or stream is None:
                    yield refused or Refused(info.name, _link(info.name))
                    continue
                budget.take(info.size)
                yield Member(info.name, _bounded(stream, budget, "tar"))
    except Damaged as damaged:
        yield Refused("", damaged.problem)
    except BROKEN as error:
        yield _broken("tar", error)


def unsafe(name: str) -> str | None:
    """Why a member's name could lead out of a folder, or fool whoever reads it; None if it could not."""
    if not name or len(name) > NAME_CHARS:
        return f"the name has {len(name):,} characters"
    if CONTROL.search(name) or "\\" in name:
        return "a control character or backslash in the name"
    if name.startswith("/") or DRIVE.match(name):
        return "an absolute path"
    if ".." in name.split("/"):
        return "a path that leads out of the archive"
    return None


def _refused(name: str, problem: Problem | None) -> Refused | None:
    reason = unsafe(name)
    if reason is not None:
        return Refused(name, Problem(code="unsafe-name", message=f"{shown(name)}: {reason}"))
    return None if problem is None else Refused(name, problem)


def _of_zip(info: zipfile.ZipInfo) -> Problem | None:
    """What else speaks against a member of a ZIP."""
    if info.flag_bits & 1:
        return Problem(
            code="encrypted", message=f"{shown(info.filename)}: encrypted; unpack it with its password first"
        )
    if info.compress_type not in COMPRESSIONS:
        message = f"{shown(info.filename)}: compression {info.compress_type} is not read; pack it with deflate"
        return Problem(code="unknown-compression", message=message)
    kind = stat.S_IFMT(info.external_attr >> 16)
    return _link(info.filename) if kind not in (0, stat.S_IFREG) else None


def _link(name: str) -> Problem:
    return Problem(code="not-a-file", message=f"{shown(name)}: a link or device, not a file")


def _member_of_zip(archive: zipfile.ZipFile, info: zipfile.ZipInfo, budget: Budget) -> Member | Refused:
    try:
        return Member(info.filename, _bounded(archive.open(info), budget, "zip"))
    except BROKEN as error:
        return Refused(info.filename, _problem("zip", error))


def _bounded(stream: IO[bytes], budget: Budget, kind: str) -> IO[bytes]:
    return io.BufferedReader(_Bounded(stream, budget, kind))


class _Bounded(io.RawIOBase):
    """Counts what comes out, and says Damaged for whatever the library says."""

    def __init__(self, stream: IO[bytes], budget: Budget, kind: str) -> None:
        self._stream, self._budget, self._kind = stream, budget, kind

    def readable(self) -> bool:
        """It is."""
        return True

    def close(self) -> None:
        """Close the member."""
        if not self.closed:
            self._stream.close()
        super().close()

    def readinto(self, buffer: Any) -> int:
        """The next bytes; 0 at the end."""
        try:
            block = self._stream.read(len(buffer))
        except BROKEN as error:
            raise Damaged(f"damaged-{self._kind}", _said(error)) from error
        self._budget.give(len(block))
        buffer[: len(block)] = block
        return len(block)


def _broken(kind: str, error: Exception) -> Refused:
    return Refused("", _problem(kind, error))


def _problem(kind: str, error: Exception) -> Problem:
    return Problem(code=f"damaged-{kind}", message=_said(error))


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {shown(str(error))}"
