"""Signed webhooks, as standardwebhooks.com specifies them: `webhook-id`, `webhook-timestamp`, `webhook-signature`."""

import base64
import hashlib
import hmac
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from pipeline import codec, instants
from pipeline.alerts.channels import secret_bytes, target
from pipeline.records import Problem
from pipeline.sinks.channels.base import GONE, Parcel
from pipeline.sources.guards import addresses
from pipeline.sources.guards.addresses import Allowed
from pipeline.sources.live.base import Response

# Standard Webhooks: payloads should stay below 20 KB; 15 to 30 s for the answer.
MOST_BYTES = 20_000
SECONDS = 20.0


class Post(Protocol):
    """POST with every guard of sources/guards in force, and no redirect followed: `Fetcher.post`."""

    async def __call__(
        self, url: str, data: bytes, *, headers: dict[str, str], seconds: float, redirects: int
    ) -> Response | Problem:
        """The answer, whatever its status."""


def signature(parcel_id: str, timestamp: int, body: bytes, secrets: Sequence[str]) -> str:
    """One `v1,…` for each secret, the first for the one in force; HMAC-SHA256 over id.timestamp.body."""
    signed = f"{parcel_id}.{timestamp}.".encode() + body
    keys = (secret_bytes(one) or b"" for one in secrets)
    return " ".join("v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode() for key in keys)


def payload(parcel: Parcel, now_ms: int) -> bytes:
    """JSON below MOST_BYTES: if all is too much, the alerts without their events; then those that fit, and how many more."""
    whole = [codec.plain(one) for one in parcel.alerts]
    short = [one | {"event": None, "text": ""} for one in whole]
    for alerts in (whole, *(short[:count] for count in range(len(short), -1, -1))):
        data = {
            "rule": parcel.rule,
            "alerts": alerts,
            "more": len(whole) - len(alerts),
            "suppressed": parcel.suppressed,
        }
        body = codec.encode({"type": "news.alert.v1", "timestamp": instants.from_ms(now_ms), "data": data})
        if len(body) < MOST_BYTES:
            break
    return body


def answered(response: Response | Problem) -> Problem | None:
    """None for 2xx. 410 closes the channel; everything else, redirects too, is a failure."""
    if isinstance(response, Problem):
        return response
    if 200 <= response.status < 300:
        return None
    code = GONE if response.status == 410 else "refused"
    return Problem(code=code, message=f"answered {response.status}")


class Webhook:
    """POSTs signed JSON to a URL; `options` gives (URL, secrets) anew for every parcel, for files of secrets may change."""

    def __init__(self, options: Callable[[], tuple[str, Sequence[str]]], allowed: Allowed, post: Post) -> None:
        self._options, self._allowed, self._post = options, allowed, post

    async def send(self, parcel: Parcel, now_ms: int) -> Problem | None:
        """See Channel."""
        try:
            url, secrets = self._options()
        except ValueError as error:
            return Problem(code="unreadable-option", message=str(error))
        body, seconds = payload(parcel, now_ms), now_ms // 1000
        headers = {
            "Content-Type": "application/json",
            "webhook-id": parcel.id,
            "webhook-timestamp": str(seconds),
            "webhook-signature": signature(parcel.id, seconds, body, secrets),
        }
        return await posted(self._post, url, body, headers, self._allowed)

    async def close(self) -> None:
        """The connections are the fetcher's."""


class Slack:
    """An incoming webhook as Slack has them, and many others: {"text": …}. The URL is the secret."""

    def __init__(self, url: Callable[[], str], allowed: Allowed, post: Post) -> None:
        self._url, self._allowed, self._post = url, allowed, post

    async def send(self, parcel: Parcel, now_ms: int) -> Problem | None:
        """See Channel."""
        try:
            url = self._url()
        except ValueError as error:
            return Problem(code="unreadable-option", message=str(error))
        said = {"text": f"*{_escaped(parcel.title)}*\n{_escaped(parcel.text)}"[:SLACK_CHARS]}
        return await posted(self._post, url, codec.encode(said), {"Content-Type": "application/json"}, self._allowed)

    async def close(self) -> None:
        """The connections are the fetcher's."""


# Slack cuts a text off at 40,000 characters and advises 4,000.
SLACK_CHARS = 4_000


def _escaped(text: str) -> str:
    """Slack's three control characters: a foreign `<!channel>` must wake nobody."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


async def posted(post: Post, url: str, body: bytes, headers: dict[str, str], allowed: Allowed) -> Problem | None:
    """What became of a POST to a target that may be asked; the URL, which may be a secret, is in no message."""
    found = target(url, allowed)
    if isinstance(found, Problem):
        return Problem(code=found.code, message=found.message.replace(addresses.shown(url), "the URL"))
    problem = answered(await post(found.url, body, headers=headers, seconds=SECONDS, redirects=0))
    return problem and Problem(
        code=problem.code, message=problem.message.replace(addresses.shown(found.url), found.host)
    )


def option(options: dict[str, Any], key: str) -> str:
    """The value of `key`, or the text of the file that `key`_file names. Raises ValueError."""
    if key in options:
        return str(options[key])
    path = options[f"{key}_file"]
    try:
        return str(path.read_text(encoding="utf-8").strip())
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{key}_file: {error}") from None


def secrets(options: dict[str, Any]) -> tuple[str, ...]:
    """The signing secrets, of the option or of the lines of its file. Raises ValueError."""
    found = tuple(options["secrets"]) if "secrets" in options else tuple(option(options, "secrets").split())
    if not found or any(secret_bytes(one) is None for one in found):
        raise ValueError("secrets_file: each line is a secret: whsec_ and the base64 of 24 to 64 random bytes")
    return found
