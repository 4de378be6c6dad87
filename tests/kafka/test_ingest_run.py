"""`tickertape ingest run` on a real Kafka, polling a local web of feeds that behave as feeds do, and some as attackers do."""

import asyncio
import hmac
import signal
import socket
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import pytest
from aiohttp import ClientSession, web

from pipeline.broker.admin import apply_topics
from pipeline.settings import Settings
from tests.kafka.feed_world import (
    Answer,
    Conditional,
    Runner,
    Web,
    articles,
    declare,
    document,
    item,
    rss,
    states,
)
from tests.processes import PATIENCE_SECONDS, eventually

pytestmark = pytest.mark.kafka
POLLS = 5


async def endless(request: web.Request) -> web.StreamResponse:
    """A body that never ends."""
    response = web.StreamResponse(headers={"content-type": "application/rss+xml"})
    await response.prepare(request)
    while True:
        await response.write(b" " * 65_536)
        await asyncio.sleep(0)


async def silent(request: web.Request) -> web.StreamResponse:
    """Takes the request, and never answers."""
    await asyncio.sleep(3_600)
    return web.Response()


def status(code: int, headers: Mapping[str, str] = MappingProxyType({})) -> Answer:
    """Always that, without a body."""

    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(status=code, headers=headers)

    return answer


def test_a_web_as_it_is(settings: Settings, tmp_path: Path) -> None:
    """Exactly the articles that there are, once each; nobody is asked more than he allows; the canary is never asked."""
    apply_topics(settings)
    with socket.create_server(("127.0.0.1", 0)) as canary, Web() as world:
        canary.setblocking(False)
        world.answers |= {
            "/good": Conditional(rss(item(1, "Rain in the north."), item(2, "Sun in the south."))),
            "/stamped": document(rss(item(1, "Same as ever."))),
            "/lies": document(rss(item(1, "Un été à Orléans."), declared="iso-8859-1")),
            "/latin": document(rss(item(1, "Un été à Orléans.")).encode("latin-1")),
            "/broken": document("<rss version='2.0'><channel>" + item(1, "No end, & no escape") + "<item><title>cut"),
            "/html": document("<html><body>Not found, says 200.</body></html>", **{"content-type": "text/html"}),
            "/bomb": document('<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + rss(item(1, "&b;"))),
            "/private": status(302, {"location": f"http://127.0.0.1:{canary.getsockname()[1]}/"}),
            "/metadata": status(302, {"location": "http://169.254.169.254/latest"}),
            "/moved": status(301, {"location": "/good-too"}),
            "/good-too": Conditional(rss(item(1, "Fog."))),
            "/gone": status(410),
            "/busy": status(429, {"retry-after": "3600"}),
            "/deep": document("<rss version='2.0'><channel><item>" + "<a>" * 190_000),
            "/endless": endless,
            "/silent": silent,
        }
        names = [name.strip("/") for name in world.answers if name != "/good-too"]
        sources = declare(tmp_path / "sources.toml", world.port, **{name: f"{world.at}/{name}" for name in names})
        with Runner(settings, sources, tmp_path / "log") as runner:
            eventually(lambda: min(world.asked["/good"], world.asked["/stamped"]) >= POLLS, "the healthy are polled")
            eventually(lambda: len(states(settings)) == len(names) - 1, "all but the silent one have a state")
            assert runner.stop() == 0, runner.said
        found = articles(settings)
        expected = {
            ("good", "g1", "Rain in the north."),
            ("good", "g2", "Sun in the south."),
            ("stamped", "g1", "Same as ever."),
            ("lies", "g1", "Un été à Orléans."),
            ("latin", "g1", "Un été à Orléans."),
            ("moved", "g1", "Fog."),
        }
        seen = Counter((one.provider, one.guid, one.text) for one in found if one.provider != "broken")
        assert seen == Counter(dict.fromkeys(expected, 1))
        assert [one.headline for one in found if one.provider == "broken"] == ["Story 1"]
        said = {name: state.problem.code if state.problem else None for name, state in states(settings).items()}
        # A fast machine reads it to its end, and finds nothing.
        assert said.pop("deep") in ("parser-timed-out", "rejected-items")
        assert said == dict.fromkeys(["good", "stamped", "lies", "latin", "moved"]) | {
            "broken": "rejected-items",
            "html": "not-a-feed",
            "bomb": "refused-xml",
            "private": "refused-url",
            "metadata": "refused-address",
            "busy": "http-429",
            "endless": "too-large",
            "gone": "gone",
        }
        assert [status for path, status in world.statuses if path == "/good"] == [200] + [304] * (
            world.asked["/good"] - 1
        )
        once = {path: world.asked[path] for path in ("/busy", "/gone", "/moved", "/silent")}
        assert once == dict.fromkeys(once, 1)
        with pytest.raises(BlockingIOError):
            canary.accept()


def test_versions_and_a_restart(settings: Settings, tmp_path: Path) -> None:
    """A changed entry is the next version; a restart goes on where Kafka is, and sends nothing again."""
    apply_topics(settings)
    with Web() as world:
        feed = Conditional(rss(item(1, "First."), item(2, "Same.")))
        world.answers["/feed"] = feed
        sources = declare(tmp_path / "sources.toml", world.port, wire=f"{world.at}/feed")
        with Runner(settings, sources, tmp_path / "log") as runner:
            eventually(lambda: len(articles(settings)) == 2, "both arrive")
            feed.text = rss(item(1, "Second."), item(2, "Same."))
            eventually(lambda: len(articles(settings)) == 3, "the correction arrives")
            eventually(lambda: states(settings)["wire"].articles == 3, "its state is saved")
            assert runner.stop() == 0
        asked = world.asked["/feed"]
        with Runner(settings, sources, tmp_path / "log") as runner:
            eventually(lambda: world.asked["/feed"] >= asked + 2, "it goes on")
            feed.text = rss(item(3, "New."), item(1, "Second."), item(2, "Same."))
            eventually(lambda: len(articles(settings)) == 4, "the new one arrives")
            assert runner.stop() == 0
        assert world.statuses[asked] == ("/feed", 304)
    found = sorted((one.guid, one.version, one.text) for one in articles(settings))
    assert found == [("g1", "1", "First."), ("g1", "2", "Second."), ("g2", "1", "Same."), ("g3", "1", "New.")]
    first, second = (one for one in articles(settings) if one.guid == "g1")
    assert (first.version_created_at or "") < (second.version_created_at or "")


def test_killed_again_and_again(settings: Settings, tmp_path: Path) -> None:
    """kill -9 at any time, between confirmation and state too: nothing is lost, and what comes twice is the same version."""
    apply_topics(settings)
    with Web() as world:
        feed = Conditional(rss())
        world.answers["/feed"] = feed
        sources = declare(tmp_path / "sources.toml", world.port, wire=f"{world.at}/feed")
        items: list[str] = []
        for round_number in range(4):
            items += [item(50 * round_number + number, f"Text {round_number}.") for number in range(50)]
            asked = world.asked["/feed"]
            with Runner(settings, sources, tmp_path / "log") as runner:
                feed.text = rss(*items)
                eventually(lambda: world.asked["/feed"] > asked, "polled")  # noqa: B023
                eventually(lambda: len({one.guid for one in articles(settings)}) > 50 * round_number, "some arrived")  # noqa: B023
                runner.kill()
        with Runner(settings, sources, tmp_path / "log") as runner:
            eventually(lambda: len({one.guid for one in articles(settings)}) == 200, "all arrive")
            eventually(lambda: states(settings)["wire"].memory.get("etag") is not None, "state")
            assert runner.stop() == 0
    found = articles(settings)
    assert {(one.guid, one.version) for one in found} == {(f"g{number}", "1") for number in range(200)}
    # The round an entry came in, the kills that followed, and the last run: no state at all is one more copy for each kill.
    copies = Counter(int((one.guid or "")[1:]) for one in found)
    assert {number: seen for number, seen in copies.items() if seen > 5 - number // 50} == {}


# Ends the process as the kernel would, where the articles are confirmed and the state that says so is not.
DIES_BEFORE_THE_STATE = """
import os, signal
from pipeline.sources.live.account import Account
async def die(self): os.kill(os.getpid(), signal.SIGKILL)
Account._save = die
"""


def test_killed_between_confirmation_and_state(settings: Settings, tmp_path: Path) -> None:
    """What was confirmed comes once more for each kill, as the same version; then never again."""
    apply_topics(settings)
    with Web() as world:
        world.answers["/feed"] = Conditional(rss(item(1, "Rain."), item(2, "Sun.")))
        sources = declare(tmp_path / "sources.toml", world.port, wire=f"{world.at}/feed")
        for _ in range(2):
            with Runner(settings, sources, tmp_path / "log", DIES_BEFORE_THE_STATE) as runner:
                assert runner.process.wait(PATIENCE_SECONDS) == -signal.SIGKILL
        assert states(settings) == {}
        for _ in range(2):
            asked = world.asked["/feed"]
            with Runner(settings, sources, tmp_path / "log") as runner:
                eventually(lambda: world.asked["/feed"] >= asked + 2, "polled twice")  # noqa: B023
                assert runner.stop() == 0
    found = Counter((one.guid, one.version, one.text) for one in articles(settings))
    assert found == {("g1", "1", "Rain."): 3, ("g2", "1", "Sun."): 3}


@dataclass
class Hub:
    """A WebSub hub: asks back, and posts `body` to who was granted."""

    body: bytes
    statuses: list[int] = field(default_factory=list)

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        form = await request.post()
        asyncio.get_running_loop().create_task(self._grant({name: str(value) for name, value in form.items()}))
        return web.Response(status=202)

    async def _grant(self, form: dict[str, str]) -> None:
        asked = {name: form[name] for name in ("hub.mode", "hub.topic", "hub.lease_seconds")} | {"hub.challenge": "c7"}
        async with ClientSession() as client:
            async with client.get(form["hub.callback"], params=asked) as answer:
                assert (answer.status, await answer.text()) == (200, "c7")
            digest = hmac.new(form["hub.secret"].encode(), self.body, "sha256").hexdigest()
            for signature in ("sha256=" + "0" * 64, f"sha256={digest}"):
                headers = {"X-Hub-Signature": signature}
                async with client.post(form["hub.callback"], data=self.body, headers=headers) as answer:
                    self.statuses.append(answer.status)


@pytest.mark.parametrize("pushed_too", [False, True], ids=["a server of its own", "the push server"])
def test_a_hub_delivers(settings: Settings, tmp_path: Path, *, pushed_too: bool) -> None:
    """What it posts is there at once, though the feed itself is not asked again; what is not signed is refused."""
    apply_topics(settings)
    with socket.create_server(("127.0.0.1", 0)) as free:
        listen = f"127.0.0.1:{free.getsockname()[1]}"
    with Web() as world:
        hub = Hub(rss(item(2, "From the hub.")).encode())
        link = f'<link xmlns="http://www.w3.org/2005/Atom" rel="hub" href="{world.at}/hub"/>'
        world.answers |= {"/feed": Conditional(rss(link, item(1, "From the feed."))), "/hub": hub}
        sources = declare(tmp_path / "sources.toml", world.port, wire=f"{world.at}/feed")
        push = f'[[source]]\nname = "push"\ntype = "push"\nlisten = "{listen}"\n' if pushed_too else ""
        sources.write_text(
            sources.read_text() + push + f'[websub]\ncallback = "http://{listen}"\nlisten = "{listen}"\n'
        )
        with Runner(settings, sources, tmp_path / "log") as runner:
            eventually(lambda: len(articles(settings)) == 2, "both arrive")
            eventually(lambda: states(settings)["wire"].articles == 2, "the state is saved")
            assert runner.stop() == 0, runner.said
        assert (hub.statuses, world.asked["/hub"], world.asked["/feed"] <= 2) == ([403, 202], 1, True)
    assert sorted((one.guid, one.text) for one in articles(settings)) == [
        ("g1", "From the feed."),
        ("g2", "From the hub."),
    ]


def test_kafka_that_goes_away_ends_the_runner(settings: Settings, tmp_path: Path) -> None:
    """Without its topics nothing can be confirmed: exit code 3, and the next command."""
    with Web() as world:
        sources = declare(tmp_path / "sources.toml", world.port, wire=f"{world.at}/feed")
        runner = Runner(settings, sources, tmp_path / "log")
        assert runner.process.wait(PATIENCE_SECONDS) == 3
        assert "tickertape topics apply" in runner.said
        assert runner.process.stdout is not None
        runner.process.stdout.close()
