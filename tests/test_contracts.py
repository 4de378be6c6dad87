"""Values against their schemas, on the way in and on the way out."""

from typing import Any

import pytest

from pipeline import codec, contracts
from tests.builders import make_article, make_outcome

ARTICLE = codec.plain(make_article())


def test_a_sound_value_has_no_problem_on_either_side() -> None:
    assert contracts.problem("article.v1", ARTICLE, side="consume") is None
    assert contracts.problem("article.v1", ARTICLE, side="produce") is None


def test_a_newer_producers_field_is_read_and_our_own_extra_field_is_refused() -> None:
    """Also in what is nested."""
    article = {**ARTICLE, "priority": 3}
    assert contracts.problem("article.v1", article, side="consume") is None
    assert "priority" in (contracts.problem("article.v1", article, side="produce") or "")
    outcome = codec.decode(codec.encode(make_outcome()))
    outcome["input"]["cluster"] = "a"
    assert contracts.problem("outcome.v1", outcome, side="consume") is None
    assert "cluster" in (contracts.problem("outcome.v1", outcome, side="produce") or "")


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"text": None}, "text: "),
        ({"provider": ""}, "provider: "),
        ({"provider": "a|b"}, "provider: "),
        ({"guid": "x" * 513}, "guid: "),
        ({"published_at": "Sunday"}, "published_at: "),
        ({"published_at": "2020-06-14"}, "published_at: "),
        ({"status": "killed"}, "status: "),
        ({"origin": []}, "origin: "),
    ],
)
def test_a_problem_names_its_field(change: dict[str, Any], named: str) -> None:
    problem = contracts.problem("article.v1", ARTICLE | change, side="consume")
    assert problem is not None
    assert problem.startswith(named)


@pytest.mark.parametrize("value", [None, [], "text", 1, True, {}])
def test_what_is_no_record_at_all(value: Any) -> None:
    problem = contracts.problem("article.v1", value, side="consume")
    assert problem is not None
    assert problem.startswith("the record: ")


def test_a_problem_does_not_repeat_megabytes() -> None:
    problem = contracts.problem("article.v1", ARTICLE | {"status": "x" * 1_000_000}, side="consume")
    assert len(problem or "") < 400


def test_a_flaw_of_our_own_is_an_exception() -> None:
    with pytest.raises(contracts.ContractError, match="^outcome.v1: recorded_at: "):
        contracts.encode("outcome.v1", make_outcome(recorded_at="today"))


def test_what_json_cannot_say_is_a_flaw_too() -> None:
    """It would be written as null."""
    with pytest.raises(contracts.ContractError, match="^signature.v1: "):
        contracts.encode("signature.v1", {"terms": {"a": float("nan")}})


def test_encoding_is_that_of_the_codec() -> None:
    assert contracts.encode("outcome.v1", make_outcome()) == codec.encode(make_outcome())


@pytest.mark.parametrize("name", contracts.names())
def test_every_schema_is_one(name: str) -> None:
    assert contracts.flaw(contracts.schema(name)) is None


@pytest.mark.parametrize("candidate", [{"type": "strin"}, {"properties": []}, 3])
def test_what_is_no_schema(candidate: Any) -> None:
    assert contracts.flaw(candidate) is not None
