"""Where an event's article came from."""

import pytest

from pipeline.records import Article
from pipeline.stages.events import Headers, from_backfill, provenance, urgency
from pipeline.topics import ARTICLES, BACKFILL
from tests.builders import make_article, make_message


@pytest.mark.parametrize(
    ("topic", "article", "headers"),
    [
        (ARTICLES.name, make_article(), ()),
        (BACKFILL.name, make_article(), (("backfill", b"1"),)),
        (f"test-1.{BACKFILL.name}", make_article(urgency=1), (("backfill", b"1"), ("urgency", b"1"))),
        (ARTICLES.name, make_article(replay_id="r1"), (("backfill", b"1"),)),
    ],
)
def test_provenance(topic: str, article: Article, headers: Headers) -> None:
    found = provenance(make_message(topic=topic), article)
    assert found == headers
    assert from_backfill(make_message(headers=found)) == (("backfill", b"1") in headers)
    assert urgency(make_message(headers=found)) == article.urgency


@pytest.mark.parametrize("value", [b"", b"0", b"10", b"x", b"\xff", "٣".encode()])
def test_an_urgency_that_is_none(value: bytes) -> None:
    assert urgency(make_message(headers=(("urgency", value),))) is None
