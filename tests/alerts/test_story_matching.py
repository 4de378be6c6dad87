"""Whether a rule of stories holds for a story, as a table."""

from dataclasses import replace
from typing import Any

import pytest

from pipeline import codec
from pipeline.alerts.rules import Rule, Where
from pipeline.alerts.story_matching import threshold
from pipeline.stories.records import NamedPlace, Story, Told
from tests.builders import START_MS

STORY_ID = "1qjcmmgtbnzy84khva2z9dd3cs"
STORY = Story(
    story_id=STORY_ID, revision=3, headline="Ceasefire agreed in Libya", kind="ceasefire-agreed",
    kinds=[Told(name="ceasefire-agreed", articles=3, sources=2), Told(name="talks-held", articles=1, sources=1)],
    disagreement=[], first_seen_at="2024-06-16T06:00:00.000Z", last_seen_at="2024-06-16T07:30:00.000Z", articles=4,
    sources=["afp", "ap", "reuters"], places=[NamedPlace(name="Tripoli", country="LBY", lat=32.9, lon=13.2)],
    participants=[Told(name="Libyan National Army", articles=2, sources=2), Told(name="Turkey", articles=1, sources=1)],
    article_keys=["reuters|1", "daily|1", "ap|1", "afp|1"], event_ids=["4071qpwn026cqj6zzdghp8kzxy"],
)  # fmt: skip


def make_story(**changes: Any) -> dict[str, Any]:
    return codec.plain(replace(STORY, **changes))


def make_rule(*when: Where, unless: tuple[Where, ...] = ()) -> Rule:
    return Rule(name="one", line=1, when=when, unless=unless, notify=("desk",))


HOLDS: list[tuple[dict[str, Any], bool]] = [
    ({}, True),
    ({"kind": ("ceasefire-*",)}, True),
    ({"kind": ("talks-held",)}, False),
    ({"family": ("peace",)}, True),
    ({"family": ("diplomacy",)}, False),
    ({"type": ("AGREE",)}, True),
    ({"type": ("CONSULT",)}, False),
    ({"country": ("LBY",)}, True),
    ({"country": ("TUR", "FRA")}, True),
    ({"country": ("FRA",)}, False),
    ({"actor": ("*national army",)}, True),
    ({"actor": ("national",)}, False),
    ({"source": ("AFP",)}, True),
    ({"source": ("tass",)}, False),
    ({"text": ("ceasefire agreed",)}, True),
    ({"text": ("cease",)}, False),
    ({"max_age_seconds": 1800}, True),
    ({"max_age_seconds": 1799}, False),
    ({"kind": ("ceasefire-*",), "country": ("FRA",)}, False),
]


@pytest.mark.parametrize(("where", "holds"), HOLDS, ids=str)
def test_a_condition(where: dict[str, Any], holds: bool) -> None:
    """As `when` it lets the rule fire, as `unless` it keeps it from firing."""
    assert threshold(make_rule(Where(min_sources=2, **where)), make_story(), START_MS) == (2 if holds else None)
    unless = make_rule(Where(min_sources=2), unless=(Where(**where),))
    assert threshold(unless, make_story(), START_MS) == (None if holds else 2)


@pytest.mark.parametrize(("asked", "found"), [(2, 2), (3, 3), (4, None)])
def test_independent_sources_are_counted_not_articles(asked: int, found: int | None) -> None:
    assert threshold(make_rule(Where(min_sources=asked)), make_story(), START_MS) == found


def test_the_easiest_condition_that_holds_counts() -> None:
    rule = make_rule(
        Where(min_sources=3), Where(min_sources=2, country=("LBY",)), Where(min_sources=2, country=("FRA",))
    )
    assert threshold(rule, make_story(), START_MS) == 2
    assert threshold(rule, make_story(places=[], participants=[]), START_MS) == 3


def test_a_country_is_also_read_out_of_names_but_not_out_of_codes() -> None:
    """Of a participant a story has only the name; IS is no Iceland."""
    rule = make_rule(Where(min_sources=2, country=("LBY", "ISL")))
    army = [Told(name="Libyan National Army", articles=1, sources=1)]
    assert threshold(rule, make_story(places=[], participants=army), START_MS) == 2
    militants = [Told(name="IS", articles=1, sources=1), Told(name="Republicans", articles=1, sources=1)]
    assert threshold(rule, make_story(places=[], participants=militants), START_MS) is None


@pytest.mark.parametrize("kind", [None, "no-kind-of-ours"])
def test_a_story_that_tells_no_event_fires_nothing(kind: str | None) -> None:
    assert threshold(make_rule(Where(min_sources=2)), make_story(kind=kind, kinds=[]), START_MS) is None


def test_without_a_headline_nothing_is_said() -> None:
    assert threshold(make_rule(Where(min_sources=2, text=("libya",))), make_story(headline=None), START_MS) is None
