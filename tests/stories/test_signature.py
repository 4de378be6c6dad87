"""What an article tells, and the terms by which it is compared."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.records import Annotation, Entity, Location
from pipeline.stories.records import NamedPlace, Signature, Telling
from pipeline.stories.signature import LENGTH, MOST_TERMS, gone, places, signature, source, terms
from tests.builders import TALKS, make_article, make_event, make_reference

MALI = NamedPlace(name="Mali", country="MLI", lat=17.0, lon=-4.0)


def located(**changes: Any) -> Any:
    where = Location(name="Mali", country="MLI", lat=17.0, lon=-4.0, precision="country", start=0, end=4)
    return make_event(location=where, **changes)


def test_a_whole_signature() -> None:
    """Kinds, names and places once each; what is denied is not told."""
    events = [make_event(), located(event_id="b", kind="assault"), located(event_id="c", kind="assault"),
              make_event(event_id="d", kind="talks-held", modality="denied")]  # fmt: skip
    found = signature(make_article(), make_reference(), Annotation(entities=[], events=events))
    assert found == Signature(
        article=make_reference(),
        source="test",
        tells=Telling(
            kinds=["talks-postponed", "assault"], participants=["Turkey"], places=[MALI],
            event_ids=[events[0].event_id, "b", "c", "d"],
        ),
        terms=terms(f"Talks postponed\n{TALKS}"),
    )  # fmt: skip


def test_an_article_that_was_taken_back() -> None:
    found = gone(make_article(text="", credit="AP"), make_reference())
    assert found == Signature(article=make_reference(), source="ap", tells=None, terms={})


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({}, "test"),
        ({"credit": "Reuters"}, "reuters"),
        ({"credit": " Agence  France-Presse "}, "agence france-presse"),
        ({"text": f"ANKARA, June 14 (Reuters) - {TALKS}"}, "reuters"),
        ({"text": f"\n \nANKARA, June 14 (REUTERS) - {TALKS}"}, "reuters"),
        ({"text": f"ANKARA, June 14 (Reuters) - {TALKS}", "credit": "AFP"}, "afp"),
        ({"text": f"ANKARA, June 14 - {TALKS}"}, "test"),
        ({"text": f"{TALKS} (Reuters) - more"}, "test"),
        ({"text": ""}, "test"),
    ],
)
def test_who_reported_it_first(changes: dict[str, str], name: str) -> None:
    """Syndicated copies count once: the agency, not the outlet."""
    assert source(make_article(**changes)) == name


def test_places_of_an_article_without_events_are_those_that_it_names_most() -> None:
    def named(name: str, lat: float | None) -> Entity:
        return Entity(text=name, label="GPE", start=0, end=4, name=name, country=None, lat=lat, lon=lat)

    entities = [named("Oslo", 1.0), named("Kiev", 2.0), named("Kiev", 2.0), named("Bill", None), named("Rome", 3.0),
                named("Lima", 4.0)]  # fmt: skip
    found = places(Annotation(entities=entities, events=[]))
    assert [place.name for place in found] == ["Kiev", "Oslo", "Rome"]
    assert places(Annotation(entities=entities, events=[make_event()])) == []


def test_names_and_the_lead_weigh_more() -> None:
    early = terms("Qeshm trembles. " + "It was so. " * 40 + "Villages were destroyed.")
    assert early["qeshm"] > early["trembl"] > early["villag"]
    lower = terms("It was qeshm. " + "It was so. " * 40)
    assert lower["qeshm"] > 0


@pytest.mark.parametrize("text", ["", "\n", "the", "5 a b", "!!!"])
def test_a_text_that_tells_nothing_has_no_terms(text: str) -> None:
    assert terms(text) == {}


@given(st.text(max_size=300))
def test_any_text_has_a_bounded_vector(text: str) -> None:
    """Of length 1000, but for rounding; the same whenever it is made."""
    found = terms(text)
    assert found == terms(text)
    assert len(found) <= MOST_TERMS
    assert all(weight > 0 for weight in found.values())
    if found:
        assert abs(math.hypot(*found.values()) - LENGTH) < math.sqrt(len(found))
