"""The door to lxml: what is refused before it is parsed, and in which encoding it is read."""

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.records import Problem
from pipeline.sources.guards import xml
from tests.sources.formats.shelf import CORPORA, corpus


def code(data: bytes) -> str | None:
    """The problem of the bytes, None if they are read."""
    found = xml.parse(data)
    return found.code if isinstance(found, Problem) else None


def text(data: bytes) -> tuple[str, str, bool]:
    found = xml.parse(data)
    assert isinstance(found, xml.Document), found
    return xml.content(found.root), found.encoding, found.repaired


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (b"<a/>", None),
        (b"<!DOCTYPE nitf SYSTEM 'nitf.dtd'><nitf/>", None),
        (b"<!DOCTYPE nitf PUBLIC '-//IPTC//DTD NITF 3.2//EN' 'nitf-3-2.dtd'><nitf/>", None),
        (b"<a>&eacute;&nbsp;&amp;&#233;</a>", None),
        (b"<!DOCTYPE a []><a/>", "refused-xml"),
        (b"<!doctype a [<!ENTITY b 'c'>]><a>&b;</a>", "refused-xml"),
        (b"<!DOCTYPE a SYSTEM 'a.dtd' [<!ENTITY % b SYSTEM 'http://x/'>%b;]><a/>", "refused-xml"),
        (b"<!DOCTYPE a SYSTEM 'a.dtd'><a>&agency;</a>", "refused-xml"),
        (
            "<?xml version='1.0' encoding='utf-16'?><!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>".encode("utf-16"),
            "refused-xml",
        ),
        (b"<?xml version='1.0' encoding='utf-7'?>+ADwAIQ-DOCTYPE a [+AF0-><a/>", "invalid-xml"),
        (b"<a>" * 300 + b"</a>" * 300, "invalid-xml"),
        (b"<a>&undefined;</a>", "invalid-xml"),
        (b"<a>&#0;</a>", "invalid-xml"),
        (b"<a>", "invalid-xml"),
        (b"", "invalid-xml"),
        (b"text", "invalid-xml"),
        (b"<a " + b" ".join(b"b%d='c'" % n for n in range(1_001)) + b"/>", "refused-xml"),
        (b"<a>" + b"=" * 5_000 + b"</a>", None),
        (b"<a>" + b"<b/>" * 200_001 + b"</a>", "refused-xml"),
        (b"<a>" + b" " * xml.MAX_BYTES + b"</a>", "too-large"),
    ],
    ids=range(20),
)
def test_what_is_parsed(data: bytes, wanted: str | None) -> None:
    assert code(data) == wanted


@pytest.mark.parametrize(
    ("data", "read"),
    [
        ("<a>é</a>".encode(), ("é", "utf-8", False)),
        ("\ufeff<a>é</a>".encode(), ("é", "utf-8", False)),
        ("<a>é</a>".encode("latin-1"), ("é", "windows-1252", True)),
        ("<?xml version='1.0' encoding='iso-8859-1'?><a>é</a>".encode("latin-1"), ("é", "iso8859-1", False)),
        (b"<?xml version='1.0' encoding='iso-8859-1'?><a>\x93</a>", ("“", "windows-1252", True)),
        ("<?xml version='1.0' encoding='windows-1251'?><a>Ж</a>".encode("cp1251"), ("Ж", "cp1251", False)),
        ("<?xml version='1.0' encoding='us-ascii'?><a>é</a>".encode(), ("é", "utf-8", True)),
        ("<?xml version='1.0' encoding='utf-16'?><a>é</a>".encode(), ("é", "utf-8", True)),
        ("<?xml version='1.0' encoding='punycode'?><a>é</a>".encode(), ("é", "utf-8", False)),
        ("<?xml version='1.0'?><a>é</a>".encode("utf-16"), ("é", "utf-16-le", False)),
        ("<a>é</a>".encode("utf-16-be"), ("é", "utf-16-be", False)),
        ("<a>é\x0b</a>".encode(), ("é", "utf-8", True)),
        (b"<a>\x81\xe9</a>", ("\ufffdé", "windows-1252", True)),
    ],
)
def test_encodings(data: bytes, read: tuple[str, str, bool]) -> None:
    """A mark, what is declared, UTF-8, windows-1252; a repair is noted."""
    assert text(data) == read


def test_elements_are_found_under_any_namespace() -> None:
    found = xml.parse(
        b"<x:a xmlns:x='u' x:k='v'><x:b><c>1</c></x:b><b xmlns='w'><x:c xml:lang='en'>2</x:c></b><!-- c --></x:a>"
    )
    assert isinstance(found, xml.Document)
    root = found.root
    assert [xml.content(each) for each in xml.find_all(root, "b/c")] == ["1", "2"]
    assert xml.content(xml.find(root, "b/c")) == "1"
    assert xml.find(root, "b/d") is None
    assert (xml.attribute(root, "k"), xml.attribute(root, "none"), xml.attribute(None, "k")) == ("v", "", "")
    assert [xml.attribute(each, "lang") for each in xml.descendants(root, "c")] == ["", "en"]
    assert xml.local(root) == "a"


def test_html_is_read_as_far_as_it_goes() -> None:
    found = xml.html("<p>a<p>b &amp; <x")
    assert found is not None
    assert xml.content(found) == "ab &"
    assert xml.html("  ") is None
    assert xml.html("<!DOCTYPE html [<!ENTITY a 'b'>]><p>x") is None


@given(st.binary(max_size=200) | st.text(alphabet="<>/!?&;[]='\" ab\n\x00é", max_size=200).map(str.encode))
def test_any_bytes_have_one_clear_result(data: bytes) -> None:
    assert isinstance(xml.parse(data), xml.Document | Problem)


@pytest.mark.skipif(not (CORPORA / "go-fuzz-corpus.tar.gz").is_file(), reason="../shared/corpora is not there")
def test_every_file_of_a_fuzzer_has_one_clear_result(monkeypatch: pytest.MonkeyPatch) -> None:
    """814 files of go-fuzz and 11 of defusedxml: a tree or a Problem, and no name is looked up."""
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: pytest.fail("the network was asked"))
    files = corpus("go-fuzz-corpus", "go-fuzz-corpus/xml/") | corpus("defusedxml", "defusedxml/")
    assert len(files) > 800
    codes = {code(data) for data in files.values()}
    assert codes == {None, "invalid-xml", "refused-xml"}


@pytest.mark.skipif(not (CORPORA / "defusedxml.tar.gz").is_file(), reason="../shared/corpora is not there")
def test_bombs_are_refused() -> None:
    """Seven files with a DTD; the one that only names it, and uses nothing of it, is read."""
    files = corpus("defusedxml", "defusedxml/")
    names = "cyclic dtd external external_file quadratic xmlbomb xmlbomb2".split()
    assert {name: code(files[f"{name}.xml"]) for name in names} == {
        name: None if name == "dtd" else "refused-xml" for name in names
    }
