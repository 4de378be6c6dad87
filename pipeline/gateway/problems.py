"""What a request can be refused for: one table, which the answers and the OpenAPI document are made of (RFC 9457)."""

from typing import Any

from aiohttp import web

from pipeline import codec

MEDIA_TYPE = "application/problem+json"

PROBLEMS: dict[str, tuple[int, str]] = {
    "bad-request": (400, "This is not HTTP as the server speaks it"),
    "invalid-parameter": (400, "A parameter cannot be read"),
    "unauthenticated": (
        401,
        "A valid API key is needed: Authorization: Bearer, X-API-Key, or as the password of Basic",
    ),
    "foreign-host": (403, "Without API keys the server answers to the names of this machine only"),
    "foreign-origin": (403, "A page of another origin may not open this"),
    "not-found": (404, "There is nothing at this path"),
    "method-not-allowed": (405, "The path does not take this method"),
    "too-many-clients": (429, "There are too many streams from this address"),
    "internal": (500, "Something broke; it was logged"),
    "busy": (503, "The server has all that it can do"),
    "too-long": (503, "The question took too long to answer; narrow it"),
    "filling": (503, "The store is being filled from Kafka"),
    "unavailable": (503, "Something that the server needs is out of order"),
}
BY_STATUS = {404: "not-found", 405: "method-not-allowed"}


class Refused(Exception):
    """A request that ends here: the middleware answers with the problem."""

    def __init__(self, code: str, detail: str | None = None, *, retry_after_seconds: int | None = None) -> None:
        super().__init__(code)
        self.code, self.detail, self.retry_after_seconds = code, detail, retry_after_seconds


def body(code: str, detail: str | None = None) -> dict[str, Any]:
    """The problem document."""
    number, title = PROBLEMS[code]
    told = {"detail": detail} if detail else {}
    return {"type": f"urn:tickertape:problem:{code}", "title": title, "status": number, **told, "code": code}


def answer(refused: Refused) -> web.Response:
    """The whole answer."""
    response = web.Response(
        status=PROBLEMS[refused.code][0],
        body=codec.encode(body(refused.code, refused.detail)),
        content_type=MEDIA_TYPE,
        headers={"Cache-Control": "no-store"},
    )
    if response.status == 401:
        response.headers["WWW-Authenticate"] = 'Basic realm="tickertape", charset="UTF-8"'
    if refused.retry_after_seconds is not None:
        response.headers["Retry-After"] = str(refused.retry_after_seconds)
    return response
