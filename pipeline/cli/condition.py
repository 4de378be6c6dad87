"""The option `--where`."""

import click

from pipeline.where import Condition, WhereError, parse


def _parsed(ctx: click.Context, parameter: click.Parameter, given: str | None) -> Condition | None:
    try:
        return parse(given) if given else None
    except WhereError as error:
        raise click.BadParameter(str(error)) from None


where_option = click.option(
    "--where",
    metavar="CONDITION",
    callback=_parsed,
    help="Only records for which this holds, such as 'kind=talks-postponed and country=TUR and confidence>=0.5'.",
)
