"""NITF with and without namespace, its management of other documents, its embargo in three places."""

import pytest

from pipeline.records import Article
from pipeline.sources.formats import nitf
from pipeline.sources.items import Rejected
from tests.sources.formats.shelf import PLACE, fixture


def parsed(docdata: str = "", body: str = "<p>Text.</p>", attributes: str = "") -> Article:
    data = (
        f"<nitf><head><docdata {attributes}><doc-id id-string='d'/>{docdata}</docdata></head>"
        f"<body><body.content>{body}</body.content></body></nitf>"
    )
    (item,) = nitf.parse(data.encode(), PLACE)
    assert isinstance(item, Article), item
    return item


def test_with_namespace() -> None:
    """Paragraphs and lists are text; tables, captions, abstract and tag line are not."""
    assert nitf.parse(fixture("nitf.xml"), PLACE) == [
        Article(
            provider="desk",
            guid="KP-2026-0301",
            text="Dockers in Port Lindsay went on strike on Sunday.\n\nWages\n\nThey want €20 an hour & rest.\n\n"
            "No talks are planned.",
            version="2",
            version_created_at="2026-03-01T10:45:00.000Z",
            headline="Dockers strike at Port Lindsay",
            published_at="2026-03-01T10:45:00.000Z",
            language="en-GB",
            urgency=2,
            credit="Kestrel Press",
            origin={
                "format": "nitf",
                "encoding": "utf-8",
                "dateline": "PORT LINDSAY, March 1",
                "byline": "By Ada Marsh",
                "abstract": "Dockers strike.",
                "replaces": ["KP-2026-0300"],
                "management": {"management-status": "usable", "management-doc-idref": "KP-2026-0300"},
                "docdata": {
                    "doc-id": [{"id-string": "KP-2026-0301", "regsrc": "Kestrel Press"}],
                    "du-key": [{"key": "PORT-STRIKE", "generation": "2"}],
                    "date.issue": [{"norm": "20260301T114500+0100"}],
                    "date.release": [{"norm": "20260301T114500+0100"}],
                    "correction": [{"id-string": "KP-2026-0300", "info": "spelling of the port's name"}],
                },
                "head": {
                    "meta": [{"name": "desk", "content": "foreign"}],
                    "tobject": [{"tobject-type": "News", "tobject.property": [{"tobject.property.type": "Current"}]}],
                },
                "body_end": {"tagline": ["Editing by Tom Reyes"]},
                "correction": True,
                "notes": ["Corrects spelling throughout"],
                "signals": ["News", "Current", "correction"],
            },
        )
    ]


def test_embargoed_without_namespace_in_windows_1252() -> None:
    """Called iso-8859-1, with a DOCTYPE, basic dates, an entity of HTML and an urgency that is none."""
    assert nitf.parse(fixture("nitf-embargoed.xml"), PLACE) == [
        Article(
            provider="desk",
            guid="MPA/9",
            text="Café owners are worried – the survey says.",
            version_created_at="2016-09-08T11:00:00.000Z",
            headline="Café owners “worried”",
            published_at="2016-09-08T11:00:00.000Z",
            embargo_until="2016-09-08T23:01:00.000Z",
            credit="Kestrel Press",
            origin={
                "format": "nitf",
                "encoding": "windows-1252",
                "encoding_repaired": True,
                "management": {"management-status": "embargoed"},
                "docdata": {
                    "doc-id": [{"id-string": "MPA/9", "regsrc": "MPA"}],
                    "date.issue": [{"norm": "20160908T120000+0100"}],
                    "date.release": [{"norm": "20160909T000100+0100"}],
                },
                "body_head": {"distributor": ["Kestrel Press"]},
                "notes": ["EMBARGOED UNTIL 0001 FRIDAY"],
            },
        )
    ]


def test_a_document_may_cancel_another() -> None:
    """Two items: the notice, and the other document's new status."""
    notice, canceled = nitf.parse(fixture("nitf-kills-other.xml"), PLACE)
    assert isinstance(notice, Article)
    assert notice.guid == "KP-2026-0309"
    assert canceled == Article(
        provider="desk",
        guid="KP-2026-0301",
        text="",
        version_created_at="2026-03-01T12:00:00.000Z",
        published_at="2026-03-01T12:00:00.000Z",
        status="canceled",
        origin={"format": "nitf", "taken_back_by": "KP-2026-0309"},
    )


@pytest.mark.parametrize(
    ("attributes", "others"),
    [
        ("management-doc-idref='o'", []),
        ("management-doc-idref='o' management-idref-status='usable'", []),
        ("management-doc-idref='o' management-idref-status='withheld'", [("o", "withheld")]),
        ("management-doc-idref='o' management-status='canceled'", [("o", "canceled")]),
        ("management-doc-idref='d' management-status='canceled'", []),
        ("management-status='canceled'", []),
    ],
)
def test_whom_a_document_takes_back(attributes: str, others: list[tuple[str, str]]) -> None:
    data = f"<nitf><head><docdata {attributes}><doc-id id-string='d'/></docdata></head></nitf>"
    found = [item for item in nitf.parse(data.encode(), PLACE) if isinstance(item, Article)]
    assert [(item.guid, item.status) for item in found[1:]] == others


@pytest.mark.parametrize(
    ("attributes", "docdata", "until"),
    [
        ("", "<date.release norm='20260302T000100Z'/>", None),
        (
            "",
            "<date.issue norm='20260301T000000Z'/><date.release norm='20260302T000100Z'/>",
            "2026-03-02T00:01:00.000Z",
        ),
        ("", "<date.issue norm='20260302T000100Z'/><date.release norm='20260302T000100Z'/>", None),
        ("management-status='embargoed'", "<date.release norm='20260302T000100Z'/>", "2026-03-02T00:01:00.000Z"),
        ("", "<date.issue norm='20260302'/><date.release norm='20260302'/>", None),
        ("", "<date.issue norm='20260301'/><date.release norm='20260302'/>", "20260302"),
        ("management-status='embargoed'", "<date.release norm='20260302T000100'/>", "20260302T000100"),
        ("management-status='embargoed'", "<date.release>Monday noon</date.release>", "Monday noon"),
        ("management-status='embargoed'", "", "embargoed"),
        ("", "<ed-msg info='Strictly embargoed: 0001 Monday'/>", "Strictly embargoed: 0001 Monday"),
        ("", "<ed-msg info='Adds that the embargo on arms is to end'/>", None),
    ],
)
def test_embargo(attributes: str, docdata: str, until: str | None) -> None:
    assert parsed(docdata, attributes=attributes).embargo_until == until


@pytest.mark.parametrize(
    ("docdata", "guid"),
    [
        ("<doc-id id-string='a'/><du-key key='k'/>", "a"),
        ("<du-key key='k'/><date.issue norm='20260301'/>", "k/2026-03-01"),
        ("<du-key key='k'/>", "k"),
        ("", "item"),
    ],
)
def test_what_names_the_item(docdata: str, guid: str) -> None:
    """A du-key is reused some day, so it needs its own; the file's name is the last resort."""
    (item,) = nitf.parse(f"<nitf><head><docdata>{docdata}</docdata></head></nitf>".encode(), PLACE)
    assert isinstance(item, Article)
    assert item.guid == guid


@pytest.mark.parametrize("status", ["usable", "withheld", "canceled"])
def test_status(status: str) -> None:
    assert parsed(attributes=f"management-status='{status}'").status == status


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"<NITF/>", "not-nitf"),
        (b"<nitf>", "invalid-xml"),
        (b"<!DOCTYPE nitf SYSTEM 'nitf.dtd' [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><nitf>&a;</nitf>", "refused-xml"),
        (b"<!DOCTYPE nitf SYSTEM 'nitf.dtd'><nitf>&agency;</nitf>", "refused-xml"),
    ],
)
def test_what_is_no_article_is_said(data: bytes, code: str) -> None:
    assert [item.problem.code for item in nitf.parse(data, PLACE) if isinstance(item, Rejected)] == [code]
