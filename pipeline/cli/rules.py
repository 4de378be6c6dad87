"""`tickertape rules`: watch rules checked, and tried on history."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import click

from pipeline import codec, resources
from pipeline.alerts.declared import load
from pipeline.alerts.records import Alert
from pipeline.alerts.rules import Ruleset
from pipeline.broker.consume import consume
from pipeline.cli.ages import WANTED, milliseconds
from pipeline.cli.lines import alert_line
from pipeline.records import Message
from pipeline.settings import Settings
from pipeline.stages.alerts import alerted
from pipeline.stages.base import Work
from pipeline.stages.events import FROM_BACKFILL, from_backfill
from pipeline.topics import ALERTS, EVENTS, STORIES

EXAMPLE = "alerts/example.yaml"
file_argument = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))


@click.group()
def rules() -> None:
    """Watch rules (rules.yaml): which events and stories are told to whom."""


@rules.command()
@file_argument
def lint(file: Path) -> None:
    """Check FILE: all that is wrong with it, a line each. Exit code 2 if anything is."""
    found = load(file)
    click.echo(f"{file}: {len(found.rules)} rules and {len(found.channels)} channels are sound")


@rules.command()
def example() -> None:
    """Print a rules.yaml to begin with."""
    click.echo((resources.PACKAGE / EXAMPLE).read_text(encoding="utf-8"), nl=False)


def _since(ctx: click.Context, parameter: click.Parameter, given: str) -> int:
    start = milliseconds(given, now_seconds=time.time())
    if start is None:
        raise click.BadParameter(f"not {WANTED}")
    return start


@rules.command()
@file_argument
@click.option("--since", metavar="TIME", default="7d", show_default=True, callback=_since, help="An instant or an age.")
@click.option("--backfill", is_flag=True, help="As if what came as a backfill had come live.")
@click.option("--json", "as_json", is_flag=True, help="Print the alerts as JSON Lines.")
def test(file: Path, since: int, backfill: bool, as_json: bool) -> None:
    """Show what FILE would have told since TIME, of the events and stories in Kafka. Nobody is told, nothing is written.

    Of stories Kafka keeps for sure only how they stand.
    """
    ruleset, settings = load(file), Settings.from_env()
    counts = dict.fromkeys((rule.name for rule in ruleset.rules), 0)
    read = old = 0

    def counted() -> Iterator[Message]:
        nonlocal read, old
        topics = (EVENTS, STORIES) if any(rule.of_stories for rule in ruleset.rules) else (EVENTS,)
        for message in consume(settings, [settings.topic_prefix + one.name for one in topics], since):
            read += 1
            old += from_backfill(message)
            yield as_live(message) if backfill else message

    for message, alert in would_tell(ruleset, counted()):
        counts[alert.rule] += alert.change == "detected"
        click.echo(codec.encode(alert) if as_json else alert_line(message, codec.plain(alert)).plain)
    said = ", ".join(f"{name} {count:,}" for name, count in counts.items())
    passed = f", {old:,} of them from a backfill" + ("" if backfill else " (passed over)") if old else ""
    click.echo(f"{read:,} changes of events and stories{passed}; first alerts: {said}", err=True)


def would_tell(ruleset: Ruleset, messages: Iterable[Message]) -> Iterator[tuple[Message, Alert]]:
    """The alerts of messages of events and stories, as the stage would decide them from nothing."""
    states: dict[bytes | None, bytes] = {}
    for message in messages:
        handled = alerted(Work(message=message, state=states.get(message.key)), ruleset)
        if handled.state is not None:
            states[message.key] = handled.state
        for one in handled.outgoing:
            if one.topic == ALERTS.name:
                yield message, codec.decode_record(Alert, one.value or b"")


def as_live(message: Message) -> Message:
    """As if its article had come live."""
    return replace(message, headers=tuple(one for one in message.headers if one[0] != FROM_BACKFILL))
