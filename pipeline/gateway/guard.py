"""Who may ask, and what every answer carries: API keys, the names of this machine, origins, security headers."""

import base64
import binascii
import ipaddress
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from aiohttp import web

from pipeline.errors import SettingsError
from pipeline.gateway.problems import Refused
from pipeline.sources.live.push.keys import Keys, find

logger = logging.getLogger(__name__)
# Probes need no key: they tell nothing.
OPEN = {"/livez", "/readyz"}
# Nor does the page: it is the same for everybody, and asks for a key itself.
PAGE = {"/", "/static/{path}"}
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Server": "tickertape",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """`local`: the server listens to this machine alone."""

    keys: Keys
    local: bool
    public: bool

    def check(self, request: web.Request) -> None:
        """Raises Refused. Where a key was ever made, one is needed: revoking the last one opens nothing.

        Without keys, a page elsewhere must not get at us by a name of its own.
        """
        if request.path in OPEN:
            return
        try:
            known, active = self.keys.current(), self.keys.active()
        except SettingsError as error:
            logger.error("no key can be checked", extra={"problem": str(error)})  # noqa: TRY400
            raise Refused("unavailable", retry_after_seconds=5) from None
        if known or not (self.local or self.public):
            if _route(request) in PAGE:
                return
            offered = tokens(request)
            if len(offered) != 1 or find(active, offered[0]) is None:
                logger.info("refused", extra={"code": "unauthenticated", "remote": request.remote})
                raise Refused("unauthenticated")
        elif not self.public and not loopback(_hostname(request.host)):
            raise Refused("foreign-host", "make a key (`tickertape gateway key new NAME`), or start with --public")


def _route(request: web.Request) -> str | None:
    """The pattern of the path."""
    resource = request.match_info.route.resource
    return None if resource is None else resource.canonical


def check_origin(request: web.Request) -> None:
    """A browser says which page opens a WebSocket: only ours may. Raises Refused."""
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc.lower() != request.host.lower():
        raise Refused("foreign-origin")


def tokens(request: web.Request) -> Sequence[bytes]:
    """The keys that a request offers."""
    offered = [value.encode("utf-8", "surrogateescape") for value in request.headers.getall("X-API-Key", [])]
    for value in request.headers.getall("Authorization", []):
        scheme, _, rest = value.partition(" ")
        if scheme.lower() == "basic":
            offered.append(_password(rest.strip()))
        else:
            offered.append(rest.strip().encode("utf-8", "surrogateescape") if scheme.lower() == "bearer" else b"")
    return offered


def loopback(host: str) -> bool:
    """Whether the name is this machine's own, for itself."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() in ("localhost", "localhost.") or host.lower().endswith(".localhost")


def _password(credentials: str) -> bytes:
    """The password of Basic credentials; whose it is the key itself says."""
    try:
        return base64.b64decode(credentials, validate=True).partition(b":")[2]
    except (ValueError, binascii.Error):
        return b""


def _hostname(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
