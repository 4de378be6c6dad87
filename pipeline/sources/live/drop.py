"""A watched folder: each file that is complete is read once, and put away when Kafka has confirmed all that was in it.

A file is known by name, size and time of writing, and by its content where only the time is new. Killed in the middle of a
file, it is read again from its beginning: what comes twice is `unchanged`. Items without a version of their own have that of
the file: the time it was written.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event
from typing import Any

from pipeline import ids
from pipeline.records import Problem
from pipeline.sources import files
from pipeline.sources.items import Item, Place, Rejected, shown
from pipeline.sources.live import one_file, putting_away, reading, settling
from pipeline.sources.live.base import Apart, Memory, Polled
from pipeline.sources.live.one_file import OneFile
from pipeline.sources.live.reading import Budget
from pipeline.sources.live.settling import Entry, Look
from pipeline.sources.readers import Call

TYPE = "folder"
INTERVAL_SECONDS = 5.0
AFTER = ("keep", "move", "delete")
# Remembered files fit a memory (base.MEMORY_BYTES) at 110 bytes each; of those that are gone only the last.
MOST_FILES, GONE_FILES, MOST_REFUSED = 10_000, 1_000, 1_000
# A look at 5,300 files took 0.6 s on a busy machine; no more of the time than this goes into looks that find nothing.
LOOKING_SHARE = 0.05
CLEAN, FLAWED, UNREADABLE = "clean", "flawed", "unreadable"
# Digest of a file's name → [size, mtime_ns, state, digest of its content (unreadable: its ctime_ns)].
Known = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The folder at `path`, in one of readers.FORMATS (`format`; empty: by name and content); what becomes of a file `after`
    it was read without a flaw: keep, move (to done/ in the folder) or delete. `provider` as in every source; `map`: our field →
    what a CSV or JSON calls it (`fields.named`)."""

    path: Path
    provider: str = ""
    format: str = ""
    after: str = "keep"
    interval_seconds: float = INTERVAL_SECONDS
    map: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class FolderSource:
    """One folder. Its memory: `path` as declared, `files` (see Known), `refused` (digests of what is no file to read),
    `reading` (see OneFile.mark)."""

    name: str
    options: Options
    place: Place
    apart: Apart
    clock_ms: Callable[[], int]
    most_items: int = reading.ITEMS
    _before: Look | None = None
    _open: OneFile | None = None

    async def poll(self, memory: Memory, now_ms: int) -> Polled:
        """Put away what the memory knows as done, then read what is new."""
        budget = Budget(self.clock_ms, self.clock_ms() + reading.READ_MS, Event(), self.most_items)
        polled: Polled = await reading.beside(self._poll, budget, memory, now_ms, reading.calling(self.apart))
        return polled

    async def close(self) -> None:
        """Let go of the file that is being read."""
        self._let_go()

    def _poll(self, budget: Budget, memory: Memory, now_ms: int, call: Call) -> Polled:
        root, interval_seconds = self.options.path, self.options.interval_seconds
        if not root.is_dir():
            message = f"there is no folder {shown(root)}: make it, or change path"
            return Polled(wait_seconds=interval_seconds, problem=Problem(code="no-folder", message=message))
        past: dict[str, Any] = {"path": str(root), "files": {}, "refused": []}
        if memory.get("path") == str(root):
            past |= memory
        if self._open and past.get("reading") != self._open.mark:
            self._let_go()
        now = settling.look(root, putting_away.done(root))
        known, problem = self._put_away(now, past["files"])
        waiting, crowded = _to_read(now, self._before, known, now_ms)
        self._before = now
        items: list[Item] = _news(now.refused, past["refused"])
        is_done = self._read(waiting, known, items, budget, call)
        new = {"path": str(root), "files": _kept(known, now), "refused": _digests(now.refused)}
        new |= {"reading": self._open.mark} if self._open else {}
        to_put_away = self.options.after != "keep" and new["files"] != past["files"]
        return Polled(
            items=tuple(items),
            memory=new if new != past else None,
            wait_seconds=self._wait(now_ms, is_idle=not items) if is_done and not to_put_away else 0.0,
            problem=problem or crowded,
        )

    def _wait(self, now_ms: int, *, is_idle: bool) -> float:
        """Until the next look; where a mere look takes long, it is taken less often."""
        took_seconds = max(0, self.clock_ms() - now_ms) / 1000
        return max(self.options.interval_seconds, took_seconds / LOOKING_SHARE if is_idle else 0.0)

    def _put_away(self, now: Look, remembered: Known) -> tuple[Known, Problem | None]:
        """(what is still known once the files that were read without a flaw are away, what went wrong with that)."""
        known, problem = dict(remembered), None
        if self.options.after == "keep":
            return known, None
        for entry in [each for each in now.entries if _state(known, each) == CLEAN]:
            failed = putting_away.put_away(self.options.path, entry, self.options.after)
            problem = problem or failed
            if failed is None:
                now.entries.remove(entry)
                del known[entry.key]
        return known, problem

    def _read(self, waiting: list[Entry], known: Known, items: list[Item], budget: Budget, call: Call) -> bool:
        """Add what the files hold to `items`, and the files that are done to `known`; whether that was all."""
        if self._open and self._open.entry not in waiting:
            self._let_go()  # written again, or gone
        elif self._open:
            waiting = [self._open.entry, *(entry for entry in waiting if entry != self._open.entry)]
        for entry in waiting:
            if budget.is_spent:
                return False
            place = replace(self.place, path=shown(entry.path), guid=entry.name)
            self._open = self._open or self._begin(entry, place, known, items, call)
            if self._open is None:
                continue
            found, is_end = self._open.read(budget, place)
            items += found
            if not is_end:
                return False
            if self._open.is_as_it_was():  # else it is read again, once it has settled
                state = CLEAN if self._open.is_clean else FLAWED
                known[entry.key] = [*entry.stamp, state, self._open.content]
            self._let_go()
        return True

    def _begin(self, entry: Entry, place: Place, known: Known, items: list[Item], call: Call) -> OneFile | None:
        """The file opened; None if it cannot be, or holds what it held before."""
        options = files.Options(
            provider=place.provider, article_bytes=place.article_bytes, format_name=self.options.format or None
        )
        try:
            file = one_file.opened(self.options.path, entry, place, options, call)
        except OSError as error:
            items.append(one_file.unreadable(place, error))
            if not isinstance(error, FileNotFoundError):
                known[entry.key] = [*entry.stamp, UNREADABLE, str(entry.ctime_ns)]
            return None
        match known.get(entry.key):
            case [_, _, str(state), str(content)] if content == file.content:
                known[entry.key] = [*entry.stamp, state, content]
                file.stream.close()
                return None
        return file

    def _let_go(self) -> None:
        if self._open:
            self._open.stream.close()
            self._open = None


def _state(known: Mapping[str, Any], entry: Entry) -> str | None:
    """What became of the file as it stands; None if it is to be read."""
    match known.get(entry.key):
        case [int(size), int(mtime_ns), str(state), str(mark)] if (size, mtime_ns) == entry.stamp:
            return state if state != UNREADABLE or mark == str(entry.ctime_ns) else None
    return None


def _to_read(now: Look, before: Look | None, known: Known, now_ms: int) -> tuple[list[Entry], Problem | None]:
    """(the complete files that are new, a problem if there are more files than can be remembered: those have to wait)."""
    waiting = [entry for entry in settling.complete(now, before, now_ms) if _state(known, entry) is None]
    remembered = sum(entry.key in known for entry in now.entries)
    new = sum(entry.key not in known for entry in waiting)
    if remembered + new <= MOST_FILES and len(now.refused) <= MOST_REFUSED and not now.is_cut:
        return waiting, None
    message = f"more than {MOST_FILES:,} files, or {MOST_REFUSED:,} that are refused, in one folder: those that are left wait; "
    problem = Problem(code="too-many-files", message=message + 'take some away, or set after = "move"')
    again = [entry for entry in waiting if entry.key in known]
    others = [entry for entry in waiting if entry.key not in known]
    return again + others[: max(0, MOST_FILES - remembered)], problem


def _kept(known: Known, now: Look) -> Known:
    """What to remember: the files that are there, and the last that were. A folder that cannot be listed hides its files."""
    there = {entry.key for entry in now.entries}
    gone = [name for name in known if name not in there]
    hidden = any(item.problem.code == "unreadable" for item in now.refused)
    most = max(0, MOST_FILES - len(there & known.keys())) if hidden else GONE_FILES
    names = [*(gone[-most:] if most else ()), *(name for name in known if name in there)]
    return {name: known[name] for name in names}


def _news(refused: list[Rejected], said: list[str]) -> list[Item]:
    """Those of which nothing was said yet."""
    return [item for item in refused[:MOST_REFUSED] if _digests([item])[0] not in said]


def _digests(refused: list[Rejected]) -> list[str]:
    return [ids.digest(item.path, item.problem.code) for item in refused[:MOST_REFUSED]]
