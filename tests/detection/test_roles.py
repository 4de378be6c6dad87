"""Roles: every name that a frame uses is one, or a preposition; and the finders that look further than a relation."""

import pytest

from pipeline.detection.lexicon import lexicon
from pipeline.detection.roles import ROLES
from tests.detection.found import roles

PREPOSITIONS = frozenset(
    "about against at behind by for from in inside into near of on outside over regarding to upon with".split()
)


def test_every_role_of_a_frame_is_known() -> None:
    """A misspelt role would be taken for a preposition, and find nobody."""
    frames = {rule.frame for rule in lexicon().all_rules()}
    names = {role.partition("@")[0] for frame in frames for role in (*frame.actor, *frame.recipient, *frame.about)}
    assert names - ROLES.keys() - PREPOSITIONS == set()


def test_every_role_is_used() -> None:
    """What no frame or condition asks for is gone."""
    rules = list(lexicon().all_rules())
    asked = {
        role.partition("@")[0] for rule in rules for frame in [rule.frame] for role in (*frame.actor, *frame.recipient)
    }
    asked |= {condition.role for rule in rules for condition in rule.conditions} | {"harmed"}
    assert ROLES.keys() - asked == set()


@pytest.mark.parametrize(
    ("text", "kind", "recipients"),
    [
        ("Japan gave 2 million euros to help farmers in Mali.", "aid-delivered", ["farmers"]),
        ("Japan gave 2 million euros to Togo to help farmers.", "aid-delivered", ["Togo"]),
        ("Oslo eased restrictions imposed on the minister.", "concession", ["the minister"]),
        ("Oslo eased restrictions on Mali.", "concession", ["Mali"]),
        ("Egypt began a mediation effort to end the rift between Mali and Togo.", "mediation", ["Mali", "Togo"]),
        ("Volvo bought Renault shares.", "acquisition", ["Renault"]),
        ("Volvo bought Friday's shares of Renault.", "acquisition", ["Renault"]),
    ],
)
def test_who_is_found_further_away(text: str, kind: str, recipients: list[str]) -> None:
    """In a purpose, under a participle, under a "between" below, before the noun; what is nearer comes first."""
    assert roles(text, kind)[1] == recipients
