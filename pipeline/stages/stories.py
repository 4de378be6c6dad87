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


def handle(works: Sequence[Work], _: Settings) -> list[Handled]:
    """What each change of a story causes."""
    return in_turn(works, states(), opened=_opened, turn=_handled, sealed=_sealed)


@cache
def states() -> Recall[StoryState]:
    """The memory of this process, in articles: 400 of them take a megabyte."""
    return Recall(most=8_000, weight=_weight)


def _weight(state: StoryState) -> int:
    return 1 + len(state.articles)


def _opened(work: Work) -> StoryState:
    return NEW if work.state is None else codec.decode_record(StoryState, work.state)


def _sealed(state: StoryState) -> bytes | None:
    return None if state == NEW else contracts.encode("story-state.v1", state)


def _handled(message: Message, before: StoryState) -> tuple[Handled, StoryState]:
    value = received(message, "story-article.v1")
    if isinstance(value, Problem):
        return give_up(Work(message=message), value), before
    change = codec.build(StoryArticle, value)
    after = revised(before, change)
    if after.revision == before.revision:
        return Handled(), after
    headers, value_left = carried(message), None
    if after.story is None:
        headers += farewell(after.revision, change.article.key)
    else:
        value_left = contracts.encode("story.v1", after.story)
    outgoing = Outgoing(topic=STORIES.name, key=change.story_id.encode(), value=value_left, headers=headers)
    return Handled(outgoing=(outgoing,)), after


STORIES_STAGE = Stage(
    name=NAME,
    reads=(STORY_ARTICLES,),
    writes=(STORIES, STORY_STATE, DEAD_LETTERS),
    handle=handle,
    give_up=give_up,
    state=STORY_STATE,
    in_runs=True,
)
