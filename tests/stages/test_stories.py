"""Stories as they stand: one record a change, a tombstone in the end, which says in headers what ended."""

from dataclasses import replace

import pytest

from pipeline import codec
from pipeline.records import Message, Outgoing, Problem
from pipeline.settings import Settings
from pipeline.stages.base import Handled, Work
from pipeline.stages.letters import dead_letter
from pipeline.stages.stories import Standing, give_up, handle
from pipeline.stories.records import StoryArticle, StoryState, Telling
from pipeline.stories.story import NEW, revised
from pipeline.topics import DEAD_LETTERS, STORIES, STORY_ARTICLES
from tests.builders import make_message, make_reference

STORY_ID = "1qjcmmgtbnzy84khva2z9dd3cs"
JOINED = StoryArticle(
    story_id=STORY_ID, article=make_reference(), source="reuters", seen_at="2024-06-16T08:00:00.000Z",
    tells=Telling(kinds=["talks-held"], participants=["Turkey"], places=[], event_ids=["e"]),
)  # fmt: skip
LEFT = replace(JOINED, tells=None)


def message_of(value: StoryArticle | bytes | None) -> Message:
    data = codec.encode(value) if isinstance(value, StoryArticle) else value
    return replace(make_message(topic=STORY_ARTICLES.name, key=STORY_ID.encode()), value=data)


def handled(value: StoryArticle | bytes | None, state: StoryState | None = None) -> Handled:
    work = Work(message=message_of(value), state=None if state is None else codec.encode(state))
    (found,) = handle([work], Settings())
    return found


def test_an_article_makes_a_story() -> None:
    after = revised(NEW, JOINED)
    story = Outgoing(topic=STORIES.name, key=STORY_ID.encode(), value=codec.encode(after.story))
    assert handled(JOINED) == Handled(outgoing=(story,), state=codec.encode(after))


def test_how_an_article_came_in_travels_on() -> None:
    """That it is of a backfill, and its urgency; nothing else."""
    given = (("backfill", b"1"), ("urgency", b"2"), ("other", b"x"))
    (found,) = handle([Work(message=replace(message_of(JOINED), headers=given))], Settings())
    assert [one.headers for one in found.outgoing] == [given[:2]]


def test_what_is_known_changes_nothing() -> None:
    assert handled(JOINED, revised(NEW, JOINED)) == Handled()


def test_a_story_without_articles_has_a_tombstone() -> None:
    before = revised(NEW, JOINED)
    headers = (("revision", b"2"), ("article", b"test|1"))
    tombstone = Outgoing(topic=STORIES.name, key=STORY_ID.encode(), value=None, headers=headers)
    assert handled(LEFT, before) == Handled(outgoing=(tombstone,), state=codec.encode(revised(before, LEFT)))
    assert handled(LEFT) == Handled()


def test_the_state_that_is_put_together_of_what_was_encoded_before_is_the_states_own() -> None:
    """Article by article in one process: joined, changed, left, unchanged; to the byte as if it were encoded whole."""
    second = replace(JOINED, article=make_reference(key="test|2"), source="dpa", seen_at="2024-06-16T09:00:00.000Z")
    changes = [JOINED, second, replace(second, tells=None), second, replace(JOINED, source="afp"), LEFT, second]
    expected, state = NEW, None
    for change in changes:
        expected = revised(expected, change)
        (found,) = handle([Work(message=message_of(change), state=state)], Settings())
        state = found.state or state
        assert state == codec.encode(expected)


def test_no_more_than_a_story_keeps_is_remembered() -> None:
    standing = Standing(replace(NEW, articles={"test|1": JOINED}))
    for key in ("test|1", "test|2"):
        assert standing.encoded("story-article.v1", key, JOINED) == codec.encode(JOINED)
    standing.forget()
    assert list(standing._encoded) == ["test|1"]


@pytest.mark.parametrize(
    ("value", "code"),
    [(None, "null-value"), (b"[", "invalid-json"), (b'"\xff"', "invalid-utf8"), (b"{}", "invalid-record")],
)
def test_what_is_no_change_of_a_story_is_a_dead_letter(value: bytes | None, code: str) -> None:
    found = handled(value)
    (letter,) = found.outgoing
    assert (letter.topic, found.state) == (DEAD_LETTERS.name, None)
    assert codec.decode(letter.value or b"")["problem"]["code"] == code


def test_the_end_of_a_message_that_cannot_be_handled() -> None:
    message, problem = message_of(JOINED), Problem(code="killed", message="it was")
    assert give_up(Work(message=message), problem) == Handled(
        outgoing=(dead_letter(message, stage="stories", problem=problem),)
    )
