"""`tickertape broker`: the embedded Kafka of this user, for those who have none."""

import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import FrameType

import click
from rich.console import Console

from pipeline import codec
from pipeline.broker import daemon, state
from pipeline.broker.jars import Report
from pipeline.broker.kraft import Layout
from pipeline.errors import EmbeddedBrokerError
from pipeline.settings import Settings


@click.group()
def broker() -> None:
    """A real Kafka on this machine, loopback only; its data lives in TICKERTAPE_STATE_HOME."""


@broker.command()
@click.option("--foreground", is_flag=True, help="Stay until Ctrl-C or SIGTERM; the broker ends with this process.")
def start(foreground: bool) -> None:
    """Start the broker and wait until it answers. One that runs already is left alone."""
    settings = Settings.from_env()
    if foreground:
        _stay(settings)
        return
    with progress() as report:
        running = daemon.start(settings, report)
    click.echo(f"Kafka {running.kafka_version} at {running.bootstrap} (log: {running.log})")


@broker.command()
def stop() -> None:
    """Stop the broker; its data stays for the next start."""
    stopped = daemon.stop(Settings.from_env())
    click.echo(f"stopped Kafka at {stopped.bootstrap}" if stopped else "no embedded Kafka was running")


@broker.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_context
def status(context: click.Context, as_json: bool) -> None:
    """Where the broker is. Exit code 0: it runs; 1: it does not."""
    running = state.running(Settings.from_env().state_path)
    if as_json:
        found = codec.plain(running) if running else {}
        click.echo(codec.encode({"running": running is not None, **found}))
    elif running:
        click.echo(f"Kafka {running.kafka_version} at {running.bootstrap} (pid {running.pid}, log: {running.log})")
    else:
        click.echo("not running: run `tickertape broker start`")
    context.exit(0 if running else 1)


@contextmanager
def progress() -> Iterator[Report]:
    """A `report` that shows its lines on standard error: in place on a terminal, one under the other elsewhere."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda line: click.echo(line, err=True)
        return
    with console.status("starting Kafka") as shown:
        yield shown.update


def _stay(settings: Settings) -> None:
    """Until the broker ends (then with its code) or we are told to."""
    signal.signal(signal.SIGTERM, _leave)
    try:
        with ExitStack() as stack:
            with progress() as report:
                running = stack.enter_context(daemon.foreground(settings, report))
            click.echo(f"Kafka at {running.bootstrap}; Ctrl-C stops it")
            code = running.process.wait()
    except KeyboardInterrupt:
        return
    if code:
        raise EmbeddedBrokerError(f"the embedded Kafka ended by itself (code {code}); see {Layout(running.folder).log}")


def _leave(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
