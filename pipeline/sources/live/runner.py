"""All declared sources in one event loop: their memory read back from Kafka, their polls scheduled, their servers started."""

import asyncio
import logging
import secrets
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack

from aiohttp import web

from pipeline.broker.confirm import confirming
from pipeline.errors import SettingsError
from pipeline.records import SourceState
from pipeline.settings import Settings
from pipeline.sources.formats import ap, feed, html, newsml
from pipeline.sources.guards.child import Children
from pipeline.sources.live.account import Account, Sender, fresh, remembered
from pipeline.sources.live.base import Apart, Source
from pipeline.sources.live.declared import Declarations, Declared
from pipeline.sources.live.kinds import SOURCES, Server, World
from pipeline.sources.live.schedule import Schedule
from pipeline.topics import ARTICLES

logger = logging.getLogger(__name__)
# What the children that parse have loaded before the first document comes.
PRELOAD = (feed.__name__, html.__name__, newsml.__name__, ap.__name__)
# An article with the longest key and headers still fits its topic.
SPARE_BYTES = 64 * 1024
# Sources begin one after the other, fifty a second: a start is no burst.
SPREAD_SECONDS = 0.02
SIGNALS = (signal.SIGTERM, signal.SIGINT)


def clock_ms() -> int:
    """Now, in milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def world(settings: Settings, declarations: Declarations, apart: Apart, sender: Sender | None) -> World:
    """What the sources are made of; `sender` None: nothing is to be sent."""
    return World(
        apart=apart,
        article_bytes=min(settings.article_bytes, ARTICLES.max_message_bytes - SPARE_BYTES),
        extract=html.parse,
        secret=lambda: secrets.token_urlsafe(32),
        hubs=declarations.hubs,
        clock_ms=clock_ms,
        sender=sender,
        state_path=settings.state_path,
    )


async def run(declarations: Declarations, settings: Settings, ready: Callable[[], None]) -> None:
    """Run until SIGTERM or SIGINT; `ready` is called when all has begun. Raises BrokerError, SettingsError."""
    states = await asyncio.to_thread(remembered, settings)
    async with AsyncExitStack() as stack:
        apart = stack.enter_context(Children(preload=PRELOAD))
        sender = await stack.enter_async_context(confirming(settings))
        made = world(settings, declarations, apart, sender)
        stack.push_async_callback(made.close)
        followed = []
        # Servers last: they also serve the callbacks of the sources made before them.
        for one in sorted(declarations.sources, key=lambda each: SOURCES[each.type].serves):
            source = SOURCES[one.type].make(one.name, one.options, made)
            stack.push_async_callback(source.close)
            if isinstance(source, Server):
                await source.start()
            else:
                followed.append((source, Account(_state(states, one), sender, clock_ms)))
        await _serve_callbacks(made, stack)
        schedule = Schedule(clock_ms)
        stack.callback(_on_signals(schedule.stop))
        ready()
        await _follow(schedule, followed, made, settings.drain_seconds)


def _state(states: Mapping[str, SourceState], one: Declared) -> SourceState:
    """What Kafka has of the source; a name that once meant another type begins anew."""
    found = states.get(one.name)
    return found if found is not None and found.type == one.type else fresh(one.name, one.type, clock_ms())


async def _follow(
    schedule: Schedule, followed: Sequence[tuple[Source, Account]], made: World, drain_seconds: float
) -> None:
    """Until stopped; the first that fails stops all, and its exception is raised when they have ended."""
    woken = {one.name: one.arrived for one in made.subscriptions}
    tasks = [
        asyncio.create_task(
            schedule.follow(
                source,
                account.state.memory,
                account.settle,
                woken.get(source.name, asyncio.Event()),
                first_seconds=number * SPREAD_SECONDS,
            ),
            name=source.name,
        )
        for number, (source, account) in enumerate(followed)
    ]
    stopped = asyncio.create_task(schedule.stopped())
    await asyncio.wait([*tasks, stopped], return_when=asyncio.FIRST_COMPLETED)
    schedule.stop()
    await stopped
    late = (await asyncio.wait(tasks, timeout=drain_seconds))[1] if tasks else set()
    for task in late:
        logger.warning("broken off: it did not end in time", extra={"source": task.get_name()})
        task.cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    for result in results:
        if isinstance(result, Exception):
            raise result


async def _serve_callbacks(made: World, stack: AsyncExitStack) -> None:
    """WebSub's callbacks, unless a push server listens where they are expected."""
    if made.hubs is None or made.callbacks_served or not made.subscriptions:
        return
    application = web.Application()
    application.add_routes(made.callbacks(made.hubs.listen))
    served = web.AppRunner(application, handle_signals=False, access_log=None)
    stack.push_async_callback(served.cleanup)
    await served.setup()
    host, _, port = made.hubs.listen.rpartition(":")
    try:
        await web.TCPSite(served, host.strip("[]"), int(port)).start()
    except OSError as error:
        reason = error.strerror or str(error)
        raise SettingsError(f"cannot listen on {made.hubs.listen}: {reason}; change `listen` of [websub]") from None


def _on_signals(stop: Callable[[], None]) -> Callable[[], None]:
    """Stop in order on SIGTERM and SIGINT; returns what undoes that."""
    loop = asyncio.get_running_loop()
    for number in SIGNALS:
        loop.add_signal_handler(number, stop)

    def undo() -> None:
        for number in SIGNALS:
            loop.remove_signal_handler(number)

    return undo
