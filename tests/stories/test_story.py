"""What the articles of a story tell together."""

from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest

from pipeline.records import ArticleRef
from pipeline.stories.records import NamedPlace, Story, StoryArticle, StoryState, Telling, Told
from pipeline.stories.story import MOST_ARTICLES, MOST_EVENTS, MOST_LISTED, NEW, matter, revised, told
from tests.builders import make_reference

STORY_ID = "1qjcmmgtbnzy84khva2z9dd3cs"
LIBYA = NamedPlace(name="Libya", country="LBY", lat=28.0, lon=17.0)
ANKARA = NamedPlace(name="Ankara", country="TUR", lat=39.9, lon=32.9)


def article(guid: str, *kinds: str, source: str = "reuters", hour: int = 8, **tells: Any) -> StoryArticle:
    reference: ArticleRef = make_reference(key=f"test|{guid}", guid=guid, headline=f"Headline {guid}")
    telling = Telling(
        **{"kinds": list(kinds), "participants": [], "places": [], "event_ids": [f"event-{guid}"]} | tells
    )
    return StoryArticle(
        story_id=STORY_ID, article=reference, source=source, tells=telling, seen_at=f"2024-06-16T{hour:02}:00:00.000Z"
    )


def state_of(*articles: StoryArticle) -> StoryState:
    state = NEW
    for one in articles:
        state = revised(state, one)
    return state


def test_a_whole_story() -> None:
    """Two outlets print one agency; another agency says otherwise."""
    state = state_of(
        article("1", "talks-postponed", participants=["Turkey", "Russia"], places=[ANKARA]),
        article("2", "talks-postponed", hour=9, participants=["Turkey"], places=[LIBYA, ANKARA]),
        article("3", "talks-cancelled", "assault", source="afp", hour=7, participants=["Turkey"]),
        article("4", "talks-postponed", source="ap", hour=10),
    )
    assert state.story == Story(
        story_id=STORY_ID,
        revision=4,
        headline="Headline 3",
        kind="talks-postponed",
        kinds=[
            Told(name="talks-postponed", articles=3, sources=2),
            Told(name="assault", articles=1, sources=1),
            Told(name="talks-cancelled", articles=1, sources=1),
        ],
        disagreement=[Told(name="talks-cancelled", articles=1, sources=1)],
        first_seen_at="2024-06-16T07:00:00.000Z",
        last_seen_at="2024-06-16T10:00:00.000Z",
        articles=4,
        sources=["afp", "ap", "reuters"],
        places=[ANKARA, LIBYA],
        participants=[Told(name="Turkey", articles=3, sources=2), Told(name="Russia", articles=1, sources=1)],
        article_keys=["test|3", "test|1", "test|2", "test|4"],
        event_ids=["event-3", "event-1", "event-2", "event-4"],
    )


def test_a_story_ends_the_same_in_any_order() -> None:
    """But for its revision."""
    articles = [article("1", "talks-held"), article("2", "talks-refused", hour=9), article("3", source="ap", hour=7)]
    ends = [told(STORY_ID, 1, state_of(*order).articles) for order in permutations(articles)]
    assert ends == [ends[0]] * 6


def test_many_outlets_of_one_agency_do_not_outvote_two_agencies() -> None:
    """Independent sources count, not copies."""
    copies = [article(f"copy-{number}", "talks-postponed") for number in range(5)]
    others = [article("a", "talks-cancelled", source="ap"), article("b", "talks-cancelled", source="afp")]
    story = state_of(*copies, *others).story
    assert story is not None
    assert (story.kind, story.articles, len(story.sources)) == ("talks-cancelled", 7, 3)
    assert story.disagreement == [Told(name="talks-postponed", articles=5, sources=1)]


def test_between_equals_what_was_told_last_counts() -> None:
    story = state_of(
        article("1", "talks-held", source="ap"), article("2", "talks-cancelled", source="afp", hour=9)
    ).story
    assert story is not None
    assert story.kind == "talks-cancelled"


@pytest.mark.parametrize(
    "articles",
    [
        [article("1", "talks-held"), article("2", "assault")],
        [article("1", "talks-held", "talks-cancelled")],
        [article("1"), article("2")],
    ],
    ids=["another matter", "the same article", "no event"],
)
def test_what_is_no_disagreement(articles: list[StoryArticle]) -> None:
    story = state_of(*articles).story
    assert story is not None
    assert story.disagreement == []


def test_the_same_again_is_no_revision() -> None:
    state = state_of(article("1", "talks-held"))
    assert revised(state, article("1", "talks-held")) == state


def test_a_corrected_article_takes_the_place_of_its_earlier_version() -> None:
    story = state_of(article("1", "talks-held"), article("1", "talks-postponed")).story
    assert story is not None
    assert (story.revision, story.articles, story.kinds) == (
        2,
        1,
        [Told(name="talks-postponed", articles=1, sources=1)],
    )


def test_a_story_whose_articles_left_is_gone_and_counts_on_when_it_comes_back() -> None:
    one = article("1", "talks-held")
    gone = revised(state_of(one), replace(one, tells=None))
    assert gone == StoryState(revision=2, articles={}, story=None)
    assert revised(gone, replace(one, tells=None)) == gone
    back = revised(gone, one).story
    assert back is not None
    assert back.revision == 3


def test_what_was_never_there_cannot_leave() -> None:
    assert revised(NEW, replace(article("1"), tells=None)) == NEW


def test_memory_is_bounded() -> None:
    state = state_of(*(article(str(number), hour=number % 24) for number in range(MOST_ARTICLES + 100)))
    assert len(state.articles) == MOST_ARTICLES
    assert state.story is not None
    assert (len(state.story.article_keys), len(state.story.event_ids)) == (MOST_LISTED, MOST_EVENTS)


def test_without_articles_there_is_no_story() -> None:
    assert told(STORY_ID, 1, {}) is None


def test_what_a_kind_is_about() -> None:
    assert [matter(kind) for kind in ("talks-postponed", "assault", "")] == ["talks", "assault", ""]
