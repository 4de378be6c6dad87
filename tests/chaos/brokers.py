"""Brokers that may be hurt: one that keeps its folder and its ports through deaths."""

import os
import socket
import time
from pathlib import Path

from pipeline.broker.embedded import launch
from pipeline.broker.jars import silent
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
