"""The options of commands that read files: how items are called, and what they are read as."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from pipeline.cli.terminal import printable
from pipeline.sources.fields import mapping
from pipeline.sources.items import Rejected
from pipeline.sources.readers import FORMATS


class Mapping(click.ParamType):
    """FIELD=NAME[,FIELD=NAME…] as our field → their name."""

    name = "mapping"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dict[str, str]:
        """The dict; a usage error says what is wrong."""
        if isinstance(value, dict):
            return value
        try:
            return mapping(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


OPTIONS = (
    click.option("--provider", metavar="NAME", help="Provider of items that name none.  [default: the folder's name]"),
    click.option("--format", "format_name", type=click.Choice(FORMATS), metavar="NAME",
                 help=f"What all PATHs are, whatever their names: {', '.join(FORMATS)}."),
    click.option("--map", "names", type=Mapping(), default={}, metavar="FIELD=NAME,…",
                 help="What JSON and tables call our fields, such as text=story,guid=key; status= for: nothing."),
)  # fmt: skip


def reading(command: Callable[..., Any]) -> Callable[..., Any]:
    """Gives `command` these options as one argument `reading`: keywords of `sources.files.Options`."""

    @wraps(command)
    def gathered(*, provider: str | None, format_name: str | None, names: dict[str, str], **others: Any) -> Any:
        said = {"provider": provider, "format_name": format_name, "names": names}
        return command(reading=said, **others)

    for option in reversed(OPTIONS):
        gathered = option(gathered)
    return gathered


def say_rejected(rejected: Rejected) -> None:
    """Say on stderr what could not be used: path:line: code: message."""
    where, problem = printable(rejected.where), rejected.problem
    click.echo(f"{where}: {problem.code}: {printable(problem.message)}", err=True)
