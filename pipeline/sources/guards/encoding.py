"""Foreign bytes → text: a byte order mark, the declared encoding, UTF-8, windows-1252; and whether that was a repair."""

import codecs
import re
from dataclasses import dataclass

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Python knows more encodings than text comes in: punycode and idna take quadratic time, utf-7 hides markup from a filter.
TEXT = re.compile(
    r"(?:utf-?(?:8|16|32)|us-ascii|ascii|latin|iso|windows|cp|koi8|mac|gb|big5|shift|sjis|euc)[\w.:-]*", re.I
)
# What is called latin-1 is windows-1252 in practice: bytes 80–9F are quotes and dashes, hardly ever control characters.
LATIN_1 = codecs.lookup("latin-1").name
WIDE = ("utf-16", "utf-32")
LAST_RESORT = "windows-1252"


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text without its byte order mark; `repaired` if it is not what was declared (or, undeclared, not UTF-8)."""

    text: str
    encoding: str
    repaired: bool


def decode(data: bytes, declared: str | None = None) -> Decoded:
    """The text, always. What no encoding explains becomes U+FFFD."""
    for mark, marking in MARKS:
        if data.startswith(mark) and (marked := _strict(data[len(mark) :], marking)) is not None:
            return Decoded(marked, marking, repaired=False)
    known = _known(declared)
    # UTF-8 that calls itself UTF-16, as programs write that took their text for characters: markup in UTF-16 has zeros.
    tried = None if known and known.startswith(WIDE) and b"\0" not in data[:100] else known
    for encoding in (tried, "utf-8", LAST_RESORT):
        if encoding and (text := _strict(data, encoding)) is not None:
            wanted = LAST_RESORT if known == LATIN_1 else known or "utf-8"
            if encoding == LATIN_1:
                return _latin(data, text)
            return Decoded(text.removeprefix("\ufeff"), encoding, repaired=encoding != wanted)
    return Decoded(data.decode(LAST_RESORT, "replace"), LAST_RESORT, repaired=True)


def _latin(data: bytes, text: str) -> Decoded:
    as_windows = _strict(data, LAST_RESORT)
    if as_windows is None or as_windows == text:
        return Decoded(text, LATIN_1, repaired=False)
    return Decoded(as_windows, LAST_RESORT, repaired=True)


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeError, ValueError):
        return None


def _known(declared: str | None) -> str | None:
    """Python's name of an encoding that text comes in; None for any other."""
    if not declared or not TEXT.fullmatch(declared):
        return None
    try:
        return codecs.lookup(declared).name
    except LookupError:
        return None
