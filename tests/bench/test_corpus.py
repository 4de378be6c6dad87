"""Texts to measure with are distinct, and the same ones at each call."""

from itertools import islice

from tests.bench.corpus import articles, remixed, texts


def test_no_text_twice_and_the_same_ones_at_each_call() -> None:
    found = texts(60)
    assert len(set(found)) == 60
    assert texts(20, skip=40) == found[40:]


def test_remixed_texts_are_distinct_and_none_is_a_given_one() -> None:
    """Four paragraphs make a few dozen texts; each comes once."""
    given = ["one\n    two", "three\n    four"]
    found = list(islice(remixed(given, seen=set(given)), 40))
    assert len(set(found)) == 40
    assert not set(found) & set(given)
    assert {part for text in found for part in text.split("\n    ")} == {"one", "two", "three", "four"}


def test_articles_are_items_of_their_own() -> None:
    assert len({one.key for one in (*articles(5), *articles(5, skip=5))}) == 10
