"""One run from its first record to its manifest: the folder, the progress, the rejects, and what the page at the end says."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

from pipeline import codec
from pipeline.replay.manifest import Folder
from pipeline.replay.progress import Progress, progress
from pipeline.replay.run import Counts
from pipeline.sources.items import Rejected


@dataclass(slots=True)
class Session:
    """A run that is under way; `since_at` is when it was first begun."""

    folder: Folder
    progress: Progress
    since_at: str
    _rejects: IO[bytes]

    def reject(self, rejected: Rejected) -> None:
        """Keep what could not be used where a person can look at it."""
        problem = rejected.problem
        line = {"where": rejected.where, "code": problem.code, "message": problem.message, "key": rejected.key}
        self._rejects.write(codec.encode(line) + b"\n")


@contextmanager
def session(
    folder: Folder, run: str, command: dict[str, Any], counts: Counts, *, again: bool, now: Callable[[], str]
) -> Iterator[Session]:
    """A run in its folder; the manifest is written at the start and at the end, whatever ends it.

    `finished` says whether everything was read to its end. Raises ReplayError when another process is at it.
    """
    with progress(folder.progress, again=again) as sent, folder.rejects.open("wb") as rejects:
        before = {} if again else folder.read()
        since_at = str(before.get("since_at") or now())
        page = {"run": run, "command": command, "since_at": since_at, "begun_at": now(), "ended_at": None}
        folder.write(page | {"finished": False, "sent": len(sent), "last": counts.plain()})
        finished = False
        try:
            yield Session(folder, sent, since_at, rejects)
            finished = counts.unconfirmed == 0
        finally:
            ended = {"ended_at": now(), "finished": finished, "sent": len(sent), "last": counts.plain()}
            folder.write(page | ended | {"rejects": str(folder.rejects)})
