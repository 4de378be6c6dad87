"""What is written of an article depends on the article alone: not on what else is in its batch, nor on what came before it."""

import random
from collections.abc import Sequence
from dataclasses import replace

import pytest

from pipeline import codec
from pipeline.records import Message
from pipeline.settings import Settings
from pipeline.stages.annotate import annotate, handle
from pipeline.stages.base import Handled, Work
from tests.bench.corpus import articles
from tests.builders import make_message

COUNT = 500


def messages() -> list[Message]:
    """Five hundred real articles (../shared/corpora when there), of one day, in the order of the corpus."""
    dated = [replace(article, published_at="1987-03-20T12:00:00Z") for article in articles(COUNT)]
    return [
        make_message(codec.encode(article), key=article.key.encode(), offset=offset)
        for offset, article in enumerate(dated)
    ]


def written(given: Sequence[Message], size: int) -> dict[int, Handled]:
    """By offset, all that the articles cause, read so many at a time; each is read, for no text is known yet."""
    results: dict[int, Handled] = {}
    for start in range(0, len(given), size):
        batch = given[start : start + size]
        works = [Work(message=message) for message in batch]
        results |= {m.offset: made for m, made in zip(batch, handle(works, Settings(), annotate=annotate), strict=True)}
    return results


@pytest.fixture(scope="module")
def given() -> list[Message]:
    return messages()


@pytest.fixture(scope="module")
def alone(given: list[Message]) -> dict[int, Handled]:
    """Each article read by itself."""
    return written(given, 1)


@pytest.mark.parametrize(("size", "seed"), [(7, None), (64, 1)], ids=["7 at a time", "64 at a time, shuffled"])
def test_neighbours_and_order_do_not_matter(
    given: list[Message], alone: dict[int, Handled], size: int, seed: int | None
) -> None:
    """Matrix products of other shapes could round differently; what the model has seen before could tell."""
    order = given if seed is None else random.Random(seed).sample(given, len(given))
    together = written(order, size)
    assert [offset for offset in alone if together[offset] != alone[offset]] == []
