"""What a query string asks for: SQL and predicate agree on every event, and nonsense is refused by name."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline import codec
from pipeline.broker.consume import Batch
from pipeline.gateway import filters, queries, rows
from pipeline.gateway.filters import FilterError
from pipeline.gateway.store import Store
from tests.builders import make_reference
from tests.gateway.events import detected, message, name, participant, place

WORDS = (
    "talks",
    "Tripoli",
    "Zürich",
    "München",
    "straße",
    "停戦",
    "ceasefire",
    "z",
    "zz",
    "zx00505c",
    "İstanbul",
    "a-b",
    "'\"*",
)
KINDS = ("talks-postponed", "ceasefire", "strike")
COUNTRIES = (None, "LBY", "TUR", "USA")
ACTORS = ("Turkey", "Müller, Hans", "O'Brien")
EDGES = (-180.0, -179.99999, -31.2, 0.0, 31.2, 31.20000001, 180.0)


@st.composite
def events(draw: st.DrawFn) -> dict[str, Any]:
    lat = draw(st.sampled_from((None, -90.0, -31.2, 0.0, 31.2, 31.20000001, 90.0)))
    lon = draw(st.sampled_from(EDGES)) if lat is not None else None
    article = make_reference(
        provider=draw(st.sampled_from(("afp", "test,two"))), language=draw(st.sampled_from((None, "en", "en-GB", "FR"))),
        headline=" ".join(draw(st.lists(st.sampled_from(WORDS), max_size=3))) or None,
        published_at=draw(st.sampled_from((None, "2024-06-16T07:30:00Z", "1969-12-31T23:59:59Z"))),
    )  # fmt: skip
    return {
        "kind": draw(st.sampled_from(KINDS)),
        "modality": draw(st.sampled_from(filters.MODALITIES)),
        "confidence": draw(st.sampled_from((0.0, 0.1, 0.5, 1.0))),
        "actors": [participant(a, draw(st.sampled_from(COUNTRIES))) for a in draw(st.lists(st.sampled_from(ACTORS), max_size=2))],
        "location": None if draw(st.booleans()) else place(lat, lon, draw(st.sampled_from(COUNTRIES))),
        "article": article,
    }  # fmt: skip


QUERIES = st.lists(
    st.one_of(
        st.tuples(st.just("kind"), st.sampled_from(("ceasefire", "STRIKE,ceasefire", "nothing"))),
        st.tuples(st.just("country"), st.sampled_from(("lby", "TUR,USA", "XXX"))),
        st.tuples(st.just("actor"), st.sampled_from((*ACTORS, "turkey"))),
        st.tuples(st.just("source"), st.sampled_from(("afp", "test,two"))),
        st.tuples(st.just("language"), st.sampled_from(("en", "fr", "de"))),
        st.tuples(st.just("modality"), st.sampled_from(("asserted", "denied,future"))),
        st.tuples(
            st.just("q"), st.sampled_from((*WORDS[:-1], "tal", "zur", "STRASS", "istan", "talks tripoli", "OR", "NEAR"))
        ),
    ),
    max_size=3,
)
SINGLES = st.dictionaries(st.sampled_from(("min_confidence", "since", "until", "bbox")), st.integers(0, 3), max_size=3)
CHOICES = {
    "min_confidence": ("0", "0.1", "0.5", "1"),
    "since": ("1970-01-01", "2024-06-16T07:30:00Z", "2024-06-16T07:30:00.001Z", "2024-06-16T09:30:00 02:00"),
    "until": ("1970-01-01", "2024-06-16T07:30:00Z", "2024-06-16T07:30:00.001Z", "2030-01-01T00:00:00Z"),
    "bbox": ("-180,-90,180,90", "31.2,31.2,31.2,31.2", "179,-90,-179,90", "-31.2,-31.2,31.2,31.2"),
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Path]]:
    path = tmp_path_factory.mktemp("gateway") / "x.sqlite"
    made = Store(path, "")
    yield made, path
    made.close()


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(events(), min_size=1, max_size=6), QUERIES, SINGLES)
def test_sql_and_predicate_agree(
    store: tuple[Store, Path], made: list[dict[str, Any]], listed: list[tuple[str, str]], single: dict[str, int]
) -> None:
    """The store finds exactly the events that the predicate holds for, whatever is asked."""
    writer, path = store
    writer.clear("cluster", "00000000")
    values = [detected(number, **one) for number, one in enumerate(made)]
    batch = Batch(
        messages=tuple(message(v, n) for n, v in enumerate(values)), positions={("news.events.v1", 0): len(values)}
    )
    assert len(writer.apply(batch)) == len(values)
    asked = filters.parse([*listed, *((term, CHOICES[term][number]) for term, number in single.items())])
    database = sqlite3.connect(path)
    page = queries.page(database, asked, 100, None)
    told = queries.facets(database, asked)
    database.close()
    found = {codec.decode(value)["event_id"] for value in page.events}
    held = {
        name(number)
        for number, value in enumerate(values)
        if filters.holds(asked, rows.row(codec.decode(value)["data"], "detected", batch.messages[number].timestamp_ms))
    }
    assert found == held
    assert told["total"] == len(held) == sum(bucket["count"] for bucket in told["histogram"]["buckets"])


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ([("knd", "x")], "there is no parameter 'knd'"),
        ([("family", "war")], "family: 'war' is none of"),
        ([("modality", "sure")], "modality: 'sure' is none of"),
        ([("min_confidence", "1.1")], "min_confidence: between 0 and 1"),
        ([("min_confidence", "nan")], "min_confidence: 'nan' is no number"),
        ([("min_confidence", "0.1"), ("min_confidence", "0.2")], "min_confidence: given 2 times"),
        ([("bbox", "1,2,3")], "bbox: west,south,east,north"),
        ([("bbox", "0,10,1,-10")], "bbox: west,south,east,north"),
        ([("bbox", "0,0,181,1")], "bbox: west,south,east,north"),
        ([("since", "yesterday")], "since: 'yesterday' is no instant"),
        ([("q", "!?")], "q: no word in '!?'"),
        ([("kind", ",")], "kind: no value"),
        ([("kind", ",".join(map(str, range(65))))], "kind: more than 64 values"),
        ([("q", "x" * 513)], "q: longer than 512 characters"),
    ],
)
def test_nonsense_is_refused(query: list[tuple[str, str]], said: str) -> None:
    """The message names the parameter."""
    with pytest.raises(FilterError) as error:
        filters.parse(query)
    assert str(error.value).startswith(said)


def test_empty_values_ask_for_nothing() -> None:
    """As a form sends them."""
    assert filters.parse([("q", ""), ("kind", " ")]).chosen == {}
