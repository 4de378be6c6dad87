"""A real Apache Kafka in a child process: one node, loopback only, gone when its owner is.

with EmbeddedBroker.temporary(Settings.from_env()) as kafka:
    settings = replace(settings, brokers=kafka.bootstrap)
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from pipeline.broker import admin, kraft, state, supervisor
from pipeline.broker.jars import Report, class_path, java, silent
from pipeline.errors import BrokerError, EmbeddedBrokerError
from pipeline.interrupts import undisturbed
from pipeline.settings import Settings

# Measured on two busy cores: 2.7 s from nothing to ready. The limit is for a machine forty times as slow.
READY_SECONDS = 120.0
STOP_SECONDS = 20.0
POLL_SECONDS = 0.05
PORT_ATTEMPTS = 3
TAIL_LINES = 15


@dataclass(frozen=True, slots=True)
class EmbeddedBroker:
    """A broker that answers; `process` is its supervisor."""

    bootstrap: str
    folder: Path
    process: "subprocess.Popen[bytes]"

    @staticmethod
    @contextmanager
    def temporary(settings: Settings, report: Report = silent) -> Iterator["EmbeddedBroker"]:
        """A broker of one's own, with an empty folder that goes with it. Raises EmbeddedBrokerError."""
        with ExitStack() as stack:
            with undisturbed():
                made = TemporaryDirectory(prefix="tickertape-kafka-", ignore_cleanup_errors=True)
                folder = Path(stack.enter_context(made))
            yield stack.enter_context(EmbeddedBroker.owned(folder, settings, report, remove=True))

    @staticmethod
    @contextmanager
    def owned(
        folder: Path, settings: Settings, report: Report = silent, *, remove: bool = False
    ) -> Iterator["EmbeddedBroker"]:
        """The broker of `folder` for as long as this process (and this block) lives. Raises EmbeddedBrokerError."""
        broker = launch(folder, settings, report, owner=os.getpid(), remove=remove)
        try:
            yield broker
        finally:
            broker.stop()

    def stop(self) -> None:
        """Stop and wait until the ports are closed. Raises EmbeddedBrokerError if it will not."""
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()  # the kernel kills the JVM with its supervisor
            self.process.wait()
            raise EmbeddedBrokerError(f"the embedded Kafka (pid {self.process.pid}) had to be killed") from None


class _PortTakenError(Exception):
    """Somebody else took the port between our look and Kafka's."""


def launch(folder: Path, settings: Settings, report: Report, *, owner: int, remove: bool = False) -> EmbeddedBroker:
    """Start the broker of `folder`, wait until it answers; `owner` 0: it outlives us. Raises EmbeddedBrokerError."""
    program, classes = java(), class_path(settings.state_path / "jars", report)
    layout = kraft.Layout(folder)
    for attempt in range(PORT_ATTEMPTS):
        ports = kraft.free_ports(layout.ports if attempt == 0 else None)
        words = [str(owner), str(folder) if remove else "", *_prepare(program, classes, layout, ports)]
        process = None
        with layout.log.open("w+b") as log:
            try:
                with undisturbed():
                    process = _spawn(words, log)
                _wait_ready(process, ports, layout, log)
                return EmbeddedBroker(ports.bootstrap, folder, process)
            except _PortTakenError:
                continue
            except BaseException:
                if process is not None:
                    process.terminate()
                    process.wait()
                raise
    raise EmbeddedBrokerError(f"no free port on {kraft.LOOPBACK} in {PORT_ATTEMPTS} attempts: try again")


def _prepare(program: Path, classes: str, layout: kraft.Layout, ports: kraft.Ports) -> list[str]:
    """Write the folder's files; the commands that lead from there to a running broker, as words for the supervisor."""
    layout.temporary.mkdir(parents=True, exist_ok=True)
    layout.properties.write_text(kraft.server_properties(layout.data, ports), encoding="utf-8")
    layout.log4j.write_text(kraft.LOG4J, encoding="utf-8")
    server = kraft.server_command(program, classes, layout)
    if layout.cluster_id:
        return server
    return [*kraft.format_command(program, classes, layout, kraft.new_cluster_id()), supervisor.SEPARATOR, *server]


def _spawn(words: list[str], log: IO[bytes]) -> "subprocess.Popen[bytes]":
    """The supervisor, in its own session: Ctrl-C at the terminal is for the owner, who drains first."""
    command = [sys.executable, "-I", "-S", str(state.SUPERVISOR), *words]
    return subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
    )


def _wait_ready(process: "subprocess.Popen[bytes]", ports: kraft.Ports, layout: kraft.Layout, log: IO[bytes]) -> None:
    """Until a metadata request is answered by this very cluster."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            if b"Address already in use" in _said(log):
                raise _PortTakenError
            raise EmbeddedBrokerError(f"the embedded Kafka ended at start (code {process.returncode}):\n{_tail(log)}")
        if _answers(ports, layout):
            return
        time.sleep(POLL_SECONDS)
    raise EmbeddedBrokerError(f"the embedded Kafka did not answer within {READY_SECONDS:.0f} s:\n{_tail(log)}")


def _answers(ports: kraft.Ports, layout: kraft.Layout) -> bool:
    try:
        socket.create_connection((kraft.LOOPBACK, ports.clients), timeout=1).close()
        return admin.cluster_id(Settings(brokers=ports.bootstrap)) == layout.cluster_id
    except (OSError, BrokerError):
        return False


def _said(log: IO[bytes]) -> bytes:
    log.seek(0)
    return log.read()


def _tail(log: IO[bytes]) -> str:
    """The last lines of the log; readable here even when the folder is removed already."""
    return "\n".join(_said(log).decode("utf-8", "replace").splitlines()[-TAIL_LINES:]) or "(it said nothing)"
