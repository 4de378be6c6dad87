"""Real Chromium for the page's tests: what a page must never do is looked at whatever the test is about."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright

from tests.processes import PATIENCE_SECONDS

PATIENCE_MS = PATIENCE_SECONDS * 1000

CANARY = """
window.__xss = 0;
window.__long = 0;
window.__violations = [];
for (const name of ["alert", "confirm", "prompt", "print"]) window[name] = () => { window.__xss += 1; };
addEventListener("securitypolicyviolation", (event) => window.__violations.push(event.violatedDirective));
new PerformanceObserver((list) => {
  for (const task of list.getEntries()) window.__long = Math.max(window.__long, task.duration);
}).observe({ type: "longtask", buffered: true });
"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """The installed Chromium, headless; skips where there is none."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("needs Chromium: apt-get install chromium")
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        # No sandbox: tests run as root in containers, where Chromium's cannot start; only our own page is opened.
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def watched(browser: Browser, address: str, *, mourned: bool = False, width: int = 1440) -> Iterator[Page]:
    """A page of its own profile. Afterwards: nothing ran, broke the policy, left the host or (unless `mourned`) failed."""
    context = browser.new_context(viewport={"width": width, "height": 900}, reduced_motion="reduce")
    context.add_init_script(CANARY)
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    errors: list[str] = []
    foreign: list[str] = []

    def told(message: ConsoleMessage) -> None:
        if message.type == "error" and not (mourned and "Failed to load resource" in message.text):
            errors.append(message.text)

    def asked(request: Request) -> None:
        if not request.url.startswith((address, "data:", "about:")):
            foreign.append(request.url)

    page.on("console", told)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", asked)
    try:
        yield page
        assert (page.evaluate("[window.__xss, window.__violations]"), errors, foreign) == ([0, []], [], [])
    finally:
        context.close()


def axe_source() -> str | None:
    """axe-core as text, if the development dependency that ships it is installed."""
    found = find_spec("axe_playwright_python")
    if found is None or found.origin is None:
        return None
    return Path(found.origin).with_name("axe.min.js").read_text(encoding="utf-8")
