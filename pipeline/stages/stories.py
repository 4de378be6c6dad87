"""The stories stage: what the articles of a story tell together, as the story stands; a story without articles is gone."""

from collections.abc import Sequence

from pipeline import codec, contracts
from pipeline.records import Outgoing, Problem
from pipeline.settings import Settings
from pipeline.stages.base import Handled, Stage, Work
from pipeline.stages.inputs import received
from pipeline.stages.letters import giving_up
from pipeline.stories.records import StoryArticle, StoryState
from pipeline.stories.story import NEW, revised
from pipeline.topics import DEAD_LETTERS, STORIES, STORY_ARTICLES, STORY_STATE

NAME = "stories"
give_up = giving_up(NAME)


def handle(works: Sequence[Work], _: Settings) -> list[Handled]:
    """What each change of a story causes."""
    return [_handled(work) for work in works]


def _handled(work: Work) -> Handled:
    value = received(work.message, "story-article.v1")
    if isinstance(value, Problem):
        return give_up(work, value)
    change = codec.build(StoryArticle, value)
    before = NEW if work.state is None else codec.decode_record(StoryState, work.state)
    after = revised(before, change)
    if after == before:
        return Handled()
    state = contracts.encode("story-state.v1", after)
    if after.revision == before.revision:
        return Handled(state=state)
    story = None if after.story is None else contracts.encode("story.v1", after.story)
    return Handled(outgoing=(Outgoing(topic=STORIES.name, key=change.story_id.encode(), value=story),), state=state)


STORIES_STAGE = Stage(
    name=NAME,
    reads=(STORY_ARTICLES,),
    writes=(STORIES, STORY_STATE, DEAD_LETTERS),
    handle=handle,
    give_up=give_up,
    state=STORY_STATE,
)
