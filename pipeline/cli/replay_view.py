"""What `tickertape replay` shows: a progress line while it goes, and the sum at the end."""

from collections.abc import Iterable, Iterator
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from pipeline.cli.terminal import printable
from pipeline.replay.pace import Pace
from pipeline.replay.run import Counts

MEGABYTE = 1_000_000


def shown(steps: Iterable[None], counts: Counts, pace: Pace, meter: "Meter") -> Iterator[None]:
    """The steps, with a progress line where stderr is a terminal."""
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"), BarColumn(bar_width=24), TaskProgressColumn(), TimeElapsedColumn(),
        TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("reading", total=meter.total)
        for step in steps:
            seconds = progress.tasks[0].elapsed or 0.0
            progress.update(task, description=_said(counts, pace, seconds), completed=meter.done)
            yield step


class Meter:
    """How much of what there is to read was read, in any unit; `total` None: nobody knows how much there is."""

    def __init__(self, total: int | None) -> None:
        self.total = total
        self.done = 0

    def read(self, amount: int = 1) -> None:
        """So much more was read."""
        self.done += amount


def _said(counts: Counts, pace: Pace, seconds: float) -> str:
    rate = counts.sent / seconds if seconds else 0.0
    parts = [f"{counts.sent:,} sent", f"{counts.bytes / MEGABYTE:,.1f} MB", f"{rate:,.0f}/s"]
    if pace.most_lag is not None:
        parts.append(f"about {pace.lagging:,} wait for workers")
    if counts.rejected:
        parts.append(f"{counts.rejected.total():,} rejected")
    return ", ".join(parts)


def summary(counts: Counts, topic: str, *, dry_run: bool) -> Iterator[str]:
    """The sum, a sentence a line: what was read adds up to what became of it."""
    yield f"{counts.read:,} read; {counts.sent:,} {'would go to' if dry_run else 'confirmed in'} {topic}"
    if counts.sent_before:
        yield f"{counts.sent_before:,} not sent twice: the same content came before, or went out earlier (--again sends it)"
    if counts.unconfirmed:
        yield f"{counts.unconfirmed:,} NOT confirmed: the same command sends them again"
    if counts.excluded:
        yield f"{counts.excluded.total():,} left out by filters ({_listed(counts.excluded)})"
    if counts.rejected:
        yield f"{counts.rejected.total():,} rejected ({_listed(counts.rejected)})"
    if counts.left_out:
        yield f"{counts.left_out:,} entries left out (hidden, or of other formats)"
    if counts.languages:
        yield f"languages: {_listed(dict(counts.languages.most_common(10)))}"
    if counts.first_ms is not None:
        plain = counts.plain()
        undated = f"; {counts.undated:,} undated" if counts.undated else ""
        yield f"from {plain['first_at']} to {plain['last_at']}{undated}"


def listing(runs: Iterable[dict[str, Any]]) -> Iterator[str]:
    """One line a run."""
    for run in runs:
        state = "finished" if run.get("finished") else "not finished"
        reads = run.get("command", {})
        what = ", ".join(reads.get("paths") or []) or reads.get("topic") or "dead letters"
        yield f"{run.get('run')}  {run.get('since_at')}  {run.get('sent', 0):,} sent, {state}: {printable(what)}"


def _listed(counted: dict[str, int]) -> str:
    return ", ".join(f"{printable(name)} {count:,}" for name, count in sorted(counted.items()))
