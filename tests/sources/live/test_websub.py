"""Hubs: asked, asking back, delivering; and those who only say that they are hubs."""

import hashlib
import hmac
from io import BytesIO
from urllib.parse import parse_qs

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from pipeline.records import Problem
from pipeline.sources.formats.feed import MAX_FEED_BYTES
from pipeline.sources.live import websub
from pipeline.sources.live.base import Response
from pipeline.sources.live.websub import Hubs, Subscription
from tests.sources.live.fakes import NOW_MS, FakeWeb

HUB, TOPIC, SECRET = "https://hub.example/", "https://wire.example/rss", "between us"
BODY = b"<rss version='2.0'/>"
ACCEPTED = Response(status=202, url=HUB)
ASKED = {"hub.mode": "subscribe", "hub.topic": TOPIC, "hub.challenge": "c-1", "hub.lease_seconds": "1000"}


def subscription(*answers: Response | Problem) -> tuple[Subscription, FakeWeb]:
    hub = FakeWeb(list(answers) or [ACCEPTED])
    made = Subscription("wire", "https://we.example/", hub.post, secret=SECRET)
    made.offered(HUB, TOPIC)
    return made, hub


def signed(body: bytes, secret: str = SECRET, method: str = "sha256") -> str:
    return f"{method}={hmac.new(secret.encode(), body, method).hexdigest()}"


async def granted() -> Subscription:
    made, _ = subscription()
    await made.renew(NOW_MS)
    assert made.verify(ASKED, NOW_MS) == (200, "c-1")
    return made


async def test_what_the_hub_is_asked() -> None:
    made, hub = subscription()
    assert await made.renew(NOW_MS) is None
    ((url, form),) = hub.posted
    assert (url, {name: value for name, (value,) in parse_qs(form.decode()).items()}) == (
        HUB,
        {
            "hub.mode": "subscribe",
            "hub.topic": TOPIC,
            "hub.callback": "https://we.example/v1/websub/wire",
            "hub.lease_seconds": "432000",
            "hub.secret": SECRET,
        },
    )


async def test_no_hub_is_not_asked() -> None:
    made, hub = subscription()
    made.offered(None, TOPIC)
    assert (await made.renew(NOW_MS), hub.posted) == (None, [])


async def test_it_is_asked_again_before_the_lease_ends_and_not_sooner() -> None:
    made, hub = subscription()
    await made.renew(NOW_MS)
    assert made.verify(ASKED, NOW_MS) == (200, "c-1")
    await made.renew(NOW_MS + 799_000)
    assert len(hub.posted) == 1
    await made.renew(NOW_MS + 900_000)
    assert len(hub.posted) == 2
    assert made.pace_seconds(NOW_MS + 999_000) == websub.POLL_SECONDS
    assert made.pace_seconds(NOW_MS + 1_000_000) == 0


@pytest.mark.parametrize(
    ("bad", "code"),
    [(Problem(code="refused-address", message="x"), "hub-unreachable"), (Response(status=404, url=HUB), "hub-refused")],
)
async def test_a_hub_that_will_not_is_asked_again_later(bad: Response | Problem, code: str) -> None:
    made, hub = subscription(bad)
    problem = await made.renew(NOW_MS)
    assert problem is not None
    assert problem.code == code
    assert await made.renew(NOW_MS + websub.RETRY_MS - 1) is None
    assert len(hub.posted) == 1
    await made.renew(NOW_MS + websub.RETRY_MS)
    assert len(hub.posted) == 2


@pytest.mark.parametrize(
    "change",
    [
        {"hub.topic": "https://other.example/"},
        {"hub.mode": "unsubscribe"},
        {"hub.mode": ""},
        {"hub.challenge": ""},
        {"hub.challenge": "x" * 1_001},
    ],
)
async def test_what_was_not_asked_for_is_not_granted(change: dict[str, str]) -> None:
    made, _ = subscription()
    await made.renew(NOW_MS)
    assert made.verify(ASKED | change, NOW_MS) == (404, "")
    assert made.pace_seconds(NOW_MS) == 0


def test_a_hub_that_was_not_asked_gets_nothing() -> None:
    made, _ = subscription()
    assert made.verify(ASKED, NOW_MS) == (404, "")
    assert made.deliver(signed(BODY), BODY) == 403


async def test_denied() -> None:
    made = await granted()
    assert made.verify({"hub.mode": "denied", "hub.topic": TOPIC, "hub.reason": "no"}, NOW_MS) == (200, "")
    assert (made.pace_seconds(NOW_MS), made.deliver(signed(BODY), BODY)) == (0, 403)


@pytest.mark.parametrize("method", sorted(websub.METHODS))
async def test_signed_content_is_taken(method: str) -> None:
    made = await granted()
    assert made.deliver(signed(BODY, method=method), BODY) == 202
    assert made.arrived.is_set()
    assert (made.take(), made.take(), made.arrived.is_set()) == ([BODY], [], False)


@pytest.mark.parametrize(
    "signature",
    [
        "",
        "sha256=",
        "sha256=é",
        signed(BODY, "another secret"),
        signed(BODY + b" "),
        "md5=" + hashlib.md5(BODY).hexdigest(),
        "shake_128=00",
        signed(BODY).removeprefix("sha256="),
    ],
)
async def test_unsigned_content_is_not(signature: str) -> None:
    made = await granted()
    assert (made.deliver(signature, BODY), made.take()) == (403, [])


async def test_a_hub_that_floods_is_told_to_wait() -> None:
    made = await granted()
    assert [made.deliver(signed(BODY), BODY) for _ in range(websub.WAITING + 1)] == [202] * websub.WAITING + [503]
    assert len(made.take()) == websub.WAITING


async def test_the_callbacks() -> None:
    """Over HTTP, beside whatever else the server has."""
    made, _ = subscription()
    await made.renew(NOW_MS)
    application = web.Application(client_max_size=MAX_FEED_BYTES)
    application.add_routes(websub.routes([made], lambda: NOW_MS))
    async with TestClient(TestServer(application)) as client:
        path = "/v1/websub/wire"
        answered = await client.get(path, params=ASKED)
        assert (answered.status, await answered.text(), answered.content_type) == (200, "c-1", "text/plain")
        assert (await client.get("/v1/websub/other", params=ASKED)).status == 404
        assert (await client.post(path, data=BODY, headers={"X-Hub-Signature": signed(BODY)})).status == 202
        assert (await client.post(path, data=BODY)).status == 403
        assert (await client.post("/v1/websub/other", data=BODY)).status == 404
        assert (await client.post(path, data=BytesIO(b" " * (MAX_FEED_BYTES + 1)))).status == 413
        for _ in range(websub.WAITING):
            last = await client.post(path, data=BODY, headers={"X-Hub-Signature": signed(BODY)})
        assert (last.status, last.headers["Retry-After"]) == (503, "30")
    assert made.take() == [BODY] * websub.WAITING


@pytest.mark.parametrize(
    ("hubs", "key"),
    [
        (Hubs(callback="https://we.example"), None),
        (Hubs(callback="https://we.example/base"), None),
        (Hubs(callback="we.example"), "callback"),
        (Hubs(callback="https://we.example/?x"), "callback"),
        (Hubs(callback="https://we.example", listen="8088"), "listen"),
        (Hubs(callback="https://we.example", listen="h:99999"), "listen"),
    ],
)
def test_what_may_be_declared(hubs: Hubs, key: str | None) -> None:
    problem = hubs.problem()
    assert (problem[0] if problem else None) == key
