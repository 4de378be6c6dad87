"""The state file of `tickertape broker`: where the running embedded broker is, believed only if that process lives."""

import os
from dataclasses import dataclass
from pathlib import Path

from pipeline import codec
from pipeline.broker.kraft import Layout
from pipeline.errors import EmbeddedBrokerError

FOLDER = "broker"
FILE = "broker.json"
SUPERVISOR = Path(__file__).with_name("supervisor.py")


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A started embedded broker; `pid` is its supervisor's, `log` what its JVM says."""

    bootstrap: str
    pid: int
    folder: str
    log: str
    kafka_version: str


def folder(state_path: Path) -> Path:
    """The persistent broker's folder."""
    return state_path / FOLDER


def save(state_path: Path, running: Running) -> None:
    """Write the state file, whole or not at all."""
    path = folder(state_path) / FILE
    draft = path.with_suffix(".draft")
    draft.write_bytes(codec.encode_pretty(running))
    draft.replace(path)


def forget(state_path: Path) -> None:
    """Remove the state file."""
    (folder(state_path) / FILE).unlink(missing_ok=True)


def running(state_path: Path) -> Running | None:
    """The broker of the state file if its process lives; a stale file counts as none. Raises EmbeddedBrokerError."""
    path = folder(state_path) / FILE
    try:
        found = codec.decode_record(Running, path.read_bytes())
    except FileNotFoundError:
        return None
    except (codec.DecodeError, OSError) as error:
        raise EmbeddedBrokerError(
            f"{path} is damaged ({error}): remove it, then run `tickertape broker start`"
        ) from None
    return found if is_alive(found.pid, folder(state_path)) else None


def is_alive(pid: int, broker_folder: Path) -> bool:
    """Whether `pid` is the supervisor of this very broker: pids are reused, and a file can be edited."""
    try:
        words = Path("/proc", str(pid), "cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return {os.fsencode(SUPERVISOR), os.fsencode(Layout(broker_folder).properties)} <= set(words)
