"""IPTC 7901 and ANPA 1312: what bytes and words give, and what they cannot give."""

import pytest

from pipeline.records import Article
from pipeline.sources.formats import anpa, iptc7901, teleprinter
from pipeline.sources.items import Rejected
from tests.sources.formats.shelf import PLACE, fixture


def seven_nine(
    keyword: str = "Dam/", text: str = "Title=\r\nText.\r\n", trailer: str = "011200 GMT Mar 26", priority: str = "4"
) -> Article:
    (item,) = iptc7901.parse(
        f"\x01abc0001 {priority} pl 9\r\n{keyword}\r\n\x02{text}\x03\r\n{trailer}\x04".encode(), PLACE
    )
    assert isinstance(item, Article), item
    return item


def wired(keyword: str = "bc-dam", text: str = "   Text.\r\n", priority: str = "r", trailer: str = "") -> Article:
    data = f"\x16\x16\x01a0001\x1f{priority} i \x13\x11 {keyword} 03-01 0009\r\n\x02{text}\x03{trailer}\x04"
    (item,) = anpa.parse(data.encode(), PLACE)
    assert isinstance(item, Article), item
    return item


def test_7901_in_latin_1() -> None:
    """Lines are joined, indents begin paragraphs, "=" ends the headline; no zone is said."""
    assert iptc7901.parse(fixture("7901.txt"), PLACE) == [
        Article(
            provider="desk",
            guid="bdt/nilgespräche/2026-02-16",
            text="Khartoum (hbr) - Egypt and Ethiopia have put off their talks, Minister Müller said.\n\nThey may meet in May.",
            version_created_at="2026-02-16T14:12:00.000Z",
            headline="Talks put off in Khartoum",
            published_at="2026-02-16T14:12:00.000Z",
            urgency=3,
            origin={
                "format": "iptc7901",
                "encoding": "windows-1252",
                "encoding_repaired": True,
                "service": "bdt",
                "number": "0171",
                "category": "pl",
                "words": "176",
                "option": "hbr 1234",
                "trailer": "161412 Feb 26",
                "zone_assumed": "UTC",
                "slugline": "Nilgespräche/",
            },
        )
    ]


def test_7901_messages_follow_one_another() -> None:
    """An embargo in words, and a kill of the story that has the same slug and day."""
    held, killed = iptc7901.parse(fixture("7901-two.txt"), PLACE)
    assert isinstance(held, Article)
    assert isinstance(killed, Article)
    assert (held.embargo_until, held.text, held.urgency) == ("EMBARGOED UNTIL 1800 TODAY", "Khartoum - Talks fail.", 1)
    assert (killed.guid, killed.status) == ("bdt/nilgespräche/2026-02-16", "canceled")
    assert killed.version_created_at == "2026-02-16T15:00:00.000Z"


def test_anpa_in_latin_1() -> None:
    """Keyword line, headline and notes are taken off; the quotes and dashes of the day are ours."""
    assert anpa.parse(fixture("anpa.txt"), PLACE) == [
        Article(
            provider="desk",
            guid="dam-talks/2026-03-01",
            text='KHARTOUM (HBR) - Egypt and Ethiopia resumed talks at the Café Nile, "at last."\n\nSudan hosts them.',
            version_created_at="2026-03-01T18:04:00.000Z",
            headline="Dam talks resume",
            published_at="2026-03-01T18:04:00.000Z",
            urgency=4,
            origin={
                "format": "anpa",
                "encoding": "windows-1252",
                "encoding_repaired": True,
                "level": "a",
                "number": "0123",
                "priority": "r",
                "category": "i",
                "trailer": "AP-WF-03-01-26 1804GMT",
                "filed": "03-01",
                "slugline": "BC-Dam Talks,0042",
                "notes": ["Eds: UPDATES with quote, ADDS background."],
            },
        )
    ]


def test_versions_of_a_story_share_slug_and_day() -> None:
    """Original, second lead, kill."""
    found = [anpa.parse(fixture(name), PLACE)[0] for name in ("anpa.txt", "anpa-lead.txt", "anpa-kill.txt")]
    articles = [item for item in found if isinstance(item, Article)]
    assert {article.guid for article in articles} == {"dam-talks/2026-03-01"}
    assert [(article.version, article.status) for article in articles] == [
        ("1", "usable"),
        ("3", "usable"),
        ("1", "canceled"),
    ]
    times = [article.version_created_at or "" for article in articles]
    assert times == sorted(times)


def test_an_advance_is_held() -> None:
    """Without a trailer there is no year, so there is no time."""
    (item,) = anpa.parse(fixture("anpa-advance.txt"), PLACE)
    assert isinstance(item, Article)
    assert (item.guid, item.version_created_at) == ("river-feature/03-01", None)
    assert (item.embargo_until, item.text) == ("For release Thursday, March 5", "LINDSAY (HBR) - The river is old.")


@pytest.mark.parametrize(
    ("keyword", "slug", "version"),
    [
        ("bc-nile-talks", "nile-talks", "1"),
        ("BC-Nile Talks, 1st Ld-Writethru, 0452", "nile-talks-0452", "2"),
        ("bc-nile-talks 2ndLd-Writethru", "nile-talks", "3"),
        ("AM-Nile-Talks,Urgent", "nile-talks", "1"),
        ("bc-nile-talks,Writethru", "nile-talks", "2"),
        ("bc-nile-talks, Adv05", "nile-talks", "1"),
        ("bc-nile-talks REFILE", "nile-talks", "1"),
        ("bc-adventure-weldon", "adventure-weldon", "1"),
        ("Dam/Gespräche/", "dam-gespräche", "1"),
        ("", "", "1"),
    ],
)
def test_keyword_lines(keyword: str, slug: str, version: str) -> None:
    assert (teleprinter.slug(keyword), teleprinter.version(keyword)) == (slug, version)


@pytest.mark.parametrize(
    ("trailer", "moment"),
    [
        ("161412 Feb 26", "2026-02-16T14:12:00.000Z"),
        ("161412 GMT Feb 26", "2026-02-16T14:12:00.000Z"),
        ("161412 CET feb 2026", "2026-02-16T13:12:00.000Z"),
        ("312359 Dec 99", "1999-12-31T23:59:00.000Z"),
        ("AP-WF-09-05-12 1234GMT", "2012-09-05T12:34:00.000Z"),
        ("AP-NY-09-05-95 2330EDT", "1995-09-06T03:30:00.000Z"),
        ("321412 Feb 26", ""),
        ("161412 Mai 26", ""),
        ("05-09-12 12-34-56", ""),
        ("", ""),
    ],
)
def test_times_after_the_text(trailer: str, moment: str) -> None:
    assert teleprinter.moment(trailer) == moment


@pytest.mark.parametrize(("letter", "urgency"), [("f", 1), ("b", 2), ("u", 2), ("r", 4), ("d", 6), ("a", None)])
def test_priority_letters(letter: str, urgency: int | None) -> None:
    assert wired(priority=letter).urgency == urgency


@pytest.mark.parametrize(
    ("text", "status", "until"),
    [
        ("   Text.\r\n", "usable", None),
        ("Eds: KILL KILL KILL\r\n   Text.\r\n", "canceled", None),
        ("HOLD HOLD HOLD\r\n   Text.\r\n", "withheld", None),
        ("MANDATORY KILL\r\n   Text.\r\n", "canceled", None),
        ("Strictly embargoed until noon\r\n   Text.\r\n", "usable", "Strictly embargoed until noon"),
        ("   LONDON - The arms embargo until 2027 holds.\r\n", "usable", None),
        ("   They kill, kill and kill.\r\n", "usable", None),
    ],
)
def test_markers_above_the_story(text: str, status: str, until: str | None) -> None:
    for item in (wired(text=text), seven_nine(text="Title=\r\n" + text)):
        assert (item.status, item.embargo_until) == (status, until)


def test_a_headline_that_is_the_embargo() -> None:
    assert seven_nine(text="EMBARGOED UNTIL 1800=\r\nText.\r\n").embargo_until == "EMBARGOED UNTIL 1800"


def test_tests_and_advisories() -> None:
    assert wired(keyword="TEST").purpose == "test"
    assert wired(keyword="ADVISORY").purpose == "advisory"
    assert wired(keyword="bc-test-match").purpose == "news"


def test_a_message_without_slug_is_named_by_its_number() -> None:
    assert seven_nine(keyword="").guid == "abc/abc0001/2026-03-01"
    assert wired(keyword="").guid == "a0001/03-01"


@pytest.mark.parametrize(
    "data", [b"", b"no control bytes", b"\x01header without text", b"\x01\x02\x03", b"\x01???\x02x\x03"]
)
def test_what_is_no_message_is_said(data: bytes) -> None:
    for parse, code in ((iptc7901.parse, "not-7901"), (anpa.parse, "not-anpa")):
        assert [item.problem.code for item in parse(data, PLACE) if isinstance(item, Rejected)] == [code]


def test_a_message_that_is_cut_off_is_read_as_far_as_it_goes() -> None:
    """The end may never come on a bad line; nothing says that something is missing."""
    (item,) = anpa.parse(b"\x16\x16\x01a0001\x1fr i \x13\x11 bc-dam 03-01 0009\r\n\x02   Text goes", PLACE)
    assert isinstance(item, Article)
    assert item.text == "Text goes"
