"""The stories stage: what the articles of a story tell together, as the story stands; a story without articles is gone."""

from collections.abc import Sequence
from functools import cache

from pipeline import codec, contracts
from pipeline.records import Message, Outgoing, Problem
from pipeline.settings import Settings
from pipeline.stages.base import Handled, Stage, Work
from pipeline.stages.events import carried
from pipeline.stages.farewells import farewell
from pipeline.stages.inputs import received
from pipeline.stages.letters import giving_up
from pipeline.stages.turns import Recall, in_turn
from pipeline.stories.records import StoryArticle, StoryState
from pipeline.stories.story import NEW, revised
from pipeline.topics import DEAD_LETTERS, STORIES, STORY_ARTICLES, STORY_STATE

NAME = "stories"
give_up = giving_up(NAME)


# Is no article's key, for those have a | in them.
STORY = "story"


class Standing:
    """A story in memory. Each of its articles is checked and encoded once, not with every state that has it."""

    def __init__(self, state: StoryState) -> None:
        self.state = state
        self._encoded: dict[str, tuple[object, bytes]] = {}

    def encoded(self, schema: str, name: str, record: object) -> bytes:
        """The record's JSON; `name` is which part of the state it is."""
        known, data = self._encoded.get(name, (None, b""))
        if known is not record:
            data = contracts.encode(schema, record)
            self._encoded[name] = record, data
        return data

    def forget(self) -> None:
        """What is not of the story any more."""
        for key in self._encoded.keys() - self.state.articles.keys() - {STORY}:
            del self._encoded[key]


def handle(works: Sequence[Work], _: Settings) -> list[Handled]:
    """What each change of a story causes."""
    return in_turn(works, standings(), opened=_opened, turn=_handled, sealed=_sealed)


@cache
def standings() -> Recall[Standing]:
    """The memory of this process, in articles: 400 of them take 2.5 MB."""
    return Recall(most=8_000, weight=_weight)


def _weight(standing: Standing) -> int:
    return 1 + len(standing.state.articles)


def _opened(work: Work) -> Standing:
    return Standing(NEW if work.state is None else codec.decode_record(StoryState, work.state))


def _sealed(standing: Standing) -> bytes | None:
    state = standing.state
    if state == NEW:
        return None
    standing.forget()
    kept = state.articles.items()
    articles = {key: codec.ready(standing.encoded("story-article.v1", key, one)) for key, one in kept}
    story = None if state.story is None else codec.ready(standing.encoded("story.v1", STORY, state.story))
    return codec.encode({"revision": state.revision, "articles": articles, "story": story})


def _handled(message: Message, standing: Standing) -> tuple[Handled, Standing]:
    value = received(message, "story-article.v1")
    if isinstance(value, Problem):
        return give_up(Work(message=message), value), standing
    change = codec.build(StoryArticle, value)
    before, after = standing.state, revised(standing.state, change)
    standing.state = after
    if after.revision == before.revision:
        return Handled(), standing
    headers, value_left = carried(message), None
    if after.story is None:
        headers += farewell(after.revision, change.article.key)
    else:
        value_left = standing.encoded("story.v1", STORY, after.story)
    outgoing = Outgoing(topic=STORIES.name, key=change.story_id.encode(), value=value_left, headers=headers)
    return Handled(outgoing=(outgoing,)), standing


STORIES_STAGE = Stage(
    name=NAME,
    reads=(STORY_ARTICLES,),
    writes=(STORIES, STORY_STATE, DEAD_LETTERS),
    handle=handle,
    give_up=give_up,
    state=STORY_STATE,
    in_runs=True,
)
