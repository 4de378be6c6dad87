"""The types of live sources: what each is told in sources.toml, what of that is refused, and how one is made."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from aiohttp import web

from pipeline.errors import SettingsError
from pipeline.settings import named_variable
from pipeline.sources.guards.addresses import Allowed
from pipeline.sources.guards.fetch import Fetcher
from pipeline.sources.items import Place
from pipeline.sources.live import ap_media, drop, websub
from pipeline.sources.live import items as http_items
from pipeline.sources.live.account import Sender
from pipeline.sources.live.ap_media import ApSource
from pipeline.sources.live.base import Apart, Source
from pipeline.sources.live.drop import FolderSource
from pipeline.sources.live.feeds import INTERVAL_SECONDS, FeedSource
from pipeline.sources.live.items import HttpSource
from pipeline.sources.live.pages import Extract, Pages
from pipeline.sources.live.push import server as push
from pipeline.sources.live.refusals import (
    refused_format,
    refused_header,
    refused_interval,
    refused_key,
    refused_map,
    refused_provider,
    refused_url,
)
from pipeline.sources.live.secret import Secret
from pipeline.sources.live.websub import Hubs, Subscription
from pipeline.topics import ARTICLES

NO_NAMES: Mapping[str, str] = {}


@runtime_checkable
class Server(Protocol):
    """A source that others push to; it sends by itself, and keeps no memory."""

    name: str

    async def start(self) -> None:
        """Listen. Raises SettingsError."""

    async def close(self) -> None:
        """Listen no more, and finish what is on its way."""


@dataclass(slots=True, kw_only=True)
class World:
    """What sources are made of: `secret` draws a random word; `sender` is None where nothing is to be sent.

    `fetchers` and `subscriptions` are those made so far; `callbacks_served`: a server answers hubs.
    """

    apart: Apart
    article_bytes: int
    extract: Extract
    secret: Callable[[], str]
    clock_ms: Callable[[], int]
    sender: Sender | None
    state_path: Path
    hubs: Hubs | None = None
    fetchers: dict[tuple[str, ...], Fetcher] = field(default_factory=dict)
    subscriptions: list[Subscription] = field(default_factory=list)
    callbacks_served: bool = False

    def fetcher(self, allow_private: tuple[str, ...]) -> Fetcher:
        """One for all sources that are allowed the same."""
        if allow_private not in self.fetchers:
            self.fetchers[allow_private] = Fetcher(Allowed.of(allow_private))
        return self.fetchers[allow_private]

    def callbacks(self, listen: str) -> list[web.RouteDef]:
        """The routes for hubs, if it is at `listen` (host:port) that they are expected."""
        if self.hubs is None or self.hubs.listen != listen:
            return []
        self.callbacks_served = True
        return websub.routes(self.subscriptions, self.clock_ms)

    async def close(self) -> None:
        """Close all connections."""
        for each in self.fetchers.values():
            await each.close()


@dataclass(frozen=True, slots=True)
class Kind:
    """`options` is a dataclass of str, float, int, bool, Path, tuple[str, ...] and dict[str, str]; its defaults are those of the
    file.

    `check` yields (key, what is wrong with it) of sound types; `make` the source of (name, options, world);
    `serves`: that is a Server.
    """

    options: type
    check: Callable[[Any], Iterable[tuple[str, str]]]
    make: Callable[[str, Any, World], Source | Server]
    serves: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedOptions:
    """RSS, Atom, RDF or JSON Feed at `url`. `provider` of its articles (empty: the source's name); at least
    `interval_seconds` between polls; `full_text` reads the linked pages; `allow_private` names what is not public and still
    meant: host:port, or a network."""

    url: str
    provider: str = ""
    interval_seconds: float = INTERVAL_SECONDS
    full_text: bool = False
    allow_private: tuple[str, ...] = ()


def _check_feed(options: FeedOptions) -> Iterator[tuple[str, str]]:
    yield from refused_interval(options.interval_seconds)
    yield from refused_url("url", options.url, options.allow_private)
    yield from refused_provider(options.provider)


def _make_feed(name: str, options: FeedOptions, world: World) -> Source:
    fetch = world.fetcher(options.allow_private)
    place = _place(name, options.url, options.provider, world)
    subscription = None
    if world.hubs is not None:
        subscription = Subscription(name, world.hubs.callback, fetch.post, secret=world.secret())
        world.subscriptions.append(subscription)
    return FeedSource(
        name=name,
        url=options.url,
        place=place,
        fetch=fetch,
        apart=world.apart,
        interval_seconds=options.interval_seconds,
        pages=Pages(fetch, world.apart, world.extract, place) if options.full_text else None,
        subscription=subscription,
    )


def _check_push(options: push.Options) -> Iterator[tuple[str, str]]:
    try:
        options.where()
    except SettingsError as error:
        yield "listen", str(error)
    if (options.tls_cert is None) != (options.tls_key is None):
        yield "tls_cert", "tls_cert and tls_key go together"


def _make_push(name: str, options: push.Options, world: World) -> Server:
    if world.sender is None:
        raise RuntimeError("a server is made to send")
    setting = push.Setting(
        name=name,
        topic=ARTICLES.name,
        article_bytes=world.article_bytes,
        state=world.state_path,
        options=options,
    )
    return push.PushServer(setting, world.sender, world.apart, world.callbacks(options.listen), world.clock_ms)


def _check_ap(options: ap_media.Options) -> Iterator[tuple[str, str]]:
    if (options.key_file is None) == (not options.key_env):
        yield "key_file", "give the API key in key_file, or in the variable that key_env names"
    if not 1 <= options.page_size <= 50:
        yield "page_size", "page_size must be 1 to 50"
    yield from refused_interval(options.interval_seconds)
    yield from refused_url("url", options.url, options.allow_private)
    yield from refused_key("url", options.url)
    yield from refused_provider(options.provider)


def _make_ap(name: str, options: ap_media.Options, world: World) -> Source:
    return ApSource(
        name=name,
        options=options,
        place=_place(name, options.url, options.provider, world),
        key=Secret(options.key_file, options.key_env, named_variable),
        fetch=world.fetcher(options.allow_private),
        apart=world.apart,
        clock_ms=world.clock_ms,
    )


def _check_http(options: http_items.Options) -> Iterator[tuple[str, str]]:
    if options.key_file is not None and options.key_env:
        yield "key_env", "give key_file or key_env, not both"
    yield from refused_header("key_header", options.key_header)
    yield from refused_interval(options.interval_seconds)
    yield from refused_url("url", options.url, options.allow_private)
    yield from refused_format(options.format)
    yield from refused_map(options.map)
    yield from refused_provider(options.provider)


def _make_http(name: str, options: http_items.Options, world: World) -> Source:
    has_key = options.key_file is not None or bool(options.key_env)
    return HttpSource(
        name=name,
        options=options,
        place=_place(name, options.url, options.provider, world, options.map),
        key=Secret(options.key_file, options.key_env, named_variable) if has_key else None,
        fetch=world.fetcher(options.allow_private),
        apart=world.apart,
        clock_ms=world.clock_ms,
    )


def _check_folder(options: drop.Options) -> Iterator[tuple[str, str]]:
    if options.after not in drop.AFTER:
        yield "after", f"after must be one of {', '.join(drop.AFTER)}"
    yield from refused_interval(options.interval_seconds)
    yield from refused_format(options.format)
    yield from refused_map(options.map)
    yield from refused_provider(options.provider)


def _make_folder(name: str, options: drop.Options, world: World) -> Source:
    place = _place(name, str(options.path), options.provider, world, options.map)
    return FolderSource(name=name, options=options, place=place, apart=world.apart, clock_ms=world.clock_ms)


def _place(name: str, path: str, provider: str, world: World, names: Mapping[str, str] = NO_NAMES) -> Place:
    return Place(path=path, provider=provider or name, guid=name, article_bytes=world.article_bytes, names=names)


SOURCES: dict[str, Kind] = {
    "feed": Kind(FeedOptions, _check_feed, _make_feed),
    "ap": Kind(ap_media.Options, _check_ap, _make_ap),
    "http": Kind(http_items.Options, _check_http, _make_http),
    "folder": Kind(drop.Options, _check_folder, _make_folder),
    "push": Kind(push.Options, _check_push, _make_push, serves=True),
}
