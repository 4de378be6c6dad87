"""The bytes of a feed know their encoding better than those who declare it."""

import pytest

from pipeline.sources.formats.charset import read
from pipeline.sources.guards.encoding import Decoded

DECLARED = b'<?xml version="1.0" encoding="%s"?>'
FRENCH, RUSSIAN, JAPANESE = "L’été à Orléans", "Привет", "日本"


@pytest.mark.parametrize(
    ("data", "transport", "text", "encoding", "repaired"),
    [
        (FRENCH.encode(), None, FRENCH, "utf-8", False),
        (FRENCH.encode(), "UTF-8", FRENCH, "utf-8", False),
        (FRENCH.encode(), "iso-8859-1", FRENCH, "utf-8", True),
        (FRENCH.encode("cp1252"), None, FRENCH, "windows-1252", True),
        (FRENCH.encode("cp1252"), "utf-8", FRENCH, "windows-1252", True),
        (RUSSIAN.encode("koi8-r"), "koi8-r", RUSSIAN, "koi8-r", False),
        (FRENCH.encode("utf-16"), None, FRENCH, "utf-16-le", False),
        (FRENCH.encode("utf-8-sig"), None, FRENCH, "utf-8", False),
        (b"plain", "no-such-thing", "plain", "utf-8", False),
        (b"", None, "", "utf-8", False),
    ],
)
def test_undeclared_inside(data: bytes, transport: str | None, text: str, encoding: str, repaired: bool) -> None:
    assert read(data, transport) == Decoded(text, encoding, repaired)


@pytest.mark.parametrize(
    ("name", "body", "transport", "text", "encoding", "repaired"),
    [
        (b"iso-8859-1", FRENCH.encode(), None, FRENCH, "utf-8", True),
        (b"iso-8859-1", FRENCH.encode("cp1252"), None, FRENCH, "windows-1252", True),
        (b"utf-8", FRENCH.encode("cp1252"), None, FRENCH, "windows-1252", True),
        (b"windows-1251", RUSSIAN.encode("cp1251"), "iso-8859-1", RUSSIAN, "cp1251", False),
        (b"koi8-r", RUSSIAN.encode("koi8-r"), "utf-8", RUSSIAN, "koi8-r", False),
        (b"iso-2022-jp", JAPANESE.encode("iso-2022-jp"), None, JAPANESE, "iso2022_jp", False),
        (b"utf-16", b"said wrong", None, "said wrong", "utf-8", False),
        (b"hex", b"\xe9", None, "é", "windows-1252", True),
        (b"utf-8", "é".encode() + "é".encode("cp1252"), None, "éé", "windows-1252", True),
    ],
)
def test_declared_inside(
    name: bytes, body: bytes, transport: str | None, text: str, encoding: str, repaired: bool
) -> None:
    """The XML declaration before the transport's charset, the bytes before both."""
    head = DECLARED % name
    assert read(head + body, transport) == Decoded(head.decode() + text, encoding, repaired)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_wide_characters_without_a_mark(encoding: str) -> None:
    text = f'<?xml version="1.0"?><rss>{FRENCH}</rss>'
    assert read(text.encode(encoding)).text == text
