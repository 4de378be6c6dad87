"""What a source remembers is what Kafka has confirmed: articles first, then the state that says so."""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Protocol

from pipeline import codec, contracts, instants
from pipeline.broker.consume import consume
from pipeline.broker.produce import Failure, Receipt
from pipeline.errors import BrokerError
from pipeline.records import Article, Outgoing, Problem, SourceState
from pipeline.settings import Settings
from pipeline.sources.items import Rejected
from pipeline.sources.live.base import Memory, Polled
from pipeline.topics import ARTICLES, SOURCE_STATE

logger = logging.getLogger(__name__)
SCHEMA = "source-state.v1"
# How a healthy source that has nothing new is known to be alive.
HEALTH_MS = 60_000
SHOWN_REJECTED = 5


class Sender(Protocol):
    """Such as `broker.confirm.Confirmer`."""

    async def send(self, records: Sequence[Outgoing]) -> list[Receipt | Failure]:
        """What became of each record, in order. Raises BrokerError."""


class Account:
    """One source's: sends what its polls bring, and keeps its state in news.source-state.v1."""

    def __init__(self, state: SourceState, sender: Sender, clock_ms: Callable[[], int]) -> None:
        self.state = state
        self._sender, self._clock_ms = sender, clock_ms
        self._saved_ms: int | None = None

    async def settle(self, polled: Polled, at_ms: int) -> Memory:
        """Send the articles of a poll begun at `at_ms`, then save its memory if all were confirmed; the memory to go on with.

        Raises BrokerError when Kafka cannot be reached, or does not take the state.
        """
        articles = [item for item in polled.items if isinstance(item, Article)]
        rejected = [item for item in polled.items if isinstance(item, Rejected)]
        for item in rejected:
            logger.warning("rejected", extra={"source": self.state.source, "code": item.problem.code,
                                              "where": item.where, "why": item.problem.message})  # fmt: skip
        failures = await self._send(articles)
        problem = _unconfirmed(failures, articles) or polled.problem or _summary(rejected, len(polled.items))
        remembers = polled.memory is not None and not failures
        now = instants.from_ms(at_ms)
        self.state = replace(
            self.state,
            memory=dict(polled.memory or {}) if remembers else self.state.memory,
            articles=self.state.articles + len(articles) - len(failures),
            last_attempt_at=now,
            last_success_at=now if polled.problem is None and not failures else self.state.last_success_at,
            problem=problem,
        )
        self._log(polled, len(articles), problem)
        if remembers or articles or self._saved_ms is None or self._clock_ms() - self._saved_ms >= HEALTH_MS:
            await self._save()
        return self.state.memory

    async def _send(self, articles: list[Article]) -> list[Failure]:
        records = [Outgoing(topic=ARTICLES.name, key=one.key.encode(), value=codec.encode(one)) for one in articles]
        results = await self._sender.send(records) if records else []
        return [result for result in results if isinstance(result, Failure)]

    async def _save(self) -> None:
        value = contracts.encode(SCHEMA, self.state)
        record = Outgoing(topic=SOURCE_STATE.name, key=self.state.source.encode(), value=value)
        for result in await self._sender.send([record]):
            if isinstance(result, Failure):
                raise BrokerError(f"the state of source {self.state.source} was not confirmed: {result.reason}")
        self._saved_ms = self._clock_ms()

    def _log(self, polled: Polled, articles: int, problem: Problem | None) -> None:
        level = logging.WARNING if problem else logging.INFO if articles else logging.DEBUG
        said = {"source": self.state.source, "articles": articles, "next_seconds": round(polled.wait_seconds, 1)}
        if problem:
            said |= {"code": problem.code, "problem": problem.message}
        logger.log(level, "polled", extra=said)


def fresh(name: str, kind: str, now_ms: int) -> SourceState:
    """The state of a source that was never polled."""
    return SourceState(
        source=name,
        type=kind,
        memory={},
        articles=0,
        last_attempt_at=instants.from_ms(now_ms),
        last_success_at=None,
        problem=None,
    )


def remembered(settings: Settings) -> dict[str, SourceState]:
    """The last states of all sources, from Kafka. Raises BrokerError."""
    states: dict[str, SourceState] = {}
    for message in consume(settings, [settings.topic_prefix + SOURCE_STATE.name]):
        name = (message.key or b"").decode("utf-8", "replace")
        states.pop(name, None)
        if message.value is not None:
            try:
                states[name] = codec.decode_record(SourceState, message.value)
            except codec.DecodeError as error:
                logger.warning(
                    "a state cannot be read: the source begins anew", extra={"source": name, "why": str(error)}
                )
    return states


def _unconfirmed(failures: list[Failure], articles: list[Article]) -> Problem | None:
    if not failures:
        return None
    logger.error("not confirmed; sent again with the next poll", extra={"reason": failures[0].reason})
    message = f"Kafka did not confirm {len(failures)} of {len(articles)} articles: {failures[0].reason}"
    return Problem(code="not-confirmed", message=message)


def _summary(rejected: Iterable[Rejected], items: int) -> Problem | None:
    codes = [item.problem for item in rejected]
    if not codes:
        return None
    message = f"{len(codes)} of {items} items rejected, the first: {codes[0].code}: {codes[0].message}"
    return Problem(code="rejected-items", message=message)
