"""What every server of ours does before it speaks: read where to listen, and turn away a client too many."""

import asyncio

from pipeline.errors import SettingsError

FULL = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class TurnedAway(asyncio.Protocol):
    """A client too many."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Say so and hang up."""
        assert isinstance(transport, asyncio.WriteTransport)
        transport.write(FULL)
        transport.close()


def address(listen: str, *, option: str, example: str) -> tuple[str, int]:
    """Host and port of "host:port" or "[v6]:port". Raises SettingsError, which names the `option` and an `example`."""
    host, _, port = listen.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not host or not port.isascii() or not port.isdigit() or int(port) > 65_535:
        raise SettingsError(f"{option} {listen!r} is no host:port, such as {example}")
    return host, int(port)
