"""Feed bytes → text, whatever was declared: declarations lie, and the bytes themselves know better."""

import re

from pipeline.sources.guards.encoding import LAST_RESORT, Decoded, decode

DECLARATION = re.compile(rb"""\s*<\?xml\s[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})""")
# XML in wide characters that neither a mark nor a readable declaration announces.
UNMARKED = {
    b"<\0\0\0": "utf-32-le",
    b"\0\0\0<": "utf-32-be",
    b"<\0?\0": "utf-16-le",
    b"\0<\0?": "utf-16-be",
}
ESCAPES = re.compile(rb"\x1b[$(]")
# One character of UTF-8 beyond ASCII, or a byte that is none.
HIGH = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}|[\x80-\xff]")


def read(data: bytes, transport: str | None = None) -> Decoded:
    """The text: UTF-8 if it is that, else by mark, by the XML declaration, by the charset of the `transport` (last, for
    servers call everything iso-8859-1).

    Where all that fails, piece by piece: UTF-8 where it is sound, Windows-1252 where it is not. Text in another encoding is
    hardly ever sound UTF-8 by chance; a feed that calls its UTF-8 iso-8859-1 is common.
    """
    found = DECLARATION.match(data[:300])
    inside = UNMARKED.get(data[:4]) or (found[1].decode("ascii") if found else None)
    for declared in (inside, transport):
        if declared and _sound(data) and not _is_utf8(declared):
            return Decoded(decode(data).text, "utf-8", repaired=not data.isascii())
        decoded = decode(data, declared)
        if declared and not decoded.repaired:
            return decoded
    if decoded.encoding != LAST_RESORT:
        return decoded
    return Decoded(HIGH.sub(_piece, data).decode("utf-8", "replace"), LAST_RESORT, repaired=True)


def _sound(data: bytes) -> bool:
    """Whether it is UTF-8 for sure: neither UTF-16 of ASCII, nor one of the 7-bit codes with escapes."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return b"\0" not in data[:200] and not ESCAPES.search(data)


def _is_utf8(name: str) -> bool:
    return name.lower().replace("_", "-") in ("utf-8", "utf8")


def _piece(run: "re.Match[bytes]") -> bytes:
    return run[0] if len(run[0]) > 1 else run[0].decode("cp1252", "replace").encode()
