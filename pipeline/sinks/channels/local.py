"""Channels that need nobody else: lines on stdout, and whatever apprise knows (an extra)."""

import asyncio
from collections.abc import Callable
from importlib import import_module
from typing import Any

from pipeline import codec
from pipeline.alerts import wording
from pipeline.records import Problem
from pipeline.sinks.channels.base import Parcel
from pipeline.sinks.channels.webhook import option

Write = Callable[[str], object]


class Lines:
    """A title and indented lines, or JSON Lines of the alerts."""

    def __init__(self, write: Write, *, as_json: bool = False) -> None:
        self._write, self._as_json = write, as_json

    async def send(self, parcel: Parcel, now_ms: int) -> Problem | None:
        """See Channel."""
        if self._as_json:
            said = [codec.encode(one).decode() for one in parcel.alerts]
        else:
            said = [parcel.title, *(f"    {line}" for line in parcel.text.splitlines())]
        try:
            self._write("".join(f"{line}\n" for line in said))
        except OSError as error:
            return Problem(code="unwritable", message=str(error))
        return None

    async def close(self) -> None:
        """Stdout stays open."""


class Apprise:
    """Everything that apprise has a URL for; `pip install 'tickertape[alerts]'`."""

    def __init__(self, options: dict[str, Any]) -> None:
        self._options = options

    async def send(self, parcel: Parcel, now_ms: int) -> Problem | None:
        """See Channel."""
        try:
            apprise = import_module("apprise")
        except ImportError:
            return Problem(code="not-installed", message="apprise is missing: pip install 'tickertape[alerts]'")
        try:
            urls = self._options.get("urls") or option(self._options, "urls").split()
        except ValueError as error:
            return Problem(code="unreadable-option", message=str(error))
        told = apprise.Apprise()
        if not all(told.add(url) for url in urls):
            return Problem(code="unreadable-option", message="urls: apprise does not know one of them")
        done = await asyncio.to_thread(told.notify, title=wording.plain(parcel.title), body=parcel.text)
        return None if done else Problem(code="unsent", message="apprise could not tell all of its targets")

    async def close(self) -> None:
        """Nothing stays open."""
