"""Identifiers that are content."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import ids

# Few characters, those that could be taken for a separator among them: so that parts collide if they can.
PARTS = st.lists(st.text("a1:,-\x1f\x00|", max_size=4), max_size=4)


def test_an_id_never_changes() -> None:
    """What is published today is found again by tomorrow's program."""
    assert ids.digest("test|1", "talks-postponed", "russia|turkey", "", "0") == "45z97jn2k8xcyzmkshzdve9t9m"


@given(PARTS, PARTS)
def test_other_parts_other_ids(one: list[str], other: list[str]) -> None:
    """Nor can a separator inside a part make two things one."""
    assert (ids.digest(*one) == ids.digest(*other)) == (one == other)


@given(PARTS)
def test_an_id_is_26_characters_without_look_alikes(parts: list[str]) -> None:
    assert re.fullmatch(r"[0-9a-hjkmnp-tv-z]{26}", ids.digest(*parts))


def test_order_and_case_of_names_do_not_matter_but_roles_do() -> None:
    (one,) = ids.event_ids("a|1", [("talks-held", ["Turkey", "Russia"], [])])
    (same,) = ids.event_ids("a|1", [("talks-held", ["RUSSIA", "turkey", "Turkey"], [])])
    (roles,) = ids.event_ids("a|1", [("talks-held", ["Turkey"], ["Russia"])])
    assert one == same != roles


def test_equal_happenings_are_told_apart_by_their_order() -> None:
    """And a third, different one between them does not change that."""
    same = ("assault", ["rebels"], ["army"])
    other: tuple[str, list[str], list[str]] = ("protest", ["people"], [])
    first, second = ids.event_ids("a|1", [same, same])
    assert ids.event_ids("a|1", [same, other, same]) == [first, ids.event_ids("a|1", [other])[0], second]
    assert first != second


def test_another_article_has_other_ids() -> None:
    happening = ("assault", ["rebels"], ["army"])
    assert ids.event_ids("a|1", [happening]) != ids.event_ids("a|2", [happening])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((None,), ("",)),
        ((None,), ("\x00",)),
        (("a\x1fb", "c"), ("a", "b\x1fc")),
        (("1:a,",), ("a",)),
        (("a", "b"), ("b", "a")),
    ],
)
def test_contents_that_only_look_alike(one: tuple[str | None, ...], other: tuple[str | None, ...]) -> None:
    assert ids.content_sha256(*one) != ids.content_sha256(*other)
