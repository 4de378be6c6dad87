"""Whether a rule holds for an event, and why (not). Events are plain values, as `data` of the CloudEvent has them."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from pipeline import instants
from pipeline.alerts.rules import Rule, Where

Event = Mapping[str, Any]
ROLES = ("actors", "recipients", "about")


@dataclass(frozen=True, slots=True)
class Reason:
    """One key of a rule against the event: what was asked for, what there is, and whether that will do.

    `where` is "when 1" or "unless 2", counted in the order of the file.
    """

    where: str
    key: str
    wanted: str
    found: str
    holds: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of an event beside its data: when it came in, and how many independent sources tell of it."""

    at_ms: int | None = None
    sources: int = 1


def matches(rule: Rule, event: Event, seen: Seen = Seen()) -> bool:
    """Whether the rule is to fire for the event."""
    return fires(rule, lambda where: all(holds for *_, holds in _verdicts(where, event, seen)))


def fires(rule: Rule, holds: Callable[[Where], bool]) -> bool:
    """Whether one of `when` holds, and none of `unless`."""
    return any(map(holds, rule.when)) and not any(map(holds, rule.unless))


def explain(rule: Rule, event: Event, seen: Seen = Seen()) -> list[Reason]:
    """Every key of the rule with its verdict, in the order of the file."""
    blocks = [("when", one) for one in rule.when] + [("unless", one) for one in rule.unless]
    numbers = {"when": 0, "unless": 0}
    reasons = []
    for word, block in blocks:
        numbers[word] += 1
        for key, wanted, found, holds in _verdicts(block, event, seen):
            reasons.append(Reason(f"{word} {numbers[word]}", key, wanted, found, holds))
    return reasons


def _verdicts(where: Where, event: Event, seen: Seen) -> Iterator[tuple[str, str, str, bool]]:
    """(key, what is wanted, what there is, whether it will do) of each key that is given."""
    for key, (values, test) in TESTS.items():
        wanted = getattr(where, key)
        if wanted:
            found = values(event)
            yield key, " or ".join(wanted), ", ".join(found) or "nothing", test(wanted, found)
    if where.min_confidence is not None:
        given = event["confidence"]
        yield "min_confidence", f"{where.min_confidence:g}", f"{given:g}", given >= where.min_confidence
    if where.min_sources is not None:
        yield "min_sources", str(where.min_sources), str(seen.sources), seen.sources >= where.min_sources
    if where.max_age_seconds is not None:
        age = _age_seconds(event, seen)
        known = "unknown" if age is None else f"{age:,} s"
        yield "max_age", f"{where.max_age_seconds:,} s", known, age is not None and age <= where.max_age_seconds


def _age_seconds(event: Event, seen: Seen) -> int | None:
    """How old the article was when it came in; None where either time is not known."""
    published_ms = instants.to_ms(event["article"]["published_at"])
    return None if published_ms is None or seen.at_ms is None else max(0, seen.at_ms - published_ms) // 1000


def exactly(wanted: Iterable[str], found: Iterable[str]) -> bool:
    """Names of a fixed list."""
    return not set(wanted).isdisjoint(found)


def like(wanted: Iterable[str], found: Iterable[str]) -> bool:
    """Patterns with * and ?, in any case, against the whole of what there is."""
    folded = [one.casefold() for one in found]
    return any(fnmatchcase(one, pattern.casefold()) for pattern in wanted for one in folded)


def said(wanted: Iterable[str], found: Iterable[str]) -> bool:
    """Words in this order with nothing but space between them, in any case; never inside of longer words."""
    text = "\n".join(found).casefold()
    phrases = (r"\s+".join(map(re.escape, phrase.casefold().split())) for phrase in wanted)
    return any(re.search(rf"(?<!\w){phrase}(?!\w)", text) for phrase in phrases)


def _language(wanted: Iterable[str], found: Iterable[str]) -> bool:
    """`en` is also en-GB (RFC 4647, basic filtering)."""
    tags = [one.casefold() for one in found]
    return any(tag == one or tag.startswith(f"{one}-") for one in map(str.casefold, wanted) for tag in tags)


def _participants(event: Event) -> Iterator[Mapping[str, Any]]:
    return (one for role in ROLES for one in event[role])


def _countries(event: Event) -> list[str]:
    """Of the participants and of the place, each once."""
    places = [event["location"]] if event["location"] else []
    return list(dict.fromkeys(one["country"] for one in (*_participants(event), *places) if one["country"]))


def _texts(event: Event) -> list[str]:
    headline = event["article"]["headline"]
    return [event["sentence"]["text"], *([headline] if headline else [])]


def _names(event: Event) -> list[str]:
    return list(dict.fromkeys(one["name"] for one in _participants(event)))


def _language_of(event: Event) -> list[str]:
    language = event["article"]["language"]
    return [language] if language else []


Values = Callable[[Event], list[str]]
Test = Callable[[Iterable[str], Iterable[str]], bool]
TESTS: dict[str, tuple[Values, Test]] = {
    "kind": (lambda event: [event["kind"]], like),
    "family": (lambda event: [event["family"]], exactly),
    "type": (lambda event: [event["type"]], exactly),
    "country": (_countries, exactly),
    "actor": (_names, like),
    "provider": (lambda event: [event["article"]["provider"]], like),
    "language": (_language_of, _language),
    "modality": (lambda event: [event["modality"]], exactly),
    "text": (_texts, said),
}
