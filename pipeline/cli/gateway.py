"""`tickertape gateway`: events over HTTP, and the page that shows them."""

import asyncio
import os
import signal
import time
from pathlib import Path

import click

from pipeline import codec, instants
from pipeline.cli.terminal import printable
from pipeline.settings import Settings
from pipeline.sources.live.push import keys

FILE = "gateway-keys.json"


@click.group(invoke_without_command=True)
@click.option(
    "--listen", default="127.0.0.1:8089", show_default=True, metavar="HOST:PORT", help="Port 0: any free one."
)
@click.option("--public", is_flag=True, help="Let everybody read who can connect, without a key.")
@click.option(
    "--keys", "path", type=click.Path(path_type=Path), help="File of the API keys.  [default: in the state folder]"
)
@click.pass_context
def gateway(ctx: click.Context, listen: str, public: bool, path: Path | None) -> None:
    """Serve events: the dashboard, a stream (SSE, WebSocket), and their history (/openapi.json says it all).

    Prints a line that starts with "ready" and the address. The store in the state folder is filled from Kafka, and filled
    anew when it is lost. Exit codes: 0 stopped in order, 2 settings.
    """
    if ctx.invoked_subcommand is not None:
        ctx.obj = path
        return
    from pipeline import telemetry

    settings = Settings.from_env()
    telemetry.configure(settings)
    asyncio.run(_serve(settings, listen, public, path))


async def _serve(settings: Settings, listen: str, public: bool, path: Path | None) -> None:
    from pipeline.gateway.server import Gateway

    server = Gateway(settings, listen, public=public, keys=path)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await server.start()
    click.echo(f"ready: {server.url} (pid {os.getpid()})")
    try:
        await stop.wait()
    finally:
        await server.close()


@gateway.group()
def key() -> None:
    """The API keys of those who may read: with one there, everybody needs one."""


@key.command()
@click.argument("name")
@click.pass_obj
def new(path: Path | None, name: str) -> None:
    """Make a key and print it, once: only its hash is stored."""
    issued = keys.issue(name, (name,), signed=False, now=_now())
    keys.add(_file(path), issued.key)
    click.echo(f"key: {issued.token}")
    click.echo(
        "Keep it now: it is not shown again. Send it as `Authorization: Bearer KEY`; a browser asks for it.", err=True
    )


@key.command("list")
@click.pass_obj
def show(path: Path | None) -> None:
    """List all keys, revoked ones too."""
    for one in keys.read(_file(path)):
        until = f", revoked {one.revoked_at}" if one.revoked_at else ""
        click.echo(f"{printable(one.name)}: made {one.created_at}{until}")


@key.command()
@click.argument("name")
@click.pass_obj
def revoke(path: Path | None, name: str) -> None:
    """Refuse a key from the next request on."""
    keys.revoke(_file(path), name, now=_now())
    click.echo(f"{printable(name)} is revoked")


@gateway.command("openapi")
def describe() -> None:
    """Print the OpenAPI document (deploy/gateway.openapi.json)."""
    from pipeline.gateway import openapi

    click.echo(codec.encode_pretty(openapi.document()), nl=False)


def _file(path: Path | None) -> Path:
    return path or Settings.from_env().state_path / FILE


def _now() -> str:
    return instants.from_ms(time.time_ns() // 1_000_000)
