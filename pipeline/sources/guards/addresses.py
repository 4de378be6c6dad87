"""Which URLs and addresses may be asked: public ones, and what sources.toml allows besides. Pure: no name is resolved here.

A feed is free to point at 169.254.169.254, at a printer, or at this machine's own Kafka. So a URL is read by two parsers that
must agree, and every address that its host resolves to is checked before anything is sent (`fetch.py`).
"""

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import idna
import yarl

from pipeline.records import Problem

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

PORTS = {"http": 80, "https": 443}
URL_CHARS = 4_096

# Global to Python 3.11's `ipaddress`, and yet nobody publishes news there: IETF protocols with Oracle's metadata service,
# the old 6to4 relays, Azure's metadata service; then documentation and 6to4, where an IPv4 address hides.
DENIED = tuple(
    map(ipaddress.ip_network, ("192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32", "3fff::/20", "2002::/16"))
)
# All of IPv6 that IANA gives out for ordinary hosts.
GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
# An IPv6-only network reaches IPv4 through this one: the last four bytes are the address (RFC 6052).
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")

LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
# The URL standard reads a host with such an end as an IPv4 address: 127.1, 0x7f000001, 2130706433.
NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
# Read differently, or dropped, by different parsers.
TREACHEROUS = re.compile(r"[\x00-\x1f\x7f\\]")


@dataclass(frozen=True, slots=True)
class Allowed:
    """What is allowed besides the public internet on ports 80 and 443; of the words in `allow_private` of sources.toml."""

    hosts: frozenset[tuple[str, int]] = frozenset()
    networks: tuple[Network, ...] = ()

    @staticmethod
    def of(words: Iterable[str]) -> "Allowed":
        """`127.0.0.1:8080`, `[::1]:8080` or `wire.example:8080`: this host at this port, whatever its address.
        `10.1.0.0/16`: these addresses at any port. Raises ValueError that says which word is neither.
        """
        hosts, networks = set(), []
        for word in words:
            try:
                if "/" in word:
                    networks.append(ipaddress.ip_network(word))
                else:
                    parts = urlsplit(f"//{word}")
                    hosts.add((_canonical(parts.hostname or ""), int(parts.port or "")))
            except ValueError as error:
                raise ValueError(f"{word!r} is neither host:port nor a network such as 10.1.0.0/16: {error}") from error
        return Allowed(frozenset(hosts), tuple(networks))

    def host(self, host: str, port: int) -> bool:
        """Whether this host is allowed at this port, whatever its address."""
        return (host, port) in self.hosts

    def network(self, address: Address) -> bool:
        """Whether the address lies in an allowed network."""
        return any(address in network for network in self.networks)


@dataclass(frozen=True, slots=True)
class Target:
    """A URL that may be asked if its host's addresses may: `url` is normalized, without fragment; `host` is ASCII."""

    url: str
    scheme: str
    host: str
    port: int

    @property
    def name(self) -> str:
        """host:port, as allow_private wants it."""
        return _name(self.host, self.port)

    @property
    def origin(self) -> tuple[str, str, int]:
        """What secrets in headers belong to."""
        return self.scheme, self.host, self.port


def target(url: str, allowed: Allowed) -> Target | Problem:
    """The URL read, or why it is not asked (`refused-url`, or `refused-address` where it names an address itself)."""
    try:
        found = _read(url)
        if not _port(found.host, found.port, allowed):
            raise ValueError(f"port {found.port} is not asked; if it is meant, add {found.name} to allow_private")
    except ValueError as error:
        return Problem(code="refused-url", message=f"{shown(url)}: {error}")
    literal = _address(found.host)
    return found if literal is None else refusal(str(literal), found.host, found.port, allowed) or found


def follow(base: Target, location: str, allowed: Allowed) -> Target | Problem:
    """Where a redirect leads, checked like any other URL."""
    if TREACHEROUS.search(location):
        return Problem(code="refused-url", message=f"a redirect to {shown(location)}: a control character or backslash")
    try:
        url = urljoin(base.url, location)
    except ValueError as error:
        return Problem(code="refused-url", message=f"a redirect to {shown(location)}: {error}")
    return target(url, allowed)


def refusal(address: str, host: str, port: int, allowed: Allowed) -> Problem | None:
    """Why nothing is sent to this address, to which `host` resolved; None if it may be."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return Problem(code="refused-address", message=f"{shown(host)}: {shown(address)} is no IP address")
    if allowed.host(host, port) or allowed.network(parsed) or (public(parsed) and port in PORTS.values()):
        return None
    message = f"{host} has the address {parsed}: not public; if it is meant, add {_name(host, port)} to allow_private"
    return Problem(code="refused-address", message=message)


def public(address: Address) -> bool:
    """Whether anybody on the internet could be meant by it; an IPv4 address inside an IPv6 one counts as itself."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return public(address.ipv4_mapped)
        if address in NAT64 and not address.scope_id:
            return public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        if address not in GLOBAL_UNICAST or address.scope_id:
            return False
    return address.is_global and not address.is_multicast and not any(address in network for network in DENIED)


def shown(text: str) -> str:
    """Foreign text for a message: short, on one line."""
    return ascii(text if len(text) <= 200 else text[:200] + "…")


def _read(url: str) -> Target:
    """Raises ValueError with the reason why this is no URL for us."""
    url = url.strip(" \t\r\n")
    if len(url) > URL_CHARS:
        raise ValueError(f"longer than {URL_CHARS:,} characters")
    if TREACHEROUS.search(url):
        raise ValueError("it has a control character or a backslash")
    url.encode()  # a lone surrogate is a byte that was not UTF-8: parsers drop it, or not
    parts = urlsplit(url)
    if parts.scheme not in PORTS:
        raise ValueError("only http and https are fetched")
    if "@" in parts.netloc:
        raise ValueError("no user name or password may stand in it")
    if "[" in parts.netloc and ":" not in (parts.hostname or ""):
        raise ValueError("what stands in brackets is no IPv6 address")
    port = parts.port if parts.port is not None else PORTS[parts.scheme]
    host = _canonical(parts.hostname or "")
    other = yarl.URL(url).with_fragment(None)
    if (other.scheme, (other.raw_host or "").removesuffix("."), other.port) != (parts.scheme, host, port):
        raise ValueError(f"its host can be read in two ways: {host} and {other.raw_host}")
    return Target(str(other.with_host(host)), parts.scheme, host, port)


def _canonical(host: str) -> str:
    """The host as it is asked for: lower case, ASCII, one spelling an address. Raises ValueError."""
    if ":" in host:
        return str(ipaddress.IPv6Address(_without_zone(host)))
    host = host.lower().removesuffix(".")
    if not host.isascii():
        host = idna.encode(host).decode("ascii")  # strict: no mapping of fullwidth or circled letters and digits
    labels = host.split(".")
    if NUMBER.fullmatch(labels[-1]):
        return str(ipaddress.IPv4Address(host))  # four decimal numbers, no leading zeros
    if len(host) > 253 or not all(LABEL.fullmatch(label) for label in labels):
        raise ValueError("it has no valid host name")
    return host


def _without_zone(host: str) -> str:
    if "%" in host:
        raise ValueError("an address with a zone is on this machine's own network")
    return host


def _port(host: str, port: int, allowed: Allowed) -> bool:
    """Whether the port may be asked: of an allowed network any, but which addresses a name has is not known yet."""
    return port in PORTS.values() or allowed.host(host, port) or bool(allowed.networks)


def _name(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def is_address(host: str) -> bool:
    """Whether the host is an address itself, not a name."""
    return _address(host) is not None


def _address(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
