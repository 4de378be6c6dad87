"""Files that are compressed, archives, or both → the streams inside, each with its name and place."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import IO

from pipeline.sources.folder import LeftOut
from pipeline.sources.guards.archive import Member, Refused, tar_members, zip_members
from pipeline.sources.guards.inflate import SUFFIXES as COMPRESSED
from pipeline.sources.guards.inflate import inflated
from pipeline.sources.items import Place, Rejected, reject

ARCHIVES: dict[str, Callable[[IO[bytes]], Iterator[Member | Refused]]] = {".zip": zip_members, ".tar": tar_members}
SHORT = {".tgz": ".tar.gz"}
# What macOS puts into archives.
BOOKKEEPING = "__MACOSX/"


@dataclass(frozen=True, slots=True)
class Inside:
    """Unpacked bytes: `name` without the ends of compression. Reading raises inflate.Damaged; another may follow all the same."""

    name: str
    stream: IO[bytes]
    place: Place


def unpacked(
    name: str, stream: IO[bytes], place: Place, *, provider: str | None, packed: Callable[[str], bool]
) -> Iterator[Inside | Rejected | LeftOut]:
    """What is inside a file of this name, or the file itself; each is to be read before the next is asked for.

    The members of an archive have `provider`, else the archive's name. `packed`: which names' readers unpack by themselves.
    Archives in archives are left out.
    """
    inner, coding = _uncompressed(name)
    if coding and not packed(inner):
        stream = inflated(stream, coding)
    archive = ARCHIVES.get(_suffix(inner))
    if archive is None:
        yield Inside(inner, stream, place)
        return
    theirs = provider or PurePosixPath(inner).stem.replace("|", "_") or place.provider
    for member in archive(stream):
        inside = f"{place.path}/{member.name}" if member.name else place.path
        here = replace(place, path=inside, provider=theirs, guid=member.name or place.guid)
        if isinstance(member, Refused):
            yield reject(here, None, member.problem.code, member.problem.message)
        elif _hidden(member.name) or _suffix(_uncompressed(member.name)[0]) in ARCHIVES:
            yield LeftOut(here.path)
        else:
            yield from unpacked(member.name, member.stream, here, provider=theirs, packed=packed)


def _uncompressed(name: str) -> tuple[str, str | None]:
    """(the name without its end of compression, the coding that it said)."""
    if _suffix(name) in SHORT:
        name = name[: -len(_suffix(name))] + SHORT[_suffix(name)]
    coding = COMPRESSED.get(_suffix(name))
    return (name[: -len(_suffix(name))], coding) if coding else (name, None)


def _suffix(name: str) -> str:
    return PurePosixPath(name.lower()).suffix


def _hidden(name: str) -> bool:
    return name.startswith(BOOKKEEPING) or any(part.startswith(".") for part in PurePosixPath(name).parts)
