"""`make errors SET=plover`: the commonest confusions, each with sentences.

python -m tests.eval.errors {plover,probe,negatives,factuality,own} [--gold FOLDER] [--limit N]
"""

import argparse
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.detection.detector import detect
from pipeline.nlp import model
from pipeline.nlp.reading import read
from pipeline.records import Event
from tests.eval import devpack
from tests.eval.devpack import Row
from tests.eval.gold import SETS, load
from tests.eval.run import paired
from tests.eval.scores import Pairing

WIDTH = 300
NONE = "nothing"
EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Confusion:
    """One error: what was wanted, what was found instead, in which sentence, and what else helps to see why."""

    wanted: str
    found: str
    text: str
    detail: str


def plover(rows: Sequence[Row], found: Sequence[Sequence[Event]]) -> Iterator[Confusion]:
    """Gold pairs whose type no event of the sentence has, and the types found beside it."""
    for row, events in zip(rows, found, strict=True):
        kept = [event for event in events if event.modality != "denied"]
        types = {devpack.root_type(event.type) for event in kept}
        for pair in row["pairs"]:
            wanted = devpack.root_type(pair["type"])
            if wanted not in types:
                detail = f"{pair['source'] or '?'} -> {pair['target'] or '?'}"
                yield Confusion(wanted, " ".join(sorted(types)) or NONE, row["text"], f"{detail} | {listed(events)}")


def probe(rows: Sequence[Row], found: Sequence[Sequence[Event]]) -> Iterator[Confusion]:
    """Kinds of talks, ceasefires and postponements missed, extra, or with another modality."""
    for row, events in zip(rows, found, strict=True):
        wanted = [(label["kind"], label["modality"]) for label in row["events"]]
        got = [
            (event.kind, event.modality)
            for event in events
            if event.kind.startswith(("talks-", "ceasefire-", "event-"))
        ]
        missed, extra = without(wanted, got), without(got, wanted)
        for one, other in aligned(missed, extra):
            yield Confusion(one, other, row["text"], listed(events))


def negatives(rows: Sequence[Row], found: Sequence[Sequence[Event]]) -> Iterator[Confusion]:
    """Asserted events, REQUEST aside, in sentences that are mere statements."""
    for row, events in zip(rows, found, strict=True):
        for event in events:
            if event.modality == "asserted" and event.type != "REQUEST":
                yield Confusion(NONE, f"{event.type} {event.kind}", row["text"], listed([event]))


CLASSES = {"asserted": "happened", "historical": "happened", "denied": "did not"}


def factuality(rows: Sequence[Row], found: Sequence[Sequence[Event]]) -> Iterator[Confusion]:
    """Events whose modality says another thing than the score of the gold event word under the trigger."""
    for row, events in zip(rows, found, strict=True):
        for label in row["events"]:
            wanted = "happened" if label["score"] >= 1.5 else "did not" if label["score"] <= -0.5 else "uncertain"
            over = [e for e in events if min(e.trigger.end, label["end"]) > max(e.trigger.start, label["start"])]
            for event in over[:1]:
                got = CLASSES.get(event.modality, "uncertain")
                if got != wanted:
                    yield Confusion(wanted, f"{got} ({event.modality})", row["text"], listed([event]))


def own() -> Iterator[Confusion]:
    """Events of our own gold missed, extra, or with another modality."""
    for name in SETS:
        for one in paired(load(name)):
            yield from _own(one)


def _own(one: Pairing) -> Iterator[Confusion]:
    for gold in one.missed:
        yield Confusion(
            f"{gold.kind} {gold.modality}", NONE, _around(one.text.text, gold.start), f"{one.text.id}: {gold.trigger}"
        )
    for event in one.extra:
        yield Confusion(
            NONE, f"{event.kind} {event.modality}", event.sentence.text, f"{one.text.id}: {listed([event])}"
        )
    for gold, event in one.pairs:
        if gold.modality != event.modality:
            yield Confusion(gold.modality, event.modality, event.sentence.text, f"{one.text.id}: {listed([event])}")


def _around(text: str, start: int) -> str:
    """The line in which an offset stands."""
    return text[text.rfind("\n", 0, start) + 1 :].split("\n", 1)[0]


def listed(events: Iterable[Event]) -> str:
    """Events in one line: kind, modality, trigger, who and whom."""
    return "; ".join(
        f"{event.kind} {event.modality} '{event.trigger.text}' "
        f"{[who.text for who in event.actors]} -> {[who.text for who in event.recipients]}"
        for event in events
    ) or NONE  # fmt: skip


def without(some: Sequence[tuple[str, str]], others: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The first multiset less the second."""
    left = list(others)
    return [one for one in some if one not in left or left.remove(one)]  # type: ignore[func-returns-value]


def aligned(missed: list[tuple[str, str]], extra: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Missed and extra beside each other, those of one kind first."""
    rest = list(extra)
    for kind, modality in missed:
        other = next((one for one in rest if one[0] == kind), rest[0] if rest else None)
        if other is not None:
            rest.remove(other)
        yield f"{kind} {modality}", " ".join(other) if other else NONE
    for other in rest:
        yield NONE, " ".join(other)


JUDGES: dict[str, Callable[[Sequence[Row], Sequence[Sequence[Event]]], Iterator[Confusion]]] = {
    "plover": plover,
    "probe": probe,
    "negatives": negatives,
    "factuality": factuality,
}


def confusions(name: str, folder: Path) -> list[Confusion]:
    """All errors of a set."""
    if name == "own":
        return list(own())
    rows = devpack.rows(name, folder)
    readings = read(model.shared(), [row["text"] for row in rows], limit_chars=200_000)
    found = [
        detect(reading, article_key=row["id"], published_on=None) for row, reading in zip(rows, readings, strict=True)
    ]
    return list(JUDGES[name](rows, found))


def report(found: Sequence[Confusion], limit: int) -> str:
    """The `limit` commonest confusions, the commonest first, with a few sentences each."""
    groups: dict[tuple[str, str], list[Confusion]] = defaultdict(list)
    for one in found:
        groups[one.wanted, one.found].append(one)
    ranked = sorted(groups.items(), key=lambda group: -len(group[1]))
    lines = [f"{len(found)} errors of {len(groups)} sorts\n"]
    for (wanted, got), members in ranked[:limit]:
        lines.append(f"{len(members):>4} x  wanted {wanted}, found {got}")
        for one in members[:EXAMPLES]:
            lines += [f"        {one.text[:WIDTH]}", f"            {one.detail}"]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Print the report; 2 where the set is not there."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("set", choices=[*JUDGES, "own"])
    parser.add_argument("--gold", type=Path, default=devpack.FOLDER, help="folder of the dev pack")
    parser.add_argument("--limit", type=int, default=20, help="how many sorts of errors to show")
    options = parser.parse_args()
    try:
        found = confusions(options.set, options.gold)
    except FileNotFoundError as error:
        sys.stdout.write(f"{error}\n")
        return 2
    sys.stdout.write(report(found, options.limit))
    return 0


if __name__ == "__main__":
    sys.exit(main())
