"""Whether a rule holds for an event, as a table."""

from dataclasses import replace
from typing import Any

import pytest

from pipeline import codec
from pipeline.alerts.matching import Reason, Seen, explain, matches
from pipeline.alerts.rules import Rule, Where
from pipeline.records import Location, Participant
from tests.builders import START_MS, make_event_data, make_reference


def who(name: str, country: str | None) -> Participant:
    return Participant(text=name, start=0, end=len(name), name=name, country=country, sector="GOV")


TRIPOLI = Location(name="Tripoli", country="LBY", lat=32.9, lon=13.2, precision="place", start=0, end=7)
EVENT = codec.plain(
    make_event_data(
        actors=[who("Turkey", "TUR"), who("Khalifa Haftar", "LBY")],
        recipients=[who("Russia", "RUS")],
        about=[who("Syria", "SYR")],
        location=TRIPOLI,
        article=replace(make_reference(), language="en-GB"),
    )  # fmt: skip
)


def make_rule(when: list[Where], unless: list[Where] | None = None) -> Rule:
    return Rule(name="one", line=1, when=tuple(when), unless=tuple(unless or []), notify=("desk",))


HOLDS: list[tuple[dict[str, Any], bool]] = [
    ({"kind": ("talks-postponed",)}, True),
    ({"kind": ("talks-*",)}, True),
    ({"kind": ("ceasefire-*",)}, False),
    ({"kind": ("ceasefire-*", "talks-*")}, True),
    ({"kind": ("talks",)}, False),
    ({"family": ("diplomacy",)}, True),
    ({"family": ("peace", "conflict")}, False),
    ({"type": ("CONSULT",)}, True),
    ({"type": ("AGREE",)}, False),
    ({"country": ("LBY",)}, True),
    ({"country": ("SYR",)}, True),
    ({"country": ("FRA",)}, False),
    ({"actor": ("khalifa haftar",)}, True),
    ({"actor": ("*haftar",)}, True),
    ({"actor": ("haftar",)}, False),
    ({"actor": ("RUSSIA",)}, True),
    ({"provider": ("te*",)}, True),
    ({"provider": ("t",)}, False),
    ({"language": ("en",)}, True),
    ({"language": ("EN-gb",)}, True),
    ({"language": ("e",)}, False),
    ({"language": ("de",)}, False),
    ({"modality": ("asserted", "future")}, True),
    ({"modality": ("denied",)}, False),
    ({"text": ("postponed talks",)}, True),
    ({"text": ("POSTPONED  talks on",)}, True),
    ({"text": ("pone",)}, False),
    ({"text": ("talks postponed",)}, True),
    ({"text": ("sunday talks",)}, False),
    ({"text": (".*",)}, False),
    ({"min_confidence": 0.75}, True),
    ({"min_confidence": 0.76}, False),
    ({"min_confidence": 0.0}, True),
    ({"min_sources": 1}, True),
    ({"min_sources": 2}, False),
    ({"max_age_seconds": 1800}, True),
    ({"max_age_seconds": 1799}, False),
    ({"kind": ("talks-*",), "country": ("LBY",)}, True),
    ({"kind": ("talks-*",), "country": ("FRA",)}, False),
]


@pytest.mark.parametrize(("where", "holds"), HOLDS, ids=str)
def test_a_condition(where: dict[str, Any], holds: bool) -> None:
    """As `when` it lets the rule fire, as `unless` it keeps it from firing."""
    seen = Seen(at_ms=START_MS)
    assert matches(make_rule([Where(**where)]), EVENT, seen) is holds
    assert matches(make_rule([Where(family=("diplomacy",))], [Where(**where)]), EVENT, seen) is not holds


def test_of_several_conditions_one_is_enough() -> None:
    peace, talks = Where(family=("peace",)), Where(kind=("talks-*",))
    assert matches(make_rule([peace, talks]), EVENT)
    assert not matches(make_rule([talks], [peace, talks]), EVENT)


def test_sources_are_counted_elsewhere() -> None:
    assert matches(make_rule([Where(min_sources=2)]), EVENT, Seen(sources=2))


def test_what_the_event_does_not_say_matches_nothing() -> None:
    bare = codec.plain(
        make_event_data(
            actors=[], location=None, article=make_reference(headline=None, language=None, published_at=None)
        )
    )
    for where in (Where(country=("LBY",)), Where(actor=("*",)), Where(language=("en",)), Where(max_age_seconds=10**9)):
        assert not matches(make_rule([where]), bare, Seen(at_ms=START_MS))
    assert matches(make_rule([Where(text=("libya",))]), bare)


def test_explain_says_every_key_in_the_order_of_the_file() -> None:
    rule = make_rule([Where(kind=("ceasefire-*",), country=("LBY",))], [Where(provider=("test",), min_confidence=0.9)])
    assert explain(rule, EVENT) == [
        Reason("when 1", "kind", "ceasefire-*", "talks-postponed", False),
        Reason("when 1", "country", "LBY", "TUR, LBY, RUS, SYR", True),
        Reason("unless 1", "provider", "test", "test", True),
        Reason("unless 1", "min_confidence", "0.9", "0.75", False),
    ]
