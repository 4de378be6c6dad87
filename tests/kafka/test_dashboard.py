"""The dashboard in a real browser, on the real gateway, on a real Kafka."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from pipeline import codec
from pipeline.broker.admin import apply_topics
from pipeline.broker.produce import producing
from pipeline.gateway.server import KEYS
from pipeline.settings import Settings, environment
from pipeline.sources.live.push import keys
from pipeline.topics import EVENTS
from tests.builders import TALKS, make_reference
from tests.gateway.browser import chromium, watched
from tests.gateway.events import detected, name, participant, retracted
from tests.gateway.hostile import payloads, scroll_through
from tests.processes import running

pytestmark = pytest.mark.kafka
TICKERTAPE = str(Path(sys.executable).parent / "tickertape")
Start = Callable[[str], tuple["subprocess.Popen[str]", str]]


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    own = replace(settings, state_home=str(tmp_path))
    apply_topics(own)
    return own


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def start(settings: Settings) -> Iterator[Start]:
    """Starts gateways as processes; those that still run at the end are killed."""
    with ExitStack() as stack:

        def started(listen: str) -> tuple["subprocess.Popen[str]", str]:
            command = [TICKERTAPE, "gateway", "--listen", listen]
            process = stack.enter_context(
                running(command, stdout=subprocess.PIPE, env=environment(settings), text=True)
            )
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line.startswith("ready: http://")
            return process, line.split()[1].rstrip("/")

        yield started


def send(settings: Settings, *values: bytes) -> None:
    """To the partitions of their articles, as the worker does."""
    with producing(settings) as producer:
        for value in values:
            producer.produce(settings.topic_prefix + EVENTS.name, codec.decode(value)["partitionkey"].encode(), value)


def shows(page: Page, *numbers: int) -> None:
    """These events stand in the feed."""
    for number in numbers:
        expect(page.locator(f'.row[data-id="{name(number)}"]')).to_be_visible()


def test_page_shows_what_stands_in_kafka_and_what_comes(settings: Settings, start: Start, browser: Browser) -> None:
    """History, a live event, a filter in the address, the marked words, a retraction."""
    _, url = start("127.0.0.1:0")
    send(settings, detected(1), detected(2, kind="shelling", family="conflict", confidence=0.4))
    with watched(browser, url) as page:
        page.goto(url)
        shows(page, 1, 2)
        expect(page.locator("#stream")).to_have_text("Live")
        send(settings, detected(3))
        shows(page, 3)
        page.goto(f"{url}/?family=diplomacy&min_confidence=0.5&event={name(1)}")
        expect(page.locator("#count")).to_have_text("2 events")
        expect(page.locator("#detail blockquote")).to_have_text(TALKS)
        assert page.locator("#detail mark").all_text_contents() == ["Turkey", "postponed"]
        send(settings, retracted(1, 2))
        expect(page.locator("#detail .withdrawn")).to_contain_text("canceled")
        expect(page.locator("#health")).to_contain_text("Kafka up")


def test_killed_gateway_is_found_again_and_nothing_is_lost(settings: Settings, start: Start, browser: Browser) -> None:
    """Killed, events written meanwhile, started again: the page has them without being touched."""
    process, url = start("127.0.0.1:0")
    send(settings, detected(1))
    with watched(browser, url, mourned=True) as page:
        page.goto(url)
        shows(page, 1)
        expect(page.locator("#stream")).to_have_text("Live")
        process.kill()
        expect(page.locator("#stream")).to_have_text("Reconnecting")
        send(settings, detected(2), detected(1, revision=2, change="updated", modality="denied"))
        start(f"127.0.0.1:{urlsplit(url).port}")
        shows(page, 2)
        expect(page.locator(f'.row[data-id="{name(1)}"] .modality')).to_have_text("denied")
        expect(page.locator("#stream")).to_have_text("Live")


def test_with_a_key_everything_is_as_without(settings: Settings, start: Start, browser: Browser) -> None:
    """Asked for on the page; history, a live event and a file come with it, and nothing without it."""
    issued = keys.issue("wall", ("wall",), signed=False, now="2024-06-16T08:00:00.000Z")
    keys.add(settings.state_path / KEYS, issued.key)
    _, url = start("127.0.0.1:0")
    send(settings, detected(1))
    with watched(browser, url, mourned=True) as page:
        page.goto(url)
        page.get_by_label("API key").fill("tt_wrong")
        page.get_by_role("button", name="Open").click()
        expect(page.locator("#key [role=alert]")).to_contain_text("does not accept")
        expect(page.locator(".row")).to_have_count(0)
        page.get_by_label("API key").fill(issued.token)
        page.get_by_role("button", name="Open").click()
        shows(page, 1)
        expect(page.locator("#stream")).to_have_text("Live")
        send(settings, detected(2))
        shows(page, 2)
        with page.expect_download() as download:
            page.locator("#links a", has_text="CSV").click()
        assert download.value.suggested_filename == "events.csv"
        assert name(2) in download.value.path().read_text()


def test_no_string_of_the_corpora_runs(settings: Settings, start: Start, browser: Browser, tmp_path: Path) -> None:
    """1,438 headlines, actors, sources and addresses by way of Kafka and the gateway: text, and nothing but text."""
    texts = payloads(tmp_path)
    send(settings, *(hostile(number, text) for number, text in enumerate(texts)))
    _, url = start("127.0.0.1:0")
    with watched(browser, url) as page:
        page.goto(url)
        expect(page.locator("#count")).to_have_text(f"{len(texts):,} events")
        expect(page.locator(".row").first).to_have_attribute("aria-setsize", str(len(texts)))
        scroll_through(page)
        for number in range(0, len(texts), 60):
            page.goto(f"{url}/?event={name(number)}")
            expect(page.locator("#detail .elsewhere")).to_be_visible()


def hostile(number: int, text: str) -> bytes:
    """An event that has the text wherever a stranger could have put it."""
    article = make_reference(key=f"test|{number}", guid=text or "x", provider=text or "x", headline=text, url=text)
    return detected(number, article=article, actors=[participant(text, None)], rule=text or "x")
