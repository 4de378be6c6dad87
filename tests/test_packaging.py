"""The wheel holds all that the program needs, and runs where no repository is."""

import os
import subprocess
import sys
import tomllib
import zipfile
from configparser import ConfigParser
from pathlib import Path

import pytest

from pipeline import __version__, codec
from tests.builders import TALKS

TOP = Path(__file__).parent.parent
# Where the folders of the repository stand in the wheel.
PLACES = {"pipeline": "pipeline", "schemas": "pipeline/_schemas", "seeds": "pipeline/_seeds"}
INFO = f"tickertape-{__version__}.dist-info"


def run(*command: str, folder: Path, given: bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        command, cwd=folder, input=given, env=os.environ | environment, capture_output=True, check=False, timeout=60
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built with the tools at hand, from the repository as it stands."""
    folder = tmp_path_factory.mktemp("wheel")
    done = run(
        sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(TOP), folder=folder
    )  # fmt: skip
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
    (built,) = folder.iterdir()
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that the wheel was installed in, without its dependencies: those are here."""
    folder = tmp_path_factory.mktemp("installed")
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check")
    done = run(*pip, "install", "--no-deps", "--no-index", "--target", str(folder), str(wheel), folder=folder)
    assert done.returncode == 0, done.stderr.decode()
    return folder


def test_the_wheel_holds_the_program_and_nothing_else(wheel: Path) -> None:
    """Every file of pipeline/, schemas/ and seeds/, to the byte; no tests."""
    sources = {
        f"{place}/{path.relative_to(TOP / folder).as_posix()}": path
        for folder, place in PLACES.items()
        for path in (TOP / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    with zipfile.ZipFile(wheel) as archive:
        held = {name: archive.read(name) for name in archive.namelist() if not name.startswith(f"{INFO}/")}
    assert held.keys() == sources.keys()
    assert [name for name, data in held.items() if data != sources[name].read_bytes()] == []


@pytest.mark.parametrize(
    "name",
    [
        "pipeline/py.typed", "pipeline/broker/kafka.lock", "pipeline/_schemas/event.v1.json",
        "pipeline/_schemas/released.json", "pipeline/_schemas/examples/article.v1.least.json", "pipeline/_seeds/wire.jsonl",
        "pipeline/detection/data/lexicon.tsv", "pipeline/nlp/data/cities.tsv.gz",
        f"{INFO}/licenses/LICENSE", f"{INFO}/licenses/NOTICE",
    ],
)  # fmt: skip
def test_what_is_no_code_is_there_too(wheel: Path, name: str) -> None:
    """One of each sort by name, should the folders themselves be renamed."""
    with zipfile.ZipFile(wheel) as archive:
        assert archive.getinfo(name).file_size > 0 or name.endswith("py.typed")


def test_the_wheel_says_what_the_project_says(wheel: Path) -> None:
    """Name, version, Python, the one command, and what other programs find by name."""
    project = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    with zipfile.ZipFile(wheel) as archive:
        metadata = archive.read(f"{INFO}/METADATA").decode().partition("\n\n")[0].splitlines()
        points = ConfigParser()
        points.read_string(archive.read(f"{INFO}/entry_points.txt").decode())
    assert project["version"] == __version__
    assert {f"Name: {project['name']}", f"Version: {__version__}"} <= set(metadata)
    assert f"Requires-Python: {project['requires-python']}" in metadata
    assert {name: dict(points[name]) for name in points.sections()} == {
        "console_scripts": {"tickertape": "pipeline.cli:main"}, **project.get("entry-points", {}),
    }  # fmt: skip


def test_the_installed_package_is_the_one_that_runs(installed: Path, tmp_path: Path) -> None:
    """Else the tests below would test the repository."""
    done = run(
        sys.executable, "-c", "import pipeline; print(pipeline.__file__)", folder=tmp_path, PYTHONPATH=str(installed)
    )  # fmt: skip
    assert done.stdout.decode().strip() == str(installed / "pipeline" / "__init__.py")


@pytest.mark.parametrize("way", ["module", "script"])
def test_version(installed: Path, tmp_path: Path, way: str) -> None:
    command = [sys.executable, "-m", "pipeline"] if way == "module" else [str(installed / "bin" / "tickertape")]
    done = run(*command, "--version", folder=tmp_path, PYTHONPATH=str(installed))
    assert (done.returncode, done.stdout, done.stderr) == (0, f"tickertape, version {__version__}\n".encode(), b"")


def test_the_schemas_are_found(installed: Path, tmp_path: Path) -> None:
    """And are sound, and as released."""
    done = run(sys.executable, "-m", "pipeline", "schema", "check", folder=tmp_path, PYTHONPATH=str(installed))
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.endswith(b"are sound, and as released\n")


def test_an_article_is_read(installed: Path, tmp_path: Path) -> None:
    """With every table, and without a trace in the folder where it runs."""
    given = codec.encode({"id": "1", "text": TALKS})
    done = run(sys.executable, "-m", "pipeline", "annotate", folder=tmp_path, given=given, PYTHONPATH=str(installed))
    assert (done.returncode, done.stderr) == (0, b"")
    (answer,) = [codec.decode(line) for line in done.stdout.splitlines()]
    assert ([event["kind"] for event in answer["events"]], answer["error"]) == (["talks-postponed"], None)
    assert list(tmp_path.iterdir()) == []
