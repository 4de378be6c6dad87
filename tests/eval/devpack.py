"""The dev half of ../shared/gold, where it is there: evaluation only, nothing of it is shipped or fitted on."""

import hashlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipeline import codec
from pipeline.records import Event
from pipeline.resources import PACKAGE
from tests.eval.scores import Score

FOLDER = PACKAGE.parent.parent / "shared" / "gold"
GATED = ("plover", "negatives", "probe")
PINNED = (
    "plover.macro_f1",
    "plover.pair_f1",
    "plover.typeset_f1",
    "probe.kind_f1",
    "probe.modality_accuracy",
    "probe.not_asserted_f1",
)
Row = dict[str, Any]


def is_there(folder: Path = FOLDER) -> bool:
    """Whether the pack and its scorer are there."""
    return (folder / "score.py").is_file()


def rows(name: str, folder: Path = FOLDER) -> list[Row]:
    """The records of one set; raises FileNotFoundError where there is none."""
    path = next(folder.glob(f"{name}.*.jsonl"), None)
    if path is None:
        raise FileNotFoundError(f"no {name}.*.jsonl in {folder}: give the folder of the pack by --gold")
    return [codec.decode(line) for line in path.read_bytes().splitlines()]


def digest(folder: Path = FOLDER) -> str:
    """SHA-256 over the sets that are gated: pins hold for this half of the data only."""
    paths = [next(folder.glob(f"{name}.*.jsonl")) for name in GATED]
    return hashlib.sha256(b"\n".join(path.read_bytes() for path in paths)).hexdigest()


def gated(folder: Path = FOLDER) -> dict[str, Score]:
    """The main metrics, the higher the better: of the share of false events it is what is left of one."""
    found = metrics(GATED, folder)
    rate = found["negatives.false_event_rate_no_request"]
    return {name: found[name] for name in PINNED} | {"negatives.silence": Score(1 - rate.value, rate.n)}


def metrics(names: Sequence[str], folder: Path = FOLDER) -> dict[str, Score]:
    """The pack's own metrics of these sets, by its own scorer: "plover.macro_f1" and so on."""
    run = f"{sys.executable} -m pipeline annotate"
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "metrics.json"
        command = [sys.executable, str(folder / "score.py"), "--gold", str(folder), "--run", run, "--json", str(out)]
        subprocess.run([*command, "--only", ",".join(names)], check=True, stdout=subprocess.DEVNULL)
        found: list[Row] = json.loads(out.read_text(encoding="utf-8"))["metrics"]
    return {row["name"]: Score(row["value"], row["n"]) for row in found if row["value"] is not None}


def root_type(plover_type: str) -> str:
    """CONCEDE and RETREAT are one class there."""
    return "YIELD" if plover_type in ("CONCEDE", "RETREAT") else plover_type


def is_right(name: str, row: Row, event: Event) -> bool | None:
    """Whether an event is among the row's labels; None where they do not say.

    plover names one relation of a sentence, so that a wrong one there may be right.
    """
    if name == "plover":
        types = {root_type(pair["type"]) for pair in row["pairs"]}
        return None if event.modality == "denied" else root_type(event.type) in types
    labelled = event.kind.startswith(("talks-", "ceasefire-", "event-"))
    return event.kind in {label["kind"] for label in row["events"]} if labelled else None
