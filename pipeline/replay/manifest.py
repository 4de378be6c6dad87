"""What a run is and was: its name, its folder, and the page that says what it did."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline import codec, ids

NAME_CHARS = 10


def run_id(command: dict[str, Any]) -> str:
    """The name of the run that a command is: what it reads, which of it, and to which Kafka. The same command, the same run."""
    return ids.digest(codec.encode_sorted(command).decode())[:NAME_CHARS]


@dataclass(frozen=True, slots=True)
class Folder:
    """Where a run keeps its things."""

    path: Path

    @property
    def progress(self) -> Path:
        """What was sent."""
        return self.path / "progress.sqlite"

    @property
    def rejects(self) -> Path:
        """What could not be used, a JSON object a line."""
        return self.path / "rejects.jsonl"

    @property
    def manifest(self) -> Path:
        """What the run is and did."""
        return self.path / "manifest.json"

    def read(self) -> dict[str, Any]:
        """The manifest as it was written last; empty if it never was (or was cut off by a crash)."""
        try:
            value = codec.decode(self.manifest.read_bytes())
        except (FileNotFoundError, codec.DecodeError):
            return {}
        return value if isinstance(value, dict) else {}

    def write(self, manifest: dict[str, Any]) -> None:
        """Replace the manifest in one step."""
        self.path.mkdir(parents=True, exist_ok=True)
        fresh = self.manifest.with_suffix(".new")
        fresh.write_bytes(codec.encode(manifest))
        fresh.replace(self.manifest)


def folder(state_path: Path, run: str) -> Folder:
    """The folder of a run."""
    return Folder(state_path / "replay" / run)


def all_runs(state_path: Path) -> list[dict[str, Any]]:
    """The manifests of every run there was, oldest first."""
    found = [Folder(path).read() for path in (state_path / "replay").glob("*/")]
    return sorted((one for one in found if one), key=lambda one: str(one.get("since_at")))
