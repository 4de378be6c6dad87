"""How the dashboard bears ten thousand events: `python -m tests.bench.dashboard [EVENTS] [ROUNDS]`.

Chromium, headless, with every task of the page's main thread traced: the longest of each phase in processor time (what the
page itself takes) and by the clock (what else runs on the machine makes it longer), beside the 50 ms above which a browser
calls a task long. The gateway is the tests' own, in this process.
"""

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from statistics import median
from typing import Any

from playwright.sync_api import Browser, Page, ViewportSize

from tests.gateway.browser import chromium
from tests.gateway.fake_gateway import STATIC, FakeGateway
from tests.gateway.made_events import make

SIZE: ViewportSize = {"width": 1440, "height": 900}
SETTLE_MS = 2500
LIVE_EVENTS = 60
# Pixels a frame; every tenth frame is a leap, as of a hand on the scroll bar.
SCROLL = """async (frames) => {
  const feed = document.getElementById("feed");
  for (let frame = 0; frame < frames; frame++) {
    feed.scrollTop += frame % 10 ? 400 : 30000;
    await new Promise(requestAnimationFrame);
  }
}"""
WHOLE = """async (events) => {
  const size = () => Number(document.querySelector(".row")?.getAttribute("aria-setsize") ?? 0);
  while (size() < events) await new Promise((resume) => setTimeout(resume, 200));
}"""
PAINT = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
Longest = tuple[float, float]


def traced(browser: Browser, page: Page, act: Callable[[], object]) -> Longest:
    """The longest task of the page's main thread while it acts, milliseconds: processor time, by the clock."""
    browser.start_tracing(page=page, categories=["toplevel"])
    act()
    found = tasks(json.loads(browser.stop_tracing())["traceEvents"])
    return max(one["tdur"] for one in found) / 1000, max(one["dur"] for one in found) / 1000


def tasks(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of the renderers' main threads: besides the page's there may be that of the tab's first blank one, which does nothing."""
    mains = {
        (one["pid"], one["tid"])
        for one in events
        if one["name"] == "thread_name" and one["args"]["name"] == "CrRendererMain"
    }
    return [
        one for one in events if one["name"].endswith("RunTask") and "tdur" in one and (one["pid"], one["tid"]) in mains
    ]


def load(page: Page, address: str, events: int) -> None:
    """Open the page, until all events are there."""
    page.goto(address)
    page.evaluate(WHOLE, events)
    page.wait_for_timeout(SETTLE_MS)


def live(page: Page, gateway: FakeGateway) -> None:
    """Scroll while events come."""
    for number in range(LIVE_EVENTS):
        gateway.push(make(number, seed=8, at=datetime.now(UTC)))
        page.evaluate(SCROLL, 6)


def brush(page: Page) -> None:
    """Draw it over a third of the timeline, slowly."""
    box = page.locator("#timeline").bounding_box()
    assert box is not None
    left, y = box["x"] + box["width"] * 0.6, box["y"] + 20
    page.mouse.move(left, y)
    page.mouse.down()
    page.mouse.move(left + box["width"] * 0.35, y, steps=60)
    page.mouse.up()
    page.wait_for_timeout(SETTLE_MS)


def round_of(browser: Browser, events: int) -> tuple[dict[str, Longest], float]:
    """One page from opening to brushing: the longest task of each phase, and when it was first painted (ms)."""
    now = datetime.now(UTC)
    page = browser.new_page(viewport=SIZE)
    with FakeGateway(make(number, before=now) for number in range(events)) as gateway:
        acts: dict[str, Callable[[], object]] = {
            "loading": lambda: load(page, gateway.address, events),
            "scrolling": lambda: page.evaluate(SCROLL, 120),
            "scrolling, events coming": lambda: live(page, gateway),
            "brushing": lambda: brush(page),
        }
        told = {name: traced(browser, page, act) for name, act in acts.items()}
        painted = float(page.evaluate(PAINT))
        page.close()
    return told, painted


def main() -> None:
    """Print the table."""
    events, rounds = (int(text) for text in [*sys.argv[1:], *("10000", "3")[len(sys.argv) - 1 :]][:2])
    with chromium() as browser:
        round_of(browser, 100)  # the first page of a browser pays for the browser
        found = [round_of(browser, events) for _ in range(rounds)]
    say = sys.stdout.write
    say(f"{events:,} events, {rounds} rounds; the longest task of each phase, ms: median, and worst\n")
    say(f"  {'':<28}{'processor':>16}{'clock':>18}\n")
    for phase in found[0][0]:
        columns = list(zip(*(told[phase] for told, _ in found), strict=True))
        figures = "".join(f"{median(column):12.0f}{max(column):6.0f}" for column in columns)
        say(f"  {phase:<28}{figures}\n")
    size = sum(path.stat().st_size for path in STATIC.iterdir())
    say(f"  first paint after {median(painted for _, painted in found):.0f} ms; {size / 1024:.0f} KB, uncompressed\n")


if __name__ == "__main__":
    main()
