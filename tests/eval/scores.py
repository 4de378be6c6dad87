"""Scores of found events against our gold. All are shares, the higher the better.

A found event answers for a gold event of the same kind if its sentence holds the gold trigger; of several the one whose trigger
and participants overlap most. Everything but the kind is judged over such pairs only.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from pipeline.records import Event, Participant
from tests.eval.gold import GoldEvent, GoldText


@dataclass(frozen=True, slots=True)
class Score:
    """A share and the number of items that it is a share of."""

    value: float
    n: int


@dataclass(frozen=True, slots=True)
class Pairing:
    """The events of one text: gold with found, gold missed, found without gold."""

    text: GoldText
    pairs: tuple[tuple[GoldEvent, Event], ...]
    missed: tuple[GoldEvent, ...]
    extra: tuple[Event, ...]


def pair(text: GoldText, found: Sequence[Event]) -> Pairing:
    """One to one, closest first."""
    candidates = sorted(
        ((closeness(gold, event), -i, -j) for i, gold in enumerate(text.events) for j, event in enumerate(found)
         if same_place(gold, event)),
        reverse=True,
    )  # fmt: skip
    taken: dict[int, int] = {}
    for _, i, j in candidates:
        if -i not in taken and -j not in taken.values():
            taken[-i] = -j
    return Pairing(
        text,
        pairs=tuple((text.events[i], found[j]) for i, j in sorted(taken.items())),
        missed=tuple(gold for i, gold in enumerate(text.events) if i not in taken),
        extra=tuple(event for j, event in enumerate(found) if j not in taken.values()),
    )


def same_place(gold: GoldEvent, event: Event) -> bool:
    """The same kind, in the sentence of the gold trigger."""
    return gold.kind == event.kind and event.sentence.start <= gold.start < event.sentence.end


def closeness(gold: GoldEvent, event: Event) -> int:
    """How much of trigger and participants agrees."""
    overlap = min(gold.end, event.trigger.end) > max(gold.start, event.trigger.start)
    people = sum(
        name_hits(names, [who.text for who in found])
        for names, found in ((gold.actors, event.actors), (gold.recipients, event.recipients))
    )
    return 10 * overlap + people


def same_name(first: str, second: str) -> bool:
    """One name within the other, article, case and "'s" aside: "Poland's parliament" and "parliament"."""
    one, other = _bare(first), _bare(second)
    return one in other or other in one


def _bare(name: str) -> str:
    words = name.casefold().removeprefix("the ").replace("’s", "").replace("'s", "")
    return f" {words} "


def name_hits(gold: Iterable[str], found: Iterable[str]) -> int:
    """How many names of the gold are found, each by a name of its own."""
    left = list(found)
    hits = 0
    for name in gold:
        match = next((other for other in left if same_name(name, other)), None)
        if match is not None:
            left.remove(match)
            hits += 1
    return hits


def f1(hits: int, found: int, gold: int) -> Score:
    """F1 with the size of the gold; 0 where nothing is found or wanted."""
    return Score(2 * hits / (found + gold) if found + gold else 0.0, gold)


def share(part: int, whole: int) -> Score:
    """A plain share; 0 of nothing is 0."""
    return Score(part / whole if whole else 0.0, whole)


def score(pairings: Sequence[Pairing]) -> dict[str, Score]:
    """Every score of one set."""
    pairs = [both for one in pairings for both in one.pairs]
    missed = [gold for one in pairings for gold in one.missed]
    extra = [event for one in pairings for event in one.extra]
    wanted, found = len(pairs) + len(missed), len(pairs) + len(extra)
    traps = [one for one in pairings if not one.text.events]
    agree = [(gold, event) for gold, event in pairs if gold.modality == event.modality]
    marked = Counter(
        hits=sum(gold.modality != "asserted" for gold, _ in agree),
        found=sum(event.modality != "asserted" for event in [*extra, *(event for _, event in pairs)]),
        gold=sum(gold.modality != "asserted" for gold in [*missed, *(gold for gold, _ in pairs)]),
    )
    return {
        "kind_p": share(len(pairs), found),
        "kind_r": share(len(pairs), wanted),
        "kind_f1": f1(len(pairs), found, wanted),
        "modality_accuracy": share(len(agree), len(pairs)),
        "not_asserted_f1": f1(marked["hits"], marked["found"], marked["gold"]),
        **{f"{name}_f1": named(pairs, name) for name in NAMES},
        "means_accuracy": share(*means(pairs)),
        "attribution_accuracy": share(sum(same_source(gold, event) for gold, event in pairs), len(pairs)),
        "trap_silence": share(sum(not one.extra for one in traps), len(traps)),
    }


def means(pairs: Sequence[tuple[GoldEvent, Event]]) -> tuple[int, int]:
    """Of the phrases that the gold explains how many stand for just those whom it names (for nobody else, if none), and all."""
    right = [
        sorted(names) == sorted(who.name for who in [*event.actors, *event.recipients] if stands_in(who, phrase))
        for gold, event in pairs
        for phrase, names in gold.means
    ]
    return sum(right), len(right)


def stands_in(who: Participant, phrase: str) -> bool:
    """Whether a participant of these words has a name that they do not say."""
    return who.text == phrase and who.name.casefold() not in phrase.casefold()


NAMES: dict[str, tuple[Callable[[GoldEvent], Sequence[str]], Callable[[Event], Sequence[str]]]] = {
    "actor": (lambda gold: gold.actors, lambda event: phrases(event.actors)),
    "recipient": (lambda gold: gold.recipients, lambda event: phrases(event.recipients)),
    "location": (lambda gold: some(gold.location), lambda event: some(place_words(event))),
    "time": (lambda gold: some(gold.time), lambda event: some(event.time.text if event.time else None)),
    "attribution": (
        lambda gold: some(gold.attribution),
        lambda event: some(event.attribution.text if event.attribution else None),
    ),
}


def phrases(participants: Iterable[Participant]) -> list[str]:
    """The words that name them; "the two countries" are one phrase for two."""
    return list({who.start: who.text for who in participants}.values())


def place_words(event: Event) -> str | None:
    """The place in the words of the sentence (the gazetteer may spell it otherwise), else its name."""
    if event.location is None:
        return None
    start, end = event.location.start - event.sentence.start, event.location.end - event.sentence.start
    return event.sentence.text[start:end] if 0 <= start < end <= len(event.sentence.text) else event.location.name


def some(name: str | None) -> list[str]:
    """A list of the name, if there is one."""
    return [name] if name else []


def named(pairs: Sequence[tuple[GoldEvent, Event]], name: str) -> Score:
    """F1 of one role's names over the paired events."""
    of_gold, of_event = NAMES[name]
    hits = sum(name_hits(of_gold(gold), of_event(event)) for gold, event in pairs)
    return f1(hits, sum(len(of_event(event)) for _, event in pairs), sum(len(of_gold(gold)) for gold, _ in pairs))


def same_source(gold: GoldEvent, event: Event) -> bool:
    """The same source, or none in both."""
    of_gold, of_event = NAMES["attribution"]
    return len(of_gold(gold)) == len(of_event(event)) == name_hits(of_gold(gold), of_event(event))
