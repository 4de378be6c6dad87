"""NewsML-G2: messages, single items, any prefix, any body; read by an independent reader, too."""

import pytest
from NewsMLG2.document import NewsMLG2Document  # type: ignore[import-untyped]

from pipeline.records import Article
from pipeline.sources.formats import newsml, stamps
from pipeline.sources.guards import xml
from pipeline.sources.items import Rejected
from tests.sources.formats.shelf import PLACE, fixture

G2 = "http://iptc.org/std/nar/2006-10-01/"


def parsed(meta: str = "", about: str = "", contents: str = "", attributes: str = 'guid="g"') -> Article:
    """The article of one bare item."""
    data = (
        f'<newsItem xmlns="{G2}" {attributes}><itemMeta>{meta}</itemMeta><contentMeta>{about}</contentMeta>'
        f"<contentSet>{contents}</contentSet></newsItem>"
    )
    (item,) = newsml.parse(data.encode(), PLACE)
    assert isinstance(item, Article), item
    return item


def test_correction_and_cancel_of_one_guid() -> None:
    """The pair that Reuters sends: versions are no sequence, the cancel has no body, but still the headline."""
    assert newsml.parse(fixture("newsml-correction.xml"), PLACE) == [
        Article(
            provider="desk",
            guid="tag:harbourwire.example,0000:newsml_L1N14N0FF",
            text="(In Jan. 3 story, corrects last paragraph to say two, not three)\n\n"
            "LINDSAY Jan 3 (Harbour) - The river rose over its banks on Sunday.\n\nTwo people drowned.",
            version="978556838",
            version_created_at="2026-01-03T04:10:00.000Z",
            headline="CORRECTED-South Lindsay battles flooding as the river rises",
            url="https://harbourwire.example/flood",
            published_at="2026-01-03T04:10:00.000Z",
            language="en",
            urgency=4,
            credit="NNA",
            origin={
                "format": "newsml-g2",
                "encoding": "utf-8",
                "dateline": "LINDSAY Jan 3",
                "by": "By Tom Reyes",
                "item_meta": {
                    "itemClass": [{"qcode": "ncls:text"}],
                    "provider": [{"literal": "HARBOUR"}],
                    "firstCreated": ["2026-01-03T04:10:00.000Z"],
                    "link": [{"rel": "irel:canonical", "href": "https://harbourwire.example/flood"}],
                },
                "content_meta": {
                    "infoSource": [{"qcode": "NS:NNA", "role": "sRole:origProv"}],
                    "located": [{"name": ["LINDSAY"]}],
                    "subject": [{"qcode": "N2:FLOOD"}],
                },
                "rights": {"copyrightHolder": [{"literal": "Harbour Wire"}], "usageTerms": ["Subscribers only."]},
                "attributes": {
                    "standard": "NewsML-G2",
                    "standardversion": "2.18",
                    "conformance": "power",
                    "lang": "en",
                    "versionedId": "tag:harbourwire.example,2026:978556838",
                },
                "correction": True,
                "slugline": "FLOOD-LINDSAY/",
                "notes": ["corrects last paragraph"],
                "signals": ["edStat:C"],
            },
        )
    ]
    assert newsml.parse(fixture("newsml-cancel.xml"), PLACE) == [
        Article(
            provider="desk",
            guid="tag:harbourwire.example,0000:newsml_L1N14N0FF",
            text="",
            version="1542761538",
            version_created_at="2026-01-04T09:00:00.000Z",
            headline="CORRECTED-South Lindsay battles flooding as the river rises",
            published_at="2026-01-04T09:00:00.000Z",
            language="en",
            status="canceled",
            urgency=4,
            origin={
                "format": "newsml-g2",
                "encoding": "utf-8",
                "item_meta": {
                    "itemClass": [{"qcode": "ncls:text"}],
                    "provider": [{"literal": "HARBOUR"}],
                    "firstCreated": ["2026-01-04T09:00:00.000Z"],
                },
                "attributes": {"lang": "en"},
                "correction": True,
                "signals": ["edStat:D"],
            },
        )
    ]


def test_a_bare_item_under_another_prefix() -> None:
    """Plain text inside, an embargo with a zone, several notes."""
    assert newsml.parse(fixture("newsml-embargoed.xml"), PLACE) == [
        Article(
            provider="desk",
            guid="urn:newsml:meridian.example:20260301:4711",
            text="The hospital will close in May.\n\nThe ministry gave no reason.",
            version="3",
            version_created_at="2026-03-01T09:00:00.000Z",
            headline="Hospital to close, ministry says",
            published_at="2026-03-01T09:00:00.000Z",
            language="en",
            embargo_until="2026-03-02T05:00:00.000Z",
            urgency=5,
            credit="Kestrel Press",
            origin={
                "format": "newsml-g2",
                "encoding": "utf-8",
                "item_meta": {
                    "itemClass": [{"qcode": "ninat:text"}],
                    "provider": [{"qcode": "nprov:MPA", "name": ["Meridian Press"]}],
                },
                "content_meta": {"creditline": ["Kestrel Press"]},
                "attributes": {"lang": "en"},
                "notes": ["Second note", "Embargoed until Monday 0600 CET"],
            },
        )
    ]


def test_an_empty_embargo_holds() -> None:
    """G2 allows it, and means that the end is not known."""
    (item,) = newsml.parse(fixture("newsml-embargoed-empty.xml"), PLACE)
    assert isinstance(item, Article)
    assert (item.embargo_until, item.text) == ("embargoed", "The hospital will close.\n\nIn May.")
    assert item.origin["notes"] == ["Release: 02.03.2026 06.00"]


def test_each_item_of_a_message_has_one_result() -> None:
    """In their order, with their lines; packages and pictures have no text, a concept is no news."""
    found = newsml.parse(fixture("newsml-message.xml"), PLACE)
    assert [(item.line, item.problem.code) for item in found if isinstance(item, Rejected)] == [
        (4, "no-text-package"),
        (5, "not-text"),
        (18, "not-news"),
        (19, "no-guid"),
        (20, "unknown-status"),
    ]
    assert [item for item in found if isinstance(item, Article)] == [
        Article(
            provider="desk",
            guid="urn:text:1",
            text="The high court sits at ten.",
            version_created_at="2026-03-01T10:00:00.000Z",
            headline="Courts on Monday",
            published_at="2026-03-01T10:00:00.000Z",
            language="en",
            purpose="advisory",
            origin={
                "format": "newsml-g2",
                "encoding": "utf-8",
                "item_meta": {"itemClass": [{"qcode": "ninat:text"}], "role": [{"qcode": "itemrole:advisory"}]},
                "signals": ["itemrole:advisory"],
                "version_created": "1 March, morning",
            },
        )
    ]


@pytest.mark.parametrize("prefix", ["stat:", "pubStatus:", "http://cv.iptc.org/newscodes/pubstatusg2/", ""])
@pytest.mark.parametrize("word", ["usable", "withheld", "canceled"])
def test_status_under_any_prefix(prefix: str, word: str) -> None:
    assert parsed(meta=f'<pubStatus qcode="{prefix}{word}"/>').status == word


@pytest.mark.parametrize(
    ("meta", "status", "purpose", "correction"),
    [
        ('<signal qcode="sig:correction"/>', "usable", "news", True),
        ('<signal qcode="edStat:C"/>', "usable", "news", True),
        ('<signal qcode="house:C"/>', "usable", "news", False),
        ('<signal qcode="sig:update"/>', "usable", "news", False),
        ('<signal qcode="edStat:D"/>', "canceled", "news", False),
        ('<pubStatus qcode="stat:withheld"/><signal qcode="edStat:D"/>', "withheld", "news", False),
        ('<signal qcode="sig:test"/>', "usable", "test", False),
        ("<profile>advisory</profile>", "usable", "advisory", False),
    ],
)
def test_signals(meta: str, status: str, purpose: str, correction: bool) -> None:
    item = parsed(meta=meta)
    assert (item.status, item.purpose, item.origin.get("correction", False)) == (status, purpose, correction)


@pytest.mark.parametrize(
    ("contents", "text"),
    [
        ("", ""),
        ("<inlineXML><html><head><title>t</title></head><body><p>a</p><p>b</p></body></html></inlineXML>", "a\n\nb"),
        ("<inlineXML><story><p>a<br/>b</p>c</story></inlineXML>", "a\nb\n\nc"),
        ("<inlineData>a &amp;amp; b</inlineData>", "a &amp; b"),
        ('<inlineData contenttype="text/html">a &amp;amp; b</inlineData>', "a & b"),
        ('<inlineData contenttype="image/jpeg" encoding="x:base64">aGVsbG8=</inlineData>', ""),
        ("<inlineXML><html><body/></html></inlineXML><inlineData>plain</inlineData>", "plain"),
        ("<remoteContent href='a.jpg'/>", ""),
    ],
)
def test_bodies(contents: str, text: str) -> None:
    assert parsed(contents=contents).text == text


def test_nitf_inside_gives_text_and_headline() -> None:
    nitf = (
        "<inlineXML><nitf><body><body.head><hedline><hl1>H</hl1></hedline></body.head>"
        "<body.content><p>T</p></body.content></body></nitf></inlineXML>"
    )
    item = parsed(contents="<inlineXML><html><body><p>other</p></body></html></inlineXML>" + nitf)
    assert (item.text, item.headline) == ("T", "H")
    assert parsed(about="<headline>Outer</headline>", contents=nitf).headline == "Outer"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"<newsMessage/>", "no-items"),
        (b"<newsMessage><itemSet/></newsMessage>", "no-items"),
        (b"<rss/>", "not-newsml"),
        (b"<newsItem guid='g'>", "invalid-xml"),
        (b"", "invalid-xml"),
        (b"<packageItem guid='g'/>", "no-text-package"),
        (b"<planningItem guid='g'/>", "not-news"),
        (b"<!DOCTYPE newsItem [<!ENTITY a 'b'>]><newsItem guid='&a;'/>", "refused-xml"),
    ],
)
def test_what_is_no_article_is_said(data: bytes, code: str) -> None:
    assert [item.problem.code for item in newsml.parse(data, PLACE) if isinstance(item, Rejected)] == [code]


@pytest.mark.parametrize("name", ["newsml-correction.xml", "newsml-cancel.xml", "newsml-embargoed.xml"])
def test_an_independent_reader_agrees(name: str) -> None:
    """newsmlg2 1.1 reads single items (and fails on an empty embargo); without catalogues, which it would look up."""
    document = xml.parse(fixture(name))
    assert isinstance(document, xml.Document)
    item = next(xml.find_all(document.root, "itemSet/newsItem"), document.root)
    for reference in xml.children(item, "catalogRef"):
        item.remove(reference)
    theirs = NewsMLG2Document(xml.source(item)).get_item()
    meta, about = theirs.itemmeta, theirs.contentmeta
    (ours,) = newsml.parse(fixture(name), PLACE)
    assert isinstance(ours, Article)
    assert (ours.guid, ours.version) == (theirs.guid, str(theirs.version))
    assert ours.status == meta.pubstatus.qcode.partition(":")[2]
    assert ours.version_created_at == stamps.instant(str(meta.versioncreated))
    assert (ours.headline, str(ours.urgency)) == (str(about.headline[0]), str(about.urgency))
    assert (ours.embargo_until is not None) == bool(meta.embargoed)
