"""Bytes to text: always text, and honest about repairs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.sources.guards.encoding import Decoded, decode


@pytest.mark.parametrize(
    ("data", "declared", "decoded"),
    [
        ("é".encode(), None, Decoded("é", "utf-8", repaired=False)),
        ("é".encode(), "UTF-8", Decoded("é", "utf-8", repaired=False)),
        ("é".encode("latin-1"), None, Decoded("é", "windows-1252", repaired=True)),
        ("é".encode("latin-1"), "utf-8", Decoded("é", "windows-1252", repaired=True)),
        ("é".encode("latin-1"), "ISO-8859-1", Decoded("é", "iso8859-1", repaired=False)),
        ("“é”".encode("cp1252"), "latin1", Decoded("“é”", "windows-1252", repaired=True)),
        ("“é”".encode("cp1252"), "windows-1252", Decoded("“é”", "cp1252", repaired=False)),
        ("\ufeffé".encode(), "latin-1", Decoded("é", "utf-8", repaired=False)),
        ("é".encode("utf-16"), "utf-8", Decoded("é", "utf-16-le", repaired=False)),
        ("<é>".encode(), "utf-16", Decoded("<é>", "utf-8", repaired=True)),
        (b"\x81", None, Decoded("\ufffd", "windows-1252", repaired=True)),
        (b"+ADw-", "utf-7", Decoded("+ADw-", "utf-8", repaired=False)),
        (b"abc", "rot13", Decoded("abc", "utf-8", repaired=False)),
        (b"abc", "no-such", Decoded("abc", "utf-8", repaired=False)),
        (b"", None, Decoded("", "utf-8", repaired=False)),
    ],
)
def test_decoded(data: bytes, declared: str | None, decoded: Decoded) -> None:
    assert decode(data, declared) == decoded


@given(
    st.binary(max_size=50),
    st.sampled_from([None, "utf-8", "utf-16", "utf-32", "shift_jis", "gb18030", "iso-2022-jp", "x"]),
)
def test_any_bytes_are_text(data: bytes, declared: str | None) -> None:
    """Text that can be written again."""
    decode(data, declared).text.encode()
