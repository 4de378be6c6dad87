"""`tickertape topics`: Kafka's topics against the table in pipeline/topics.py."""

from collections.abc import Sequence

import click
from rich.console import Console
from rich.table import Table

from pipeline import codec
from pipeline.broker import admin
from pipeline.broker.admin import Change
from pipeline.settings import Settings

as_json_option = click.option("--json", "as_json", is_flag=True, help="A JSON array of the changes.")


@click.group()
def topics() -> None:
    """Create and adjust the topics; nothing is ever deleted."""


@topics.command()
@as_json_option
@click.pass_context
def plan(context: click.Context, as_json: bool) -> None:
    """Show what `apply` would do. Exit code 0: nothing; 1: changes are pending."""
    changes = admin.plan_topics(Settings.from_env())
    _show(changes, as_json, title="pending: run `tickertape topics apply`", none="the topics are as they should be")
    context.exit(1 if changes else 0)


@topics.command()
@as_json_option
def apply(as_json: bool) -> None:
    """Create missing topics, add partitions, set differing configs."""
    changes = admin.apply_topics(Settings.from_env())
    _show(changes, as_json, title="done", none="nothing to do: the topics are as they should be")


def _show(changes: Sequence[Change], as_json: bool, *, title: str, none: str) -> None:
    if as_json:
        click.echo(codec.encode([codec.plain(change) for change in changes]))
    elif not changes:
        click.echo(none)
    else:
        Console().print(_table(changes, title))


def _table(changes: Sequence[Change], title: str) -> Table:
    table = Table("topic", "action", "setting", "now", "wanted", title=title)
    for change in changes:
        table.add_row(change.topic, change.action, change.setting, change.now or "", change.wanted)
    return table
