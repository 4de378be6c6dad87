"""The embedded broker's configuration: loopback, one node, and ports that are kept where possible."""

import base64
import re
import socket
from pathlib import Path

import pytest

from pipeline.broker.kraft import LOOPBACK, Layout, Ports, format_command, free_ports, new_cluster_id, server_command
from pipeline.broker.kraft import server_properties as properties_text


def properties(folder: Path, ports: Ports) -> dict[str, str]:
    """server.properties as a mapping."""
    return dict(line.split("=", 1) for line in properties_text(folder, ports).splitlines())


def test_every_listener_is_on_loopback(tmp_path: Path) -> None:
    found = properties(tmp_path, Ports(1001, 1002))
    hosts = re.findall(r"//([^:]*):", found["listeners"] + found["advertised.listeners"])
    assert hosts == [LOOPBACK] * 3
    assert found["controller.quorum.voters"] == f"1@{LOOPBACK}:1002"
    assert "0.0.0.0" not in properties_text(tmp_path, Ports(1001, 1002))


def test_topics_are_never_created_by_accident(tmp_path: Path) -> None:
    assert properties(tmp_path, Ports(1, 2))["auto.create.topics.enable"] == "false"


def test_a_layout_remembers_the_ports_of_its_last_start(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    assert layout.ports is None
    layout.properties.write_text(properties_text(layout.data, Ports(40001, 40002)))
    assert layout.ports == Ports(40001, 40002)


def test_a_mangled_properties_file_has_no_ports(tmp_path: Path) -> None:
    Layout(tmp_path).properties.write_text("listeners=nonsense\n")
    assert Layout(tmp_path).ports is None


def test_free_ports_are_two_and_free() -> None:
    ports = free_ports()
    assert ports.clients != ports.controller
    with socket.create_server((LOOPBACK, ports.clients)), socket.create_server((LOOPBACK, ports.controller)):
        assert ports.bootstrap == f"{LOOPBACK}:{ports.clients}"


def test_preferred_ports_are_kept_when_free() -> None:
    ports = free_ports()
    assert free_ports(ports) == ports


@pytest.mark.parametrize("taken", ["clients", "controller"])
def test_preferred_ports_are_left_when_one_is_taken(taken: str) -> None:
    ports = free_ports()
    with socket.create_server((LOOPBACK, getattr(ports, taken))):
        other = free_ports(ports)
    assert getattr(other, taken) != getattr(ports, taken)


def test_a_cluster_id_is_sixteen_bytes_and_no_option() -> None:
    ids = {new_cluster_id() for _ in range(200)}
    assert len(ids) == 200
    assert {len(base64.urlsafe_b64decode(each + "==")) for each in ids} == {16}
    assert not any(each.startswith("-") for each in ids)


def test_the_cluster_id_is_read_from_formatted_data(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    assert layout.cluster_id is None
    layout.data.mkdir()
    (layout.data / "meta.properties").write_text("#comment\nnode.id=1\ncluster.id=SzEyMzQ1Njc4OTAxMjM0NQ\n")
    assert layout.cluster_id == "SzEyMzQ1Njc4OTAxMjM0NQ"


def test_the_commands_name_the_class_path_and_the_properties(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    server = server_command(Path("java"), "a.jar:b.jar", layout)
    assert server[0] == "java"
    assert server[-4:] == ["-cp", "a.jar:b.jar", "kafka.Kafka", str(layout.properties)]
    formatting = format_command(Path("java"), "a.jar", layout, "SzEy")
    assert formatting[-6:] == [
        "kafka.tools.StorageTool", "format", "--cluster-id", "SzEy", "--config", str(layout.properties)
    ]  # fmt: skip
