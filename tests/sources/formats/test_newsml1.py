"""NewsML 1.2: identity without revision, statuses that will change, NITF inside."""

import pytest

from pipeline.records import Article
from pipeline.sources.formats import newsml1
from pipeline.sources.items import Rejected
from tests.sources.formats.shelf import PLACE, fixture

ITEM = """<NewsML><NewsItem><Identification><NewsIdentifier><ProviderId>m.example</ProviderId><DateId>20260301</DateId>
<NewsItemId>1</NewsItemId><RevisionId>{revision}</RevisionId></NewsIdentifier></Identification>
<NewsManagement>{management}</NewsManagement><NewsComponent><ContentItem><DataContent>{body}</DataContent></ContentItem>
</NewsComponent></NewsItem></NewsML>"""


def parsed(management: str = "", body: str = "<p>Text.</p>", revision: str = "1") -> Article:
    (item,) = newsml1.parse(ITEM.format(management=management, body=body, revision=revision).encode(), PLACE)
    assert isinstance(item, Article), item
    return item


def test_embargoed_until_the_status_changes() -> None:
    """ISO-8859-1, a DOCTYPE without a subset, a correction; the photo beside it is no article."""
    article, photo = newsml1.parse(fixture("newsml1-embargoed.xml"), PLACE)
    assert isinstance(article, Article)
    origin = article.origin
    assert article == Article(
        provider="desk",
        guid="urn:newsml:meridian.example:20260301:0815",
        text="Minister Müller resigned.\n\nHe gave no reason.",
        version="2",
        version_created_at="2026-03-01T09:00:00.000Z",
        headline="Minister Müller resigns",
        published_at="2026-03-01T09:00:00.000Z",
        language="en",
        embargo_until="2026-03-01T23:00:00.000Z",
        urgency=2,
        credit="Kestrel Press",
        origin=origin,
    )
    assert (origin["format"], origin["encoding"], origin["dateline"]) == ("newsml-1", "iso8859-1", "Lindsay, 1 March")
    assert (origin["correction"], origin["slugline"]) == (True, "MINISTER-RESIGN")
    assert isinstance(photo, Rejected)
    assert (photo.line, photo.problem.code) == (37, "not-text")


@pytest.mark.parametrize(
    ("management", "status", "until"),
    [
        ("", "usable", None),
        ('<Status FormalName="Usable"/>', "usable", None),
        ('<Status FormalName="Canceled"/>', "canceled", None),
        ('<Status FormalName="Withheld"/>', "withheld", None),
        ('<Status FormalName="Embargoed"/>', "usable", "embargoed"),
        (
            '<Status FormalName="Embargoed"/><StatusWillChange><FutureStatus FormalName="Usable"/>'
            "<DateAndTime>tomorrow</DateAndTime></StatusWillChange>",
            "usable",
            "tomorrow",
        ),
    ],
)
def test_status(management: str, status: str, until: str | None) -> None:
    item = parsed(management)
    assert (item.status, item.embargo_until) == (status, until)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<body.content><p>a</p><p>b</p></body.content>", "a\n\nb"),
        ("&lt;p&gt;a&lt;/p&gt;&lt;p&gt;b&lt;/p&gt;", "a\n\nb"),
        ("plain text\n\nsecond", "plain text\n\nsecond"),
        ("<nitf><body><body.content><p>a</p></body.content></body></nitf>", "a"),
    ],
)
def test_bodies(body: str, text: str) -> None:
    assert parsed(body=body).text == text


def test_a_cancel_needs_no_body() -> None:
    item = parsed('<Status FormalName="Canceled"/>', body="", revision="3")
    assert (item.guid, item.version, item.text) == ("urn:newsml:m.example:20260301:1", "3", "")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"<NewsML/>", "no-items"),
        (b"<newsItem/>", "not-newsml"),
        (b"<NewsML><NewsItem/></NewsML>", "not-text"),
        (b"<NewsML>", "invalid-xml"),
    ],
)
def test_what_is_no_article_is_said(data: bytes, code: str) -> None:
    assert [item.problem.code for item in newsml1.parse(data, PLACE) if isinstance(item, Rejected)] == [code]
