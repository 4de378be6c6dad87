"""`tickertape export`: the events as they stand, as a file for analysts, maps, calendars and feed readers."""

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import click

from pipeline import instants
from pipeline.broker.consume import consume
from pipeline.cli.ages import WANTED, milliseconds
from pipeline.cli.condition import where_option
from pipeline.records import Message
from pipeline.settings import Settings
from pipeline.sinks.exports.base import RETRACTED, Event, Export, moment
from pipeline.sinks.exports.registry import EXPORTS
from pipeline.sinks.exports.standing import standing
from pipeline.topics import CURRENT, EVENTS
from pipeline.where import Condition


def _time(ctx: click.Context, parameter: click.Parameter, given: str | None) -> int | None:
    if given is None:
        return None
    found = milliseconds(given, now_seconds=time.time())
    if found is None:
        raise click.BadParameter(f"not {WANTED}")
    return found


@click.command()
@click.option("--format", "name", type=click.Choice(list(EXPORTS)), required=True, help="What to write.")
@click.option("--since", metavar="TIME", callback=_time, help="Only events published then or later (2020-01-14, 7d).")
@click.option("--until", metavar="TIME", callback=_time, help="Only events published before.")
@where_option
@click.option(
    "--output", metavar="FILE", default="-", type=click.Path(dir_okay=False), help="Instead of standard output."
)
def export(
    name: str, since: int | None, until: int | None, where: Condition | None, output: str
) -> None:  # fmt: skip
    """Write the events as they stand: those that were not taken back, each once, as last corrected, oldest first.

    TIME is an instant, a day or an age (90s, 10m, 2h, 1d); it is compared with the article's publication, or, where that
    is not known, with when we had it. CONDITION as in `tickertape tail`. FILE appears when it is complete.

    gdelt and polecat leave out what they cannot say (denied, possible, historical, alleged); ics holds talks and visits
    on known days; atom says as deleted-entry what was taken back, whatever CONDITION: a retraction no longer says what
    the event said.
    """
    chosen = EXPORTS[name]
    if chosen.binary and output == "-" and sys.stdout.isatty():
        raise click.UsageError(f"{name} is nothing for a terminal: add --output events{chosen.suffix}")
    settings = Settings.from_env()
    counts = {"events": 0, "left_out": 0}
    current = consume(settings, [settings.topic_prefix + CURRENT.name])
    retractions = (
        consume(settings, [settings.topic_prefix + EVENTS.name], since or "beginning") if chosen.retractions else ()
    )
    newest = standing(current, _wanted(since, until, where), retractions, refused=_refused)
    events = _taken(newest, chosen, counts)
    with _file(output) as file:
        for piece in chosen.render(events):
            file.write(piece)
    left_out = f", {counts['left_out']:,} left out: {chosen.leaves_out}" if counts["left_out"] else ""
    click.echo(f"{counts['events']:,} events{left_out}", err=True)


@contextmanager
def _file(output: str) -> Iterator[BinaryIO]:
    """Standard output, or a file that takes its name when all is in it."""
    if output == "-":
        yield click.get_binary_stream("stdout")
        return
    path = Path(output)
    draft = path.with_name(f".{path.name}.part")
    try:
        with draft.open("wb") as file:
            yield file
        draft.replace(path)
    except OSError as error:
        raise click.ClickException(
            f"{output} cannot be written: {error.strerror}; give --output another FILE"
        ) from error
    finally:
        draft.unlink(missing_ok=True)


def _wanted(since: int | None, until: int | None, where: Condition | None) -> Callable[[Event], bool]:
    """Whether an event is asked for."""

    def wanted(event: Event) -> bool:
        if not _within(event, since, until):
            return False
        return where is None or event["type"] == RETRACTED or where(event)

    return wanted


def _within(event: Event, since: int | None, until: int | None) -> bool:
    """An event without any time is in no period."""
    if since is None and until is None:
        return True
    at_ms = instants.to_ms(moment(event))
    return at_ms is not None and (since is None or at_ms >= since) and (until is None or at_ms < until)


def _refused(message: Message, why: str) -> None:
    click.echo(f"{message.topic} {message.partition}:{message.offset}: {why}", err=True)


def _taken(events: Iterable[Event], chosen: Export, counts: dict[str, int]) -> Iterator[Event]:
    """Those that the format takes; all are counted."""
    for event in events:
        taken = chosen.takes(event)
        counts["events" if taken else "left_out"] += 1
        if taken:
            yield event
