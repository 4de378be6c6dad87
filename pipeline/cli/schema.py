"""`tickertape schema`: the gate of the JSON Schemas."""

import click

from pipeline import resources
from pipeline.schema_gate import gate, released, soundness, tables


@click.group()
def schema() -> None:
    """The JSON Schemas in schemas/: the contract of every record."""


@schema.command()
@click.pass_context
def check(ctx: click.Context) -> None:
    """Check schemas, examples, released files, compatibility and field tables. Exit code 1 if something is wrong."""
    faults = gate.faults()
    for fault in faults:
        click.echo(fault, err=True)
    if faults:
        ctx.exit(1)
    folder = resources.folder("schemas")
    examples = sum(1 for _ in soundness.examples(folder))
    click.echo(f"{len(soundness.schema_files(folder))} schemas and {examples} examples are sound, and as released")


@schema.command()
def release() -> None:
    """Record new schema files as released: from then on they never change."""
    new = released.release(resources.folder("schemas"))
    click.echo(f"released {', '.join(new)}" if new else "nothing new to release")


@schema.command()
@click.option("--stdout", is_flag=True, help="Print the page instead of writing it.")
def docs(stdout: bool) -> None:
    """Write the field tables, schemas/README.md."""
    folder = resources.folder("schemas")
    page = tables.document(folder)
    if stdout:
        click.echo(page, nl=False)
        return
    (folder / tables.FILE).write_text(page, encoding="utf-8")
    click.echo(f"wrote {tables.FILE}")
