"""`tickertape ingest run`, `check` and `opml`: the live sources of sources.toml."""

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from pipeline import codec, telemetry
from pipeline.cli.terminal import printable
from pipeline.errors import SettingsError
from pipeline.records import Problem
from pipeline.settings import Settings
from pipeline.sources.live import declared
from pipeline.sources.live import opml as lists
from pipeline.sources.live.declared import FILE
from pipeline.sources.live.trial import Trial

PIPE_CHARS = 400
SOURCES_OPTION = click.option(
    "--sources", type=click.Path(path_type=Path), default=FILE, show_default=True, help="What to poll and to serve."
)


@click.command()
@SOURCES_OPTION
def run(sources: Path) -> None:
    """Poll and serve all sources, each at its own pace, until Ctrl-C or SIGTERM.

    What a source remembers is saved in news.source-state.v1 once Kafka has confirmed all of its articles: killed at any time,
    nothing is lost. Prints a line that starts with "ready". Exit codes: 0 stopped in order, 2 settings, 3 Kafka.
    """
    from pipeline.sources.live import runner

    declarations, settings = declared.load(sources), Settings.from_env()
    telemetry.configure(settings)
    said = f"ready: {len(declarations.sources)} sources (pid {os.getpid()})"
    asyncio.run(runner.run(declarations, settings, lambda: click.echo(said)))


@click.command()
@SOURCES_OPTION
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a source.")
def check(sources: Path, as_json: bool) -> None:
    """Validate sources.toml, then try each source once; nothing is sent, and nothing remembered.

    Exit codes: 0 all answer as they should, 1 one at least does not, 2 sources.toml is wrong (each line that is, is named).
    """
    from pipeline.sources.live import trial

    trials = asyncio.run(trial.run(declared.load(sources), Settings.from_env()))
    if as_json:
        for one in trials:
            click.echo(codec.encode(one).decode())
    else:
        _show(trials)
    if any(one.problem for one in trials):
        click.get_current_context().exit(1)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True), required=False)
@click.option("--export", is_flag=True, help="Print the feeds of sources.toml as OPML instead.")
@SOURCES_OPTION
def opml(file: Path | None, export: bool, sources: Path) -> None:
    """Print the feeds of an OPML FILE (- for stdin) as tables of sources.toml; or, with --export, the other way round.

    Exit code 1: some of its feeds cannot be polled; they are named on stderr.
    """
    if export == (file is not None):
        raise click.UsageError("give an OPML FILE, or --export (of --sources)")
    if file is None:
        feeds = [one for one in declared.load(sources).sources if one.type == "feed"]
        for line in lists.write(lists.Listed(one.name, one.options.url) for one in feeds):
            click.echo(line, nl=False)
        return
    found = lists.read(_bytes(file))
    if isinstance(found, Problem):
        raise SettingsError(f"{file}: {found.code}: {found.message}")
    feeds_listed, wrong = found
    click.echo(lists.toml(feeds_listed), nl=False)
    for problem in wrong:
        click.echo(f"{file}: {problem.code}: {printable(problem.message)}", err=True)
    if wrong:
        click.get_current_context().exit(1)


def _bytes(file: Path) -> bytes:
    try:
        return sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise SettingsError(f"{file}: {error.strerror}") from None


def _show(trials: list[Trial]) -> None:
    table = Table("name", "type", "result", "items", "newest", "next")
    for one in trials:
        words: list[Any] = [
            one.name,
            one.type,
            _result(one),
            str(one.items),
            one.newest or "–",
            _wait(one.wait_seconds),
        ]
        table.add_row(*(printable(word) for word in words))
    # A pipe has no width: every word is to be in it.
    console = Console() if sys.stdout.isatty() else Console(width=PIPE_CHARS)
    console.print(table, highlight=False, markup=False)


def _result(one: Trial) -> str:
    if one.problem:
        return f"{one.problem.code}: {one.problem.message}"
    if not one.tried:
        return "not tried: others come to it"
    return "ok" if not one.rejected else f"ok, {one.rejected} rejected"


def _wait(seconds: float | None) -> str:
    if seconds is None:
        return "–"
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
