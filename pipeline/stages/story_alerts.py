"""Messages of news.stories.v1 to alerts: what rules that count independent sources have to tell."""

from collections.abc import Sequence
from dataclasses import replace

from pipeline import instants
from pipeline.alerts.corroboration import Telling, decide
from pipeline.alerts.deciding import Notice
from pipeline.alerts.records import Alert, StandingAlert
from pipeline.alerts.rules import Ruleset
from pipeline.detection.ontology import KINDS
from pipeline.records import ArticleRef, Message, Problem
from pipeline.stages.events import from_backfill, urgency
from pipeline.stages.farewells import farewell_of
from pipeline.stages.inputs import received
from pipeline.stories.story import MOST_ARTICLES


def notices_of_story(
    message: Message, told: Sequence[StandingAlert], rules: Ruleset
) -> list[tuple[Notice, Alert]] | Problem:
    """What one message of a story causes, and the records of it. Problem codes: those of `received`."""
    found = _read(message)
    if isinstance(found, Problem):
        return found
    telling, article = found
    return [(one, _alert(message, telling, article, one)) for one in decide(rules.rules, told, telling)]


def _read(message: Message) -> tuple[Telling, ArticleRef] | Problem:
    """The story as it stands, and the article that joined it last, or whose leaving ended it."""
    at_ms, backfill = message.timestamp_ms, from_backfill(message)
    if message.value is None and message.key is not None:
        revision, left = farewell_of(message)
        story_id = message.key.decode("utf-8", "replace")
        telling = Telling(story_id=story_id, revision=revision, story=None, at_ms=at_ms, backfill=backfill)
        return telling, _reference(left, None)
    story = received(message, "story.v1")
    if isinstance(story, Problem):
        return story
    if not all(all(key.partition("|")) for key in story["article_keys"][-1:] or [""]):
        return Problem(code="invalid-record", message="article_keys: the last is no provider|guid")
    telling = Telling(
        story_id=story["story_id"], revision=story["revision"], story=story, at_ms=at_ms, backfill=backfill,
        full=story["articles"] >= MOST_ARTICLES,
    )  # fmt: skip
    return telling, _reference(story["article_keys"][-1], story["headline"])


def _reference(key: str, headline: str | None) -> ArticleRef:
    """As much of an article as a story knows."""
    provider, _, guid = key.partition("|")
    return ArticleRef(
        key=key, provider=provider, guid=guid, version="", headline=headline, url=None, published_at=None, language=None
    )


def _alert(message: Message, telling: Telling, article: ArticleRef, notice: Notice) -> Alert:
    told = notice.told
    if notice.change == "retracted":  # what was said is not said again
        article = replace(article, headline=None)
    return Alert(
        alert_id=notice.alert_id, rule=told.rule, event_id=telling.story_id, revision=telling.revision,
        change=notice.change, kind=told.kind, family=KINDS[told.kind].family,
        fired_at=instants.from_ms(message.timestamp_ms), channels=list(notice.channels), urgency=urgency(message),
        first=notice.first, title=notice.title, text=notice.text, article=article, event=None,
        story_id=telling.story_id,
    )  # fmt: skip
