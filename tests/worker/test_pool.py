"""Real child processes that die, hang and raise."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from dataclasses import replace

import psutil
import pytest

from pipeline.contracts import ContractError
from pipeline.errors import ModelError
from pipeline.records import Message
from pipeline.settings import Settings
from pipeline.stages.base import Handled, Work
from pipeline.worker.blame import Failure, handle_all
from pipeline.worker.pool import Inline, Pool
from tests.worker.stages import INLINE, POOLED, broken_prepare, give_up

SETTINGS = Settings(pool_workers=2, batch_seconds=1.0)


def works(*values: bytes) -> list[Work]:
    return [
        Work(message=Message(topic="t", partition=0, offset=offset, timestamp_ms=0, key=b"k%d" % offset, value=value))
        for offset, value in enumerate(values)
    ]


def texts(results: list[Handled] | Failure) -> list[bytes | None]:
    assert not isinstance(results, Failure), results
    return [result.outgoing[0].value for result in results]


@pytest.fixture
def beside() -> set[int]:
    """The processes that run already."""
    return {child.pid for child in psutil.Process().children(recursive=True)}


@pytest.fixture
async def pool(beside: set[int]) -> AsyncIterator[Pool]:
    made = Pool(POOLED, SETTINGS, preload="tests.worker.preload")
    await made.start()
    yield made
    await made.stop()


async def test_a_batch_comes_back_in_order(pool: Pool) -> None:
    assert texts(await pool.run(works(b"1", b"2", b"3"))) == [b"1", b"2", b"3"]


@pytest.mark.parametrize(
    ("value", "code", "message"),
    [
        (b"kill", "process-died", "the process died with exit code 9"),
        (b"hang", "timed-out", "not done within 1 s"),
        (b"raise", "handler-failed", "ValueError: as the message said"),
    ],
)
async def test_what_became_of_a_batch_is_a_value(pool: Pool, value: bytes, code: str, message: str) -> None:
    failure = await pool.run(works(b"1", value, b"2"))
    assert isinstance(failure, Failure)
    assert (failure.code, failure.message) == (code, message)
    assert texts(await pool.run(works(b"3"))) == [b"3"]


@pytest.mark.parametrize("value", [b"kill", b"hang", b"raise"])
async def test_only_the_culprit_is_given_up_by_real_processes(pool: Pool, value: bytes) -> None:
    results = await handle_all(pool, give_up, works(b"1", b"2", value, b"3"), lambda: None)
    assert [result.outgoing[0].topic for result in results] == ["test.out.v1"] * 2 + ["test.dead.v1", "test.out.v1"]


async def test_a_bug_of_ours_is_raised(pool: Pool) -> None:
    with pytest.raises(ContractError, match="a bug of ours"):
        await pool.run(works(b"contract"))


def workers(beside: set[int]) -> list[psutil.Process]:
    """The processes that were forked for the pool; `beside` are others', as a Kafka's of the same session."""
    found = psutil.Process().children(recursive=True)
    return [child for child in found if child.parent() != psutil.Process() and child.pid not in beside]


async def test_processes_killed_while_idle_are_replaced(beside: set[int], pool: Pool) -> None:
    await pool.run(works(b"1"))
    for child in workers(beside):
        child.kill()
    await asyncio.sleep(0.5)
    again = await pool.run(works(b"2"))
    assert isinstance(again, Failure) or texts(again) == [b"2"]
    assert texts(await pool.run(works(b"3"))) == [b"3"]


async def test_processes_ignore_the_terminals_signals(beside: set[int], pool: Pool) -> None:
    await asyncio.sleep(0.3)  # until both have started
    for child in workers(beside):
        os.kill(child.pid, signal.SIGINT)
        os.kill(child.pid, signal.SIGTERM)
    await asyncio.sleep(0.3)
    assert texts(await pool.run(works(b"1"))) == [b"1"]


async def test_a_stage_whose_data_cannot_be_loaded_does_not_start() -> None:
    pool = Pool(replace(POOLED, prepare=broken_prepare), SETTINGS, preload="tests.worker.preload")
    with pytest.raises(ModelError, match="no model"):
        await pool.start()
    await pool.stop()


async def test_a_preload_that_cannot_be_imported_is_told() -> None:
    """The forkserver swallows its ImportError."""
    pool = Pool(POOLED, SETTINGS, preload="tests.worker.no_such_module")
    with pytest.raises(ModelError, match="no_such_module"):
        await pool.start()
    await pool.stop()


async def test_inline_handles_and_fails_alike() -> None:
    inline = Inline(INLINE, SETTINGS)
    await inline.start()
    assert texts(await inline.run(works(b"1", b"2"))) == [b"1", b"2"]
    failure = await inline.run(works(b"raise"))
    assert isinstance(failure, Failure)
    assert failure.code == "handler-failed"
    with pytest.raises(ContractError):
        await inline.run(works(b"contract"))
    await inline.probe()
    await inline.stop()
