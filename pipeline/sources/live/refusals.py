"""What of a declared source is refused: (key, what is wrong with it), for values of sound types."""

import re
from collections.abc import Iterator, Mapping

from pipeline.records import Problem
from pipeline.sources.fields import MAPPABLE
from pipeline.sources.guards import addresses
from pipeline.sources.guards.addresses import Allowed
from pipeline.sources.readers import FORMATS

HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")


def refused_interval(seconds: float) -> Iterator[tuple[str, str]]:
    """What would be a burst, or is no time at all."""
    if not 1 <= seconds <= 86_400:
        yield "interval_seconds", "interval_seconds must be 1 to 86400"


def refused_format(name: str) -> Iterator[tuple[str, str]]:
    """A format that has no reader."""
    if name and name not in FORMATS:
        yield "format", f"format must be one of {', '.join(FORMATS)}"


def refused_map(names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """A field that an article does not have."""
    for field in names:
        if field not in MAPPABLE:
            yield "map", f"map: {field!r} is no field of an article: {', '.join(MAPPABLE)}"


def refused_key(key: str, url: str) -> Iterator[tuple[str, str]]:
    """A key in a URL, which logs would repeat."""
    if "apikey=" in url.lower():
        yield key, "the API key does not belong into the URL: put it into a file, and name that as key_file"


def refused_url(key: str, url: str, allow_private: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """What keeps a declared URL from being asked, as far as that shows before its name is resolved."""
    try:
        allowed = Allowed.of(allow_private)
    except ValueError as error:
        yield "allow_private", f"allow_private: {error}"
        return
    found = addresses.target(url, allowed)
    if isinstance(found, Problem):
        yield key, f"{found.code}: {found.message}"


def refused_provider(provider: str) -> Iterator[tuple[str, str]]:
    """A provider is part of a Kafka key, and ends at its "|"."""
    if "|" in provider or len(provider) > 512:
        yield "provider", "provider must be at most 512 characters without '|'"


def refused_header(key: str, name: str) -> Iterator[tuple[str, str]]:
    """What cannot be the name of a header (RFC 9110, token)."""
    if not HEADER.fullmatch(name):
        yield key, f"{key} must be the name of a header, such as authorization or x-api-key"
