"""Which story an article joins, and what the window forgets."""

import random

import pytest

from pipeline import ids
from pipeline.stories.packing import line
from pipeline.stories.signature import terms
from pipeline.stories.window import CENTROID_TERMS, MOST_MEMBERS, MOST_STORIES, MOST_WEIGHT, WINDOW_MS, Place, Window
from pipeline.topics import DAY_MS
from tests.stories.written import Written

NOW = 1_718_524_800_000
TALKS = terms("Turkey and Russia postponed talks on Libya in Ankara on Sunday, officials of the ministry said.")
MORE_TALKS = terms("Talks on Libya between Turkey and Russia, due in Ankara, were called off by officials on Sunday.")
AMBUSH = terms("Rebels attacked an army convoy near Gao in Mali on Saturday and killed twelve soldiers.")
RAIN = terms("Heavy rain is expected along the coast of Galicia this week, forecasters warn.")


def story(key: str, ordinal: int = 0) -> str:
    return ids.digest("story", key, str(ordinal))


def place(
    window: Window, key: str, vector: dict[str, int], *, content: str = "1", at: int = 0, seen: int = 0, offset: int = 0
) -> Place:
    """At and seen in ms after NOW."""
    return window.place(key, content, vector, at_ms=NOW + at, seen_ms=NOW + seen, offset=offset)


def lines(window: Window) -> list[str]:
    return [line(cluster) for cluster in window.clusters.values()]


def test_articles_of_one_happening_meet_and_others_do_not() -> None:
    window = Window()
    found = [place(window, key, vector).story_id for key, vector in
             [("a", TALKS), ("b", AMBUSH), ("c", MORE_TALKS), ("d", RAIN), ("e", AMBUSH)]]  # fmt: skip
    assert found == [story("a"), story("b"), story("a"), story("d"), story("b")]


def test_an_article_without_terms_is_of_no_story() -> None:
    window = Window()
    assert place(window, "a", {}) == Place(None)
    assert window.clusters == {}


def test_the_same_again_changes_nothing() -> None:
    window = Window()
    place(window, "a", TALKS)
    before = lines(window)
    assert place(window, "a", TALKS, seen=5) == Place(story("a"), known=True)
    assert lines(window) == before


def test_a_correction_moves_its_article() -> None:
    """From a story that goes on without it."""
    window = Window()
    place(window, "a", TALKS)
    place(window, "b", AMBUSH)
    place(window, "c", TALKS)
    assert place(window, "c", AMBUSH, content="2") == Place(story("b"), left=story("a"))
    assert (window.clusters[story("a")].articles, window.clusters[story("b")].articles) == (1, 2)


def test_a_correction_of_a_lone_article_keeps_its_story() -> None:
    window = Window()
    place(window, "a", TALKS)
    assert place(window, "a", RAIN, content="2") == Place(story("a"))
    assert place(window, "b", TALKS) == Place(story("b"))


def test_a_correction_of_a_lone_article_may_end_its_story() -> None:
    window = Window()
    place(window, "a", TALKS)
    place(window, "b", AMBUSH)
    assert place(window, "b", TALKS, content="2") == Place(story("a"), left=story("b"))
    assert list(window.clusters) == [story("a")]


def test_a_founder_that_left_founds_another_story() -> None:
    window = Window()
    place(window, "a", TALKS)
    place(window, "b", TALKS)
    assert place(window, "a", RAIN, content="2") == Place(story("a", 1), left=story("a"))


def test_a_retraction_empties_its_story() -> None:
    window = Window()
    place(window, "a", TALKS)
    assert place(window, "a", {}, content="2") == Place(None, left=story("a"))
    assert lines(window) == []
    assert place(window, "a", {}, content="3") == Place(None)


@pytest.mark.parametrize("late", [-20 * DAY_MS, -2 * DAY_MS, 0, 2 * DAY_MS])
def test_a_late_article_joins_the_story_of_its_time(late: int) -> None:
    """Two happenings alike, a month apart: what is filed late or came by backfill finds its own."""
    window = Window()
    place(window, "old", TALKS, at=-30 * DAY_MS)
    place(window, "new", MORE_TALKS, at=0)
    assert list(window.clusters) == [story("old"), story("new")]
    expected = "old" if late == -20 * DAY_MS else "new"
    assert place(window, "late", TALKS, at=late, seen=DAY_MS).story_id == story(expected)


def test_an_article_without_a_date_is_near_to_every_story() -> None:
    window = Window()
    assert window.place("a", "1", TALKS, at_ms=0, seen_ms=0).story_id == story("a")
    assert window.place("b", "1", TALKS, at_ms=NOW, seen_ms=0).story_id == story("a")
    assert window.place("c", "1", TALKS, at_ms=0, seen_ms=0).story_id == story("a")
    assert (window.clusters[story("a")].first_ms, window.clusters[story("a")].last_ms) == (NOW, NOW)


def test_a_story_is_over_a_week_after_its_last_article() -> None:
    window = Window()
    place(window, "a", TALKS)
    place(window, "b", AMBUSH)
    place(window, "c", TALKS, at=WINDOW_MS, seen=WINDOW_MS)
    place(window, "d", RAIN, at=WINDOW_MS + 1, seen=WINDOW_MS + 1)
    assert list(window.clusters) == [story("a"), story("d")]


def words_of(number: int) -> dict[str, int]:
    """Terms that no other number has."""
    return {f"{number}-{part}": 300 for part in range(10)}


def test_memory_is_bounded() -> None:
    """Twenty thousand articles within a minute, a third of them of earlier stories: what is kept does not grow."""
    window, chance = Window(), random.Random(7)
    for number in range(20_000):
        of = chance.randrange(max(0, number - 500), number + 1) if number % 3 == 0 else number
        place(window, str(number), words_of(of), seen=number)
    assert len(window.clusters) <= MOST_STORIES + 1
    assert len(window._story_of) == sum(len(one.members) for one in window.clusters.values())
    assert len(window._rows) < 2 * MOST_STORIES + 100
    assert len(str(lines(window))) < 1_000_000


def test_a_story_without_end_stays_small() -> None:
    """Ten thousand articles of one story, each with words of its own."""
    window = Window()
    for number in range(10_000):
        place(window, str(number), TALKS | {f"word{number}": 200}, seen=number)
    (cluster,) = window.clusters.values()
    assert (cluster.articles, len(cluster.members), len(cluster.centroid)) == (10_000, MOST_MEMBERS, CENTROID_TERMS)
    assert max(cluster.centroid.values()) <= MOST_WEIGHT


def test_when_there_are_too_many_a_lone_article_goes_before_a_story() -> None:
    window = Window()
    place(window, "a", TALKS)
    place(window, "b", TALKS)
    place(window, "lone", AMBUSH, seen=1)
    for number in range(MOST_STORIES):
        place(window, str(number), words_of(number), seen=2 + number)
    assert story("a") in window.clusters
    assert story("lone") not in window.clusters


def test_any_way_through_memory_ends_the_same() -> None:
    """Packed and unpacked between any two articles, as by restarts: the same stories, to the byte."""
    chance = random.Random(1)
    stream = [(str(chance.randrange(120)), chance.choice([TALKS, MORE_TALKS, AMBUSH, RAIN, {}, words_of(chance.randrange(9))]),
               str(chance.randrange(3)), chance.randrange(20) * DAY_MS) for _ in range(400)]  # fmt: skip
    calm, shaken, written = Window(), Window(), Written()
    for offset, (key, vector, content, at) in enumerate(stream):
        found = place(calm, key, vector, content=content, at=at, offset=offset)
        assert place(shaken, key, vector, content=content, at=at, offset=offset) == found
        written.write(shaken)
        shaken = written.read()
    assert lines(shaken) == lines(calm)


def test_what_changed_is_told_in_the_order_in_which_it_happened() -> None:
    """What is pushed out, what is left, what is joined: so whoever has only the first of them can go on."""
    window = Window()
    place(window, "old", RAIN)
    place(window, "a", TALKS, seen=DAY_MS)
    place(window, "c", TALKS, seen=DAY_MS)
    place(window, "b", AMBUSH, seen=DAY_MS)
    window.changed.clear()
    place(window, "c", AMBUSH, content="2", seen=WINDOW_MS + 1)
    assert list(window.changed) == [story("old"), story("a"), story("b")]


@pytest.mark.parametrize(
    ("offset", "seen", "expected"),
    [(7, 0, True), (6, 0, True), (8, 0, False), (0, 1, False)],
    ids=["the last", "one before", "the next", "of a topic that was made anew"],
)
def test_what_was_seen(offset: int, seen: int, expected: bool) -> None:
    window = Window()
    assert not window.has_seen(offset, NOW + seen)
    place(window, "a", TALKS, offset=7)
    assert window.has_seen(offset, NOW + seen) is expected
