"""The annotate stage: a message with an article becomes entities, events, a state and exactly one outcome."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from pipeline import codec, contracts, instants
from pipeline.detection.detector import detect
from pipeline.nlp import model
from pipeline.nlp.reading import Reading, read
from pipeline.records import (
    Annotation,
    Article,
    ArticleState,
    EntityMentions,
    Message,
    Outcome,
    OutcomeKind,
    Outgoing,
    Problem,
)
from pipeline.settings import Settings
from pipeline.stages import held, syndication
from pipeline.stages.articles import admit, arrival
from pipeline.stages.base import Handled, Releases, Stage, Work
from pipeline.stages.letters import coordinates, dead_letter
from pipeline.stages.outputs import article_ref, outcome_of, published, recorded
from pipeline.stages.signatures import signed
from pipeline.topics import ARTICLES, BACKFILL, DEAD_LETTERS, ENTITIES, EVENTS, OUTCOMES, SIGNATURES, STATE
from pipeline.wire import states
from pipeline.wire.changes import changes
from pipeline.wire.fate import Decision, decide

NAME = "annotate"
Annotate = Callable[[Sequence[Article], Settings], list[Annotation]]


@dataclass(frozen=True, slots=True)
class Case:
    """One message on its way through the stage."""

    message: Message
    state: ArticleState | None
    article: Article | None
    decision: Decision | None
    refused: Problem | None = None
    repeated: Outcome | None = None

    @property
    def is_read(self) -> bool:
        """Whether its text goes through NLP."""
        return self.decision is not None and self.decision.action == "annotate"


def handle(works: Sequence[Work], settings: Settings, *, annotate: Annotate | None = None) -> list[Handled]:
    """What each message causes; texts are read in one batch, by `annotate` (None: as the others, but each text once)."""
    cases = [_case(work) for work in works]
    articles = [case.article for case in cases if case.article is not None and case.is_read]
    annotations = iter((annotate or _recognising)(articles, settings))
    return [_handled(case, next(annotations) if case.is_read else None) for case in cases]


def annotate(articles: Sequence[Article], settings: Settings) -> list[Annotation]:
    """Entities and events of each article, in order."""
    return _confident(_find(articles, settings), settings)


def _recognising(articles: Sequence[Article], settings: Settings) -> list[Annotation]:
    return _confident(syndication.shared().annotate(articles, settings, _find), settings)


def _find(articles: Sequence[Article], settings: Settings) -> list[Annotation]:
    """All that is found, however unsure."""
    readings = read(model.shared(), (article.text for article in articles), limit_chars=settings.article_chars)
    return [_annotation(*pair) for pair in zip(articles, readings, strict=True)]


def _annotation(article: Article, reading: Reading) -> Annotation:
    events = detect(reading, article_key=article.key, published_on=instants.day(article.published_at))
    return Annotation(entities=reading.entities, events=events, truncated=reading.truncated)


def _confident(annotations: Sequence[Annotation], settings: Settings) -> list[Annotation]:
    """Without the events that are not sure enough to be published."""
    return [
        replace(one, events=[event for event in one.events if event.confidence >= settings.min_confidence])
        for one in annotations
    ]


def _case(work: Work) -> Case:
    state = codec.decode_record(ArticleState, work.state) if work.state is not None else None
    admitted = admit(work.message)
    if isinstance(admitted, Problem):
        return Case(work.message, state, None, None, refused=admitted)
    where = coordinates(work.message)
    for outcome in state.recent if state is not None else ():
        if outcome.input == where:
            return Case(work.message, state, admitted, None, repeated=outcome)
    return Case(work.message, state, admitted, decide(admitted, state, arrival(work.message)))


def _handled(case: Case, annotation: Annotation | None) -> Handled:
    if case.refused is not None:
        return refuse(case.message, case.refused)
    if case.repeated is not None:
        return Handled(final=recorded(case.repeated, case.message))
    if case.article is None or case.decision is None:
        raise AssertionError("an admitted article has a decision")
    if annotation is not None:
        return _annotated(case.message, case.article, case.state, annotation)
    if case.decision.action == "retracted":
        return _retracted(case.message, case.article, case.state, case.decision)
    return _passed_over(case.message, case.article, case.state, case.decision)


def _passed_over(message: Message, article: Article, state: ArticleState | None, decision: Decision) -> Handled:
    """What is not read. Where the state decided so, or changes by it, it remembers the outcome, for tomorrow's might decide
    otherwise."""
    action, problem = decision.action, decision.problem
    event_ids = states.standing(state) if action in ("unchanged", "stale") else []
    outcome = outcome_of(message, article, action, event_ids, problem)  # type: ignore[arg-type]
    fresh = None
    if action == "held" and problem is not None:
        fresh = states.held(state, article, problem, outcome)
    elif action == "unchanged":
        fresh = states.settled(state, article, (), outcome)
    elif action == "stale" and state is not None:
        fresh = states.remembered(state, outcome)
    return Handled(state=None if fresh is None else _encoded(fresh), final=recorded(outcome, message))


def refuse(message: Message, problem: Problem) -> Handled:
    """A dead letter and its outcome."""
    outcome = Outcome(
        input=coordinates(message), outcome="dead-letter", article_key=None, version=None, event_ids=[], problem=problem,
        content_sha256=None, truncated=False, model=model.MODEL, recorded_at=instants.from_ms(message.timestamp_ms),
    )  # fmt: skip
    letter = dead_letter(message, stage=NAME, problem=problem)
    return Handled(outgoing=(letter,), final=recorded(outcome, message))


def _annotated(message: Message, article: Article, state: ArticleState | None, annotation: Annotation) -> Handled:
    reference = article_ref(article)
    before = {} if state is None else state.events
    found = list(changes(before, annotation.events, reference, model.MODEL))
    mentions = EntityMentions(article=reference, entities=annotation.entities, model=model.MODEL)
    entities = Outgoing(topic=ENTITIES.name, key=article.key.encode(), value=contracts.encode("entities.v1", mentions))
    kind: OutcomeKind = "events" if annotation.events else "no-event"
    event_ids = [event.event_id for event in annotation.events]
    outcome = outcome_of(message, article, kind, event_ids, None, truncated=annotation.truncated)
    records = (published(message, article, reference, change, "corrected") for change in found)
    return Handled(
        outgoing=tuple(chain((entities,), records, (signed(message, article, reference, annotation),))),
        state=_encoded(states.settled(state, article, found, outcome)),
        final=recorded(outcome, message),
    )


def _retracted(message: Message, article: Article, state: ArticleState | None, decision: Decision) -> Handled:
    """A cancel takes back all that any version of the item stood for."""
    reference = article_ref(article, headline=None)
    found = list(changes({} if state is None else state.events, [], reference, model.MODEL))
    outcome = outcome_of(message, article, "retracted", [], decision.problem)
    records = (published(message, article, reference, change, article.status) for change in found)
    unsigned = () if state is None else (signed(message, article, reference, None),)
    return Handled(
        outgoing=(*records, *unsigned),
        state=_encoded(states.settled(state, article, found, outcome)),
        final=recorded(outcome, message),
    )


def _encoded(state: ArticleState) -> bytes:
    return contracts.encode("article-state.v1", state)


def give_up(work: Work, problem: Problem) -> Handled:
    """The end of a message that kills or hangs the process that reads it."""
    return refuse(work.message, problem)


def prepare(_: Settings) -> None:
    """Load the model."""
    model.shared()


ANNOTATE = Stage(
    name=NAME,
    reads=(ARTICLES, BACKFILL),
    writes=(ENTITIES, EVENTS, SIGNATURES, OUTCOMES, STATE, DEAD_LETTERS, ARTICLES),
    handle=handle,
    give_up=give_up,
    prepare=prepare,
    pooled=True,
    state=STATE,
    releases=Releases(due_ms=held.due_ms, message=held.release),
)
