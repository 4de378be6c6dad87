"""Our own gold: sentences and short articles, written and labelled for this repository, and what a sound label is."""

import hashlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, get_args

from pipeline import codec
from pipeline.detection.ontology import KINDS
from pipeline.records import Modality

FOLDER = Path(__file__).parent / "gold"
SETS = ("sentences", "articles", "paraphrases")
# What the labels of a set leave out, though the text may have it.
UNLABELLED = {"paraphrases": ("location", "time", "attribution", "means")}
MODALITIES = get_args(Modality)


@dataclass(frozen=True, slots=True)
class GoldEvent:
    """What an analyst says of one event; names are the words of the text, `start` and `end` the trigger's offsets.

    `means` has phrases among them that stand for others, with their names ("They": "Houthis"), or none.
    """

    kind: str
    modality: str
    trigger: str
    start: int
    end: int
    actors: tuple[str, ...]
    recipients: tuple[str, ...]
    location: str | None
    time: str | None
    attribution: str | None
    means: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class GoldText:
    """A sentence or article with its events; one without any is a trap."""

    id: str
    text: str
    published_on: date | None
    events: tuple[GoldEvent, ...]


def load(name: str, folder: Path = FOLDER) -> list[GoldText]:
    """The texts of one set; raises ValueError that names the text whose label is unsound."""
    lines = (folder / f"{name}.jsonl").read_bytes().splitlines()
    texts = [_text(codec.decode(line)) for line in lines]
    ids = [text.id for text in texts]
    if len(ids) != len(set(ids)):
        raise ValueError(f"{name}.jsonl: an id stands twice")
    return texts


def digest(folder: Path = FOLDER) -> str:
    """SHA-256 over the gold files: who changes a label changes this."""
    return hashlib.sha256(b"\n".join((folder / f"{name}.jsonl").read_bytes() for name in SETS)).hexdigest()


def _text(row: dict[str, Any]) -> GoldText:
    published_on = date.fromisoformat(row["published_at"][:10]) if "published_at" in row else None
    events = tuple(_event(row, label) for label in row["events"])
    return GoldText(row["id"], row["text"], published_on, events)


def _event(row: dict[str, Any], label: dict[str, Any]) -> GoldEvent:
    text, trigger = row["text"], label["trigger"]
    for problem in label_problems(text, label):
        raise ValueError(f"{row['id']}: {problem}")
    start = text.index(trigger)
    return GoldEvent(
        kind=label["kind"],
        modality=label["modality"],
        trigger=trigger,
        start=start,
        end=start + len(trigger),
        actors=tuple(label["actors"]),
        recipients=tuple(label["recipients"]),
        location=label.get("location"),
        time=label.get("time"),
        attribution=label.get("attribution"),
        means=tuple((phrase, tuple(names)) for phrase, names in label.get("means", {}).items()),
    )


def label_problems(text: str, label: dict[str, Any]) -> list[str]:
    """Why a label cannot be: unknown kind or modality, a trigger that is not exactly once there, a name that is not there."""
    problems = []
    if label["kind"] not in KINDS:
        problems.append(f"kind {label['kind']!r} is not in ontology.py")
    if label["modality"] not in MODALITIES:
        problems.append(f"modality {label['modality']!r} is none of {', '.join(MODALITIES)}")
    if text.count(label["trigger"]) != 1:
        problems.append(f"trigger {label['trigger']!r} must stand in the text exactly once: give more of its words")
    single = [label[name] for name in ("location", "time", "attribution") if name in label]
    people = [*label["actors"], *label["recipients"]]
    problems += [f"{name!r} is not in the text" for name in (*people, *single) if name not in text]
    return problems + [
        f"{name!r} is explained, but takes no part" for name in label.get("means", {}) if name not in people
    ]
