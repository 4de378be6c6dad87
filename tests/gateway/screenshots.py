"""The dashboard's pictures: `python -m tests.gateway.screenshots FOLDER [ADDRESS]`.

Of the gateway at ADDRESS, or of one with made-up events that shows every state at once. 1440, 1024 and 390 pixels, light
and dark, the newest event open in every second one.
"""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.gateway.browser import chromium
from tests.gateway.fake_gateway import FakeGateway
from tests.gateway.made_events import make, stamp

SIZES = {1440: 900, 1024: 768, 390: 844}
SETTLED_MS = 1500


def scene(now: datetime) -> FakeGateway:
    """Some hundred events of two days, failing sources, a story; all as of `now`."""
    events = [make(number, before=now) for number in range(400)]
    gateway = FakeGateway(events)
    first, second = sorted(events, key=lambda event: str(event["article"]["published_at"]))[:-3:-1]
    gateway.stories = [{
        "story_id": "s", "revision": 1, "headline": None, "kind": first["kind"], "kinds": [], "disagreement": [],
        "articles": 6, "sources": ["harbour-wire", "meridian", "north-desk"], "article_keys": [],
        "event_ids": [first["event_id"], second["event_id"]],
    }]  # fmt: skip
    earlier = stamp(now - timedelta(minutes=4))
    problem = {"code": "http-429", "message": "too many requests; again in 300 s"}
    sources = [("harbour-wire", None), ("meridian", None), ("north-desk", problem)]
    gateway.health |= {"dead_letters": 2, "held": 1, "articles": 1287, "sources": [
        {"source": name, "type": "feed", "articles": 412, "last_attempt_at": earlier, "last_success_at": earlier,
         "problem": found} for name, found in sources
    ]}  # fmt: skip
    return gateway


def happen(gateway: FakeGateway, now: datetime) -> None:
    """One event comes, one is updated, one is taken back."""
    newest = sorted(gateway.events.values(), key=lambda event: str(event["article"]["published_at"]))[-5:]
    updated, gone = dict(newest[2]), newest[0]
    gateway.push({**updated, "revision": 2, "change": "updated", "modality": "denied", "confidence": 0.41})
    keep = ("event_id", "kind", "family", "article", "model", "detected_at", "changed_at")
    gateway.push({**{name: gone[name] for name in keep}, "revision": 2, "change": "retracted", "reason": "canceled"})
    gateway.push(make(9001, at=now))


def shoot(page: Page, address: str, path: Path) -> None:
    """The page as it opens, and with the second row open."""
    page.goto(address)
    expect(page.locator(".row").first).to_be_visible()
    page.wait_for_timeout(SETTLED_MS)
    page.screenshot(path=path)
    page.locator('.row[aria-posinset="2"]').click()
    page.wait_for_timeout(SETTLED_MS)
    page.screenshot(path=path.with_stem(path.stem + "-open"))


def main() -> None:
    """All sizes, light and dark."""
    folder, now = Path(sys.argv[1]), datetime.now(UTC)
    folder.mkdir(parents=True, exist_ok=True)
    with scene(now) as gateway, chromium() as browser:
        address = sys.argv[2] if len(sys.argv) > 2 else gateway.address
        for width, height in SIZES.items():
            for scheme in ("light", "dark"):
                page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
                if address == gateway.address:
                    page.goto(address)
                    expect(page.locator("#stream")).to_have_text("Live")
                    happen(gateway, now) if (width, scheme) == (1440, "light") else None
                shoot(page, address, folder / f"dashboard-{width}-{scheme}.png")
                page.close()


if __name__ == "__main__":
    main()
