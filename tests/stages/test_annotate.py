"""The annotate stage, message by message, on the real model."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import codec, contracts
from pipeline.envelope import CONTENT_TYPE
from pipeline.nlp.model import MODEL
from pipeline.records import (
    ArticleState,
    Coordinates,
    Entity,
    EntityMentions,
    EventData,
    HeldVersion,
    Message,
    Outcome,
    Outgoing,
    Participant,
    Problem,
    Span,
    StandingEvent,
    When,
)
from pipeline.settings import Settings
from pipeline.stages.annotate import ANNOTATE, annotate, give_up, handle
from pipeline.stages.base import Handled, Work
from pipeline.stages.letters import dead_letter
from pipeline.stages.outputs import article_ref
from pipeline.topics import DEAD_LETTERS, ENTITIES, EVENTS, MAX_INPUT_BYTES, MAX_STATE_BYTES, OUTCOMES, SIGNATURES
from pipeline.wire.changes import digest
from pipeline.wire.states import RECENT_INPUTS
from pipeline.wire.versions import content, version_of
from tests.builders import AMBUSH, QUIET, TALKS, make_article, make_message, make_outcome, make_reference

EVENT_ID = "45z97jn2k8xcyzmkshzdve9t9m"
PARENT = b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def handled_of(message: Message, state: bytes | None = None, **changes: object) -> Handled:
    (handled,) = handle([Work(message=message, state=state)], replace(Settings(), **changes))  # type: ignore[arg-type]
    return handled


def outcome_of(handled: Handled) -> Outcome:
    assert handled.final is not None
    outcome = codec.decode_record(Outcome, handled.final.value or b"")
    assert handled.final.topic == OUTCOMES.name
    assert handled.final.headers == (("outcome", outcome.outcome.encode()),)
    return outcome


def published_talks(confidence: float) -> EventData:
    """What TALKS says, by a reader; how sure the detector is, is measured elsewhere."""
    turkey = Participant(
        text="Turkey", start=0, end=6, name="Turkey", entity_id="country:TUR", country="TUR", sector="GOV"
    )
    russia = Participant(
        text="Russia", start=11, end=17, name="Russia", entity_id="country:RUS", country="RUS", sector="GOV"
    )
    libya = Participant(
        text="Libya", start=37, end=42, name="Libya", entity_id="country:LBY", country="LBY", sector="GOV"
    )
    return EventData(
        event_id=EVENT_ID, kind="talks-postponed", family="diplomacy", type="CONSULT", mode=None, contexts=[], cameo="04",
        quad="VERBAL COOPERATION", goldstein=2.5, modality="asserted", confidence=confidence, rule="talks-postponed/postpone.v",
        trigger=Span(text="postponed", start=18, end=27), sentence=Span(text=TALKS, start=0, end=53),
        actors=[turkey, russia], recipients=[], about=[libya], location=None,
        time=When(text="Sunday", start_on="2024-06-16", end_on="2024-06-16", precision="day"), attribution=None,
        revision=1, article=make_reference(), model=MODEL, detected_at="2024-06-16T08:00:00.000Z",
    )  # fmt: skip


def test_everything_that_an_article_causes() -> None:
    """Its mentions, its event, its state, its outcome: whole."""
    message = make_message(headers=(("traceparent", PARENT),))
    handled = handled_of(message)
    (found,) = annotate([make_article()], Settings())[0].events
    entities, event, signed = handled.outgoing
    assert (entities.topic, signed.topic, signed.key) == (ENTITIES.name, SIGNATURES.name, b"en")
    mentions = codec.decode_record(EntityMentions, entities.value or b"")
    assert (mentions.article, mentions.model) == (make_reference(), MODEL)
    assert mentions.entities[0] == Entity(
        text="Turkey",
        label="GPE",
        start=0,
        end=6,
        name="Turkey",
        entity_id="country:TUR",
        country="TUR",
        lat=39.0,
        lon=35.0,
    )
    assert [(one.text, one.label) for one in mentions.entities] == [
        ("Turkey", "GPE"), ("Russia", "GPE"), ("Libya", "GPE"), ("Sunday", "DATE"),
    ]  # fmt: skip

    cloud_event = codec.decode(event.value or b"")
    span = cloud_event["traceparent"].split("-")[2]
    traceparent = f"00-0af7651916cd43dd8448eb211c80319c-{span}-01"
    assert cloud_event == {
        "id": f"{EVENT_ID}.1", "type": "news.event.detected.v1", "subject": EVENT_ID, "time": "2024-06-16T08:00:00.000Z",
        "partitionkey": "test|1", "traceparent": traceparent, "data": codec.plain(published_talks(found.confidence)),
        "dataschema": "urn:tickertape:schema:event.v1", "specversion": "1.0", "source": "/tickertape/annotate",
        "datacontenttype": "application/json",
    }  # fmt: skip
    assert event == Outgoing(
        topic=EVENTS.name, key=b"test|1", value=event.value,
        headers=(
            CONTENT_TYPE, ("ce_id", f"{EVENT_ID}.1".encode()), ("ce_type", b"news.event.detected.v1"),
            ("ce_subject", EVENT_ID.encode()), ("ce_kind", b"talks-postponed"), ("traceparent", traceparent.encode()),
        ),
    )  # fmt: skip

    outcome = make_outcome(outcome="events", event_ids=[EVENT_ID], content_sha256=content(make_article()))
    assert outcome_of(handled) == outcome
    assert handled.final is not None
    assert handled.final.key == b"test|1"
    standing = StandingEvent(
        revision=1, digest=digest(found, make_reference(), MODEL), kind="talks-postponed", family="diplomacy"
    )
    assert codec.decode_record(ArticleState, handled.state or b"") == ArticleState(
        settled=version_of(make_article()), held=None, events={EVENT_ID: standing}, recent=[outcome]
    )  # fmt: skip


def test_an_article_without_events_has_its_mentions_and_says_so() -> None:
    handled = handled_of(make_message(make_article(text=QUIET)))
    assert [one.topic for one in handled.outgoing] == [ENTITIES.name, SIGNATURES.name]
    assert outcome_of(handled) == make_outcome(content_sha256=content(make_article(text=QUIET)))


def test_the_same_message_again_gets_its_first_outcome_and_nothing_else() -> None:
    """Whatever came after it: the state remembers."""
    first = handled_of(make_message())
    second = handled_of(make_message(make_article(version="2", text=AMBUSH), offset=1), first.state)
    assert handled_of(make_message(), second.state) == Handled(final=first.final)


@pytest.mark.parametrize(
    ("change", "kind", "code"),
    [({}, "unchanged", None), ({"version": "0", "text": "Older."}, "stale", "older-version")],
)
def test_what_the_state_decides_is_remembered(change: dict[str, str], kind: str, code: str | None) -> None:
    """So that a later state cannot decide otherwise."""
    first = handled_of(make_message())
    passed = handled_of(make_message(make_article(**change), offset=1), first.state)
    outcome = outcome_of(passed)
    assert (outcome.outcome, outcome.problem and outcome.problem.code) == (kind, code)
    assert (outcome.event_ids, passed.outgoing) == ([EVENT_ID], ())
    newer = handled_of(make_message(make_article(version="9", text=AMBUSH), offset=2), passed.state)
    assert handled_of(make_message(make_article(**change), offset=1), newer.state) == Handled(final=passed.final)


def test_an_unchanged_newer_version_makes_what_lies_between_stale() -> None:
    state = handled_of(make_message()).state
    state = handled_of(make_message(make_article(version="3"), offset=1), state).state
    between = handled_of(make_message(make_article(version="2", text=AMBUSH), offset=2), state)
    assert outcome_of(between).outcome == "stale"


@pytest.mark.parametrize(
    ("change", "code"),
    [({"language": "fr"}, "language"), ({"text": " \n"}, "empty-text"), ({"purpose": "advisory"}, "advisory")],
)
def test_what_the_article_decides_leaves_no_state_and_no_events(change: dict[str, str], code: str) -> None:
    """With or without a version before it."""
    article = make_article(version="2", **change)
    alone = handled_of(make_message(article))
    outcome = outcome_of(alone)
    assert outcome == make_outcome(
        outcome="skipped", version="2", content_sha256=content(article), problem=outcome.problem
    )
    assert outcome.problem is not None
    assert outcome.problem.code == code
    assert (
        handled_of(make_message(article), handled_of(make_message(offset=1)).state)
        == alone
        == Handled(final=alone.final)
    )


@pytest.mark.parametrize(
    ("said", "until", "why"),
    [
        ("2030-01-01T00:00:00Z", "2030-01-01T00:00:00.000Z", Problem(code="embargo", message="until 2030-01-01T00:00:00Z")),
        ("tomorrow", None, Problem(code="embargo-unreadable", message="tomorrow")),
    ],
)  # fmt: skip
def test_what_is_held_waits_whole_in_the_state_and_says_nothing(said: str, until: str | None, why: Problem) -> None:
    article = make_article(version="2", text=AMBUSH, embargo_until=said, origin={"desk": ["africa", 1, None]})
    before = handled_of(make_message())
    handled = handled_of(make_message(article, offset=1), before.state)
    stood = codec.decode_record(ArticleState, before.state or b"")
    outcome = make_outcome(
        outcome="held", version="2", content_sha256=content(article), problem=why,
        input=Coordinates(topic="news.articles.v1", partition=0, offset=1),
    )  # fmt: skip
    assert (handled.outgoing, outcome_of(handled)) == ((), outcome)
    waits = HeldVersion(article=article, until=until, problem=why, input=outcome.input, held_at=outcome.recorded_at)
    assert codec.decode_record(ArticleState, handled.state or b"") == replace(
        stood, held=waits, recent=[*stood.recent, outcome]
    )


def test_what_is_held_gets_its_outcome_again_after_a_newer_one_was_read() -> None:
    """A crash between the two must not make it stale."""
    held = make_message(make_article(embargo_until="2030-01-01T00:00:00Z"))
    first = handled_of(held)
    second = handled_of(make_message(make_article(version="2"), offset=1), first.state)
    assert handled_of(held, second.state) == Handled(final=first.final)


def test_the_largest_article_that_may_come_in_may_wait() -> None:
    """With all the outcomes that a state remembers."""
    state = None
    for offset in range(RECENT_INPUTS):
        state = handled_of(make_message(make_article(version=f"{offset}{'0' * 10_000}"), offset=offset), state).state
    article = make_article(
        version=f"99{'0' * 10_000}", embargo_until="noon", text="é" * (MAX_INPUT_BYTES // 2 - 12_000)
    )
    message = make_message(article, offset=99)
    assert MAX_INPUT_BYTES - 20_000 < len(message.value or b"") < MAX_INPUT_BYTES
    assert len(handled_of(message, state).state or b"") < MAX_STATE_BYTES


def test_so_many_inputs_are_remembered() -> None:
    state = None
    for offset in range(RECENT_INPUTS + 1):
        state = handled_of(make_message(offset=offset), state).state
    recent = codec.decode_record(ArticleState, state or b"").recent
    assert [one.input.offset for one in recent] == list(range(1, RECENT_INPUTS + 1))


def test_the_input_is_named_with_its_own_topic_and_place() -> None:
    handled = handled_of(make_message(topic="p.news.articles-backfill.v1", partition=4, offset=9))
    assert outcome_of(handled).input == Coordinates(topic="p.news.articles-backfill.v1", partition=4, offset=9)


def test_a_refused_message_has_a_dead_letter_and_an_outcome() -> None:
    message = make_message(b"{")
    problem = Problem(code="invalid-json", message="unexpected end of data: line 1 column 2 (char 1)")
    outcome = make_outcome(outcome="dead-letter", article_key=None, version=None, content_sha256=None, problem=problem)
    assert handled_of(message) == Handled(
        outgoing=(dead_letter(message, stage="annotate", problem=problem),),
        final=Outgoing(
            topic=OUTCOMES.name, key=b"test|1", value=contracts.encode("outcome.v1", outcome),
            headers=(("outcome", b"dead-letter"),),
        ),
    )  # fmt: skip


@pytest.mark.parametrize("key", [None, b"k" * 5_000_000])
def test_the_outcome_of_a_message_with_an_impossible_key_fits_its_topic(key: bytes | None) -> None:
    handled = handled_of(make_message(b"{", key=key))
    assert handled.final is not None
    assert handled.final.key == b""
    assert [one.topic for one in handled.outgoing] == [DEAD_LETTERS.name]


def test_given_up() -> None:
    """What kills the process that reads it ends as what cannot be read does."""
    problem = Problem(code="process-died", message="exit code -9")
    handled = give_up(Work(message=make_message()), problem)
    assert outcome_of(handled) == make_outcome(
        outcome="dead-letter", article_key=None, version=None, content_sha256=None, problem=problem
    )
    assert handled.outgoing == (dead_letter(make_message(), stage="annotate", problem=problem),)


def test_a_long_text_is_read_as_far_as_the_settings_say() -> None:
    article = make_article(text=TALKS + " " + AMBUSH)
    handled = handled_of(make_message(article), article_chars=len(TALKS))
    assert outcome_of(handled) == make_outcome(
        outcome="events", event_ids=[EVENT_ID], content_sha256=content(article), truncated=True
    )


def test_events_below_the_confidence_that_is_asked_for_are_not_published() -> None:
    handled = handled_of(make_message(), min_confidence=1.0)
    assert outcome_of(handled).outcome == "no-event"


def test_results_stand_in_the_order_of_the_works_and_do_not_depend_on_the_batch() -> None:
    """Articles that are read among such that are not."""
    articles = [
        make_article(guid=str(number), text=text, language="de" if number % 4 == 3 else "en")
        for number, text in enumerate([TALKS, AMBUSH, QUIET, TALKS, TALKS + " " + AMBUSH, AMBUSH * 3, "", "\x00"])
    ]
    works = [Work(message=make_message(article, offset=n)) for n, article in enumerate(articles)]
    works.insert(3, Work(message=make_message(b"{", offset=99)))
    together = handle(works, Settings())
    assert together == [handle([work], Settings())[0] for work in works]
    assert [outcome_of(one).input.offset for one in together] == [0, 1, 2, 99, 3, 4, 5, 6, 7]


def test_nothing_in_nothing_out() -> None:
    assert handle([], Settings()) == []


def test_the_reference_to_an_article_has_all_but_its_text() -> None:
    assert article_ref(make_article()) == make_reference()
    assert article_ref(make_article(), headline=None) == make_reference(headline=None)


def test_what_is_caused_goes_only_where_the_stage_says_it_writes() -> None:
    works = [Work(message=make_message(value)) for value in (make_article(), make_article(status="canceled"), b"")]
    topics = {one.topic for handled in handle(works, Settings()) for one in (*handled.outgoing, handled.final) if one}
    assert topics <= {topic.name for topic in ANNOTATE.writes}


INSTANTS = st.none() | st.datetimes().map(lambda at: at.isoformat() + "Z")
NEAR_ARTICLES = st.fixed_dictionaries(
    {"provider": st.just("test"), "guid": st.just("1"), "text": st.text(max_size=60)},
    optional={
        "version": st.text(max_size=3), "version_created_at": INSTANTS,
        "headline": st.none() | st.text(max_size=10), "published_at": INSTANTS,
        "language": st.none() | st.sampled_from(["en", "de", ""]), "status": st.sampled_from(["usable", "withheld", "canceled"]),
        "embargo_until": st.none() | st.text(max_size=5), "other": st.integers(-(2**63), 2**63 - 1),
    },
)  # fmt: skip
VALUES = st.none() | st.binary(max_size=100) | NEAR_ARTICLES.map(codec.encode)


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from([b"test|1", b"", None]), VALUES), min_size=1, max_size=3))
def test_whatever_comes_each_message_has_exactly_one_outcome_of_its_own(
    records: list[tuple[bytes | None, bytes | None]],
) -> None:
    """And neither raises nor breaks a contract; a dead letter exactly where the outcome says so."""
    works = [
        Work(message=replace(make_message(), key=key, value=value, offset=offset))
        for offset, (key, value) in enumerate(records)
    ]
    results = handle(works, Settings())
    assert [outcome_of(one).input.offset for one in results] == list(range(len(records)))
    for handled in results:
        dead = [one.topic for one in handled.outgoing] == [DEAD_LETTERS.name]
        assert dead == (outcome_of(handled).outcome == "dead-letter")
