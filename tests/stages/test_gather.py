"""Signatures on their way to their stories."""

from dataclasses import replace
from typing import Any

import pytest

from pipeline import codec, ids
from pipeline.records import Message, Outgoing, Problem
from pipeline.settings import Settings
from pipeline.stages.base import Handled, Work
from pipeline.stages.gather import filed_ms, give_up, handle
from pipeline.stages.letters import dead_letter
from pipeline.stages.signatures import shard
from pipeline.stories.records import Signature, StoryArticle, Telling
from pipeline.stories.signature import terms
from pipeline.topics import DAY_MS, DEAD_LETTERS, SIGNATURES, STORIES, STORY_ARTICLES, STORY_INDEX
from tests.builders import AMBUSH, QUIET, START_MS, TALKS, make_article, make_message, make_reference
from tests.driver import Driver

TELLS = Telling(kinds=["talks-postponed"], participants=["Turkey"], places=[], event_ids=["e"])
STORY_ID = ids.digest("story", "test|1", "0")


def make_signature(**changes: Any) -> Signature:
    return replace(Signature(article=make_reference(), source="test", tells=TELLS, terms=terms(TALKS)), **changes)


def message_of(found: Signature, **changes: Any) -> Message:
    return replace(make_message(codec.encode(found), topic=SIGNATURES.name, key=b"en"), **changes)


def gathered(message: Message, state: bytes | None = None) -> Handled:
    (found,) = handle([Work(message=message, state=state)], Settings())
    return found


def told(story_id: str, found: Signature, *, stays: bool = True) -> Outgoing:
    record = StoryArticle(
        story_id=story_id, article=found.article, source=found.source, tells=found.tells if stays else None,
        seen_at="2024-06-16T07:30:00.000Z",
    )  # fmt: skip
    return Outgoing(topic=STORY_ARTICLES.name, key=story_id.encode(), value=codec.encode(record))


def test_an_article_joins_a_story() -> None:
    found = gathered(message_of(make_signature()))
    assert found.outgoing == (told(STORY_ID, make_signature()),)
    assert found.state is not None


def test_the_same_message_again_says_the_same_or_nothing() -> None:
    """The same before its state was confirmed, nothing after."""
    message = message_of(make_signature())
    first = gathered(message)
    assert gathered(message) == first
    assert gathered(message, first.state) == Handled()


def test_what_is_told_changes_in_place() -> None:
    """The terms are the same; a new reader finds another event."""
    first = gathered(message_of(make_signature()))
    changed = make_signature(tells=replace(TELLS, kinds=["talks-cancelled"]))
    assert gathered(message_of(changed, offset=1), first.state).outgoing == (told(STORY_ID, changed),)


def test_a_correction_leaves_one_story_and_joins_another() -> None:
    other = make_reference(key="test|2", guid="2")
    state = gathered(message_of(make_signature())).state
    state = gathered(message_of(make_signature(article=other), offset=1), state).state
    moved = make_signature(article=other, terms=terms(AMBUSH))
    assert gathered(message_of(moved, offset=2), state).outgoing == (
        told(STORY_ID, moved, stays=False),
        told(ids.digest("story", "test|2", "0"), moved),
    )


def test_what_is_taken_back_leaves() -> None:
    gone = make_signature(tells=None, terms={})
    state = gathered(message_of(make_signature())).state
    assert gathered(message_of(gone, offset=1), state).outgoing == (told(STORY_ID, gone, stays=False),)
    assert gathered(message_of(gone)).outgoing == ()


@pytest.mark.parametrize(
    ("value", "code"),
    [(None, "null-value"), (b"{", "invalid-json"), (b'"\xff"', "invalid-utf8"), (b"{}", "invalid-record"),
     (codec.encode(make_signature(terms={"talk": 0})), "invalid-record")],
)  # fmt: skip
def test_what_is_no_signature_is_a_dead_letter(value: bytes | None, code: str) -> None:
    message = replace(message_of(make_signature()), value=value)
    found = gathered(message)
    (letter,) = found.outgoing
    assert (letter.topic, found.state) == (DEAD_LETTERS.name, None)
    assert codec.decode(letter.value or b"")["problem"]["code"] == code


def test_the_end_of_a_message_that_cannot_be_handled() -> None:
    message, problem = message_of(make_signature()), Problem(code="killed", message="it was")
    assert give_up(Work(message=message), problem) == Handled(
        outgoing=(dead_letter(message, stage="gather", problem=problem),)
    )


@pytest.mark.parametrize(
    ("published_at", "filed"),
    [("2024-06-16T07:30:00Z", START_MS - 1_800_000), (None, START_MS), ("yesterday", START_MS),
     ("2024-06-16T07:30:00", START_MS), ("2030-01-01T00:00:00Z", START_MS), ("2024-06-17T08:00:00Z", START_MS + DAY_MS)],
)  # fmt: skip
def test_when_an_article_was_filed(published_at: str | None, filed: int) -> None:
    """By its own account, unless that is none, or lies ahead."""
    found = make_signature(article=make_reference(published_at=published_at))
    assert filed_ms(found, START_MS) == filed


@pytest.mark.parametrize(
    ("language", "key"), [(None, b"en"), ("en", b"en"), ("en-GB", b"en"), ("EN-us", b"en"), ("fr", b"fr")]
)
def test_the_shard_of_a_language(language: str | None, key: bytes) -> None:
    assert shard(language) == key


def test_a_story_from_wire_to_topic(driver: Driver) -> None:
    """Copies count as one source; a correction moves its article; a cancel leaves nothing."""
    copy = make_article(
        provider="daily", text=f"ANKARA, June 16 (Reuters) - {TALKS}", published_at="2024-06-16T08:00:00Z"
    )
    driver.pipe(make_article(credit="Reuters"), copy, make_article(guid="2", text=AMBUSH, headline="Convoy attacked"))
    driver.pipe(make_article(guid="3", text=QUIET, headline="Rain"))
    driver.pipe(make_article(guid="3", text=f"{TALKS} More follows.", headline="Talks", version="2"))
    view = {key: codec.decode(value) for key, value in driver.view(STORIES).items()}
    talks, ambush = (ids.digest("story", key, "0") for key in ("test|1", "test|2"))
    assert {key: (one["articles"], one["sources"], one["kind"]) for key, one in view.items()} == {
        talks: (3, ["reuters", "test"], "talks-postponed"),
        ambush: (1, ["test"], "assault"),
    }
    later = {"version": "9", "version_created_at": "2024-06-16T12:00:00Z", "status": "canceled", "text": ""}
    driver.pipe(*(make_article(guid=guid, **later) for guid in "123"), make_article(provider="daily", **later))
    assert driver.view(STORIES) == {}
    assert codec.decode(driver.view(STORY_INDEX)["en"]) == {"stories": []}
    assert driver.logs[DEAD_LETTERS.name] == []
