"""ninjs of three families, and AP's: one mapper."""

import json
from typing import Any

import pytest

from pipeline.records import Article
from pipeline.sources.formats import ninjs
from pipeline.sources.items import Item, Rejected
from tests.sources.formats.shelf import PLACE, fixture


def parsed(**values: Any) -> Article:
    (item,) = ninjs.parse(json.dumps({"uri": "u", **values}).encode(), PLACE)
    assert isinstance(item, Article), item
    return item


def code(item: Item) -> str:
    assert isinstance(item, Rejected)
    return item.problem.code


def test_1() -> None:
    """HTML body, captions and tables left out, codes and associations kept."""
    assert ninjs.parse(fixture("ninjs-1.json"), PLACE) == [
        Article(
            provider="desk",
            guid="urn:newsml:harbourwire.example:20260224:ferry-strike",
            text="PORT LINDSAY (Nile News) – Ferry crews walked out on Tuesday,\nthe union said.\n\n"
            "Talks with the port & the ministry failed on Monday.",
            version="2",
            version_created_at="2026-02-24T09:15:00.000Z",
            headline="UPDATE 1-Ferry crews walk out in Port Lindsay",
            published_at="2026-02-24T09:15:00.000Z",
            language="en-GB",
            urgency=3,
            credit="Nile News Agency",
            origin={
                "format": "ninjs",
                "$schema": "http://www.iptc.org/std/ninjs/ninjs-schema_1.3.json",
                "type": "text",
                "firstcreated": "2026-02-24T09:55:00+01:00",
                "located": "Port Lindsay",
                "infosource": [{"name": "Nile News Agency", "qcode": "nns:NNA"}],
                "genre": [{"name": "Current", "code": "genre:Current"}],
                "person": [{"name": "Ada Marsh", "rel": "author"}],
                "priority": 4,
                "associations": {"featuremedia": {"uri": "urn:x:pic:1", "type": "picture", "headline": "A ferry"}},
                "byline": "By Ada Marsh",
                "slugline": "FERRY-STRIKE/",
                "signals": ["genre:Current"],
            },
        )
    ]


def test_2() -> None:
    """The main headline, the main body in plain text, an embargo with a zone."""
    assert ninjs.parse(fixture("ninjs-2.json"), PLACE) == [
        Article(
            provider="desk",
            guid="tag:kestrelpress.example,2026:item:8841",
            text="Egypt and Ethiopia resumed talks.\n\nSudan hosts them.",
            version="11",
            version_created_at="2026-03-01T08:00:00.000Z",
            headline="Egypt and Ethiopia resume dam talks",
            url="https://kestrelpress.example/8841",
            published_at="2026-03-01T08:00:00.000Z",
            language="en",
            embargo_until="2026-03-01T22:01:00.000Z",
            urgency=9,
            origin={
                "format": "ninjs",
                "$schema": "http://www.iptc.org/std/ninjs/ninjs-schema_2.0.json",
                "type": "text",
                "people": [{"name": "Sara Lindqvist"}],
                "altids": [{"role": "web", "value": "https://kestrelpress.example/8841"}],
            },
        )
    ]


def test_3() -> None:
    """Camel case, an XHTML body, an embargo in words: it is passed on, and holds."""
    assert ninjs.parse(fixture("ninjs-3.json"), PLACE) == [
        Article(
            provider="desk",
            guid="http://meridian.example/items/77",
            text="Reaction\n\nThe minister will resign.",
            version_created_at="2026-03-01T08:00:00.250Z",
            headline="Minister to resign",
            published_at="2026-03-01T08:00:00.250Z",
            language="en-US",
            embargo_until="Monday, one minute past midnight",
            credit="Meridian",
            origin={
                "format": "ninjs",
                "standard": {
                    "name": "ninjs",
                    "version": "3.0",
                    "schema": "https://iptc.org/std/ninjs/ninjs-schema_3.0.json",
                },
                "type": "text",
                "firstCreated": "2026-03-01T07:58:00Z",
                "infoSources": [{"name": "Meridian", "role": "https://cv.example/orig"}],
                "contactNote": "desk@meridian.example",
                "notes": ["Graphic to follow"],
            },
        )
    ]


def test_ap() -> None:
    """The chain of versions is `altids.itemid`, versions begin at 0, the status is the embargo."""
    (item,) = ninjs.parse(fixture("ninjs-ap.json"), PLACE)
    assert isinstance(item, Article)
    assert (item.guid, item.version, item.text, item.urgency, item.purpose) == ("f00dcafe", "0", "", 8, "news")
    assert item.embargo_until == "Not for use before the bank's statement"
    assert item.origin["altids"]["etag"] == "f00dcafe_0a1aza0c0"


def test_ap_without_newscontent_is_a_note_to_editors() -> None:
    assert parsed(altids={"itemid": "i"}, signals=["photostobesent"]).purpose == "advisory"
    assert parsed(altids={"itemid": "i"}, signals=["newscontent"]).purpose == "news"
    assert parsed(altids=[{"role": "x", "value": "y"}], signals=["anything"]).purpose == "news"


@pytest.mark.parametrize(
    ("values", "until"),
    [
        ({}, None),
        ({"embargoed": ""}, None),
        ({"embargoed": None}, None),
        ({"embargoed": "2026-03-02T00:01:00Z"}, "2026-03-02T00:01:00.000Z"),
        ({"embargoedUntil": "2026-03-02T00:01:00Z"}, "2026-03-02T00:01:00.000Z"),
        ({"embargoed": "", "embargoedUntil": "20260302T000100Z"}, "2026-03-02T00:01:00.000Z"),
        ({"embargoed": "2026-03-02T00:01:00"}, "2026-03-02T00:01:00"),
        ({"embargoed": "noon"}, "noon"),
        ({"embargoed": {"until": "noon"}}, "not a date"),
        ({"pubstatus": "embargoed"}, "embargoed"),
        ({"pubstatus": "embargoed", "embargoed": ""}, "embargoed"),
        ({"pubStatus": "stat:embargoed", "edNote": "Hold for release by the bank"}, "Hold for release by the bank"),
        ({"ednote": "Embargo lifted; recasts after embargo until noon was lifted"}, None),
        ({"ednote": "Adds arms embargo until 2027"}, None),
    ],
)
def test_embargo(values: dict[str, Any], until: str | None) -> None:
    """Read, or passed on as it stands; never dropped."""
    assert parsed(**values).embargo_until == until


@pytest.mark.parametrize(
    ("word", "status"),
    [
        (None, "usable"),
        ("usable", "usable"),
        ("Canceled", "canceled"),
        ("stat:cancelled", "canceled"),
        ("http://cv.iptc.org/newscodes/pubstatusg2/withheld", "withheld"),
    ],
)
def test_status(word: str | None, status: str) -> None:
    assert parsed(pubstatus=word).status == status


def test_a_cancel_may_be_empty_or_whole() -> None:
    """Its status says it, not its body."""
    assert parsed(pubstatus="canceled") == Article(
        provider="desk", guid="u", text="", status="canceled", origin={"format": "ninjs"}
    )
    assert parsed(pubstatus="canceled", headline="Old", body_text="Old.").headline == "Old"


@pytest.mark.parametrize(
    ("values", "purpose"),
    [
        ({"slugline": "TEST"}, "test"),
        ({"headline": "This is a test message, please ignore"}, "test"),
        ({"headline": "England win first test"}, "news"),
        ({"headline": "ADVISORY-Harbour Wire plans for Monday"}, "advisory"),
        ({"headline": "Advisory panel backs vaccine"}, "news"),
        ({"signals": ["sig:test"]}, "test"),
        ({"genre": [{"code": "genre:daybook"}]}, "advisory"),
        ({"profile": "advisory"}, "advisory"),
    ],
)
def test_purpose(values: dict[str, Any], purpose: str) -> None:
    assert parsed(**values).purpose == purpose


def test_a_story_that_its_headline_withdraws() -> None:
    assert parsed(headline="STORY WITHDRAWN-Dockers strike", body_text="x").status == "canceled"
    assert parsed(headline="Kill the bill, unions say", body_text="x").status == "usable"


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (b'{"type":"text","headline":"x"}', "no-guid"),
        (b'{"uri":"u","type":"picture","body_text":"caption"}', "not-text"),
        (b'{"uri":"u","type":"composite"}', "no-text-package"),
        (b'{"uri":"u","pubstatus":"provisional"}', "unknown-status"),
        (b'{"uri":', "invalid-json"),
        (b"[]", "not-ninjs"),
        (b'"text"', "not-ninjs"),
        (b"", "invalid-json"),
        (b'{"uri":"' + b"u" * 600 + b'"}', "invalid-record"),
    ],
)
def test_what_is_no_article_is_said(data: bytes, wanted: str) -> None:
    assert [code(item) for item in ninjs.parse(data, PLACE)] == [wanted]


def test_a_list_is_its_items() -> None:
    first, second = ninjs.parse(b'[{"uri":"a","body_text":"x"},{"no":"uri"}]', PLACE)
    assert isinstance(first, Article)
    assert (first.guid, code(second)) == ("a", "no-guid")
    assert isinstance(second, Rejected)
    assert second.raw == b'{"no":"uri"}'


def test_latin_1_is_repaired_and_noted() -> None:
    (item,) = ninjs.parse('{"uri":"u","body_text":"Café"}'.encode("latin-1"), PLACE)
    assert isinstance(item, Article)
    assert (item.text, item.origin["encoding_repaired"]) == ("Café", True)


def test_origin_is_bounded() -> None:
    """What does not fit is named, and what nests too deeply for the codec."""
    deep: Any = []
    for _ in range(300):
        deep = [deep]
    item = parsed(blob="x" * 100_000, deep=deep, small=1)
    assert item.origin == {"format": "ninjs", "small": 1, "left_out": ["blob", "deep"]}
