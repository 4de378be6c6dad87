"""Each declared source tried once, all at the same time: what would come, and when the next poll would be. Nothing is sent."""

import asyncio
from dataclasses import dataclass

from pipeline.records import Article, Problem
from pipeline.settings import Settings
from pipeline.sources.guards.child import Children
from pipeline.sources.items import Rejected
from pipeline.sources.live import runner
from pipeline.sources.live.base import Source
from pipeline.sources.live.declared import Declarations, Declared
from pipeline.sources.live.kinds import SOURCES, Server, World
from pipeline.sources.live.schedule import poll


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What became of it: `items` articles, `rejected` others, the `newest` date among them. A server is not `tried`."""

    name: str
    type: str
    tried: bool = True
    items: int = 0
    rejected: int = 0
    newest: str | None = None
    wait_seconds: float | None = None
    problem: Problem | None = None


async def run(declarations: Declarations, settings: Settings) -> list[Trial]:
    """The trials, in the order of the declarations."""
    with Children(preload=runner.PRELOAD) as apart:
        made = runner.world(settings, declarations, apart, None)
        made.hubs = None  # no hub is asked for anything
        try:
            return list(await asyncio.gather(*(_try(one, made) for one in declarations.sources)))
        finally:
            await made.close()


async def _try(one: Declared, made: World) -> Trial:
    kind = SOURCES[one.type]
    if kind.serves:
        return Trial(name=one.name, type=one.type, tried=False)
    source = kind.make(one.name, one.options, made)
    assert not isinstance(source, Server)
    try:
        return await _polled(one, source)
    finally:
        await source.close()


async def _polled(one: Declared, source: Source) -> Trial:
    found = await poll(source, {}, runner.clock_ms())
    items = () if isinstance(found, Problem) else found.items
    articles = [item for item in items if isinstance(item, Article)]
    return Trial(
        name=one.name,
        type=one.type,
        items=len(articles),
        rejected=sum(isinstance(item, Rejected) for item in items),
        newest=max((item.published_at for item in articles if item.published_at), default=None),
        wait_seconds=None if isinstance(found, Problem) else found.wait_seconds,
        problem=found if isinstance(found, Problem) else found.problem,
    )
