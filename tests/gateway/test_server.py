"""The server without Kafka: who may ask, what every answer carries, what is refused, and that nothing leaks out of its folder."""

import base64
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import jsonschema
import pytest
import yarl

from pipeline import codec
from pipeline.broker.consume import Batch
from pipeline.errors import SettingsError
from pipeline.gateway import openapi
from pipeline.gateway.guard import HEADERS
from pipeline.gateway.problems import PROBLEMS
from pipeline.gateway.server import KEYS, Gateway
from pipeline.gateway.store import Store
from pipeline.records import Message
from pipeline.settings import Settings
from pipeline.sources.live.push import keys
from pipeline.topics import EVENTS, STORIES
from tests.gateway.events import detected, message, name, retracted

ROOT = Path(__file__).parents[2]
STORED = ROOT / "deploy" / openapi.FILE
SCHEMAS = ROOT / "schemas"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Nobody listens at this port: Kafka is down."""
    return replace(Settings.from_env({}), brokers="127.0.0.1:1", state_home=str(tmp_path))


@pytest.fixture
def filled(settings: Settings) -> None:
    """A store from an earlier run."""
    store = Store(settings.state_path / "gateway" / "events.sqlite", "")
    store.clear("cluster", "0badcafe")
    store.build([], {(EVENTS.name, 0): 0})
    values = [detected(number, rule="=1+1", kind="=cmd") for number in range(3)] + [retracted(2, 2)]
    messages = tuple(message(value, number) for number, value in enumerate(values))
    store.apply(Batch(messages=messages, positions={(EVENTS.name, 0): 4}))
    store.apply(Batch(messages=tuple(telling(number, [number]) for number in range(3)), positions={}))
    store.note(filled="yes")
    store.close()


def telling(number: int, events: list[int]) -> Message:
    """A story that tells these events."""
    example = codec.decode((SCHEMAS / "examples" / "story.v1.disagreement.json").read_bytes())
    story = example | {"story_id": name(number), "event_ids": [name(one) for one in events]}
    return message(codec.encode(story), number, topic=STORIES.name, key=name(number).encode())


@pytest.fixture
async def client(settings: Settings) -> AsyncIterator[aiohttp.ClientSession]:
    gateway = Gateway(settings, "127.0.0.1:0")
    await gateway.start()
    async with aiohttp.ClientSession(gateway.url) as made:
        yield made
    await gateway.close()


async def asked(client: aiohttp.ClientSession, path: str, **options: Any) -> tuple[int, bytes, Any]:
    async with client.get(yarl.URL(path, encoded=True), **options) as answer:
        return answer.status, await answer.read(), answer.headers


@pytest.mark.parametrize(
    "path", ["/", "/livez", "/metrics", "/openapi.json", "/v1/nothing", "/static/nothing.js", "/v1/events?x=1"]
)
async def test_every_answer_is_guarded(client: aiohttp.ClientSession, path: str) -> None:
    """Security headers on pages, data and refusals alike."""
    _, _, headers = await asked(client, path)
    assert {name: headers[name] for name in HEADERS} == HEADERS


@pytest.mark.parametrize(
    "path",
    [
        "/static/../server.py", "/static/..%2fserver.py", "/static/%2e%2e/server.py", "/static/.", "/static//etc/passwd",
        "/static/index.html/", "/static/x%00.js", "/static/..%5c..%5cserver.py", "/static/%2fetc%2fpasswd", "/static/",
    ],
)  # fmt: skip
async def test_nothing_outside_the_folder(client: aiohttp.ClientSession, path: str) -> None:
    assert (await asked(client, path))[0] in (400, 404)


async def test_page_is_cached_by_what_it_is(client: aiohttp.ClientSession) -> None:
    """304 while it is the same."""
    status, body, headers = await asked(client, "/")
    assert (status, headers["Content-Type"], b"<!doctype html>" in body.lower()) == (
        200,
        "text/html; charset=utf-8",
        True,
    )
    assert (await asked(client, "/", headers={"If-None-Match": headers["ETag"]}))[:2] == (304, b"")


async def test_not_ready_until_filled(client: aiohttp.ClientSession) -> None:
    """Alive all the same; what is half-read is not answered."""
    assert (await asked(client, "/livez"))[0] == 200
    for path in ("/readyz", "/v1/events"):
        status, body, headers = await asked(client, path)
        assert (status, codec.decode(body)["code"], "Retry-After" in headers) == (503, "filling", True)


@pytest.mark.usefixtures("filled")
async def test_history_without_kafka(client: aiohttp.ClientSession) -> None:
    """What was filled once is answered, and health says that Kafka is gone."""
    page = codec.decode((await asked(client, "/v1/events?limit=2"))[1])
    assert ([one["event_id"] for one in page["events"]], page["position"]) == ([name(2), name(1)], "0:3@0badcafe")
    rest = codec.decode((await asked(client, f"/v1/events?limit=2&cursor={page['next']}"))[1])
    assert ([one["event_id"] for one in rest["events"]], rest["next"]) == ([name(0)], None)
    health = codec.decode((await asked(client, "/v1/health"))[1])
    assert (health["kafka_ok"], health["events"], health["retracted"]) == (False, 2, 1)
    counted = codec.decode((await asked(client, "/v1/facets"))[1])
    assert (counted["total"], counted["retracted"]) == (3, 1)
    assert (await asked(client, "/readyz"))[0] == 200


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [2, 1, 0]), ("?limit=2", [2, 1]), ("?q=turkey&min_confidence=0.1", [2, 1, 0]), ("?kind=strike", []),
        ("?change=retracted", [2]), ("?change=detected&limit=1", [1]), ("?since=2100-01-01T00:00:00Z", []),
    ],
)  # fmt: skip
async def test_stories_are_filtered_by_what_they_tell(
    client: aiohttp.ClientSession, query: str, found: list[int]
) -> None:
    """Last changed first, with the filters of events."""
    status, body, _ = await asked(client, f"/v1/stories{query}")
    assert (status, [one["story_id"] for one in codec.decode(body)["stories"]]) == (200, [name(one) for one in found])


@pytest.mark.usefixtures("filled")
async def test_pages_of_stories_join(client: aiohttp.ClientSession) -> None:
    """By the cursor: each once, with filters and without."""
    for query in ("limit=2", "limit=1&q=turkey"):
        found, cursor = [], ""
        while cursor is not None:
            told = codec.decode((await asked(client, f"/v1/stories?{query}{cursor and '&cursor='}{cursor}"))[1])
            found += [one["story_id"] for one in told["stories"]]
            cursor = told["next"]
        assert found == [name(number) for number in (2, 1, 0)]


@pytest.mark.usefixtures("filled")
async def test_exports(client: aiohttp.ClientSession) -> None:
    """What cannot say that an event was taken back leaves it out; no cell is a formula."""
    _, table, headers = await asked(client, "/v1/events.csv")
    assert headers["Content-Type"].startswith("text/csv")
    assert (table.count(b"\r\n"), b",'=cmd," in table, b",=cmd" in table) == (3, True, False)
    collection = codec.decode((await asked(client, "/v1/events.geojson"))[1])
    assert [one["id"] for one in collection["features"]] == [name(1), name(0)]
    _, feed, _ = await asked(client, "/v1/events.atom")
    assert (feed.count(b"<entry>"), feed.count(b"<at:deleted-entry")) == (2, 1)
    assert len(codec.decode((await asked(client, "/v1/events.json"))[1])["events"]) == 3


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/v1/events?limit=0", 400, "invalid-parameter"),
        ("/v1/events?limit=1001", 400, "invalid-parameter"),
        ("/v1/events?cursor=x", 400, "invalid-parameter"),
        ("/v1/stories?bbox=a", 400, "invalid-parameter"),
        ("/v1/stories?cursor=x", 400, "invalid-parameter"),
        ("/v1/stories?version=1", 400, "invalid-parameter"),
        ("/v1/events?bbox=a", 400, "invalid-parameter"),
        ("/v1/facets?cursor=x", 400, "invalid-parameter"),
        ("/v1/stream?last_event_id=x", 400, "invalid-parameter"),
        ("/v1/stream?kin=x", 400, "invalid-parameter"),
        ("/v1/events/unknown", 404, "not-found"),
        ("/v1/articles/unknown", 404, "not-found"),
        ("/v1/nothing", 404, "not-found"),
    ],
)
@pytest.mark.usefixtures("filled")
async def test_refusals(client: aiohttp.ClientSession, path: str, status: int, code: str) -> None:
    """A problem document each."""
    found, body, headers = await asked(client, path)
    assert (found, codec.decode(body)["code"], headers["Content-Type"]) == (status, code, "application/problem+json")


async def test_other_methods_are_refused(client: aiohttp.ClientSession) -> None:
    async with client.post("/v1/events") as answer:
        assert (answer.status, answer.headers["Allow"]) == (405, "GET,HEAD")


@pytest.mark.parametrize(
    ("host", "status"), [("evil.example", 403), ("localhost:8089", 200), ("[::1]:1", 200), ("127.0.0.1", 200)]
)
async def test_page_elsewhere_cannot_rebind_its_name(client: aiohttp.ClientSession, host: str, status: int) -> None:
    """Without keys the Host must be one of this machine's."""
    assert (await asked(client, "/openapi.json", headers={"Host": host}))[0] == status


async def test_keys(client: aiohttp.ClientSession, settings: Settings) -> None:
    """With one there everybody needs one, in any of three ways; probes are open; a revoked one is refused at once."""
    issued = keys.issue("wall", ("wall",), signed=False, now="2024-06-16T08:00:00.000Z")
    keys.add(settings.state_path / KEYS, issued.key)
    basic = "Basic " + base64.b64encode(b"any:" + issued.token.encode()).decode()
    good = [{"X-API-Key": issued.token}, {"Authorization": f"Bearer {issued.token}"}, {"Authorization": basic}]
    bad = [
        {},
        {"X-API-Key": "x"},
        {"Authorization": "Basic !"},
        {**good[0], **good[1]},
        {"Authorization": issued.token},
    ]
    assert [(await asked(client, "/openapi.json", headers=one))[0] for one in good] == [200, 200, 200]
    assert [(await asked(client, "/openapi.json", headers=one))[0] for one in bad] == [401] * 5
    # The page itself tells nothing, and asks for the key; what is only spelled like it does not come in so.
    assert [(await asked(client, path))[0] for path in ("/livez", "/", "/static/app.js")] == [200] * 3
    assert [(await asked(client, path))[0] for path in ("/v1/events", "/metrics", "/staticx", "/v1/stream")] == [
        401
    ] * 4
    keys.revoke(settings.state_path / KEYS, "wall", now="2024-06-16T09:00:00.000Z")
    # No key is left, and nothing is open for it.
    assert [(await asked(client, "/openapi.json", headers=one))[0] for one in (good[0], {})] == [401, 401]


async def test_open_to_others_only_with_keys(settings: Settings) -> None:
    """Or when it is said."""
    with pytest.raises(SettingsError, match="gateway key new"):
        await Gateway(settings, "0.0.0.0:0").start()
    gateway = Gateway(settings, "0.0.0.0:0", public=True)
    await gateway.start()
    await gateway.close()


async def test_one_gateway_a_store(settings: Settings, client: aiohttp.ClientSession) -> None:
    """The second says what to do."""
    with pytest.raises(SettingsError, match="another gateway"):
        await Gateway(settings, "127.0.0.1:0").start()


@pytest.mark.usefixtures("filled")
async def test_damaged_store_is_no_answer(client: aiohttp.ClientSession, settings: Settings) -> None:
    """Tables gone under a running server: refused, not half an answer."""
    assert (await asked(client, "/v1/events"))[0] == 200
    database = sqlite3.connect(settings.state_path / "gateway" / "events.sqlite")
    database.execute("DROP TABLE events")
    database.close()
    status, body, _ = await asked(client, "/v1/events?limit=3")
    assert (status, codec.decode(body)["code"]) == (503, "unavailable")


async def test_metrics(client: aiohttp.ClientSession) -> None:
    """By pattern, never by path; each block with its help and type."""
    for path in ("/v1/events/secret", "/no/such", "/livez"):
        await asked(client, path)
    status, body, headers = await asked(client, "/metrics")
    text = body.decode()
    assert (status, headers["Content-Type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
    assert "secret" not in text
    assert "such" not in text
    assert 'tickertape_gateway_requests_total{route="/livez",status="200"} 1\n' in text
    assert "# TYPE tickertape_gateway_request_duration_seconds histogram\n" in text


async def test_openapi_is_the_stored_one(client: aiohttp.ClientSession) -> None:
    """Written by `tickertape gateway openapi`; what is served is the same."""
    assert STORED.read_bytes() == codec.encode_pretty(openapi.document())
    assert codec.decode((await asked(client, "/openapi.json"))[1]) == openapi.document()


@pytest.mark.parametrize(
    ("path", "schema"),
    [
        ("/v1/events", "EventPage"),
        (f"/v1/events/{name(1)}", "OneEvent"),
        ("/v1/facets", "Facets"),
        ("/v1/stories", "StoryPage"),
        ("/v1/articles/test%7C1", "OneArticle"),
        ("/v1/health", "Health"),
        ("/livez", "Status"),
        ("/v1/events?x=1", "Problem"),
    ],
)
@pytest.mark.usefixtures("filled")
async def test_answers_are_as_described(client: aiohttp.ClientSession, path: str, schema: str) -> None:
    """Field for field, by the schemas of the document."""
    told = {"$ref": f"#/components/schemas/{schema}", "components": openapi.document()["components"]}
    jsonschema.Draft202012Validator(told).validate(codec.decode((await asked(client, path))[1]))


def test_openapi_names_every_problem() -> None:
    said = str(openapi.document()["paths"])
    assert [code for code in PROBLEMS if f"`{code}`" not in said] == ["method-not-allowed"]
