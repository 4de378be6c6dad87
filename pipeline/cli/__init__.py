"""`tickertape`: one file a command, imported when it is called: `annotate` loads no Kafka, `--help` loads nothing."""

import os
import sys
from importlib import import_module
from typing import Any

import click

from pipeline import __version__
from pipeline.errors import TickertapeError

# Name: where the command is, and its one line of help.
COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("pipeline.cli.demo:demo", "See it work: an embedded Kafka, a worker, articles in, events out."),
    "annotate": ("pipeline.cli.annotate:annotate", "JSON Lines in, JSON Lines out, no Kafka."),
    "explain": ("pipeline.cli.explain:explain", "Show what is found in a text, and why."),
    "ingest": ("pipeline.cli.ingest:ingest", "Bring files, folders or stdin into Kafka as articles."),
    "replay": ("pipeline.cli.replay:replay", "Replay an archive, a topic or dead letters as a backfill; resumable."),
    "pointers": ("pipeline.cli.pointers:pointers", "List where GDELT's articles are; its files hold none."),
    "worker": ("pipeline.cli.worker:worker", "Run all stages of the pipeline, or the named ones."),
    "gateway": ("pipeline.cli.gateway:gateway", "Serve events: dashboard, stream, history."),
    "tail": ("pipeline.cli.tail:tail", "Show the records of a topic, for people or as JSON Lines."),
    "export": ("pipeline.cli.export:export", "Write the events as CSV, Parquet, GeoJSON, GDELT, POLECAT, iCal, Atom."),
    "rules": ("pipeline.cli.rules:rules", "Check watch rules, and try them on the events of the last days."),
    "alerts": (
        "pipeline.cli.alerts:alerts",
        "Send what watch rules have to tell: webhooks, Slack, e-mail, Atom, stdout.",
    ),
    "dlq": ("pipeline.cli.dlq:dlq", "List, show and retry dead letters."),
    "held": ("pipeline.cli.held:held", "List articles under embargo, and release them by hand."),
    "doctor": ("pipeline.cli.doctor:doctor", "Check the installation, Kafka and the books."),
    "topics": ("pipeline.cli.topics:topics", "Compare Kafka's topics with the topic table, or make them so."),
    "schema": ("pipeline.cli.schema:schema", "Check the JSON Schemas, or write their field tables."),
    "broker": ("pipeline.cli.broker:broker", "Start, stop or look at the embedded Kafka."),
}

INTERRUPTED = 130


class LazyGroup(click.Group):
    """A group whose commands are imported by name, and the one place where errors become exit codes."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All command names, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The imported command, or None if there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands in `--help`, from the table alone."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what goes wrong with the world is one line on stderr and an exit code."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except TickertapeError as error:
            click.echo(f"tickertape: {error}", err=True)
            ctx.exit(error.exit_code)
        except KeyboardInterrupt:
            ctx.exit(INTERRUPTED)
        except BrokenPipeError:
            # The reader (`| head`) has enough. What is still buffered must not complain when Python ends.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(0)
        return result


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="tickertape")
def main() -> None:
    """Live news wires in, structured events out: Kafka, Faust and spaCy, with every article accounted for."""
