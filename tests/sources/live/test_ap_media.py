"""The AP Media API client, against a server that does what AP's documentation says, on a clock of the test's own."""

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline import codec
from pipeline.errors import BrokerError
from pipeline.records import Article, Problem
from pipeline.sources.items import Place, Rejected
from pipeline.sources.live.account import Account, fresh
from pipeline.sources.live.ap_media import PATIENCE_MS, ApSource, Options
from pipeline.sources.live.base import Polled, Response
from pipeline.sources.live.secret import Secret
from pipeline.topics import ARTICLES
from tests.sources.live.ap_server import KEY, ApServer, story
from tests.sources.live.fakes import NOW_MS, FakeKafka, FakeWeb, here

AT = "https://ap.example/media/v"
OPTIONS = Options(url=f"{AT}/content/feed", key_env="AP_API_KEY", page_size=2)


def source(fetch: Any, key: str | None = KEY, **changes: Any) -> ApSource:
    place = Place(path=OPTIONS.url, provider="ap", guid="ap", article_bytes=1_000_000)
    made: dict[str, Any] = {"options": OPTIONS, "clock_ms": lambda: NOW_MS} | changes
    return ApSource(
        name="ap", place=place, key=Secret(None, "AP_API_KEY", lambda _: key), fetch=fetch, apart=here, **made
    )


async def polls(feed: ApSource, times: int, memory: dict[str, Any] | None = None) -> list[Polled]:
    """So many polls a second apart, each with the memory that the last one left."""
    found, memory = [], memory or {}
    for number in range(times):
        polled = await feed.poll(memory, NOW_MS + number * 1_000)
        memory = memory if polled.memory is None else polled.memory
        found.append(polled)
    return found


def texts(*found: Polled) -> list[tuple[str, str, str]]:
    return [(one.guid, one.version, one.text) for polled in found for one in polled.items if isinstance(one, Article)]


async def test_the_article_whole() -> None:
    """Golden: what Kafka will get, and what is remembered; neither holds the key that AP writes into its links."""
    server = ApServer(items=[story("a1", 0, "2024-06-16T07:59:00Z", "Rain.\nMore rain.", ednote="Adds detail")])
    (polled,) = await polls(source(server), 1)
    assert polled.items == (
        Article(
            provider="ap",
            guid="a1",
            text="Rain.\n\nMore rain.",
            version="0",
            version_created_at="2024-06-16T07:59:00.000Z",
            headline="Story a1",
            published_at="2024-06-16T07:59:00.000Z",
            language="en",
            urgency=4,
            origin={
                "format": "ninjs",
                "altids": {"itemid": "a1", "etag": "a1_0a0"},
                "type": "text",
                "renditions": {"nitf": {"href": f"{AT}/content/a1.0.nitf?apikey=", "type": "text"}},
                "notes": ["Adds detail"],
                "signals": ["newscontent"],
            },
        ),
    )
    assert polled.memory == {
        "asked": f"{AT}/content/feed?q=%28type%3Atext%29&page_size=2&versions=all",
        "next_page": f"{AT}/content/feed?qt=t0&seq=1&apikey=",
        "last_at": "2024-06-16T07:59:00.000Z",
    }
    assert polled.wait_seconds == 0
    assert KEY.encode() not in codec.encode(polled)
    assert all(KEY not in url and headers["x-api-key"] == KEY for url, headers in server.asked)


async def test_pages_follow_at_once_and_a_quiet_feed_is_asked_again_soon() -> None:
    """Every version once; where the server held the request, no time is added."""
    items = [story(f"a{number}", 0, f"2024-06-16T07:5{number}:00Z", f"Text {number}.") for number in range(5)]
    server = ApServer(items=items)
    found = await polls(source(server), 4)
    assert texts(*found) == [(f"a{number}", "0", f"Text {number}.") for number in range(5)]
    assert [polled.wait_seconds for polled in found] == [0, 0, 0, 2]
    (held,) = await polls(source(ApServer(), clock_ms=lambda: NOW_MS + 15_000), 1)
    assert (held.items, held.wait_seconds, held.problem) == ((), 0, None)


async def test_what_becomes_of_versions() -> None:
    """Corrected, embargoed, taken back, not for the reader, no text at all: only what is read is fetched."""
    server = ApServer(
        items=[
            story("a", 0, "2024-06-16T07:00:00Z", "First."),
            story("a", 1, "2024-06-16T07:01:00Z", "Corrected."),
            story("b", 0, "2024-06-16T07:02:00Z", "Not yet.", pubstatus="embargoed"),
            story("a", 2, "2024-06-16T07:03:00Z", "Corrected.", pubstatus="canceled"),
            story("c", 0, "2024-06-16T07:04:00Z", "Digest.", signals=[]),
            story("d", 0, "2024-06-16T07:05:00Z", None, type="picture"),
            story("b", 1, "2024-06-16T07:06:00Z", "Not yet.", pubstatus="withheld"),
            story("e", 0, "2024-06-16T07:07:00Z", "Odd.", pubstatus="sleeping"),
        ]
    )
    found = await polls(source(server), 5)
    articles = [one for polled in found for one in polled.items if isinstance(one, Article)]
    assert [(one.guid, one.version, one.text, one.status, one.embargo_until, one.purpose) for one in articles] == [
        ("a", "0", "First.", "usable", None, "news"),
        ("a", "1", "Corrected.", "usable", None, "news"),
        ("b", "0", "Not yet.", "usable", "embargoed", "news"),
        ("a", "2", "", "canceled", None, "news"),
        ("c", "0", "", "usable", None, "advisory"),
        ("b", "1", "", "withheld", None, "news"),
    ]
    rejected = [(one.where, one.problem.code) for polled in found for one in polled.items if isinstance(one, Rejected)]
    assert rejected == [(f"{OPTIONS.url}#d", "not-text"), (f"{OPTIONS.url}#e", "unknown-status")]
    assert sum("nitf" in url for url, _ in server.asked) == 3


async def test_a_text_is_found_through_the_items_own_metadata() -> None:
    server = ApServer(items=[story("a", 0, "2024-06-16T07:00:00Z", "Here.")], links=False)
    assert texts(*await polls(source(server), 1)) == [("a", "0", "Here.")]


async def test_a_token_that_expired() -> None:
    """The feed is begun anew shortly before the last item seen; what came meanwhile is not missed."""
    server = ApServer(items=[story("a", 0, "2024-06-16T07:00:00Z"), story("b", 0, "2024-06-16T07:30:00Z")])
    (first,) = await polls(source(server), 1)
    assert first.memory is not None
    server.items.append(story("c", 0, "2024-06-16T07:45:00Z"))
    server.lost.add("t0")
    lost, again, rest, quiet = await polls(source(server), 4, first.memory)
    assert (lost.items, lost.wait_seconds, lost.problem and lost.problem.code) == ((), 0, "token-expired")
    assert server.feeds[2]["q"] == "(type:text) AND mindate:>2024-06-16T07:20:00Z"
    assert [guid for guid, _, _ in texts(again, rest, quiet)] == ["b", "c"]
    assert again.problem is None


async def test_a_token_error_that_is_none() -> None:
    """A first request that is refused so is a failure like others: no loop."""
    server = ApServer()
    server.lost = {""}
    (polled,) = await polls(source(server), 1)
    assert polled.problem is not None
    assert (polled.problem.code, polled.wait_seconds >= 2) == ("token-expired", True)


async def test_a_date_that_has_not_come_hides_nothing() -> None:
    server = ApServer(items=[story("a", 0, "2099-01-01T00:00:00Z")])
    (polled,) = await polls(source(server), 1)
    assert polled.memory is not None
    assert polled.memory["last_at"] == "2024-06-16T08:00:00.000Z"


@pytest.mark.parametrize("status", [401, 403, 404, 429, 500, 503])
async def test_a_feed_that_is_refused(status: int) -> None:
    """It waits longer each time, keeps its place, and goes on from there."""
    server = ApServer(items=[story("a", 0, "2024-06-16T07:00:00Z")])
    (first,) = await polls(source(server), 1)
    server.items.append(story("b", 0, "2024-06-16T07:01:00Z"))
    server.broken["feed"] = [status]
    failed, then = await polls(source(server), 2, first.memory)
    assert failed.problem is not None
    assert (failed.items, failed.problem.code, failed.wait_seconds >= 2) == ((), f"http-{status}", True)
    assert ("AP_API_KEY" in failed.problem.message) == (status in (401, 403))
    assert KEY not in failed.problem.message
    assert texts(then) == [("b", "0", "Rain fell.")]
    assert then.memory is not None
    assert "failing_since_ms" not in then.memory


async def test_told_to_wait() -> None:
    """Retry-After is kept, over a restart too."""
    server = ApServer(headers={"retry-after": "120"}, broken={"feed": [429]})
    first, second = await polls(source(server), 2)
    assert first.wait_seconds >= 120
    assert (second.problem and second.problem.code, second.wait_seconds) == ("told-to-wait", 119)
    assert len(server.asked) == 1


async def test_a_text_that_cannot_be_had_now() -> None:
    """The page waits for it, whole; nothing is lost, nothing is sent twice."""
    server = ApServer(items=[story("a", 0, "2024-06-16T07:00:00Z"), story("b", 0, "2024-06-16T07:01:00Z")])
    server.broken["b.0.nitf"] = [503, 429]
    found = await polls(source(server), 3)
    assert [polled.problem and polled.problem.code for polled in found] == ["http-503", "http-429", None]
    assert [texts(polled) for polled in found] == [[], [], [("a", "0", "Rain fell."), ("b", "0", "Rain fell.")]]


async def test_a_text_that_can_never_be_had() -> None:
    """At once where the answer is final; after an hour where it might have passed. The others go on."""
    server = ApServer(items=[story("a", 0, "2024-06-16T07:00:00Z"), story("b", 0, "2024-06-16T07:01:00Z")])
    server.broken = {"a.0.nitf": [404], "b.0.nitf": [500] * 2}
    feed = source(server)
    waiting = await feed.poll({}, NOW_MS)
    assert waiting.memory is not None
    server.broken["a.0.nitf"] = [403]
    late = await feed.poll(waiting.memory, NOW_MS + PATIENCE_MS)
    assert [item.problem.code for item in late.items if isinstance(item, Rejected)] == ["no-text", "no-text"]
    assert late.memory is not None
    assert late.memory["next_page"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"<html>", "not-ap-feed"),
        (b"[]", "not-ap-feed"),
        (b'{"data": []}', "not-ap-feed"),
        (b'{"data": {}}', "foreign-next-page"),
        (b'{"data": {"next_page": "https://evil.example/feed"}}', "foreign-next-page"),
        (b'{"data": {"next_page": 3, "items": 3}}', "foreign-next-page"),
    ],
)
async def test_answers_that_are_no_page(body: bytes, code: str) -> None:
    web = FakeWeb([Response(status=200, url=OPTIONS.url, body=body)])
    (polled,) = await polls(source(web), 1)
    assert (polled.items, polled.problem and polled.problem.code) == ((), code)


async def test_entries_of_any_shape() -> None:
    """Each one clear result; the page goes on."""
    deep: Any = "x"
    for _ in range(600):
        deep = [deep]
    items = [3, {}, {"item": []}, {"item": {"deep": deep}}, {"item": {"headline": "No name", "signals": ["newscontent"]}},
             {"item": {"altids": 3, "renditions": [], "uri": {}, "pubstatus": ["usable"]}}]  # fmt: skip
    body = b'{"data": {"next_page": "%s/content/feed?seq=1", "items": %s}}' % (
        AT.encode(),
        json.dumps(items).encode(),
    )
    (polled,) = await polls(source(FakeWeb([Response(status=200, url=OPTIONS.url, body=body)])), 1)
    assert [item.problem.code for item in polled.items if isinstance(item, Rejected)] == [
        "invalid-record", "invalid-record", "invalid-record", "invalid-record", "no-text", "no-text",
    ]  # fmt: skip
    assert polled.memory is not None


async def test_the_key_goes_to_nobody_else() -> None:
    """Links that lead elsewhere are followed without it."""
    elsewhere = story("a", 0, "2024-06-16T07:00:00Z", None, renditions={"nitf": {"href": "https://cdn.example/a.nitf"}})
    server = ApServer(items=[elsewhere])
    await polls(source(server), 1)
    assert [(url, "x-api-key" in headers) for url, headers in server.asked][1:] == [
        ("https://cdn.example/a.nitf", False)
    ]


@pytest.mark.parametrize("key", [None, "", "short", "with\nbreak-in-it", "schlüssel-der-zu"])
async def test_without_a_key_nobody_is_asked(key: str | None) -> None:
    server = ApServer()
    (polled,) = await polls(source(server, key), 1)
    assert (server.asked, polled.problem and polled.problem.code) == ([], "no-key")


async def test_texts_are_hostile() -> None:
    """A document type is refused, and named; the next item comes."""
    server = ApServer(items=[story("a", 0, "2024-06-16T07:00:00Z"), story("b", 0, "2024-06-16T07:01:00Z")])

    async def fetch(url: str, **rest: Any) -> Response | Problem:
        answer = await server(url, **rest)
        if "a.0.nitf" in url:
            return Response(status=200, url=url, body=b'<!DOCTYPE nitf [<!ENTITY a "b">]><nitf>&a;</nitf>')
        return answer

    (polled,) = await polls(source(fetch), 1)
    assert [item.problem.code for item in polled.items if isinstance(item, Rejected)] == ["refused-xml"]
    assert texts(polled) == [("b", "0", "Rain fell.")]


async def test_killed_between_confirmation_and_state() -> None:
    """The page comes again, byte for byte; then never again."""
    server = ApServer(items=[story("a", 0, "2024-06-16T07:00:00Z")])
    kafka = FakeKafka(dies=2)  # the articles are confirmed, the state is not
    account = Account(fresh("ap", "ap", NOW_MS), kafka, lambda: NOW_MS)
    with pytest.raises(BrokerError):
        await account.settle(await source(server).poll({}, NOW_MS), NOW_MS)
    kafka.dies = None
    account, feed = Account(fresh("ap", "ap", NOW_MS), kafka, lambda: NOW_MS), source(server)
    memory = await account.settle(await feed.poll({}, NOW_MS + 60_000), NOW_MS)
    await account.settle(await feed.poll(memory, NOW_MS + 61_000), NOW_MS)
    first, second = kafka.of(ARTICLES.name)
    assert first == second


async def test_another_query_begins_anew() -> None:
    server = ApServer(items=[story("a", 0, "2024-06-16T07:00:00Z")])
    (first,) = await polls(source(server), 1)
    changed = Options(url=OPTIONS.url, key_env="X", page_size=2, query="productid:1")
    await polls(source(server, options=changed), 1, first.memory)
    assert server.feeds[-1] == {"q": "(productid:1)", "page_size": "2", "versions": "all"}


def test_a_key_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "key"
    secret = Secret(path, "", lambda _: None)
    assert isinstance(secret.read(), Problem)
    path.write_text(f"  {KEY}\n")
    assert secret.read() == KEY
    path.write_bytes(b"\xff\xfe\xff\xfe\xff\xfe\xff\xfe")
    found = secret.read()
    assert isinstance(found, Problem)
    assert (found.code, str(path) in found.message) == ("no-key", True)
