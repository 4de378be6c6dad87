"""An AP feed on a real Kafka, with the real worker behind it: what AP says becomes of its stories is what becomes of them."""

import signal
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from pipeline import codec
from pipeline.records import Article
from pipeline.settings import Settings
from pipeline.topics import ARTICLES, BACKFILL, CURRENT, OUTCOMES, TOPICS
from tests.kafka.feed_world import Runner, Web, articles, states
from tests.kafka.test_ingest_run import DIES_BEFORE_THE_STATE
from tests.kafka.worker_world import World
from tests.processes import PATIENCE_SECONDS, eventually
from tests.sources.live.ap_server import KEY, ApServer, story

pytestmark = pytest.mark.kafka
BIN = Path(sys.executable).parent


@pytest.fixture
def world(settings: Settings, tmp_path: Path) -> Iterator[World]:
    command = (str(BIN / "tickertape"), "worker")
    with World(settings, tmp_path, command, TOPICS, (ARTICLES, BACKFILL), OUTCOMES) as made:
        yield made


def serve(server: ApServer, world: Web) -> None:
    """The server on the local web."""

    async def answer(request: web.Request) -> web.StreamResponse:
        headers = {name.lower(): value for name, value in request.headers.items()}
        status, body = server.get(str(request.url), headers)
        return web.Response(status=status, body=body, headers=server.headers)

    server.at = f"{world.at}/media/v"

    class Everything(dict[str, Any]):
        def get(self, path: str, default: Any = None) -> Any:
            return answer

    world.answers = Everything()


def declare(folder: Path, server: ApServer, port: int) -> Path:
    """A sources.toml with the feed, and its key in a file."""
    (folder / "ap-key").write_text(f"{KEY}\n")
    path = folder / "sources.toml"
    path.write_text(
        f'[[source]]\nname = "ap"\ntype = "ap"\nkey_file = "{folder / "ap-key"}"\nurl = "{server.at}/content/feed"\n'
        f'page_size = 2\ninterval_seconds = 1\nallow_private = ["127.0.0.1:{port}"]\n'
    )
    return path


def talks(place: str) -> str:
    return f"Turkey and Russia postponed talks on {place} on Sunday."


def seen(settings: Settings) -> Counter[tuple[str, str, str]]:
    return Counter((one.guid, one.version, one.text) for one in articles(settings))


def outcomes(world: World) -> Counter[tuple[str, str, str, str]]:
    """(guid, version, outcome, code) of each input, however often it was said."""
    said = world.outcomes()  # before the inputs: what has an outcome is there
    inputs = {
        (one.topic, one.partition, one.offset): codec.decode_record(Article, one.value or b"")
        for one in world.read(ARTICLES)
    }
    found = set()
    for one in said:
        article = inputs[one["input"]["topic"], one["input"]["partition"], one["input"]["offset"]]
        code = (one["problem"] or {"code": ""})["code"]
        found.add(
            (one["input"]["partition"], one["input"]["offset"], article.guid, article.version, one["outcome"], code)
        )
    return Counter(each[2:] for each in found)


def standing(world: World) -> dict[str, str]:
    """The sentences of the events that stand, by the guid of their article."""
    found: dict[str, Any] = {}
    for message in world.read(CURRENT):
        found.pop((message.key or b"").decode(), None)
        if message.value is not None:
            found[(message.key or b"").decode()] = codec.decode(message.value)["data"]
    return {event["article"]["guid"]: event["article"]["version"] for event in found.values()}


def test_stories_and_what_becomes_of_them(settings: Settings, world: World, tmp_path: Path) -> None:
    """Created, corrected, canceled, embargoed, withheld, for editors only, no text: the right articles, the right outcomes."""
    server = ApServer(
        items=[
            story("kept", 0, "2024-06-16T07:00:00Z", talks("Libya")),
            story("corrected", 0, "2024-06-16T07:01:00Z", talks("Syria")),
            story("canceled", 0, "2024-06-16T07:02:00Z", talks("Yemen")),
            story("embargoed", 0, "2024-06-16T07:03:00Z", talks("Sudan"), pubstatus="embargoed"),
            story("digest", 0, "2024-06-16T07:04:00Z", talks("Mali"), signals=[]),
            story("picture", 0, "2024-06-16T07:05:00Z", None, type="picture"),
        ]
    )
    worker = world.start(pool_workers=1)
    worker.ready()
    with Web() as local:
        serve(server, local)
        sources = declare(tmp_path, server, local.port)
        with Runner(settings, sources, tmp_path / "log") as runner:
            eventually(lambda: sum(outcomes(world).values()) == 5, "the first five are through")
            first = {"kept": "0", "corrected": "0", "canceled": "0"}
            eventually(lambda: standing(world) == first, "their events stand")
            server.items += [
                story("corrected", 1, "2024-06-16T07:06:00Z", talks("Iraq"), ednote="Corrects the country"),
                story("canceled", 1, "2024-06-16T07:07:00Z", talks("Yemen"), pubstatus="canceled"),
                story("embargoed", 1, "2024-06-16T07:08:00Z", talks("Sudan")),
                story("late", 0, "2024-06-16T07:09:00Z", talks("Cyprus"), pubstatus="withheld"),
            ]
            eventually(lambda: sum(outcomes(world).values()) == 9, "all are through")
            world.drained("annotate")
            last = {"kept": "0", "corrected": "1", "embargoed": "1"}
            eventually(lambda: standing(world) == last, "the last events stand")
            assert states(settings)["ap"].articles == 9
            assert runner.stop() == 0, runner.said
            assert KEY not in runner.said
    worker.stop()
    world.accounted()
    assert seen(settings) == {
        ("kept", "0", talks("Libya")): 1,
        ("corrected", "0", talks("Syria")): 1,
        ("corrected", "1", talks("Iraq")): 1,
        ("canceled", "0", talks("Yemen")): 1,
        ("canceled", "1", ""): 1,
        ("embargoed", "0", talks("Sudan")): 1,
        ("embargoed", "1", talks("Sudan")): 1,
        ("digest", "0", ""): 1,
        ("late", "0", ""): 1,
    }
    assert outcomes(world) == {
        ("kept", "0", "events", ""): 1,
        ("corrected", "0", "events", ""): 1,
        ("corrected", "1", "events", ""): 1,
        ("canceled", "0", "events", ""): 1,
        ("canceled", "1", "retracted", "canceled"): 1,
        ("embargoed", "0", "held", "embargo-unreadable"): 1,
        ("embargoed", "1", "events", ""): 1,
        ("digest", "0", "skipped", "advisory"): 1,
        ("late", "0", "retracted", "withheld"): 1,
    }
    assert standing(world) == last


def test_killed_and_left_alone_for_days(settings: Settings, world: World, tmp_path: Path) -> None:
    """kill -9 before the state is saved: the page comes again, the same. A token that died meanwhile: begun anew, none missed."""
    server = ApServer(items=[story(str(n), 0, f"2024-06-16T07:0{n}:00Z", talks("Libya")) for n in range(4)])
    with Web() as local:
        serve(server, local)
        sources = declare(tmp_path, server, local.port)
        with Runner(settings, sources, tmp_path / "log", DIES_BEFORE_THE_STATE) as runner:
            assert runner.process.wait(PATIENCE_SECONDS) == -signal.SIGKILL
        assert (states(settings), set(seen(settings).values())) == ({}, {1})
        with Runner(settings, sources, tmp_path / "log") as runner:
            eventually(lambda: len(seen(settings)) == 4, "all arrive")
            eventually(lambda: states(settings).get("ap") is not None and states(settings)["ap"].articles == 4, "saved")
            runner.kill()
        server.lost |= server.tokens.keys()
        server.items.append(story("4", 0, "2024-06-16T07:20:00Z", talks("Libya")))
        with Runner(settings, sources, tmp_path / "log") as runner:
            eventually(lambda: len(seen(settings)) == 5, "what came meanwhile arrives")
            assert runner.stop() == 0, runner.said
    assert [query["q"] for query in server.feeds if "mindate" in query.get("q", "")] == [
        "(type:text) AND mindate:>2024-06-16T06:53:00Z"
    ]
    found = seen(settings)
    assert found.keys() == {(str(n), "0", talks("Libya")) for n in range(5)}
    assert found["4", "0", talks("Libya")] == 1
    assert len({codec.encode(one) for one in articles(settings)}) == 5
