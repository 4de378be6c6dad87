"""Strings that want to run in a browser, or to break something, from the corpora."""

import json
from pathlib import Path

from playwright.sync_api import Page

from tests.corpora import unpacked


def payloads(folder: Path) -> list[str]:
    """923 strings that want to run, 515 that want to break something."""
    hostile = unpacked("payloads-all-the-things", folder)
    files = [path.read_text(encoding="utf-8", errors="replace") for path in sorted(hostile.rglob("xss_*.txt"))]
    lines = [line for file in files for line in file.split("\n")[:-1]]
    naughty = json.loads(next(unpacked("blns", folder).rglob("blns.json")).read_text(encoding="utf-8"))
    assert (len(lines), len(naughty)) == (923, 515)
    return [text.encode("utf-8", "replace").decode() for text in [*lines, *naughty]]


def scroll_through(page: Page) -> None:
    """Every row is drawn once."""
    page.evaluate(
        """async () => {
          const feed = document.getElementById("feed");
          for (let top = 0; top < feed.scrollHeight; top += feed.clientHeight) {
            feed.scrollTop = top;
            await new Promise(requestAnimationFrame);
          }
        }"""
    )
