"""`tickertape alerts`: what the alerts stage decided goes to the channels, and how far it has come."""

import asyncio
import os
import random
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

import click

from pipeline import telemetry
from pipeline.alerts.declared import load
from pipeline.alerts.rules import Ruleset
from pipeline.broker.admin import describe_topics
from pipeline.broker.consume import follow
from pipeline.cli.terminal import printable
from pipeline.errors import BrokerError, SettingsError
from pipeline.settings import Settings
from pipeline.sinks.channels.courier import Courier
from pipeline.sinks.channels.opened import opened
from pipeline.sinks.channels.outbox import Outbox
from pipeline.sources.guards.addresses import Allowed
from pipeline.sources.guards.fetch import Fetcher
from pipeline.topics import ALERTS

FILE = "alerts.sqlite"


@click.group()
def alerts() -> None:
    """Send what watch rules have to tell: `run` reads news.alerts.v1 and never forgets what it has not sent.

    What is to be told is decided by `TICKERTAPE_RULES=rules.yaml tickertape worker`.
    """


@alerts.command()
@click.argument("rules", type=click.Path(path_type=Path, dir_okay=False))
def run(rules: Path) -> None:
    """Send alerts to the channels of RULES (a rules.yaml), until Ctrl-C or SIGTERM.

    Prints a line that starts with "ready" when alerts are being read. What is not yet sent stands in alerts.sqlite beside the
    other state; one process at a time. Whoever is told twice after a crash is told so under the same id.
    """
    settings = Settings.from_env()
    telemetry.configure(settings)
    ruleset = load(rules)
    topic = settings.topic_prefix + ALERTS.name
    if topic not in describe_topics(settings, [topic]):
        raise BrokerError(f"there is no topic {topic}: run `tickertape topics apply`")
    with _outbox(settings) as outbox, suppress(asyncio.CancelledError):
        asyncio.run(_run(ruleset, settings, outbox))


async def _run(ruleset: Ruleset, settings: Settings, outbox: Outbox) -> None:
    allowed = Allowed.of(ruleset.allow_private)
    task = asyncio.current_task()
    assert task is not None
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    topic = settings.topic_prefix + ALERTS.name
    async with Fetcher(allowed) as fetch:
        channels = {
            one.name: opened(
                one,
                allowed,
                fetch.post,
                lambda most, name=one.name: partial(outbox.history, name, most),  # type: ignore[misc]
            )
            for one in ruleset.channels
        }
        courier = Courier(ruleset, outbox, channels, clock_ms=_now_ms, chance=random.random)
        start = {(topic, partition): offset for partition, offset in outbox.progress().items()}
        click.echo(f"ready: {', '.join(channels) or 'no channels'} (pid {os.getpid()})")
        try:
            await courier.run(follow(settings, [topic], start))
        finally:
            await courier.close()


@alerts.command()
def status() -> None:
    """How many messages each channel got, waits for, or could not be given; and which are closed."""
    with _outbox(Settings.from_env()) as outbox:
        for channel, state, count, problem in outbox.counts():
            said = f"  ({printable(problem)})" if problem and state != "sent" else ""
            click.echo(f"{channel:<20}  {state:<8}  {count:>8,}{said}")
        for channel, why in outbox.closed().items():
            click.echo(
                f"{channel:<20}  closed    {printable(why)}; `tickertape alerts reopen {channel}` tries it again"
            )


@alerts.command()
@click.argument("channel")
def reopen(channel: str) -> None:
    """Try a channel again that answered 410 Gone."""
    with _outbox(Settings.from_env()) as outbox:
        if not outbox.reopen(channel):
            raise SettingsError(f"{channel!r} is not closed: `tickertape alerts status` shows the channels")
    click.echo(f"{channel} is open again")


@contextmanager
def _outbox(settings: Settings) -> Iterator[Outbox]:
    """Raises SettingsError: damaged, or another process has it."""
    path = settings.state_path / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        outbox = Outbox(path)
    except sqlite3.Error as error:
        raise SettingsError(f"{path}: {error}; only one `tickertape alerts` at a time may use it") from None
    try:
        yield outbox
    finally:
        outbox.close()


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
