"""A watched folder and a polled list on a real Kafka: killed where it hurts, nothing is lost, nothing is put away too early."""

import signal
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from pipeline import codec
from pipeline.broker.admin import apply_topics
from pipeline.settings import Settings
from tests.kafka.feed_world import Conditional, Runner, Web, articles, states
from tests.kafka.test_ingest_run import DIES_BEFORE_THE_STATE
from tests.processes import PATIENCE_SECONDS, eventually

pytestmark = pytest.mark.kafka


def declare(folder: Path, web: Web) -> Path:
    """A folder and a URL, each looked at every second."""
    path = folder / "sources.toml"
    path.write_text(
        f'[[source]]\nname = "drop"\ntype = "folder"\npath = "{folder / "in"}"\nafter = "move"\ninterval_seconds = 1\n'
        f'[[source]]\nname = "list"\ntype = "http"\nurl = "{web.at}/list"\ninterval_seconds = 1\n'
        f'allow_private = ["127.0.0.1:{web.port}"]\n'
    )
    return path


def ninjs(guid: str, version: int, text: str) -> dict[str, object]:
    made_at = f"2024-06-16T07:0{version}:00Z"
    return {"uri": guid, "version": str(version), "versioncreated": made_at, "body_text": text}


def listed(*items: dict[str, object]) -> str:
    return codec.encode(list(items)).decode()


def test_a_folder_and_a_list(settings: Settings, tmp_path: Path) -> None:
    """Killed between confirmation and state, twice: what was confirmed comes again, the same; then the files are put away."""
    apply_topics(settings)
    inside = tmp_path / "in"
    inside.mkdir()
    with zipfile.ZipFile(inside / "wire.zip", "w") as archive:
        for number in range(20):
            archive.writestr(f"{number}.json", codec.encode(ninjs(f"z{number}", 1, f"Zip {number}.")))
    (inside / "note.txt").write_text("A note.")
    (inside / "broken.jsonl").write_text('{"guid": "good", "text": "Good."}\n{"guid": ')
    with Web() as web:
        wire = Conditional(listed(ninjs("a", 1, "Rain."), ninjs("b", 1, "Sun.")))
        web.answers["/list"] = wire
        sources = declare(tmp_path, web)
        for _ in range(2):
            with Runner(settings, sources, tmp_path / "log", DIES_BEFORE_THE_STATE) as runner:
                assert runner.process.wait(PATIENCE_SECONDS) == -signal.SIGKILL
        assert (inside / "wire.zip").exists()
        with Runner(settings, sources, tmp_path / "log") as runner:
            eventually(lambda: (inside / "done" / "wire.zip").exists(), "the archive is put away")
            eventually(lambda: "list" in states(settings), "the list is read")
            wire.text = listed(ninjs("a", 2, "More rain."), ninjs("a", 1, "Rain."), ninjs("b", 1, "Sun."))
            (inside / ".late.txt.part").write_text("Late.")
            (inside / ".late.txt.part").rename(inside / "late.txt")
            eventually(lambda: (inside / "done" / "late.txt").exists(), "so is the late one")
            eventually(lambda: states(settings)["list"].articles == 3, "the correction is there")
            assert runner.stop() == 0, runner.said
        assert runner.said.count('"code": "invalid-json"') + runner.said.count("code=invalid-json") >= 1
    assert sorted(path.name for path in inside.iterdir()) == ["broken.jsonl", "done"]
    assert sorted(path.name for path in (inside / "done").iterdir()) == ["late.txt", "note.txt", "wire.zip"]
    found = Counter((one.provider, one.guid, one.version, one.text) for one in articles(settings))
    expected = {("drop", f"z{number}", "1", f"Zip {number}.") for number in range(20)}
    expected |= {
        ("drop", "note.txt", "1", "A note."),
        ("drop", "good", "1", "Good."),
        ("drop", "late.txt", "1", "Late."),
    }
    expected |= {("list", "a", "1", "Rain."), ("list", "b", "1", "Sun."), ("list", "a", "2", "More rain.")}
    assert found.keys() == expected
    assert max(found.values()) <= 3
    assert len({codec.encode(one) for one in articles(settings)}) == len(expected)
    problem = states(settings)["list"].problem
    assert problem is None
