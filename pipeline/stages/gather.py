"""The gather stage: which story an article is of. All articles of a language meet in one shard, whose state is the window."""

from collections.abc import Sequence

from pipeline import codec, contracts, instants
from pipeline.records import Outgoing, Problem
from pipeline.settings import Settings
from pipeline.stages.base import Handled, Stage, Work
from pipeline.stages.inputs import received
from pipeline.stages.letters import giving_up
from pipeline.stories.packing import pack, shared, unpack
from pipeline.stories.records import Signature, StoryArticle, StoryIndex
from pipeline.stories.window import Window
from pipeline.topics import DAY_MS, DEAD_LETTERS, SIGNATURES, STORY_ARTICLES, STORY_INDEX

NAME = "gather"
give_up = giving_up(NAME)


def handle(works: Sequence[Work], _: Settings) -> list[Handled]:
    """What each signature causes."""
    return [_gathered(work) for work in works]


def _gathered(work: Work) -> Handled:
    value = received(work.message, "signature.v1")
    if isinstance(value, Problem):
        return give_up(work, value)
    found = codec.build(Signature, value)
    window = _window(work.state)
    seen_ms = work.message.timestamp_ms
    at_ms = filed_ms(found, seen_ms)
    # All that the signature says, and nothing that its way here adds.
    content = codec.encode(found).decode()
    place = window.place(found.article.key, content, found.terms, at_ms=at_ms, seen_ms=seen_ms)
    if place.known and work.state is not None:
        shared().keep(work.state, window)
        return Handled()
    outgoing = []
    if place.left is not None:
        outgoing.append(_told(place.left, found, at_ms, stays=False))
    if place.story_id is not None:
        outgoing.append(_told(place.story_id, found, at_ms, stays=True))
    state = contracts.encode("story-index.v1", pack(window))
    shared().keep(state, window)
    return Handled(outgoing=tuple(outgoing), state=state)


def _window(state: bytes | None) -> Window:
    if state is None:
        return Window()
    return shared().take(state) or unpack(codec.decode_record(StoryIndex, state))


def filed_ms(signature: Signature, seen_ms: int) -> int:
    """When the article was published by its own account, unless that is more than a day ahead; else when it came in."""
    published_ms = instants.exact_ms(signature.article.published_at)
    return seen_ms if published_ms is None or published_ms > seen_ms + DAY_MS else published_ms


def _told(story_id: str, found: Signature, at_ms: int, *, stays: bool) -> Outgoing:
    record = StoryArticle(
        story_id=story_id, article=found.article, source=found.source, tells=found.tells if stays else None,
        seen_at=instants.from_ms(at_ms),
    )  # fmt: skip
    value = contracts.encode("story-article.v1", record)
    return Outgoing(topic=STORY_ARTICLES.name, key=story_id.encode(), value=value)


GATHER = Stage(
    name=NAME,
    reads=(SIGNATURES,),
    writes=(STORY_ARTICLES, STORY_INDEX, DEAD_LETTERS),
    handle=handle,
    give_up=give_up,
    state=STORY_INDEX,
)
