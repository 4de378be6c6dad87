"""Alerts as an Atom feed in a file (RFC 4287); a retraction takes its alert out and leaves a tombstone (RFC 6721)."""

import asyncio
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from pipeline import instants
from pipeline.alerts import wording
from pipeline.alerts.records import Alert
from pipeline.records import Problem
from pipeline.sinks.channels.base import Parcel

History = Callable[[], Sequence[Alert]]


class Atom:
    """Writes the file anew for each parcel, whole or not at all; `history` is what was sent before."""

    def __init__(self, path: Path, title: str, entries: int, history: History) -> None:
        self._path, self._title, self._entries, self._history = path, title, entries, history

    async def send(self, parcel: Parcel, now_ms: int) -> Problem | None:
        """See Channel."""
        known = {one.alert_id: one for one in (*self._history(), *parcel.alerts)}
        document = feed(self._title, list(known.values())[-self._entries :], now_ms)
        try:
            await asyncio.to_thread(_replace, self._path, document)
        except OSError as error:
            return Problem(code="unwritable", message=f"{self._path}: {error.strerror}")
        return None

    async def close(self) -> None:
        """Nothing is open."""


def feed(title: str, alerts: Sequence[Alert], now_ms: int) -> str:
    """The document, newest entry first; `alerts` oldest first."""
    gone = {one.first.alert_id: one for one in alerts if one.change == "retracted" and one.first is not None}
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0">',
        "<id>urn:tickertape:alerts</id>",
        f"<title>{escape(wording.plain(title))}</title>",
        f"<updated>{instants.from_ms(now_ms)}</updated>",
        "<author><name>Tickertape</name></author>",
    ]
    for one in reversed(alerts):
        lines += _tombstone(one) if one.change == "retracted" else _entry(one, gone)
    return "\n".join([*lines, "</feed>", ""])


def _entry(alert: Alert, gone: dict[str, Alert]) -> Iterator[str]:
    """Nothing of an alert that was taken back, nor of its updates."""
    if (alert.first.alert_id if alert.first is not None else alert.alert_id) in gone:
        return
    url = alert.article.url or ""
    yield f"<entry><id>{_urn(alert.alert_id)}</id><title>{escape(alert.title)}</title><updated>{alert.fired_at}</updated>"
    yield f'<category term={quoteattr(alert.kind)}/><content type="text">{escape(alert.text)}</content>'
    if url.startswith(("https://", "http://")):
        yield f"<link href={quoteattr(wording.plain(url))}/>"
    yield "</entry>"


def _tombstone(alert: Alert) -> Iterator[str]:
    taken_back = alert.first.alert_id if alert.first is not None else alert.alert_id
    yield f"<at:deleted-entry ref={quoteattr(_urn(taken_back))} when={quoteattr(alert.fired_at)}>"
    yield f"<at:comment>{escape(alert.title)}</at:comment></at:deleted-entry>"


def _urn(alert_id: str) -> str:
    return f"urn:tickertape:alert:{alert_id}"


def _replace(path: Path, document: str) -> None:
    """Readers see the old file or the new one."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_text(document, encoding="utf-8")
    beside.replace(path)
