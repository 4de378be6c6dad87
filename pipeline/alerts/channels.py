"""The types of channels: which options each has, and what can be wrong with them. How they send is in sinks/channels/."""

import base64
import binascii
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.alerts import values
from pipeline.alerts.located import Mistake, Node
from pipeline.alerts.values import Field
from pipeline.records import Problem
from pipeline.sources.guards import addresses
from pipeline.sources.guards.addresses import Allowed

SECRET_PREFIX = "whsec_"
# Standard Webhooks: 24 to 64 random bytes.
SECRET_BYTES = (24, 64)
# The one that is in force, and the one before while receivers change over.
MOST_SECRETS = 2
ATOM_ENTRIES = 100

# (the key that is to blame, what is wrong)
Check = Callable[[Mapping[str, Any], Allowed], Iterator[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Type:
    """A type of channel."""

    fields: Mapping[str, Field]
    check: Check


def url(node: Node) -> str:
    """A URL; whether it may be asked is checked with all of the file."""
    return values.text(node).strip()


def path(node: Node) -> Path:
    """A path, `~` read."""
    return Path(values.text(node)).expanduser()


def secret(node: Node) -> str:
    """A signing secret of Standard Webhooks. The message does not repeat it."""
    found = values.text(node).strip()
    if secret_bytes(found) is None:
        low, high = SECRET_BYTES
        raise Mistake(node.line, f"a secret is {SECRET_PREFIX} and the base64 of {low} to {high} random bytes")
    return found


def secret_bytes(found: str) -> bytes | None:
    """The key of a `whsec_…`; None if it is none."""
    if not found.startswith(SECRET_PREFIX):
        return None
    try:
        key = base64.b64decode(found.removeprefix(SECRET_PREFIX), validate=True)
    except binascii.Error:
        return None
    return key if SECRET_BYTES[0] <= len(key) <= SECRET_BYTES[1] else None


def target(given: str, allowed: Allowed) -> addresses.Target | Problem:
    """The URL if something may be sent there: public and https, or in `allow_private`."""
    found = addresses.target(given, allowed)
    if isinstance(found, Problem) or found.scheme == "https" or allowed.host(found.host, found.port):
        return found
    message = f"{found.name}: only https targets are told; if it is meant, add {found.name} to allow_private"
    return Problem(code="refused-url", message=message)


def _one_of(options: Mapping[str, Any], *keys: str) -> Iterator[tuple[str, str]]:
    given = [key for key in keys if key in options]
    if len(given) != 1:
        yield (given or keys)[-1], f"give either {' or '.join(keys)}" + (", not both" if given else "")


def _url(options: Mapping[str, Any], allowed: Allowed) -> Iterator[tuple[str, str]]:
    yield from _one_of(options, "url", "url_file")
    found = target(options["url"], allowed) if "url" in options else None
    if isinstance(found, Problem):
        yield "url", found.message


def _webhook(options: Mapping[str, Any], allowed: Allowed) -> Iterator[tuple[str, str]]:
    yield from _url(options, allowed)
    yield from _one_of(options, "secrets", "secrets_file")
    if len(options.get("secrets", ())) > MOST_SECRETS:
        yield "secrets", f"at most {MOST_SECRETS}: the new one and, while receivers change over, the old one"


def _smtp(options: Mapping[str, Any], _: Allowed) -> Iterator[tuple[str, str]]:
    if "username" in options:
        yield from _one_of(options, "password", "password_file")
        if options.get("security") == "none":
            yield "security", "a password is not sent unencrypted: use starttls or tls"
    for key in ("from", "to"):
        for one in (options[key],) if isinstance(options.get(key), str) else options.get(key, ()):
            if one.count("@") != 1 or any(sign.isspace() or not sign.isprintable() for sign in one):
                yield key, f"{one!r} is no e-mail address"


def _apprise(options: Mapping[str, Any], _: Allowed) -> Iterator[tuple[str, str]]:
    yield from _one_of(options, "urls", "urls_file")


def _nothing(_: Mapping[str, Any], __: Allowed) -> Iterator[tuple[str, str]]:
    yield from ()


URL = {"url": Field(url), "url_file": Field(path)}
CHANNELS: dict[str, Type] = {
    "webhook": Type({**URL, "secrets": Field(values.several(secret)), "secrets_file": Field(path)}, _webhook),
    "slack": Type(URL, _url),
    "smtp": Type(
        {
            "host": Field(values.text, needed=True), "port": Field(values.whole(1, 65_535)),
            "security": Field(values.choice(("starttls", "tls", "none"))), "username": Field(values.text),
            "password": Field(values.text), "password_file": Field(path), "from": Field(values.text, needed=True),
            "to": Field(values.texts, needed=True),
        },
        _smtp,
    ),
    "atom": Type(
        {"path": Field(path, needed=True), "title": Field(values.text), "entries": Field(values.whole(1, 1000))}, _nothing
    ),
    "stdout": Type({"json": Field(values.flag)}, _nothing),
    "apprise": Type({"urls": Field(values.texts), "urls_file": Field(path)}, _apprise),
}  # fmt: skip
