"""Conditions: what they say, and where they cannot be read."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.where import WhereError, parse

EVENT: dict[str, Any] = {
    "type": "news.event.detected.v1",
    "data": {
        "kind": "talks-postponed",
        "confidence": 0.75,
        "revision": 2,
        "actors": [{"name": "Turkey", "country": "TUR"}, {"name": "Russia", "country": "RUS"}],
        "recipients": [],
        "location": {"name": "Istanbul", "country": "TUR", "precision": "place"},
        "time": None,
        "sentence": {"text": "Turkey (and Russia) don't meet."},
        "article": {"published_at": "2026-02-24T10:00:00Z", "guid": "007"},
        "truncated": False,
    },
}


@pytest.mark.parametrize(
    "condition",
    [
        "kind=talks-postponed",
        "data.kind=talks-postponed",
        "KIND=x or kind=TALKS-POSTPONED",
        "kind = talks-postponed and country = TUR and confidence >= 0.5",
        "country=rus",
        "actors.country=RUS",
        "location.country=TUR",
        "actors=Russia",
        "data~istanbul",
        "kind~^talks-",
        'text~"\\(and russia\\)"',
        'text~"don\'t"',
        "name='turkey'",
        "kind!=airstrike",
        "kind!~^air",
        "country!=SYR",
        "recipients.country!=TUR",
        "confidence>0.7",
        "confidence<=0.75",
        "confidence=0.750",
        "revision<10",
        "published_at>=2026-02-24",
        "published_at<2026-02-25",
        "guid=007",
        "truncated=false",
        "time=null",
        "recipients=null",
        "nothing=null",
        "location!=null",
        "not kind=airstrike",
        "not not kind~talks",
        "(kind=a or kind~talks) and (country=TUR)",
        "kind=a and country=SYR or revision=2",
        "revision=2 or kind=a and country=SYR",
    ],
)
def test_holds(condition: str) -> None:
    assert parse(condition)(EVENT) is True


@pytest.mark.parametrize(
    "condition",
    [
        "kind=talks",
        "kind=airstrike",
        "actors.country=SYR",
        "recipients.country=TUR",
        "location.name=Turkey",
        "country!=TUR",
        "confidence>0.75",
        "confidence=high",
        "guid=7",
        "published_at<2026-02-24",
        "time=2026",
        "time!=null",
        "nothing=x",
        "nothing>0",
        "truncated=true",
        "not kind~talks",
        "kind=a or country=SYR",
        "kind~talks and country=SYR",
    ],
)
def test_does_not_hold(condition: str) -> None:
    assert parse(condition)(EVENT) is False


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ("", "column 1: a field is wanted, not 'the end'"),
        ("kind", "column 5: an operator after 'kind' (=, !=, >=, <=, >, <, ~, !~) is wanted, not 'the end'"),
        ("kind=", "column 6: a value is wanted, not 'the end'"),
        ("kind==x", "column 6: a value is wanted, not '='"),
        ("=x", "column 1: a field is wanted, not '='"),
        ("kind=x y", "column 8: `and`, `or` or the end is wanted, not 'y'"),
        ("kind=x and", "column 11: a field is wanted, not 'the end'"),
        ("(kind=x", "column 8: `)` is wanted, not 'the end'"),
        ("kind=x)", "column 7: `and`, `or` or the end is wanted, not ')'"),
        ('kind="x', "column 6: '\"x' cannot be read; is a quote missing?"),
        ("kind~(", "column 6: a value is wanted, not '('"),
        ('kind~"("', None),
        ("(" * 200 + "kind=x" + ")" * 200, "column 52: nested more than 50 deep"),
        ("not " * 200 + "kind=x", "column 205: nested more than 50 deep"),
        ("__import__('os')", None),
    ],
)
def test_cannot_be_read(condition: str, message: str | None) -> None:
    """The column is the one to look at."""
    with pytest.raises(WhereError) as caught:
        parse(condition)
    assert message is None or str(caught.value) == message


def test_records_of_strangers_may_be_deep() -> None:
    deep: Any = "x"
    for _ in range(5_000):
        deep = {"a": [deep]}
    assert parse("a=x")(deep)
    assert not parse("a=y")(deep)


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(condition: str) -> None:
    """Never another exception."""
    with suppress(WhereError):
        parse(condition)(EVENT)
