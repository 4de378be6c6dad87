"""Which format bytes are in."""

import pytest

from pipeline.sources.formats.sniff import sniff
from tests.sources.formats.shelf import NAMES, fixture, format_of


@pytest.mark.parametrize("name", NAMES)
def test_fixtures(name: str) -> None:
    assert sniff(fixture(name)) == format_of(name)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", None),
        (b"Just text.", None),
        (b"\x00\x01\x02", None),
        (b"\x01binary", None),
        (b"<", None),
        (b"<?xml version='1.0'?><!-- <rss> --><feed xmlns='http://www.w3.org/2005/Atom'/>", "feed"),
        (b"\xef\xbb\xbf  <rss version='2.0'>", "feed"),
        (b"<rdf:RDF xmlns:rdf='x'>", "feed"),
        ("<?xml version='1.0' encoding='utf-16'?><nitf>".encode("utf-16"), "nitf"),
        ("<nitf>".encode("utf-16-le"), "nitf"),
        (b"<!DOCTYPE html><title>x</title>", "html"),
        (b"<!doctype HTML PUBLIC '-//W3C//DTD HTML 4.01//EN'><p>x", "html"),
        (b"<HTML><BODY>", "html"),
        (b"<!DOCTYPE nitf SYSTEM 'nitf.dtd'><nitf>", "nitf"),
        (b"<ns0:newsMessage xmlns:ns0='x'>", "newsml"),
        (b"<NewsML>", "newsml1"),
        (b"<svg/>", None),
        (b"{", None),
        (b"[]", None),
        (b"[1]", None),
        (b"{}", None),
        (b'{"version":"https://jsonfeed.org/version/1.1","title":"t","items":[]}', "json-feed"),
        (b'{"maintext":"x","date_publish":"None","url":"u"}', "news-please"),
        (b'{"provider":"p","guid":"g","text":"t"}', "article"),
        (b'{"id":"g","text":"t"}\n{"id":"h","text":"t"}\n', "article"),
        (b'[{"uri":"u","versioncreated":"x"}]', "ninjs"),
        (b'{"uri":"u"}', "ninjs"),
        (b'{"altids":{"itemid":"i"},"uri":"u","version":1}', "ninjs"),
        (b'{"a":1}', None),
    ],
)
def test_others(data: bytes, name: str | None) -> None:
    assert sniff(data) == name
