"""`tickertape ingest`: files, folders and stdin → Kafka; every item is confirmed by the broker or reported.

What goes on and on (`run`, `check`) and what belongs to it (`opml`) are commands of their own: cli/ingest_live.py.
"""

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from importlib import import_module
from typing import Any, ClassVar

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from pipeline import codec
from pipeline.broker.produce import Failure, Producer, producing
from pipeline.cli import topic_names
from pipeline.cli.reading import reading, say_rejected
from pipeline.cli.terminal import printable
from pipeline.settings import Settings
from pipeline.sources.files import Options, read
from pipeline.sources.intake import Tally, take_in

COMPRESSION = "lz4"
SHOWN_FAILURES = 20


class DryRun:
    """A producer that sends nothing; all that it would send counts as confirmed."""

    def __init__(self) -> None:
        self.confirmed = 0
        self.failures: list[Failure] = []

    def produce(self, topic: str, key: bytes | None, value: bytes | None) -> None:
        """Count one record."""
        self.confirmed += 1


class PathsOrCommand(click.Group):
    """A group whose first word is a command of the table, or the first of what `paths` takes."""

    default = "paths"
    # Name: where the command is, and its one line of help.
    table: ClassVar[dict[str, tuple[str, str]]] = {
        "run": ("pipeline.cli.ingest_live:run", "Poll and serve all sources of sources.toml, until Ctrl-C or SIGTERM."),
        "check": ("pipeline.cli.ingest_live:check", "Validate sources.toml and try each source once; send nothing."),
        "opml": ("pipeline.cli.ingest_live:opml", "A feed reader's list → sources.toml, and back."),
        "key": ("pipeline.cli.ingest_keys:key", "Make, list and revoke the API keys of those who push."),
        "openapi": ("pipeline.cli.ingest_keys:openapi", "Print the OpenAPI document of the push server."),
    }

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Whatever names no command is for `paths`."""
        if not args or (args[0] not in self.table and args[0] not in ctx.help_option_names):
            args = [self.default, *args]
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the table."""
        return list(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported; None if there is none."""
        if cmd_name == self.default:
            return paths
        if cmd_name not in self.table:
            return None
        module, _, attribute = self.table[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The help of `paths`, and the commands beside it."""
        with formatter.section("Instead of PATH"):
            formatter.write_dl([(name, summary) for name, (_, summary) in self.table.items()])
        commands = formatter.getvalue()
        formatter.buffer.clear()
        paths.format_help(click.Context(paths, info_name=ctx.info_name, parent=ctx.parent), formatter)
        formatter.write(f"\n{commands}")


@click.group(cls=PathsOrCommand)
def ingest() -> None:
    """Bring articles into Kafka."""


@click.command()
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@reading
@click.option("--topic", type=click.Choice(list(topic_names.INPUTS)), default="articles", show_default=True,
              help="Live articles, or a backfill, which gives way to them.")  # fmt: skip
@click.option("--raw", is_flag=True, help="Send rejected items as they stand: the pipeline makes dead letters of them.")
@click.option("--dry-run", is_flag=True, help="Read and check everything, send nothing, need no Kafka.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
def paths(paths: tuple[str, ...], reading: dict[str, Any], topic: str, raw: bool, dry_run: bool, as_json: bool) -> None:
    """Bring files, folders or stdin into Kafka as articles.

    PATH is a text file (.txt: one article), JSON Lines (.jsonl, .ndjson: an article a line), a JSON file (.json: one
    article, or a list), a table with a header (.csv, .tsv), a wire item (.xml, .json, .txt: ninjs, NewsML, NITF, IPTC 7901,
    ANPA, feeds), a web page (.html) or a web archive (.warc); any of them packed (.gz, .zst), in an archive (.zip, .tar) or
    in a folder; or - for JSON Lines on stdin. A JSON article is one of schemas/article.v1.json, or {"id", "text",
    "title"?, "published_at"?}; other names are read where they are common, and what is unknown is kept under "origin".

    What cannot be used is reported on stderr as path:line. Exit code 0: all went in; 1: something was rejected;
    3: Kafka did not confirm everything.
    """
    settings = Settings.from_env()
    name = settings.topic_prefix + topic_names.INPUTS[topic].name
    items = read(paths, Options(**reading, article_bytes=settings.article_bytes), sys.stdin.buffer)
    outlet: AbstractContextManager[Producer | DryRun] = (
        nullcontext(DryRun()) if dry_run else producing(settings, COMPRESSION)
    )
    sender, tally = None, Tally()
    try:
        with outlet as sender:
            _run(take_in(items, sender, name, tally, raw=raw, report=say_rejected), tally)
    finally:
        if sender is not None:
            _sum_up(tally, sender, {"topic": name, "dry_run": dry_run}, as_json=as_json)
    if tally.lost:
        click.get_current_context().exit(1)


def _run(steps: Iterator[None], tally: Tally) -> None:
    """All steps, with a progress line where stderr is a terminal."""
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("reading")
        for _ in steps:
            said = f"{tally.articles:,} articles, {tally.rejected.total():,} rejected"
            progress.update(task, description=said)


def _sum_up(tally: Tally, sender: Producer | DryRun, about: dict[str, Any], *, as_json: bool) -> None:
    """Say what is known for sure, also when it ended early."""
    for failure in sender.failures[:SHOWN_FAILURES]:
        key = printable((failure.key or b"").decode("utf-8", "replace"))
        click.echo(f"{key}: not confirmed: {printable(failure.reason)}", err=True)
    if as_json:
        counts = {
            "confirmed": sender.confirmed,
            "unconfirmed": tally.articles + tally.raw - sender.confirmed,
            "rejected": tally.rejected.total(),
            "rejected_by_code": dict(sorted(tally.rejected.items())),
            "sent_raw": tally.raw,
            "left_out": tally.left_out,
        }
        click.echo(codec.encode(about | counts).decode())
        return
    verb = "would go to" if about["dry_run"] else "confirmed in"
    parts = [f"{sender.confirmed:,} records {verb} {about['topic']}"]
    if tally.rejected:
        codes = ", ".join(f"{code} {count:,}" for code, count in sorted(tally.rejected.items()))
        parts.append(f"{tally.rejected.total():,} rejected ({codes})")
    if tally.raw:
        parts.append(f"{tally.raw:,} of them sent as they stood")
    if tally.left_out:
        parts.append(f"{tally.left_out:,} left out (hidden, or of other formats)")
    click.echo("; ".join(parts))
