"""The embedded Kafka is a real one, and nothing is left of it: no process, no port, no folder."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from pipeline.broker import admin, embedded, kraft
from pipeline.broker.embedded import EmbeddedBroker
from pipeline.broker.jars import Report
from pipeline.errors import EmbeddedBrokerError
from pipeline.settings import Settings
from tests.processes import PATIENCE_SECONDS, living, running

pytestmark = pytest.mark.kafka

OWNER = """
import sys, time
from pipeline.broker.embedded import EmbeddedBroker
from pipeline.settings import Settings
with EmbeddedBroker.temporary(Settings.from_env()) as kafka:
    print(kafka.bootstrap, kafka.process.pid, kafka.folder, flush=True)
    time.sleep(600)
"""


def is_listening(bootstrap: str) -> bool:
    """Whether somebody takes connections there."""
    host, port = bootstrap.split(":")
    try:
        socket.create_connection((host, int(port)), timeout=2).close()
    except OSError:
        return False
    return True


def family(pid: int) -> list[psutil.Process]:
    """A process and all under it."""
    process = psutil.Process(pid)
    return [process, *process.children(recursive=True)]


def test_it_runs_and_leaves_nothing() -> None:
    with EmbeddedBroker.temporary(Settings.from_env()) as kafka:
        processes = family(kafka.process.pid)
        assert [process.name() for process in processes][1:] == ["java"]
        assert admin.cluster_id(Settings(brokers=kafka.bootstrap)) == kraft.Layout(kafka.folder).cluster_id
    assert living(processes) == []
    assert not is_listening(kafka.bootstrap)
    assert not kafka.folder.exists()


def test_it_listens_on_loopback_only(kafka: EmbeddedBroker) -> None:
    connections = [
        connection
        for process in family(kafka.process.pid)
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert len(connections) == 2
    assert {connection.laddr.ip.removeprefix("::ffff:") for connection in connections} == {"127.0.0.1"}


def test_two_run_side_by_side(kafka: EmbeddedBroker) -> None:
    with EmbeddedBroker.temporary(Settings.from_env()) as other:
        ids = {admin.cluster_id(Settings(brokers=each.bootstrap)) for each in (kafka, other)}
        assert len(ids) == 2
        assert other.bootstrap != kafka.bootstrap
    assert is_listening(kafka.bootstrap)


@pytest.mark.parametrize("death", [signal.SIGKILL, signal.SIGTERM])
def test_it_ends_with_its_owner(death: signal.Signals) -> None:
    with running([sys.executable, "-c", OWNER], stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        bootstrap, pid, folder = owner.stdout.readline().split()
        processes = family(int(pid))
        assert is_listening(bootstrap)
        owner.send_signal(death)
        owner.wait(PATIENCE_SECONDS)
    assert living(processes) == []
    assert not is_listening(bootstrap)
    assert not Path(folder).exists()


def test_ctrl_c_at_the_terminal_reaches_the_owner_only() -> None:
    """The whole foreground group gets SIGINT; Kafka must still be there while the owner drains."""
    with running(
        [sys.executable, "-c", OWNER], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, process_group=0
    ) as owner:
        assert owner.stdout is not None
        bootstrap, pid, folder = owner.stdout.readline().split()
        processes = family(int(pid))
        assert {os.getpgid(process.pid) for process in processes} == {int(pid)}
        os.killpg(owner.pid, signal.SIGINT)
        owner.wait(PATIENCE_SECONDS)
    assert living(processes) == []
    assert not Path(folder).exists()


def test_a_sigkill_of_the_supervisor_takes_the_jvm_along() -> None:
    with EmbeddedBroker.temporary(Settings.from_env()) as kafka:
        processes = family(kafka.process.pid)
        kafka.process.kill()
        assert living(processes) == []
    assert not kafka.folder.exists()


def test_a_taken_port_is_left_to_its_owner(
    kafka: EmbeddedBroker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody takes the port between our look and Kafka's: the next attempt has others."""
    port = int(kafka.bootstrap.split(":")[1])
    offers = iter([kraft.Ports(port, kraft.free_ports().controller), kraft.free_ports()])
    monkeypatch.setattr(kraft, "free_ports", lambda preferred=None: next(offers))
    with EmbeddedBroker.owned(tmp_path, Settings.from_env()) as other:
        assert other.bootstrap != kafka.bootstrap
        assert admin.cluster_id(Settings(brokers=other.bootstrap)) == kraft.Layout(tmp_path).cluster_id


def test_a_broker_that_dies_at_start_shows_its_log(tmp_path: Path) -> None:
    data = kraft.Layout(tmp_path).data
    data.mkdir()
    (data / "meta.properties").write_text("version=1\nnode.id=999\ncluster.id=SzEyMzQ1Njc4OTAxMjM0NQ\n")
    with (
        pytest.raises(EmbeddedBrokerError, match=r"ended at start \(code \d+\):\n(.|\n)*999"),
        EmbeddedBroker.owned(tmp_path, Settings.from_env()),
    ):
        pass


def test_its_data_outlives_a_restart(tmp_path: Path) -> None:
    ids = []
    for _ in range(2):
        with EmbeddedBroker.owned(tmp_path, Settings.from_env()) as broker:
            settings = Settings(brokers=broker.bootstrap, partitions=1)
            ids.append((broker.bootstrap, admin.cluster_id(settings), admin.apply_topics(settings) != ()))
    (address, identity, changed), again = ids
    assert changed
    assert again == (address, identity, False)


def test_jars_that_cannot_be_had_are_an_error_and_start_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(folder: Path, report: Report) -> str:
        raise EmbeddedBrokerError("no network")

    monkeypatch.setattr(embedded, "class_path", refuse)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    settings = replace(Settings.from_env(), state_home=str(tmp_path))
    before = psutil.Process().children()
    with pytest.raises(EmbeddedBrokerError, match="no network"), EmbeddedBroker.temporary(settings):
        pass
    assert psutil.Process().children() == before
    assert list(tmp_path.iterdir()) == []
