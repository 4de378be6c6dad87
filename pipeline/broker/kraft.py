"""How the embedded Kafka is configured: one node, broker and controller in one JVM, loopback only. Pure text."""

import base64
import re
import secrets
import socket
from dataclasses import dataclass
from pathlib import Path

LOOPBACK = "127.0.0.1"
# Broker-wide cap; each topic sets its own, smaller one (pipeline/topics.py).
MESSAGE_BYTES = 16 * 1024 * 1024

LOG4J = """\
status=error
appender.out.type=Console
appender.out.name=out
appender.out.layout.type=PatternLayout
appender.out.layout.pattern=%d{ISO8601} %p %c: %m%n%throwable
rootLogger.level=warn
rootLogger.appenderRef.out.ref=out
"""

# One short-lived JVM on a machine that has other work: small heap, no JIT beyond C1, nothing outside its folder
# (tmpdir for the compression libraries, no hsperfdata), and death rather than a half-alive broker.
JVM_OPTIONS = (
    "-Xms64m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData",
    "-XX:+ExitOnOutOfMemoryError", "-Djava.awt.headless=true",
    "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ports:
    """The two loopback ports of one broker."""

    clients: int
    controller: int

    @property
    def bootstrap(self) -> str:
        """What clients connect to."""
        return f"{LOOPBACK}:{self.clients}"


@dataclass(frozen=True, slots=True)
class Layout:
    """The files of one broker's folder."""

    folder: Path

    @property
    def data(self) -> Path:
        """Kafka's log.dirs."""
        return self.folder / "data"

    @property
    def properties(self) -> Path:
        """The server's configuration."""
        return self.folder / "server.properties"

    @property
    def log4j(self) -> Path:
        """The logging configuration."""
        return self.folder / "log4j2.properties"

    @property
    def log(self) -> Path:
        """What the JVM says."""
        return self.folder / "broker.log"

    @property
    def temporary(self) -> Path:
        """java.io.tmpdir."""
        return self.folder / "tmp"

    @property
    def ports(self) -> Ports | None:
        """The ports of the last start: clients that know them find the broker again."""
        try:
            found = re.findall(r"^listeners=.*?:(\d+),.*?:(\d+)$", self.properties.read_text("utf-8"), re.MULTILINE)
        except FileNotFoundError:
            return None
        return Ports(int(found[0][0]), int(found[0][1])) if found else None

    @property
    def cluster_id(self) -> str | None:
        """The identity that formatting gave the data folder; None before."""
        try:
            lines = (self.data / "meta.properties").read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return None
        return next((line.partition("=")[2] for line in lines if line.startswith("cluster.id=")), None)


def free_ports(preferred: Ports | None = None) -> Ports:
    """Two ports nobody listens on at this moment; the preferred ones if that is true of them."""
    if preferred:
        try:
            return _bindable(preferred)
        except OSError:
            pass
    return _bindable(Ports(0, 0))


def _bindable(ports: Ports) -> Ports:
    """The ports as bound for a moment (0 becomes a free one); raises OSError when one is taken."""
    with (
        socket.create_server((LOOPBACK, ports.clients)) as clients,
        socket.create_server((LOOPBACK, ports.controller)) as controller,
    ):
        return Ports(clients.getsockname()[1], controller.getsockname()[1])


def new_cluster_id() -> str:
    """16 bytes in unpadded URL-safe base64, as Kafka writes its uuids; never a leading dash (it would be an option)."""
    return base64.urlsafe_b64encode(b"\x4b" + secrets.token_bytes(15)).decode().rstrip("=")


def server_properties(data: Path, ports: Ports) -> str:
    """The text of server.properties."""
    clients, controller = f"{LOOPBACK}:{ports.clients}", f"{LOOPBACK}:{ports.controller}"
    values = {
        "process.roles": "broker,controller",
        "node.id": 1,
        "controller.quorum.voters": f"1@{controller}",
        "listeners": f"PLAINTEXT://{clients},CONTROLLER://{controller}",
        "advertised.listeners": f"PLAINTEXT://{clients}",
        "controller.listener.names": "CONTROLLER",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "log.dirs": data,
        # A topic that nobody declared is a mistake, not a wish.
        "auto.create.topics.enable": "false",
        "group.initial.rebalance.delay.ms": 0,
        "message.max.bytes": MESSAGE_BYTES,
        "replica.fetch.max.bytes": MESSAGE_BYTES,
        # The default of 128 MB is half the heap.
        "log.cleaner.dedupe.buffer.size": 4 * 1024 * 1024,
        "log.cleaner.threads": 1,
        "num.network.threads": 2,
        "num.io.threads": 4,
        "offsets.topic.num.partitions": 1,
        "offsets.topic.replication.factor": 1,
        "transaction.state.log.num.partitions": 1,
        "transaction.state.log.replication.factor": 1,
        "transaction.state.log.min.isr": 1,
        "share.coordinator.state.topic.num.partitions": 1,
        "share.coordinator.state.topic.replication.factor": 1,
        "share.coordinator.state.topic.min.isr": 1,
    }
    return "".join(f"{name}={value}\n" for name, value in values.items())


def format_command(java: Path, class_path: str, layout: Layout, cluster_id: str) -> list[str]:
    """The command that gives an empty data folder its identity."""
    return [*_jvm(java, class_path, layout), "kafka.tools.StorageTool", "format",
            "--cluster-id", cluster_id, "--config", str(layout.properties)]  # fmt: skip


def server_command(java: Path, class_path: str, layout: Layout) -> list[str]:
    """The command that runs Kafka."""
    return [*_jvm(java, class_path, layout), "kafka.Kafka", str(layout.properties)]


def _jvm(java: Path, class_path: str, layout: Layout) -> list[str]:
    own = (
        f"-Djava.io.tmpdir={layout.temporary}",
        f"-XX:ErrorFile={layout.folder / 'jvm-crash.log'}",
        f"-Dlog4j2.configurationFile={layout.log4j}",
    )
    return [str(java), *JVM_OPTIONS, *own, "-cp", class_path]
