"""Whether a rule of stories holds for a story. Stories are plain values, as news.stories.v1 has them."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import combinations
from typing import Any

from pipeline import instants
from pipeline.alerts.matching import Test, exactly, fires, like, said
from pipeline.alerts.rules import Rule, Where
from pipeline.detection.ontology import KINDS
from pipeline.nlp import tables

Story = Mapping[str, Any]


def threshold(rule: Rule, story: Story, at_ms: int) -> int | None:
    """How many sources the rule asks for, by the easiest of its conditions that hold; None: it is not to fire.

    `at_ms`: when the story's message came in. A story that tells no event fires no rule.
    """
    if story["kind"] not in KINDS or not fires(rule, lambda where: _holds(where, story, at_ms)):
        return None
    return min(one.min_sources or 1 for one in rule.when if _holds(one, story, at_ms))


def _holds(where: Where, story: Story, at_ms: int) -> bool:
    asked = ((getattr(where, key), values, test) for key, (values, test) in TESTS.items())
    return (
        all(test(wanted, values(story)) for wanted, values, test in asked if wanted)
        and len(story["sources"]) >= (where.min_sources or 1)
        and (where.max_age_seconds is None or _age_seconds(story, at_ms) <= where.max_age_seconds)
    )


def _age_seconds(story: Story, at_ms: int) -> float:
    """How old its newest article was when the message came in."""
    last_ms = instants.to_ms(story["last_seen_at"])
    return float("inf") if last_ms is None else max(0, at_ms - last_ms) / 1000


def _countries(story: Story) -> list[str]:
    """Of the places, and those that participants are named after: a story knows of them no more than the name."""
    named = (code for one in _names(story) for code in _named_after(one))
    return [*(one["country"] for one in story["places"] if one["country"]), *named]


def _names(story: Story) -> list[str]:
    return [one["name"] for one in story["participants"]]


def _named_after(name: str) -> Iterator[str]:
    """The countries in a name: LBY of "Libyan National Army"."""
    words, known = name.split(), _country_words()
    for start, end in combinations(range(len(words) + 1), 2):
        code = known.get(" ".join(words[start:end]))
        if code is not None:
            yield code


@cache
def _country_words() -> dict[str, str]:
    """Alpha-3 by the names of countries and of their people, as they are written."""
    known: dict[str, str] = {}
    for alpha3, _, named, _, _, _, variants, demonyms in tables.rows("countries.tsv"):
        for one in (named, *tables.several(variants), *tables.several(demonyms)):
            known.setdefault(one, alpha3)
    return known


# What a rule of stories can ask for, beside min_sources and max_age: what a story has.
TESTS: dict[str, tuple[Callable[[Story], list[str]], Test]] = {
    "kind": (lambda story: [story["kind"]], like),
    "family": (lambda story: [KINDS[story["kind"]].family], exactly),
    "type": (lambda story: [KINDS[story["kind"]].type], exactly),
    "country": (_countries, exactly),
    "actor": (_names, like),
    "source": (lambda story: story["sources"], like),
    "text": (lambda story: [story["headline"] or ""], said),
}
