"""Apprise in a process of its own, where no socket reaches an address that is not allowed: `python -m` this, JSON on stdin.

Apprise has some 170 ways to a target and resolves names itself, so what is checked is each connection at the moment that it
is made, by an audit hook; and such a hook can only be had for a whole process. Exit codes: those of `Exit`.
"""

import ipaddress
import socket
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import IntEnum
from importlib import import_module
from typing import Any

from pipeline import codec
from pipeline.sources.guards.addresses import Allowed, public

CONNECTING = {"socket.connect", "socket.connect_ex", "socket.sendto", "socket.sendmsg"}


class Exit(IntEnum):
    """What became of it."""

    TOLD = 0
    UNSENT = 3
    UNKNOWN_URL = 4
    NOT_INSTALLED = 5
    REFUSED = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What to tell, to whom, and where one may go besides the public internet (host:port, networks)."""

    urls: tuple[str, ...]
    title: str
    body: str
    hosts: tuple[tuple[str, int], ...]
    networks: tuple[str, ...]

    def encoded(self) -> bytes:
        """For stdin."""
        return codec.encode(asdict(self))


def task(urls: tuple[str, ...], title: str, body: str, allowed: Allowed) -> Task:
    """The task with what `allowed` says, as plain values."""
    networks = tuple(str(network) for network in allowed.networks)
    return Task(urls=urls, title=title, body=body, hosts=tuple(sorted(allowed.hosts)), networks=networks)


def guard(allowed: Allowed, refused: list[str]) -> Callable[[str, tuple[Any, ...]], None]:
    """The audit hook: raises PermissionError for an address that is not allowed, and notes it."""
    near = {(address, port) for host, port in allowed.hosts for address in _addresses(host, port)}

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event not in CONNECTING:
            return
        place = arguments[1]
        if not _may(place, near, allowed):
            refused.append(str(place[0] if isinstance(place, tuple) else place))
            raise PermissionError(f"{refused[-1]}: not public")

    return hook


def _may(place: Any, near: set[tuple[str, int]], allowed: Allowed) -> bool:
    """A name that is not resolved yet, and a socket that is a file, are no addresses."""
    if not isinstance(place, tuple):
        return False
    try:
        address = ipaddress.ip_address(place[0])
    except ValueError:
        return False
    return (place[0], place[1]) in near or allowed.network(address) or public(address)


def _addresses(host: str, port: int) -> set[str]:
    try:
        return {str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except OSError:
        return set()


def main() -> Exit:
    """Tell it. The first address that was refused goes to stdout."""
    given = codec.decode(sys.stdin.buffer.read())
    try:
        apprise = import_module("apprise")
    except ImportError:
        return Exit.NOT_INSTALLED
    told = apprise.Apprise()
    if not all(told.add(url) for url in given["urls"]):
        return Exit.UNKNOWN_URL
    hosts = frozenset((host, port) for host, port in given["hosts"])
    refused: list[str] = []
    sys.addaudithook(guard(Allowed(hosts, tuple(map(ipaddress.ip_network, given["networks"]))), refused))
    done = told.notify(title=given["title"], body=given["body"])
    if refused:
        sys.stdout.write(refused[0])
        return Exit.REFUSED
    return Exit.TOLD if done else Exit.UNSENT


if __name__ == "__main__":
    sys.exit(main())
