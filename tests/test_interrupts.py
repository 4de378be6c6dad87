"""A program that is told to end: by one exception, and never in a block that must be whole."""

import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from types import FrameType

import pytest

from pipeline import interrupts

NUMBERS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
RAISED = {signal.SIGINT: KeyboardInterrupt, signal.SIGTERM: SystemExit, signal.SIGHUP: SystemExit}


@pytest.fixture(autouse=True)
def _handlers() -> Iterator[None]:
    """Those of pytest are put back."""
    before = {number: signal.getsignal(number) for number in NUMBERS}
    for number in NUMBERS:
        signal.signal(number, signal.SIG_DFL)
    interrupts.end_in_order()
    yield
    interrupts.ignore()
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", NUMBERS)
def test_a_signal_is_an_exception(number: signal.Signals) -> None:
    """Its exit code is the shell's: 128 and the number."""
    with pytest.raises(RAISED[number]) as caught:
        signal.raise_signal(number)
    assert number == signal.SIGINT or caught.value.args == (128 + number,)


@pytest.mark.parametrize("first", NUMBERS)
@pytest.mark.parametrize("second", NUMBERS)
def test_the_end_is_not_disturbed_by_a_second_signal(first: signal.Signals, second: signal.Signals) -> None:
    with pytest.raises(RAISED[first]):
        signal.raise_signal(first)
    signal.raise_signal(second)


@pytest.mark.parametrize("number", NUMBERS)
def test_in_a_block_that_must_be_whole_a_signal_waits(number: signal.Signals) -> None:
    done: list[str] = []

    def block() -> None:
        with interrupts.undisturbed():
            signal.raise_signal(number)
            done.append("whole")
        done.append("on")

    with pytest.raises(RAISED[number]):
        block()
    assert done == ["whole"]


def test_the_first_of_several_that_waited_counts() -> None:
    def block() -> None:
        with interrupts.undisturbed():
            signal.raise_signal(signal.SIGHUP)
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(SystemExit) as caught:
        block()
    assert caught.value.code == 128 + signal.SIGHUP


def test_an_error_of_the_block_is_told_when_no_signal_came() -> None:
    handlers = [signal.getsignal(number) for number in NUMBERS]
    with pytest.raises(ValueError, match="of the block"), interrupts.undisturbed():
        raise ValueError("of the block")
    assert [signal.getsignal(number) for number in NUMBERS] == handlers


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("step", [interrupts.end_in_order, lambda: interrupts.undisturbed().__enter__()])
def test_one_that_is_ignored_stays_ignored(number: signal.Signals, step: Callable[[], object]) -> None:
    """nohup ignores SIGHUP, a shell's background job SIGINT."""
    signal.signal(number, signal.SIG_IGN)
    step()
    assert signal.getsignal(number) is signal.SIG_IGN


def test_handlers_of_others_are_called_once_and_put_back() -> None:
    called = []

    def handler(number: int, _: FrameType | None) -> None:
        called.append(number)

    signal.signal(signal.SIGTERM, handler)
    with interrupts.undisturbed():
        signal.raise_signal(signal.SIGTERM)
        assert called == []
    assert (called, signal.getsignal(signal.SIGTERM)) == ([signal.SIGTERM], handler)


def test_a_thread_needs_no_protection() -> None:
    """Handlers run in the main thread only, and only there they may be changed."""
    entered = []

    def work() -> None:
        with interrupts.undisturbed():
            entered.append(signal.getsignal(signal.SIGTERM))

    before = signal.getsignal(signal.SIGTERM)
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert entered == [before]


SWALLOWED = """
import signal, time
from pipeline import interrupts

class Dropped:
    def __del__(self):
        signal.raise_signal(signal.SIGTERM)

interrupts.AGAIN_SECONDS = 0.1
interrupts.end_in_order()
Dropped()
print("Python went on", flush=True)
time.sleep(600)
"""


def test_an_exception_that_python_swallows_comes_again() -> None:
    done = subprocess.run([sys.executable, "-c", SWALLOWED], capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (128 + signal.SIGTERM, b"Python went on\n")
