"""A feed that is polled, on a web and a clock that the test owns."""

import hashlib
import hmac
from dataclasses import replace
from typing import Any

import pytest

from pipeline import instants
from pipeline.records import Article, Problem
from pipeline.sources.items import Item, Place, Rejected
from pipeline.sources.live import pace
from pipeline.sources.live.base import Polled, Response
from pipeline.sources.live.conditional import GONE_SECONDS
from pipeline.sources.live.feeds import FeedSource
from pipeline.sources.live.pages import PAGES_A_POLL, Pages
from pipeline.sources.live.websub import Subscription
from tests.sources.live.fakes import NOW_MS, FakeWeb, here

URL = "https://wire.example/rss"
PLACE = Place(path=URL, provider="wire", guid="feed", article_bytes=1_000_000)
MINUTE_MS = 60_000


def rss(*items: tuple[str, str], head: str = "") -> bytes:
    entries = "".join(
        f"<item><guid>{guid}</guid><title>Story</title><description>{text}</description></item>" for guid, text in items
    )
    return f"<rss version='2.0'><channel>{head}{entries}</channel></rss>".encode()


def answer(body: bytes = b"", status: int = 200, **headers: Any) -> Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(status=status, url=URL, headers=named, body=body)


def source(*answers: Response | Problem, **rest: Any) -> tuple[FeedSource, FakeWeb]:
    web = FakeWeb(list(answers))
    return FeedSource(name="feed", url=URL, place=PLACE, fetch=web, apart=here, **rest), web


async def polls(feed: FeedSource, times: int, memory: dict[str, Any] | None = None) -> list[Polled]:
    """So many polls a minute apart, each with the memory that the last one left."""
    found = []
    memory = memory or {}
    for number in range(times):
        polled = await feed.poll(memory, NOW_MS + number * MINUTE_MS)
        memory = memory if polled.memory is None else polled.memory
        found.append(polled)
    return found


def versions(polled: Polled) -> list[tuple[str, str, str]]:
    return [(item.guid, item.version, item.text) for item in polled.items if isinstance(item, Article)]


def waits(seconds: float, at_ms: int = NOW_MS) -> float:
    return pace.jittered(seconds, "feed", at_ms)


async def test_the_article_whole() -> None:
    """Golden: what Kafka will get of a first poll, and what is remembered."""
    feed, _ = source(answer(rss(("1", "Rain.")), etag='W/"x"', last_modified="yesterday"))
    (polled,) = await polls(feed, 1)
    assert polled == Polled(
        items=(
            Article(
                provider="wire",
                guid="1",
                text="Rain.",
                version="1",
                version_created_at=instants.from_ms(NOW_MS),
                headline="Story",
                origin={"format": "rss20", "text_from": "summary", "feed": URL},
            ),
        ),
        memory=polled.memory,
        wait_seconds=waits(300),
    )
    assert polled.memory is not None
    known = {name: value for name, value in polled.memory.items() if name not in ("seen", "body")}
    assert known == {
        "url": URL,
        "etag": 'W/"x"',
        "last_modified": "yesterday",
        "pace_seconds": None,
        "hub": None,
        "changed_ms": NOW_MS,
    }


async def test_only_what_changed_is_fetched() -> None:
    """The validators go back as they came; nothing new is nothing to remember."""
    feed, web = source(answer(rss(("1", "Rain.")), etag='W/"x"', last_modified="yesterday"), answer(status=304))
    _, second, third = await polls(feed, 3)
    headers = web.asked[1][1]
    assert (headers["if-none-match"], headers["if-modified-since"]) == ('W/"x"', "yesterday")
    assert "if-none-match" not in web.asked[0][1]
    assert [(one.items, one.memory, one.problem) for one in (second, third)] == [((), None, None)] * 2


async def test_content_makes_versions() -> None:
    """A change is the next revision, made when it was first seen; what is the same is not sent, whatever else is stamped."""
    feed, _ = source(
        answer(rss(("2", "Sun."), ("1", "Rain."))),
        answer(rss(("2", "Sun."), ("1", "Heavy rain."), head="<lastBuildDate>now</lastBuildDate>")),
        answer(rss(("2", "Sun."), ("1", "Heavy rain."), head="<lastBuildDate>later</lastBuildDate>")),
    )
    first, second, third = await polls(feed, 3)
    assert versions(first) == [("1", "1", "Rain."), ("2", "1", "Sun.")]
    assert versions(second) == [("1", "2", "Heavy rain.")]
    (changed,) = second.items
    assert isinstance(changed, Article)
    assert changed.version_created_at == instants.from_ms(NOW_MS + MINUTE_MS)
    assert third.items == ()


async def test_the_same_body_is_not_parsed_again() -> None:
    calls = []

    async def counting(function: Any, *arguments: Any, seconds: float = 0) -> Any:
        calls.append(function)
        return function(*arguments)

    feed, _ = source(answer(rss(("1", "Rain."))))
    feed.apart = counting
    await polls(feed, 3)
    assert len(calls) == 1


async def test_a_deleted_entry_is_canceled() -> None:
    atom = """<feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0">{}</feed>"""
    entry = "<entry><id>urn:1</id><title>A</title><content>Rain.</content></entry>"
    feed, _ = source(
        answer(atom.format(entry).encode()), answer(atom.format('<at:deleted-entry ref="urn:1"/>').encode())
    )
    _, second = await polls(feed, 2)
    assert [(item.guid, item.version, item.status, item.text) for item in articles(second)] == [
        ("urn:1", "2", "canceled", "")
    ]


def articles(polled: Polled) -> list[Article]:
    return [item for item in polled.items if isinstance(item, Article)]


async def test_killed_before_the_state_was_saved() -> None:
    """With the old memory the same comes again; with another text meanwhile it is a later version of the same number."""
    feed, _ = source(answer(rss(("1", "Rain."))), answer(rss(("1", "Rain."))), answer(rss(("1", "Heavy rain."))))
    first = await feed.poll({}, NOW_MS)
    again = await feed.poll({}, NOW_MS + 1)
    other = await feed.poll({}, NOW_MS + 2)
    assert versions(first) == versions(again)
    (old,), (new,) = articles(first), articles(other)
    assert (old.version_created_at or "") < (new.version_created_at or "")


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (Problem(code="timed-out", message="x"), "timed-out"),
        (answer(status=500), "http-500"),
        (answer(status=404), "http-404"),
        (answer(b"<html></html>"), "not-a-feed"),
        (answer(b'<!DOCTYPE x [<!ENTITY a "b">]><rss version="2.0"/>'), "refused-xml"),
    ],
)
async def test_failures_are_problems_and_waits_grow(bad: Response | Problem, code: str) -> None:
    """What is remembered of the healthy feed stays; only the first failure changes the memory."""
    good = answer(rss(("1", "Rain.")), etag="x")
    feed, web = source(good, bad, bad, bad, answer(status=304))
    first, *failed, healed = await polls(feed, 5)
    assert {one.problem.code if one.problem else None for one in failed} == {code}
    assert [one.memory is None for one in failed] == [False, True, True]
    assert failed[0].memory == {**(first.memory or {}), "failing_since_ms": NOW_MS + MINUTE_MS}
    assert web.asked[4][1]["if-none-match"] == "x"
    assert (healed.problem, healed.memory) == (None, first.memory)
    assert failed[0].wait_seconds == waits(300, NOW_MS + MINUTE_MS)


async def test_retry_after_is_kept_over_a_restart() -> None:
    """Nobody is asked before the time he said, whoever asks."""
    feed, web = source(answer(status=429, retry_after="3600"), answer(rss(("1", "Rain."))))
    refused = await feed.poll({}, NOW_MS)
    assert refused.problem is not None
    assert (refused.problem.code, refused.wait_seconds) == ("http-429", waits(3_600))
    assert refused.memory is not None
    early = await feed.poll(refused.memory, NOW_MS + MINUTE_MS)
    assert (early.problem.code if early.problem else None, early.wait_seconds, len(web.asked)) == (
        "told-to-wait",
        3_540,
        1,
    )
    late = await feed.poll(refused.memory, NOW_MS + 3_600_000)
    assert (len(late.items), late.problem) == (1, None)
    assert late.memory is not None
    assert not {"not_before_ms", "failing_since_ms"} & set(late.memory)


async def test_gone_is_not_asked_again() -> None:
    feed, web = source(answer(status=410))
    found = await polls(feed, 3)
    assert {one.problem.code if one.problem else None for one in found} == {"gone"}
    assert (len(web.asked), found[2].wait_seconds) == (1, GONE_SECONDS)


async def test_another_url_is_another_feed() -> None:
    """What was gone, moved or tagged was the old one; what was seen stays seen."""
    feed, _ = source(answer(rss(("1", "Rain."))))
    (polled,) = await polls(feed, 1)
    other, web = source(answer(rss(("1", "Rain."), ("2", "Sun."))))
    memory = {**(polled.memory or {}), "url": "https://old.example/", "gone": True, "etag": "x"}
    assert versions(await other.poll(memory, NOW_MS)) == [("2", "1", "Sun.")]
    assert "if-none-match" not in web.asked[0][1]


async def test_a_move_for_good_is_remembered_until_it_fails() -> None:
    moved = replace(answer(rss(("1", "Rain."))), moved_to="https://new.example/rss")
    feed, web = source(moved, answer(status=410), answer(status=304))
    _, gone, back = await polls(feed, 3)
    assert [url for url, _ in web.asked] == [URL, "https://new.example/rss", URL]
    assert (gone.problem.code if gone.problem else None, back.problem) == ("http-410", None)


async def test_a_move_is_remembered_where_nothing_else_is_new() -> None:
    feed, web = source(
        answer(rss(("1", "Rain.")), etag="x"),
        replace(answer(status=304), moved_to="https://new.example/rss"),
        answer(status=304),
    )
    await polls(feed, 3)
    assert web.asked[2][0] == "https://new.example/rss"


@pytest.mark.parametrize(
    ("head", "headers", "wait"),
    [
        ("<ttl>20</ttl>", {}, 1_200),
        ("", {"cache_control": "max-age=900"}, 900),
        ("<ttl>1</ttl>", {}, 300),
    ],
)
async def test_what_feed_and_server_ask_for(head: str, headers: dict[str, Any], wait: float) -> None:
    """Also when it is not sent again: a 304 has no ttl."""
    feed, _ = source(answer(rss(("1", "Rain."), head=head), **headers), answer(status=304, **headers))
    first, second = await polls(feed, 2)
    assert (first.wait_seconds, second.wait_seconds) == (waits(wait), waits(wait, NOW_MS + MINUTE_MS))


async def test_what_is_no_article_is_rejected_once() -> None:
    """Too large for a topic, too many, or empty."""
    feed, _ = source(answer(rss(("1", "x" * 2_000), ("2", "Sun."))))
    feed.place = replace(PLACE, article_bytes=1_000)
    first, second = await polls(feed, 2)
    rejected = [item for item in first.items if isinstance(item, Rejected)]
    assert [item.problem.code for item in rejected] == ["too-large"]
    assert (versions(first), second.items) == ([("2", "1", "Sun.")], ())


async def test_a_feed_of_nothing_is_not_healthy() -> None:
    feed, _ = source(answer(b"<rss version='2.0'><channel><item><guid>1</guid></item></channel></rss>"))
    (polled,) = await polls(feed, 1)
    assert [item.problem.code for item in polled.items if isinstance(item, Rejected)] == ["empty-entries"]


def page(data: bytes, place: Place, url: str, charset: str | None) -> list[Item]:
    """Stands for an extractor: a page is its text."""
    return [Article(provider="x", guid=url, text=data.decode(), published_at="2024-06-16T07:00:00Z")] if data else []


def linked(number: int) -> bytes:
    items = "".join(
        f"<item><guid>{n}</guid><title>T</title><link>https://wire.example/{n}</link><description>Short.</description></item>"
        for n in range(number)
    )
    return f"<rss version='2.0'><channel>{items}</channel></rss>".encode()


async def test_full_text() -> None:
    feed, _ = source(answer(linked(1)))
    pages = FakeWeb([answer(b"The whole story.")])
    feed.pages = Pages(pages, here, page, PLACE)
    (item,) = articles((await polls(feed, 1))[0])
    assert (item.text, item.published_at) == ("The whole story.", "2024-06-16T07:00:00Z")
    assert (item.origin["text_from"], item.origin["summary"]) == ("page", "Short.")


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (answer(status=403), "http-403"),
        (Problem(code="refused-address", message="x"), "refused-address"),
        (answer(b""), "no-text"),
    ],
)
async def test_the_summary_stays_where_the_page_fails(bad: Response | Problem, said: str) -> None:
    feed, _ = source(answer(linked(1)))
    feed.pages = Pages(FakeWeb([bad]), here, page, PLACE)
    (item,) = articles((await polls(feed, 1))[0])
    assert item.text == "Short."
    assert item.origin["page"].startswith(said)


async def test_pages_beyond_a_poll_wait_for_the_next() -> None:
    """Nothing is skipped: the feed is fetched whole until all of its entries were read."""
    feed, web = source(answer(linked(PAGES_A_POLL + 5), etag="x"))
    feed.pages = Pages(FakeWeb([answer(b"Story.")]), here, page, PLACE)
    first, second, third = await polls(feed, 3)
    assert [len(one.items) for one in (first, second, third)] == [PAGES_A_POLL, 5, 0]
    assert ["if-none-match" in headers for _, headers in web.asked] == [False, False, True]


async def test_a_hub_is_asked_and_what_it_sends_is_read() -> None:
    """Then the feed itself is polled once an hour; after a restart the hub is asked again, though the feed says nothing new."""
    hub = "<link xmlns='http://www.w3.org/2005/Atom' rel='hub' href='https://hub.example/'/>"
    hub_web = FakeWeb([answer(status=202)])
    subscription = Subscription("feed", "https://we.example", hub_web.post, secret="s")
    feed, _ = source(answer(rss(("1", "Rain."), head=hub)), answer(status=304), subscription=subscription)
    first = await feed.poll({}, NOW_MS)
    assert [url for url, _ in hub_web.posted] == ["https://hub.example/"]
    query = {"hub.mode": "subscribe", "hub.topic": URL, "hub.challenge": "c", "hub.lease_seconds": "864000"}
    assert subscription.verify(query, NOW_MS) == (200, "c")
    second = await feed.poll(first.memory or {}, NOW_MS + MINUTE_MS)
    assert second.wait_seconds == waits(3_600, NOW_MS + MINUTE_MS)

    body = rss(("2", "Sun."))
    assert subscription.deliver("sha256=" + hmac.new(b"s", body, hashlib.sha256).hexdigest(), body) == 202
    pushed = await feed.poll(first.memory or {}, NOW_MS + 2 * MINUTE_MS)
    assert versions(pushed) == [("2", "1", "Sun.")]
    assert pushed.wait_seconds == pytest.approx(second.wait_seconds - 60, abs=0.01)

    again = Subscription("feed", "https://we.example", hub_web.post, secret="t")
    restarted, _ = source(answer(status=304), subscription=again)
    await restarted.poll(first.memory or {}, NOW_MS)
    assert len(hub_web.posted) == 2


async def test_a_hub_that_refuses_does_not_stop_the_polling() -> None:
    hub = "<link xmlns='http://www.w3.org/2005/Atom' rel='hub' href='https://hub.example/'/>"
    hub_web = FakeWeb([answer(status=500)])
    subscription = Subscription("feed", "https://we.example", hub_web.post, secret="s")
    feed, _ = source(answer(rss(("1", "Rain."), head=hub)), subscription=subscription)
    polled = await feed.poll({}, NOW_MS)
    assert (len(polled.items), polled.problem.code if polled.problem else None) == (1, "hub-refused")
    assert polled.wait_seconds == waits(300)


async def test_a_parser_that_dies_is_a_problem() -> None:
    async def dies(function: Any, *arguments: Any, seconds: float = 0) -> Any:
        return Problem(code="parser-timed-out", message="x")

    feed, _ = source(answer(rss(("1", "Rain."))))
    feed.apart = dies
    (polled,) = await polls(feed, 1)
    assert (polled.items, polled.problem.code if polled.problem else None) == ((), "parser-timed-out")
