"""Apprise as it is installed, against a real local receiver; what it may reach is what allow_private says."""

import importlib.util
from pathlib import Path
from typing import Any

import pytest

from pipeline import codec
from pipeline.records import Problem
from pipeline.sinks.channels.apprise import Apprise
from pipeline.sinks.channels.apprise_child import guard
from pipeline.sinks.channels.base import Parcel
from pipeline.sources.guards.addresses import Allowed
from tests.sinks.channels.alerts import make_alert
from tests.sinks.channels.test_webhook import receiving

PARCEL = Parcel(id="p", rule="one", alerts=(make_alert(title="a\r\nb"),))
needs_apprise = pytest.mark.skipif(
    importlib.util.find_spec("apprise") is None, reason="needs apprise: pip install 'tickertape[alerts]'"
)


async def send(options: dict[str, Any], allowed: Allowed = Allowed()) -> Problem | None:  # noqa: B008  # it is frozen
    return await Apprise(options, allowed).send(PARCEL, 0)


@needs_apprise
async def test_a_receiver_gets_title_and_text() -> None:
    async with receiving() as receiver:
        assert await send({"urls": (f"json://127.0.0.1:{receiver.port}/hook",)}, receiver.allowed) is None
        ((_, body),) = receiver.got
    told = codec.decode(body)
    assert (told["title"], told["message"]) == ("a b", PARCEL.text)


@needs_apprise
@pytest.mark.parametrize("word", ["localhost:{port}", "127.0.0.0/8"])
async def test_a_name_and_a_network_may_be_allowed(word: str, tmp_path: Path) -> None:
    """And the URLs, which are secrets, be in a file."""
    async with receiving() as receiver:
        file = tmp_path / "urls"
        file.write_text(f"json://localhost:{receiver.port}\n")
        allowed = Allowed.of([word.format(port=receiver.port)])
        assert (await send({"urls_file": file}, allowed), len(receiver.got)) == (None, 1)


@needs_apprise
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "169.254.169.254"])
async def test_what_is_not_public_is_not_reached(host: str) -> None:
    async with receiving() as receiver:
        found = await send({"urls": (f"json://{host}:{receiver.port}",)})
        assert (found and found.code, receiver.got) == ("refused-address", [])


@needs_apprise
async def test_a_receiver_that_refuses_is_tried_again() -> None:
    async with receiving() as receiver:
        receiver.status = 500
        found = await send({"urls": (f"json://127.0.0.1:{receiver.port}",)}, receiver.allowed)
        assert found == Problem(code="unsent", message="apprise could not tell all of its targets")


@needs_apprise
async def test_a_url_that_nobody_knows() -> None:
    found = await send({"urls": ("pigeon://loft",)})
    assert found == Problem(code="unreadable-option", message="urls: apprise does not know one of them")


async def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    found = await send({"urls_file": tmp_path / "no"})
    assert found is not None
    assert found.code == "unreadable-option"


@pytest.mark.parametrize(
    ("event", "place", "goes"),
    [
        ("socket.connect", ("93.184.216.34", 25), True), ("socket.connect", ("10.1.2.3", 9), True),
        ("socket.connect", ("10.2.0.1", 443), False), ("socket.connect", ("127.0.0.1", 80), False),
        ("socket.connect", ("127.0.0.1", 9000), True), ("socket.connect", ("::ffff:127.0.0.1", 80, 0, 0), False),
        ("socket.connect", ("fd00::1", 80, 0, 0), False), ("socket.connect", ("example.org", 80), False),
        ("socket.connect", "/run/docker.sock", False), ("socket.sendto", ("192.168.0.1", 514), False),
        ("open", "/etc/hosts", True),
    ],
)  # fmt: skip
def test_every_connection_is_looked_at(event: str, place: Any, goes: bool) -> None:
    refused: list[str] = []
    hook = guard(Allowed.of(["10.1.0.0/16", "127.0.0.1:9000"]), refused)
    if goes:
        hook(event, (None, place))
    else:
        with pytest.raises(PermissionError):
            hook(event, (None, place))
    assert bool(refused) is not goes
