"""`tickertape tail`: the records of a topic as they come, for people or as JSON Lines."""

import sys
import time
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import click
from rich.console import Console

from pipeline import codec, contracts
from pipeline.broker.consume import Start, consume
from pipeline.cli import topic_names
from pipeline.cli.ages import milliseconds
from pipeline.cli.condition import where_option
from pipeline.cli.lines import line
from pipeline.records import Message
from pipeline.settings import Settings
from pipeline.where import Condition

Read = tuple[Message, Any]


def _start(ctx: click.Context, parameter: click.Parameter, given: str) -> Start:
    if given in ("beginning", "end"):
        return "beginning" if given == "beginning" else "end"
    start = milliseconds(given, now_seconds=time.time())
    if start is None:
        raise click.BadParameter("neither beginning, end, an instant (2020-01-14T10:00Z) nor an age (90s, 10m, 2h, 1d)")
    return start


@click.command()
@click.argument("topic", default="events")
@where_option
@click.option(
    "--from",
    "start",
    metavar="[beginning|end|TIME]",
    default="beginning",
    show_default=True,
    callback=_start,
    help="TIME is an instant (2020-01-14T10:00Z) or an age (90s, 10m, 2h, 1d): when the record was written.",
)
@click.option("--until-end", is_flag=True, help="Stop at the end as it is now, instead of waiting for more.")
@click.option("--limit", metavar="N", type=click.IntRange(min=1), help="Stop after N records.")
@click.option("--json", "as_json", is_flag=True, help="Print the values as JSON Lines.")
def tail(
    topic: str, where: Condition | None, start: Start, until_end: bool, limit: int | None, as_json: bool
) -> None:  # fmt: skip
    """Show the records of TOPIC.

    TOPIC is events (if not given), articles, backfill, entities, current, flat, diplomacy, peace, conflict, unrest,
    assistance, outcomes, state, sources, dead-letters, alerts, alert-state, or a full name.

    CONDITION compares fields with = != >= <= > < ~ (regular expression) !~, joined by and, or, not and brackets. A
    field stands for all values below any path that has it: country, actors.country, location.name.
    """
    settings = Settings.from_env()
    chosen = topic_names.find(topic, settings)
    show = _show_json if as_json else _shower(chosen.schema)
    messages = consume(settings, [settings.topic_prefix + chosen.name], start, follow=not until_end)
    for message, value in islice(_matching(messages, where), limit):
        show(message, value)


def _matching(messages: Iterator[Message], where: Condition | None) -> Iterator[Read]:
    """The messages with their values; what is no JSON is reported on stderr."""
    for message in messages:
        try:
            value = None if message.value is None else codec.decode(message.value)
        except codec.DecodeError as error:
            place = f"{message.topic} {message.partition}:{message.offset}"
            click.echo(f"{place}: {error.code}: {error}", err=True)
            continue
        if where is None or (value is not None and where(value)):
            yield message, value


def _show_json(message: Message, value: Any) -> None:
    click.echo(codec.encode(value))


def _shower(schema: str) -> Callable[[Message, Any], None]:
    """Coloured on a terminal, plain in a pipe."""
    console = Console(highlight=False)

    def show(message: Message, value: Any) -> None:
        known = value is None or contracts.problem(schema, value, side="consume") is None
        text = line(schema if known else "", message, value)
        if sys.stdout.isatty():
            console.print(text, soft_wrap=True)
        else:
            click.echo(text.plain)

    return show
