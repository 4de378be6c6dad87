"""The persistent embedded broker behind `tickertape broker`: one a state folder, its data kept from start to start."""

import fcntl
import os
import select
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from pipeline.broker import state
from pipeline.broker.embedded import STOP_SECONDS, EmbeddedBroker, launch
from pipeline.broker.jars import KAFKA_VERSION, Report, silent
from pipeline.broker.kraft import Layout
from pipeline.broker.state import Running
from pipeline.errors import EmbeddedBrokerError
from pipeline.settings import Settings


def start(settings: Settings, report: Report = silent) -> Running:
    """Start the broker in the background and wait until it answers; one that runs is left alone.

    Raises EmbeddedBrokerError.
    """
    with _alone(settings):
        running = state.running(settings.state_path)
        if running is None:
            running = _remember(settings, launch(state.folder(settings.state_path), settings, report, owner=0))
        return running


@contextmanager
def foreground(settings: Settings, report: Report = silent) -> Iterator[EmbeddedBroker]:
    """The broker for as long as this block lives; raises EmbeddedBrokerError when one runs already."""
    with _alone(settings):
        running = state.running(settings.state_path)
        if running is not None:
            raise EmbeddedBrokerError(f"it runs already at {running.bootstrap}: run `tickertape broker stop` first")
        broker = launch(state.folder(settings.state_path), settings, report, owner=os.getpid())
        _remember(settings, broker)
    try:
        yield broker
    finally:
        state.forget(settings.state_path)
        broker.stop()


def stop(settings: Settings) -> Running | None:
    """Stop the running broker and wait for its end; returns it, None when none ran. Raises EmbeddedBrokerError."""
    running = state.running(settings.state_path)
    if running is not None:
        _end(running, settings)
    state.forget(settings.state_path)
    return running


def _end(running: Running, settings: Settings) -> None:
    """SIGTERM, later SIGKILL, by a descriptor: it means this process even if its number is reused meanwhile."""
    try:
        process = os.pidfd_open(running.pid)
    except ProcessLookupError:
        return
    try:
        if not state.is_alive(running.pid, state.folder(settings.state_path)):
            return
        signal.pidfd_send_signal(process, signal.SIGTERM)
        watch = select.poll()
        watch.register(process, select.POLLIN)
        if not watch.poll(STOP_SECONDS * 1000):
            signal.pidfd_send_signal(process, signal.SIGKILL)
            watch.poll()
            raise EmbeddedBrokerError(f"the embedded Kafka (pid {running.pid}) had to be killed; see {running.log}")
    finally:
        os.close(process)


def _remember(settings: Settings, broker: EmbeddedBroker) -> Running:
    running = Running(
        bootstrap=broker.bootstrap,
        pid=broker.process.pid,
        folder=str(broker.folder),
        log=str(Layout(broker.folder).log),
        kafka_version=KAFKA_VERSION,
    )
    state.save(settings.state_path, running)
    return running


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """Of two starts at once the second waits, then finds the broker running."""
    folder = state.folder(settings.state_path)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "start.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
