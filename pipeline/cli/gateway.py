"""`tickertape gateway`: events over HTTP, and the page that shows them."""

import asyncio
import os
import signal
from pathlib import Path

import click

from pipeline.settings import Settings


@click.group(invoke_without_command=True)
@click.option(
    "--listen", default="127.0.0.1:8089", show_default=True, metavar="HOST:PORT", help="Port 0: any free one."
)
@click.option("--public", is_flag=True, help="Let everybody read who can connect, without a key.")
@click.option("--keys", type=click.Path(path_type=Path), help="File of the API keys.  [default: in the state folder]")
@click.pass_context
def gateway(ctx: click.Context, listen: str, public: bool, keys: Path | None) -> None:
    """Serve events: the dashboard, a stream (SSE, WebSocket), and their history (/openapi.json says it all).

    Prints a line that starts with "ready" and the address. The store in the state folder is filled from Kafka, and filled
    anew when it is lost. Exit codes: 0 stopped in order, 2 settings.
    """
    if ctx.invoked_subcommand is not None:
        ctx.obj = keys
        return
    from pipeline import telemetry

    settings = Settings.from_env()
    telemetry.configure(settings)
    asyncio.run(_serve(settings, listen, public, keys))


async def _serve(settings: Settings, listen: str, public: bool, keys: Path | None) -> None:
    from pipeline.gateway.server import Gateway

    server = Gateway(settings, listen, public=public, keys=keys)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await server.start()
    click.echo(f"ready: {server.url} (pid {os.getpid()})")
    try:
        await stop.wait()
    finally:
        await server.close()
