"""Goes through a dashboard as somebody would who tries everything: every link, every button."""

import re
from urllib.parse import urljoin

from playwright.sync_api import Locator, Page, expect

# Where a button is found again after the page was opened anew, and how it is named in a failure.
BUTTONS = "button:visible, summary:visible"
# What changes by itself is left out: ages, and what comes by the stream.
LOOK = """() => [location.href, document.body.className, document.documentElement.dataset.theme,
  document.activeElement.id, document.getElementById("feed").scrollTop,
  ...[...document.querySelectorAll("#chips, #facets, #detail, #sheet, #spans, #pause, #theme, #map, .row .said")].map(
    (node) => node.outerHTML)].join("\\n")"""


def links(page: Page) -> list[str]:
    """Where the page's links lead, each once."""
    found = page.locator("a[href]").evaluate_all("all => all.map(link => link.getAttribute('href'))")
    return list(dict.fromkeys(found))


def follow(page: Page, address: str, seen: set[str]) -> None:
    """Every link of the page that leads into this host answers, and what it answers is not nothing."""
    for link in links(page):
        target = urljoin(page.url, link)
        if link.startswith("#"):
            assert page.locator(re.sub(r"[^#\w-]", "", link)).count() == 1, link
        elif target.startswith(address) and target not in seen:
            seen.add(target)
            answer = page.request.get(target)
            assert (answer.status, bool(answer.body())) == (200, True), link


def press(page: Page, address: str) -> int:
    """Every button of the page as it is opened at the address does something; of a facet's values, two. How many they are."""
    open_(page, address)
    names = [name(one) for one in page.locator(BUTTONS).all()]
    tried = 0
    for at, called in enumerate(names):
        if names[:at].count(called) > 1:
            continue
        tried += 1
        open_(page, address)
        button = page.locator(BUTTONS).nth(at)
        if button.get_attribute("aria-pressed") == "true" and button.get_attribute("data-last") is not None:
            continue  # the span that is chosen
        before = page.evaluate(LOOK)
        button.click()
        page.wait_for_function(f"before => ({LOOK})() !== before", arg=before)
    return tried


def name(button: Locator) -> str:
    """What a button is: its own name, or the facet whose value it is."""
    facet = button.get_attribute("data-facet")
    return f"{facet} {button.get_attribute('class')}" if facet else button.inner_text()


def open_(page: Page, address: str) -> None:
    """The page, when everything on it is there."""
    page.goto(address)
    expect(page.locator("#stream")).to_have_text("Live")
    expect(page.locator(".value").first).to_be_visible()
    expect(page.locator("#health .quiet").first).to_be_visible()
    expect(page.locator("#detail .elsewhere")).to_be_visible()
    page.wait_for_timeout(700)
