"""Brokers that may be hurt: one that keeps its folder and its ports through deaths, and a cluster of three."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from kafka import KafkaAdminClient
from kafka.errors import KafkaError

from pipeline.broker import kraft
from pipeline.broker.embedded import launch
from pipeline.broker.jars import class_path, java, silent
from pipeline.broker.state import SUPERVISOR
from pipeline.broker.supervisor import SEPARATOR
from pipeline.settings import Settings


class OwnBroker:
    """One embedded Kafka that can be killed, stopped and started again where it was."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.start()

    def start(self) -> None:
        """From nothing, or with the data that it had."""
        self._broker = launch(self._folder, Settings.from_env(), silent, owner=os.getpid())
        self.bootstrap = self._broker.bootstrap

    def stop(self) -> None:
        """In order."""
        if self._broker.process.poll() is None:
            self._broker.stop()

    def kill(self) -> None:
        """SIGKILL; returns when its port is closed."""
        self._broker.process.kill()
        self._broker.process.wait()
        while _listens(self.bootstrap):
            time.sleep(0.05)


def _listens(bootstrap: str) -> bool:
    host, _, port = bootstrap.partition(":")
    try:
        socket.create_connection((host, int(port)), timeout=1).close()
    except OSError:
        return False
    return True


class Cluster:
    """Three brokers that are controllers too; every topic on all of them, and two must have a record (replication 3)."""

    nodes = (1, 2, 3)

    def __init__(self, folder: Path) -> None:
        self._layouts = {node: kraft.Layout(folder / str(node)) for node in self.nodes}
        self._ports = {node: kraft.free_ports() for node in self.nodes}
        self._id = kraft.new_cluster_id()
        self._processes: dict[int, subprocess.Popen[bytes]] = {}
        for node in self.nodes:
            self.start(node)
        while not self._complete():
            time.sleep(0.2)

    @property
    def bootstrap(self) -> str:
        """All three."""
        return ",".join(ports.bootstrap for ports in self._ports.values())

    def start(self, node: int) -> None:
        """From nothing, or with the data that it had."""
        program, classes = java(), class_path(Settings.from_env().state_path / "jars", silent)
        layout = self._layouts[node]
        layout.temporary.mkdir(parents=True, exist_ok=True)
        layout.properties.write_text(self._properties(node), encoding="utf-8")
        layout.log4j.write_text(kraft.LOG4J, encoding="utf-8")
        words = kraft.server_command(program, classes, layout)
        if not layout.cluster_id:
            words = [*kraft.format_command(program, classes, layout, self._id), SEPARATOR, *words]
        command = [sys.executable, "-I", "-S", str(SUPERVISOR), str(os.getpid()), "", *words]
        with layout.log.open("ab") as log:
            self._processes[node] = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )

    def kill(self, node: int) -> None:
        """SIGKILL; returns when its port is closed."""
        self._processes[node].kill()
        self._processes[node].wait()
        while _listens(self._ports[node].bootstrap):
            time.sleep(0.05)

    def _complete(self) -> bool:
        """Whether all of them know each other."""
        if not all(_listens(ports.bootstrap) for ports in self._ports.values()):
            return False
        try:
            admin: Any = KafkaAdminClient(bootstrap_servers=self.bootstrap)
        except KafkaError:
            return False
        try:
            return len(admin.describe_cluster()["brokers"]) == len(self.nodes)
        finally:
            admin.close()

    def stop(self) -> None:
        """All of them, at once."""
        for process in self._processes.values():
            process.kill()
            process.wait()

    def _properties(self, node: int) -> str:
        changed = {
            "node.id": str(node),
            "controller.quorum.voters": ",".join(
                f"{one}@{kraft.LOOPBACK}:{ports.controller}" for one, ports in self._ports.items()
            ),
            "offsets.topic.replication.factor": "3",
            "min.insync.replicas": "2",
            "default.replication.factor": "3",
            "broker.session.timeout.ms": "6000",
        }
        lines = kraft.server_properties(self._layouts[node].data, self._ports[node]).splitlines()
        values = dict(line.split("=", 1) for line in lines) | changed
        return "".join(f"{name}={value}\n" for name, value in values.items())
