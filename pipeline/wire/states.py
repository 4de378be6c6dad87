"""What is remembered of an item once an input is done: the other half of the state machine."""

from collections.abc import Iterable
from dataclasses import replace

from pipeline import instants
from pipeline.records import Article, ArticleState, HeldVersion, Outcome, Problem
from pipeline.wire.changes import Change
from pipeline.wire.embargo import until_ms
from pipeline.wire.versions import rank, version_of

# So many inputs of one item may be delivered again after a crash and still get their first outcome. A crash repeats at most
# the unacknowledged window, in which one item hardly has more versions than this. An outcome is half a kilobyte.
RECENT_INPUTS = 16
NEW = ArticleState(settled=None, held=None, events={}, recent=[])


def settled(state: ArticleState | None, article: Article, found: Iterable[Change], outcome: Outcome) -> ArticleState:
    """The version was read, or took everything back, or says what stands: it is the newest one now.

    What waited and is not newer than this will not come in any more.
    """
    before, version = state or NEW, version_of(article)
    held = before.held
    if held is not None and rank(version_of(held.article)) <= rank(version):
        held = None
    events = before.events | {change.event_id: change.standing for change in found}
    return remembered(replace(before, settled=version, held=held, events=events), outcome)


def held(state: ArticleState | None, article: Article, why: Problem, outcome: Outcome) -> ArticleState:
    """The version waits, in place of any other that did."""
    until = until_ms(article)
    waiting = HeldVersion(
        article=article, until=None if until is None else instants.from_ms(until), problem=why, input=outcome.input,
        held_at=outcome.recorded_at,
    )  # fmt: skip
    return remembered(replace(state or NEW, held=waiting), outcome)


def remembered(state: ArticleState, outcome: Outcome) -> ArticleState:
    """The outcome is the last of those that it remembers."""
    return replace(state, recent=[*state.recent, outcome][-RECENT_INPUTS:])


def standing(state: ArticleState | None) -> list[str]:
    """The ids of the events that the item stands for now."""
    return [] if state is None else [event_id for event_id, event in state.events.items() if not event.retracted]
