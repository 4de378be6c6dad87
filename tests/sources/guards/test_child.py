"""Parsing apart: whatever a parser does, one result, and the next call is served."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from pipeline.records import Problem
from pipeline.resources import PACKAGE
from pipeline.sources.guards.child import Children
from tests.processes import living, running
from tests.sources.guards import deeds


@pytest.fixture(scope="module")
def children() -> Iterator[Children]:
    """One pool for all: each test also shows that it outlives the others."""
    with Children() as apart:
        yield apart


def test_a_result_comes_back(children: Children) -> None:
    """Plain bytes in, plain values out, from another process."""
    assert children.call(deeds.length, bytes(5_000_000)) == 5_000_000
    assert children.call(deeds.pid) != os.getpid()
    assert children.call(deeds.echo, Problem(code="a", message="b")) == Problem(code="a", message="b")


@pytest.mark.parametrize("deed", [deeds.spin, deeds.hold_the_interpreter, deeds.sleep])
def test_a_parser_that_takes_too_long_is_killed(children: Children, deed: Any) -> None:
    """Even if it holds the interpreter in C, where no signal handler of Python's runs."""
    assert children.call(deed, seconds=0.3) == Problem(
        code="parser-timed-out", message="not parsed within 0.3 s; its process was killed"
    )
    assert children.call(deeds.length, b"abc") == 3


@pytest.mark.parametrize(("deed", "exit_code"), [(deeds.die, -9), (deeds.leave, 3), (deeds.crash, -11)])
def test_a_parser_that_dies_is_blamed(children: Children, deed: Any, exit_code: int) -> None:
    """It alone; another process takes its place."""
    assert children.call(deed) == Problem(code="parser-died", message=f"its process died with exit code {exit_code}")
    assert children.call(deeds.length, b"abc") == 3


@pytest.mark.parametrize(
    ("deed", "arguments", "said"),
    [
        (deeds.fail, ("no such tag\x1b[2J\n",), r"ValueError: 'no such tag\x1b[2J\n'"),
        (deeds.fail, ("x" * 10_000,), "ValueError: 'xxx"),
        (deeds.hoard, (), "MemoryError"),
        (deeds.recurse, (100_000,), "RecursionError"),
        (deeds.unspeakable, (), "pickle"),
        (deeds.many_bytes, (70_000_000,), "its result has 70,000,"),
        (deeds.write_file, ("written",), "File too large"),
    ],
)
def test_a_parser_that_fails_says_why(
    children: Children, deed: Any, arguments: tuple[Any, ...], said: str, tmp_path: Path
) -> None:
    """In a short line that is safe to print; too much memory, too large a result, a file written: all are failures."""
    places = [str(tmp_path / value) if value == "written" else value for value in arguments]
    problem = children.call(deed, *places, seconds=20.0)
    assert isinstance(problem, Problem)
    assert problem.code == "parser-failed"
    assert said in problem.message
    assert problem.message.isprintable()
    assert len(problem.message) < 1_000


def test_children_know_no_secrets(children: Children) -> None:
    """Their environment is empty, whatever ours is."""
    assert children.call(deeds.environment) == {}


def test_a_busy_machine_is_no_bomb(children: Children) -> None:
    """What counts is the processor time of the call."""
    assert children.call(deeds.nap, 0.5, seconds=0.2) == "slept"


async def test_many_calls_at_once_are_answered_each_for_itself(children: Children) -> None:
    """Killed neighbours do not harm the innocent."""
    calls: list[Any] = [children(deeds.length, bytes(size)) for size in range(60)]
    calls[10:10] = [children(deeds.spin, seconds=0.3), children(deeds.die)]
    found = await asyncio.gather(*calls)
    codes = [result.code for result in found if isinstance(result, Problem)]
    assert codes == ["parser-timed-out", "parser-died"]
    assert [result for result in found if isinstance(result, int)] == list(range(60))


async def test_a_call_that_nobody_waits_for_is_ended(children: Children) -> None:
    """A cancelled poll leaves no process busy."""
    task = asyncio.create_task(children(deeds.sleep, seconds=600.0))
    await asyncio.sleep(0.3)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    both = await asyncio.gather(children(deeds.length, b"a"), children(deeds.length, b"b"))
    assert list(both) == [1, 1]


def test_a_pool_that_broke_is_opened_again() -> None:
    """pebble gives up when a child dies idle; the call in hand fails at worst, the next is served."""
    with Children(processes=1) as apart:
        for _ in range(3):
            child = apart.call(deeds.pid)
            assert isinstance(child, int)
            os.kill(child, signal.SIGKILL)
            first = apart.call(deeds.length, b"abc")
            assert first == 3 or first.code == "parser-died"
            assert apart.call(deeds.length, b"abc") == 3


def test_closing_ends_what_is_busy() -> None:
    """No process is left, and none was begun without need."""
    Children().close()
    with Children(processes=1) as apart:
        child = psutil.Process(apart.call(deeds.pid))
    assert not child.is_running()


GROUP = """
import os, signal
from pipeline.sources.guards.child import Children
from tests.sources.guards import deeds
if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: None)
    with Children(processes=1) as children:
        children.call(deeds.pid)
        os.killpg(0, signal.SIGTERM)
        print(children.call(deeds.spin, seconds=0.2).code, children.call(deeds.length, b"abc"))
"""


def test_a_signal_to_the_whole_group_blames_no_parser() -> None:
    """A service that is told to stop goes on parsing what it has in hand, with new children too."""
    done = subprocess.run(
        [sys.executable, "-c", GROUP],
        cwd=PACKAGE.parent,
        capture_output=True,
        text=True,
        start_new_session=True,
        check=False,
    )
    assert done.stdout.split() == ["parser-timed-out", "3"], done.stderr


ORPHANS = """
import time
from pipeline.sources.guards.child import Children
from tests.sources.guards import deeds
if __name__ == "__main__":
    children = Children(processes=1)
    print(children.call(deeds.pid), flush=True)
    children.call(deeds.sleep, seconds=600.0)
"""


def test_children_end_with_a_killed_parent() -> None:
    """However it died, and though the child is busy."""
    with running([sys.executable, "-c", ORPHANS], stdout=subprocess.PIPE, cwd=PACKAGE.parent, text=True) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
        parent.wait()
    assert living([child]) == []
