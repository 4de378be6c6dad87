"""`tickertape ingest key` and `openapi`: who may push articles, and how the server is spoken to."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from pipeline import codec, instants
from pipeline.cli.terminal import printable
from pipeline.settings import Settings
from pipeline.sources.live.push import keys as stored
from pipeline.sources.live.push import openapi as described
from pipeline.sources.live.push.keys import Key
from pipeline.sources.live.push.routes import clock_ms

KEYS = click.option(
    "--keys", "path", type=click.Path(path_type=Path), help="File of the keys.  [default: in the state folder]"
)


@click.group()
def key() -> None:
    """The API keys of those who push articles."""


@key.command()
@click.argument("name")
@click.option("--provider", "providers", multiple=True, help="A provider that it speaks for; the first is that of articles "
              "that name none.  [default: NAME]")  # fmt: skip
@click.option("--signed", is_flag=True, help="Take only requests that are signed with a secret, which is printed too.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@KEYS
def new(name: str, providers: tuple[str, ...], signed: bool, as_json: bool, path: Path | None) -> None:
    """Make a key and print it, once: only its hash is stored."""
    issued = stored.issue(name, providers or (name,), signed=signed, now=_now())
    stored.add(_file(path), issued.key)
    if as_json:
        told = {"name": name, "providers": issued.key.providers, "key": issued.token, "secret": issued.key.secret}
        click.echo(codec.encode(told).decode())
        return
    click.echo(f"key:    {issued.token}")
    if issued.key.secret is not None:
        click.echo(f"secret: {issued.key.secret}")
    click.echo("Keep it now: it is not shown again. Send it as `Authorization: Bearer KEY`.", err=True)


@key.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a key.")
@KEYS
def show(as_json: bool, path: Path | None) -> None:
    """List all keys, revoked ones too."""
    found = stored.read(_file(path))
    if as_json:
        for one in found:
            click.echo(codec.encode(_told(one)).decode())
        return
    table = Table("name", "providers", "signed", "made", "revoked")
    for one in found:
        signed = "yes" if one.secret else "no"
        words = (one.name, ", ".join(one.providers), signed, one.created_at, one.revoked_at or "–")
        table.add_row(*map(printable, words))
    console = Console()
    console.print(table, soft_wrap=not console.is_terminal, highlight=False, markup=False)


@key.command()
@click.argument("name")
@KEYS
def revoke(name: str, path: Path | None) -> None:
    """Refuse a key from the next request on."""
    stored.revoke(_file(path), name, now=_now())
    click.echo(f"{name} is revoked")


@click.command()
def openapi() -> None:
    """Print the OpenAPI document of the push server (deploy/push.openapi.json)."""
    click.echo(codec.encode_pretty(described.document()), nl=False)


def _told(one: Key) -> dict[str, Any]:
    """What may be seen of it."""
    return {
        "name": one.name,
        "providers": one.providers,
        "signed": one.secret is not None,
        "created_at": one.created_at,
        "revoked_at": one.revoked_at,
    }


def _file(path: Path | None) -> Path:
    return path or Settings.from_env().state_path / stored.FILE


def _now(clock: Callable[[], int] = clock_ms) -> str:
    return instants.from_ms(clock())
