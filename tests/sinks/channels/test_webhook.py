"""Webhooks on a real local server, their signatures read by the independent `standardwebhooks`."""

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from aiohttp import web
from standardwebhooks.webhooks import Webhook as Verifier
from standardwebhooks.webhooks import WebhookVerificationError

from pipeline import codec
from pipeline.records import Problem
from pipeline.sinks.channels.base import Parcel
from pipeline.sinks.channels.webhook import MOST_BYTES, SLACK_CHARS, Slack, Webhook, payload, secrets, signature
from pipeline.sources.guards.addresses import Allowed
from pipeline.sources.guards.fetch import Fetcher
from tests.sinks.channels.alerts import make_alert

NEW = "whsec_" + base64.b64encode(b"n" * 24).decode()
OLD = "whsec_" + base64.b64encode(b"o" * 32).decode()
OTHER = "whsec_" + base64.b64encode(b"x" * 24).decode()
PARCEL = Parcel(id="0a6qm94cmdqcb1pcyr9v2zw9es", rule="one", alerts=(make_alert(),))


class Receiver:
    """Answers as it is told, and keeps what it got."""

    def __init__(self) -> None:
        self.status, self.location = 204, ""
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.port = 0

    async def answer(self, request: web.Request) -> web.Response:
        self.got.append((dict(request.headers), await request.read()))
        headers = {"Location": self.location} if self.location else {}
        return web.Response(status=self.status, headers=headers)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    @property
    def allowed(self) -> Allowed:
        return Allowed.of([f"127.0.0.1:{self.port}"])


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    application = web.Application()
    application.router.add_post("/{tail:.*}", receiver.answer)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    receiver.port = runner.addresses[0][1]
    try:
        yield receiver
    finally:
        await runner.cleanup()


def now_ms() -> int:
    """The verifier refuses what is older than five minutes."""
    import time

    return time.time_ns() // 1_000_000


async def send(receiver: Receiver, *keys: str, allowed: Allowed | None = None) -> Problem | None:
    allowed = receiver.allowed if allowed is None else allowed
    async with Fetcher(allowed) as fetch:
        return await Webhook(lambda: (receiver.url, keys), allowed, fetch.post).send(PARCEL, now_ms())


async def test_another_implementation_verifies_it() -> None:
    async with receiving() as receiver:
        assert await send(receiver, NEW) is None
        ((headers, body),) = receiver.got
        said = Verifier(NEW).verify(body.decode(), headers)
    assert headers["webhook-id"] == PARCEL.id
    assert said["type"] == "news.alert.v1"
    assert said["data"] == {"rule": "one", "alerts": [codec.plain(make_alert())], "more": 0, "suppressed": 0}


async def test_while_secrets_rotate_both_are_good_and_others_are_not() -> None:
    async with receiving() as receiver:
        await send(receiver, NEW, OLD)
        ((headers, body),) = receiver.got
    for secret in (NEW, OLD):
        Verifier(secret).verify(body.decode(), headers)
    with pytest.raises(WebhookVerificationError):
        Verifier(OTHER).verify(body.decode(), headers)
    with pytest.raises(WebhookVerificationError):
        Verifier(NEW).verify(body.decode() + " ", headers)


@pytest.mark.parametrize(
    ("status", "problem"),
    [
        (200, None),
        (299, None),
        (302, "refused"),
        (307, "refused"),
        (400, "refused"),
        (410, "gone"),
        (500, "refused"),
    ],
)
async def test_answers(status: int, problem: str | None) -> None:
    async with receiving() as receiver:
        receiver.status = status
        found = await send(receiver, NEW)
        assert (None if found is None else found.code) == problem


async def test_a_redirect_is_a_failure_and_is_not_followed() -> None:
    async with receiving() as receiver:
        receiver.status, receiver.location = 307, receiver.url
        found = await send(receiver, NEW)
        assert found is not None
        assert (found.code, len(receiver.got)) == ("too-many-redirects", 1)


async def test_nothing_is_sent_to_a_private_target_that_nobody_allowed() -> None:
    async with receiving() as receiver:
        found = await send(receiver, NEW, allowed=Allowed())
        assert found is not None
        assert (found.code, receiver.got) == ("refused-url", [])


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.1"])
async def test_nor_where_a_public_name_leads_to_one(address: str) -> None:
    async def resolve(host: str, port: int) -> list[str]:
        return [address]

    async with Fetcher(Allowed(), resolve=resolve) as fetch:
        hook = Webhook(lambda: ("https://hooks.example/x?key=hidden", (NEW,)), Allowed(), fetch.post)
        found = await hook.send(PARCEL, 0)
    assert found is not None
    assert found.code == "refused-address"
    assert "hidden" not in found.message


async def test_nobody_there_is_a_problem_that_keeps_the_url_secret() -> None:
    async def resolve(host: str, port: int) -> list[str]:
        raise OSError("no such host")

    async with Fetcher(Allowed(), resolve=resolve) as fetch:
        slack = Slack(lambda: f"https://hooks.example/services/T0/hidden{'x' * 300}", Allowed(), fetch.post)
        found = await slack.send(PARCEL, 0)
    assert found is not None
    assert found.code == "unreachable"
    assert "hidden" not in found.message


async def test_slack_gets_text_that_wakes_nobody_else() -> None:
    alert = make_alert(title="<!channel> & more", text="x" * 5000)
    async with receiving() as receiver, Fetcher(receiver.allowed) as fetch:
        slack = Slack(lambda: receiver.url, receiver.allowed, fetch.post)
        assert await slack.send(replace(PARCEL, alerts=(alert,)), 0) is None
        said = codec.decode(receiver.got[0][1])
    assert said["text"].startswith("*&lt;!channel&gt; &amp; more*\nxxx")
    assert len(said["text"]) == SLACK_CHARS


@pytest.mark.parametrize("count", [1, 3, 40, 400])
def test_a_payload_stays_small_and_says_what_it_leaves_out(count: int) -> None:
    alerts = tuple(make_alert(number, text="x" * 500) for number in range(count))
    body = payload(replace(PARCEL, alerts=alerts), 0)
    data = codec.decode(body)["data"]
    assert len(body) < MOST_BYTES
    assert len(data["alerts"]) + data["more"] == count
    assert data["alerts"]


def test_a_known_signature() -> None:
    """The example of the specification's own libraries."""
    body = b'{"test": 2432232314}'
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    wanted = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert signature("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body, [secret]) == wanted


def test_secrets_of_a_file_are_read_each_time(tmp_path: object) -> None:
    from pathlib import Path

    path = Path(str(tmp_path)) / "secrets"
    path.write_text(f"{NEW}\n{OLD}\n")
    assert secrets({"secrets_file": path}) == (NEW, OLD)
    path.write_text("hunter2\n")
    with pytest.raises(ValueError, match="whsec_"):
        secrets({"secrets_file": path})
    path.unlink()
    with pytest.raises(ValueError, match="secrets_file"):
        secrets({"secrets_file": path})
