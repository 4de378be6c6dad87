"""Signatures on their way to their stories."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

import pytest

from pipeline import codec, ids
from pipeline.records import Message, Outgoing, Problem
from pipeline.settings import Settings
from pipeline.stages.base import Handled, Work
from pipeline.stages.gather import filed_ms, give_up, handle, windows
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


@dataclass
class Shard:
    """What stands in the topics of one language."""

    state: bytes | None = None
    parts: dict[bytes, bytes] = field(default_factory=dict)
    told: list[Outgoing] = field(default_factory=list)

    def gather(self, *messages: Message, written: int | None = None) -> list[Handled]:
        """A run; of what it writes down only so many records are, as if the worker died then (None: all)."""
        values = [value for _, value in sorted(self.parts.items())]
        results = handle([Work(message=one, state=self.state, parts=lambda: values) for one in messages], Settings())
        self.told += [one for handled in results for one in handled.outgoing]
        records: list[tuple[bytes, bytes | None]] = []
        for handled in results:
            records += [(part.name, part.value) for part in handled.parts]
            records += [] if handled.state is None else [(b"", handled.state)]
        for name, value in records[:written]:
            self._write(name, value)
        return results

    def _write(self, name: bytes, value: bytes | None) -> None:
        if not name:
            self.state = value
        elif value is None:
            self.parts.pop(name, None)
        else:
            self.parts[name] = value


def gathered(message: Message, shard: Shard | None = None) -> Handled:
    (found,) = (shard or Shard()).gather(message)
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
    assert [part.name for part in found.parts] == [STORY_ID.encode()]
    assert found.state is not None


def test_the_same_message_again_says_the_same_or_nothing() -> None:
    """The same before its state was confirmed, nothing after."""
    message, shard = message_of(make_signature()), Shard()
    first = gathered(message, shard)
    assert gathered(message) == first
    assert gathered(message, shard) == Handled()
    assert gathered(replace(message, offset=1), shard) == Handled(state=shard.state)


def test_what_is_told_changes_in_place() -> None:
    """The terms are the same; a new reader finds another event."""
    shard = Shard()
    shard.gather(message_of(make_signature()))
    changed = make_signature(tells=replace(TELLS, kinds=["talks-cancelled"]))
    assert gathered(message_of(changed, offset=1), shard).outgoing == (told(STORY_ID, changed),)


def test_a_correction_leaves_one_story_and_joins_another() -> None:
    other, shard = make_reference(key="test|2", guid="2"), Shard()
    shard.gather(message_of(make_signature()), message_of(make_signature(article=other), offset=1))
    moved = make_signature(article=other, terms=terms(AMBUSH))
    assert gathered(message_of(moved, offset=2), shard).outgoing == (
        told(STORY_ID, moved, stays=False),
        told(ids.digest("story", "test|2", "0"), moved),
    )


def test_what_is_taken_back_leaves() -> None:
    gone, shard = make_signature(tells=None, terms={}), Shard()
    shard.gather(message_of(make_signature()))
    assert gathered(message_of(gone, offset=1), shard).outgoing == (told(STORY_ID, gone, stays=False),)
    assert shard.parts == {}
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
    assert codec.decode(driver.view(STORY_INDEX)["en"])["stories"] == []
    assert list(driver.view(STORY_INDEX)) == ["en"]
    assert driver.logs[DEAD_LETTERS.name] == []


def test_a_message_without_a_key_is_by_itself() -> None:
    """It has no state, whatever is in its batch."""
    other = make_signature(article=make_reference(key="test|2", guid="2"))
    found = Shard().gather(message_of(make_signature(), key=None), message_of(other, key=None))
    assert [handled.outgoing for handled in found] == [
        (told(STORY_ID, make_signature()),), (told(ids.digest("story", "test|2", "0"), other),)
    ]  # fmt: skip


def test_languages_do_not_mix() -> None:
    """One batch, two keys; each has its own state."""
    english, french = message_of(make_signature()), message_of(make_signature(), key=b"fr", offset=1)
    results = handle([Work(message=english), Work(message=french)], Settings())
    assert [handled.outgoing for handled in results] == [(told(STORY_ID, make_signature()),)] * 2
    assert all(handled.state for handled in results)


def stream(chance: random.Random, length: int) -> list[Message]:
    """Articles of few stories that come, change, move, go and come again, some later than the window lasts."""
    texts, now_ms, messages = (TALKS, AMBUSH, QUIET, f"{TALKS} {AMBUSH}"), START_MS, []
    for offset in range(length):
        guid, text = str(chance.randrange(12)), chance.choice((*texts, None))
        article = make_reference(key=f"test|{guid}", guid=guid, version=str(chance.randrange(3)), published_at=None)
        found = make_signature(
            article=article, tells=TELLS if text else None, terms=terms(f"{text} {guid}") if text else {}
        )
        now_ms += chance.choice((0, 1000, DAY_MS // 2, 4 * DAY_MS))
        messages.append(message_of(found, offset=offset, timestamp_ms=now_ms))
    return messages


def cuts(chance: random.Random, messages: Sequence[Message]) -> list[Sequence[Message]]:
    places = sorted({0, len(messages), *(chance.randrange(len(messages)) for _ in range(len(messages) // 4))})
    return [messages[begin:end] for begin, end in pairwise(places)]


@pytest.mark.parametrize("seed", range(8))
def test_the_cuts_of_the_batches_do_not_matter(seed: int) -> None:
    chance = random.Random(seed)
    messages, calm, cut = stream(chance, 120), Shard(), Shard()
    for message in messages:
        calm.gather(message)
    for run in cuts(chance, messages):
        cut.gather(*run)
    assert (cut.told, cut.parts, cut.state) == (calm.told, calm.parts, calm.state)


@pytest.mark.parametrize("seed", range(20))
def test_a_crash_at_any_record_changes_nothing_but_repeats(seed: int) -> None:
    """After each the last runs come again, cut otherwise; what stands in the end, and what was told, is that of a calm day."""
    chance = random.Random(seed)
    messages, calm, shaken = stream(chance, 120), Shard(), Shard()
    for message in messages:
        calm.gather(message)
    committed = 0
    while committed < len(messages):
        windows.cache_clear()
        read = committed
        for run in cuts(chance, messages[committed : committed + 40]):
            crash = chance.random() < 0.2
            shaken.gather(*run, written=chance.randrange(2 * len(run) + 1) if crash else None)
            if crash:
                break
            read += len(run)
            committed = read if chance.random() < 0.5 else committed
        else:
            committed = read
    assert shaken.parts == calm.parts
    assert set(shaken.told) == set(calm.told)
