"""Identifiers that are content: the same input gives the same id on any machine, whenever it is read.

SHA-256 of the parts, each behind its length (so that no part can pass for two), cut to 128 bits and written in
Crockford's base 32 in lower case: 26 characters, no look-alikes.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
# Two letters for each ten bits, of 130 bits.
PAIRS = [first + second for first in ALPHABET for second in ALPHABET]
SHIFTS = range(120, -1, -10)


def digest(*parts: str) -> str:
    """26 characters that stand for the parts."""
    number = int.from_bytes(hashlib.sha256(_framed(parts)).digest()[:16])
    return "".join([PAIRS[number >> shift & 1023] for shift in SHIFTS])


def event_ids(article_key: str, happenings: Iterable[tuple[str, Iterable[str], Iterable[str]]]) -> list[str]:
    """The id of each (kind, actor names, recipient names), in text order.

    Equal happenings of one article are told apart by their ordinal, so a corrected sentence keeps its event.
    """
    seen: Counter[tuple[str, str, str]] = Counter()
    ids = []
    for kind, actors, recipients in happenings:
        same = (kind, _canonical(actors), _canonical(recipients))
        ids.append(digest(article_key, *same, str(seen[same])))
        seen[same] += 1
    return ids


def _canonical(names: Iterable[str]) -> str:
    return "|".join(sorted({name.casefold() for name in names}))


def content_sha256(*parts: str | None) -> str:
    """Hex SHA-256 of an article's content; None and "" differ."""
    return hashlib.sha256(_framed(parts)).hexdigest()


def _framed(parts: Iterable[str | None]) -> bytes:
    """The parts in one, so that other parts give other bytes: netstrings, with "-" for None."""
    return "".join("-" if part is None else f"{len(part)}:{part}," for part in parts).encode()
