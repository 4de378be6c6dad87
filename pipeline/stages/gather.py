"""The gather stage: which story an article is of. All articles of a language meet in one shard, whose state is the window.

Of the window only what an article changed is written: the stories that it pushed out, left and joined, in this order, then the
seal, which says that the article is done.
"""

from collections.abc import Sequence
from functools import cache

from pipeline import codec, contracts, instants
from pipeline.records import Message, Outgoing, Problem
from pipeline.settings import Settings
from pipeline.stages.base import Handled, Part, Stage, Work
from pipeline.stages.events import Headers, carried
from pipeline.stages.inputs import received
from pipeline.stages.letters import giving_up
from pipeline.stages.turns import Recall, in_turn
from pipeline.stories.packing import sealed, take_changes, unpack
from pipeline.stories.records import Signature, StoryArticle, StoryIndex
from pipeline.stories.window import Window
from pipeline.topics import DAY_MS, DEAD_LETTERS, SIGNATURES, STORY_ARTICLES, STORY_INDEX

NAME = "gather"
give_up = giving_up(NAME)


def handle(works: Sequence[Work], _: Settings) -> list[Handled]:
    """What each signature causes."""
    return in_turn(works, windows(), opened=_opened, turn=_gathered, sealed=_sealed)


@cache
def windows() -> Recall[Window]:
    """The memory of this process: a full window is opened in 44 ms."""
    return Recall(most=4)


def _opened(work: Work) -> Window:
    index = StoryIndex(stories=[]) if work.state is None else codec.decode_record(StoryIndex, work.state)
    return unpack(index, (codec.decode_record(StoryIndex, part) for part in work.parts()))


def _sealed(window: Window) -> bytes | None:
    index = sealed(window)
    return None if index is None else contracts.encode("story-index.v2", index)


def _gathered(message: Message, window: Window) -> tuple[Handled, Window]:
    """A signature that is delivered again after a crash has told everything, and others may have changed the window since."""
    if window.has_seen(message.offset, message.timestamp_ms):
        return Handled(), window
    value = received(message, "signature.v1")
    if isinstance(value, Problem):
        return give_up(Work(message=message), value), window
    found = codec.build(Signature, value)
    at_ms = filed_ms(found, message.timestamp_ms)
    # All that the signature says, and nothing that its way here adds.
    content = codec.encode(found).decode()
    place = window.place(
        found.article.key, content, found.terms, at_ms=at_ms, seen_ms=message.timestamp_ms, offset=message.offset
    )
    outgoing, headers = [], carried(message)
    if place.left is not None:
        outgoing.append(_told(place.left, found, at_ms, headers, stays=False))
    if place.story_id is not None and not place.known:
        outgoing.append(_told(place.story_id, found, at_ms, headers, stays=True))
    # The seal behind each: whoever finds only some of a run's records goes on with the article whose seal is missing.
    return Handled(outgoing=tuple(outgoing), parts=_parts(window), state=_sealed(window)), window


def _parts(window: Window) -> tuple[Part, ...]:
    return tuple(
        Part(
            name=story_id.encode(),
            value=None if line is None else contracts.encode("story-index.v2", StoryIndex(stories=[line])),
        )
        for story_id, line in take_changes(window).items()
    )


def filed_ms(signature: Signature, seen_ms: int) -> int:
    """When the article was published by its own account, unless that is more than a day ahead; else when it came in."""
    published_ms = instants.exact_ms(signature.article.published_at)
    return seen_ms if published_ms is None or published_ms > seen_ms + DAY_MS else published_ms


def _told(story_id: str, found: Signature, at_ms: int, headers: Headers, *, stays: bool) -> Outgoing:
    record = StoryArticle(
        story_id=story_id, article=found.article, source=found.source, tells=found.tells if stays else None,
        seen_at=instants.from_ms(at_ms),
    )  # fmt: skip
    value = contracts.encode("story-article.v1", record)
    return Outgoing(topic=STORY_ARTICLES.name, key=story_id.encode(), value=value, headers=headers)


GATHER = Stage(
    name=NAME,
    reads=(SIGNATURES,),
    writes=(STORY_ARTICLES, STORY_INDEX, DEAD_LETTERS),
    handle=handle,
    give_up=give_up,
    state=STORY_INDEX,
    in_runs=True,
)
