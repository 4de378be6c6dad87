"""From a batch to its results, with a runner that fails as told."""

from collections.abc import Sequence

import pytest

from pipeline.contracts import ContractError
from pipeline.errors import PoolError
from pipeline.records import Message, Outgoing, Problem
from pipeline.stages.base import Handled, Work
from pipeline.worker.blame import Failure, handle_all


def work(value: bytes) -> Work:
    return Work(message=Message(topic="t", partition=0, offset=0, timestamp_ms=0, key=b"k", value=value))


def handled(value: bytes) -> Handled:
    return Handled(outgoing=(Outgoing(topic="out", key=b"k", value=value),))


def give_up(work: Work, problem: Problem) -> Handled:
    return Handled(final=Outgoing(topic="dead", key=b"k", value=f"{problem.code} {problem.message}".encode()))


class FakeRunner:
    """Fails a batch that holds `poison`, the first `fails` times; counts what it was handed."""

    batches = 2

    def __init__(self, *, fails: int = 1000, sound: bool = True, raises: Exception | None = None) -> None:
        self.fails, self.sound, self.raises = fails, sound, raises
        self.handed: list[int] = []

    async def run(self, works: Sequence[Work]) -> list[Handled] | Failure:
        self.handed.append(len(works))
        if any(one.message.value == b"poison" for one in works) and self.fails > 0:
            self.fails -= 1
            if self.raises:
                raise self.raises
            return Failure(code="process-died", message="x" * 400)
        return [handled(one.message.value or b"") for one in works]

    async def probe(self) -> None:
        if not self.sound:
            raise PoolError("nothing works")


def ignore() -> None:
    """Nobody watches."""


async def test_a_sound_batch_is_one_attempt() -> None:
    runner = FakeRunner()
    assert await handle_all(runner, give_up, [work(b"a"), work(b"b")], ignore) == [handled(b"a"), handled(b"b")]
    assert runner.handed == [2]


@pytest.mark.parametrize("position", [0, 1, 3])
async def test_only_the_culprit_is_given_up(position: int) -> None:
    values = [b"a", b"b", b"c"]
    values.insert(position, b"poison")
    results = await handle_all(FakeRunner(), give_up, [work(value) for value in values], ignore)
    expected = [handled(value) for value in values]
    expected[position] = give_up(work(b"poison"), Problem(code="process-died", message="x" * 300))
    assert results == expected


async def test_two_culprits_of_one_batch() -> None:
    results = await handle_all(FakeRunner(), give_up, [work(b"poison"), work(b"a"), work(b"poison")], ignore)
    assert [result.final is not None for result in results] == [True, False, True]


@pytest.mark.parametrize("batch", [[b"poison"], [b"poison", b"a"]])
async def test_a_message_whose_process_died_of_something_else_gets_another_try(batch: list[bytes]) -> None:
    runner = FakeRunner(fails=len(batch))
    results = await handle_all(runner, give_up, [work(value) for value in batch], ignore)
    assert results == [handled(value) for value in batch]


async def test_nobody_is_blamed_for_a_pool_that_cannot_work() -> None:
    with pytest.raises(PoolError):
        await handle_all(FakeRunner(sound=False), give_up, [work(b"poison"), work(b"a")], ignore)


@pytest.mark.parametrize("error", [ContractError("our bug"), PoolError("no process")])
async def test_nobody_is_blamed_for_our_own_bug_or_a_bad_world(error: Exception) -> None:
    with pytest.raises(type(error)):
        await handle_all(FakeRunner(raises=error), give_up, [work(b"a"), work(b"poison")], ignore)


async def test_every_attempt_is_told_to_the_watchdog() -> None:
    attempts: list[None] = []
    await handle_all(FakeRunner(), give_up, [work(b"a"), work(b"poison")], lambda: attempts.append(None))
    assert len(attempts) == 4  # the batch, each alone, the culprit once more
