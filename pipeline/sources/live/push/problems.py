"""What a request can be refused for: one table, which the answers and the OpenAPI document are made of (RFC 9457)."""

from typing import Any

from aiohttp import web

from pipeline import codec

MEDIA_TYPE = "application/problem+json"

# Code: status, title. The code is for machines and stays; 503 and 429 say in Retry-After when to come again.
PROBLEMS: dict[str, tuple[int, str]] = {
    "bad-request": (400, "This is not HTTP as the server speaks it"),
    "damaged-encoding": (400, "The body is not what Content-Encoding says"),
    "empty": (400, "There is no article in the body"),
    "invalid-idempotency-key": (400, "Idempotency-Key must be 1 to 255 visible ASCII characters"),
    "invalid-json": (400, "The body, or a line of it, is not JSON"),
    "invalid-utf8": (400, "The body, or a line of it, is not UTF-8"),
    "unauthenticated": (401, "A valid API key is needed, in Authorization: Bearer or X-API-Key"),
    "unsigned": (401, "This key needs a valid signature that was not used before"),
    "foreign-provider": (403, "The key may not speak for this provider"),
    "not-found": (404, "There is nothing at this path"),
    "method-not-allowed": (405, "The path does not take this method"),
    "not-acceptable": (406, "The answer is JSON, which Accept leaves out"),
    "too-slow": (408, "The body did not arrive in time"),
    "in-progress": (409, "A request with this Idempotency-Key is still being worked on"),
    "length-required": (411, "Content-Length or chunked transfer is needed"),
    "too-large": (413, "The body, or an article in it, is too large"),
    "too-many-articles": (413, "The body holds too many articles"),
    "unsupported-media-type": (415, "Content-Type is none that is understood"),
    "unsupported-encoding": (415, "Content-Encoding is none that is understood"),
    "expectation-failed": (417, "Only Expect: 100-continue is understood"),
    "idempotency-mismatch": (422, "This Idempotency-Key came with another body before"),
    "invalid-record": (422, "This is JSON, but no article"),
    "too-many-requests": (429, "The key sends too much at a time"),
    "internal": (500, "Something broke; it was logged"),
    "busy": (503, "The server has all that it can hold"),
    "unavailable": (503, "Something that the server needs is out of order"),
    "unconfirmed": (503, "Kafka has not confirmed it; send it again"),
}
# What an item is rejected for by its format, and is none of the above.
OTHERWISE = "invalid-record"
# No answer is anybody's to keep or to guess the type of; what it is made with is nobody's business.
PLAIN = {"Cache-Control": "no-store", "Server": "tickertape", "X-Content-Type-Options": "nosniff"}


class Refused(Exception):
    """A request that ends here: `routes` answers with the problem."""

    def __init__(self, code: str, detail: str | None = None, *, retry_after_seconds: float | None = None) -> None:
        super().__init__(code)
        self.code, self.detail, self.retry_after_seconds = code, detail, retry_after_seconds


def status(code: str) -> int:
    """The HTTP status of a problem code, that of `invalid-record` for codes of a format."""
    return PROBLEMS.get(code, PROBLEMS[OTHERWISE])[0]


def body(code: str, detail: str | None = None, **more: Any) -> dict[str, Any]:
    """The problem document."""
    number, title = PROBLEMS[code]
    told = {"detail": detail} if detail else {}
    return {"type": f"urn:tickertape:problem:{code}", "title": title, "status": number, **told, "code": code, **more}


def answer(code: str, detail: str | None = None, retry_after_seconds: float | None = None, **more: Any) -> web.Response:
    """The whole answer; after a 401 and what else leaves the body unread, the connection ends."""
    response = web.Response(
        status=status(code), body=codec.encode(body(code, detail, **more)), content_type=MEDIA_TYPE, headers=PLAIN
    )
    if response.status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="tickertape"'
    if retry_after_seconds is not None:
        response.headers["Retry-After"] = seconds(retry_after_seconds)
    return response


def refusal(refused: Refused) -> web.Response:
    """The answer to a request that was refused."""
    return answer(refused.code, refused.detail, refused.retry_after_seconds)


def seconds(wait: float) -> str:
    """Retry-After in whole seconds, at least one."""
    return str(max(1, -int(-wait // 1)))
