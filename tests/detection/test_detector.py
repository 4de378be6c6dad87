"""The detector as a whole: on the seed article, on text without events, and its invariants."""

from collections import Counter

import pytest

from pipeline import resources
from pipeline.records import Event
from tests.detection.found import events, kinds

SEED = (resources.folder("seeds") / "000_7d69bd3c727acfb0.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def seed() -> list[Event]:
    """The events of the seed article, whose date nobody knows."""
    return events(SEED, published_on=None)


def one(found: list[Event], kind: str) -> Event:
    """The only event of that kind."""
    (event,) = [event for event in found if event.kind == kind]
    return event


def test_seed_talks_are_postponed(seed: list[Event]) -> None:
    """Turkey and Russia, about Libya and Syria, as a fact."""
    event = one(seed, "talks-postponed")
    assert (event.modality, event.type) == ("asserted", "CONSULT")
    assert [actor.name for actor in event.actors] == ["Turkey", "Russia"]
    assert [about.name for about in event.about] == ["Libya", "Syria"]


def test_seed_talks_are_planned(seed: list[Event]) -> None:
    """Minister-level talks at a later date: the foreign minister says so."""
    planned = [event for event in seed if event.kind == "talks-planned" and event.attribution]
    assert [(event.attribution.text, event.time.text) for event in planned if event.attribution and event.time] == [
        ("CAVUSOGLU", "a later date")
    ]


def test_seed_talks_are_held(seed: list[Event]) -> None:
    """The warring sides talk in Libya about a ceasefire, says the UN."""
    event = one(seed, "talks-held")
    assert [actor.text for actor in event.actors] == ["warring sides"]
    assert event.location is not None
    assert event.location.name == "Libya"
    assert event.attribution is not None
    assert event.attribution.source == "United Nations"


def test_seed_assault_is_repelled(seed: list[Event]) -> None:
    """The attacker is the actor: the LNA, on Tripoli."""
    event = one(seed, "assault-repelled")
    assert [actor.name for actor in event.actors] == ["Libyan National Army"]
    assert [recipient.name for recipient in event.recipients] == ["Tripoli"]


def test_seed_airstrikes_hit_idlib_last_week(seed: list[Event]) -> None:
    """Nobody is named as the attacker, so there is no actor."""
    event = one(seed, "airstrike")
    assert (event.modality, event.actors) == ("asserted", [])
    assert event.location is not None
    assert event.location.name == "Idlib"
    assert event.time is not None
    assert event.time.text == "the last week"


def test_seed_ceasefire_is_history(seed: list[Event]) -> None:
    """Three months ago."""
    event = one(seed, "ceasefire-agreed")
    assert event.modality == "historical"
    assert event.location is not None
    assert event.location.name == "Idlib"


def test_seed_fighters_are_mobilised(seed: list[Event]) -> None:
    """Iranian paramilitary forces."""
    event = one(seed, "troops-mobilised")
    assert [actor.text for actor in event.actors] == ["Iranian paramilitary forces"]


def test_seed_caption_and_furniture_are_silent(seed: list[Event]) -> None:
    """Nothing comes from the photo's caption, nothing from the page around the article."""
    first, last = SEED.index("Turkey and Russia have"), SEED.index("This article was edited")
    assert [event.kind for event in seed if event.trigger.start < first or event.trigger.end > last] == []


def test_seed_visit_that_was_to_be_is_none(seed: list[Event]) -> None:
    """They were to visit Istanbul; the talks are postponed."""
    assert [event.kind for event in seed if event.kind == "visit"] == []


@pytest.mark.parametrize(
    "text", [SEED, "Rebels attacked 🚀 the base near “Aleppo” — the army said.\r\n\r\nTalks\u2028 began."]
)
def test_spans_are_the_text(text: str) -> None:
    """Every span says what stands at its offsets."""
    for event in events(text):
        spans = [(span.text, span.start, span.end) for span in (event.trigger, event.sentence)]
        spans += [(who.text, who.start, who.end) for who in (*event.actors, *event.recipients, *event.about)]
        spans += [(who.text, who.start, who.end) for who in (event.attribution,) if who]
        assert [said for said, _, _ in spans] == [text[start:end] for _, start, end in spans]


def test_event_ids_are_stable_and_distinct(seed: list[Event]) -> None:
    """The same text gives the same ids; no two events share one."""
    assert [event.event_id for event in seed] == [event.event_id for event in events(SEED, published_on=None)]
    assert max(Counter(event.event_id for event in seed).values()) == 1


def test_doer_is_no_second_event() -> None:
    """A bomber who blows himself up is one attack."""
    assert kinds("A suicide bomber blew himself up in Kabul.") == [("suicide-attack", "asserted")]


def test_speech_act_holds_its_content() -> None:
    """What is threatened is no event beside the threat; what it would hit is whom the threat concerns."""
    (threat,) = events("The rebels threatened to shell the city.")
    assert (threat.kind, [who.text for who in threat.recipients]) == ("threat-of-force", ["the city"])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   \n\n  ",
        "Rain is expected along the coast of Norway this week.",
        "The striker attacked down the left wing and shot wide.",
        "Shares rose two percent in Frankfurt.",
        "She is the author of three books on the history of Aleppo.",
    ],
)
def test_no_events(text: str) -> None:
    """Text that tells of nothing in the ontology."""
    assert kinds(text) == []
