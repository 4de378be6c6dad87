"""`tickertape doctor` and its audit on a real Kafka."""

import time
from dataclasses import replace

import pytest
from click.testing import CliRunner, Result
from kafka import TopicPartition
from kafka.structs import OffsetAndMetadata

from pipeline import codec, contracts
from pipeline.broker.about import about, clock_skew_seconds
from pipeline.broker.admin import apply_topics, connected
from pipeline.broker.consume import consume
from pipeline.broker.produce import producing
from pipeline.cli import main
from pipeline.doctor import cluster
from pipeline.doctor.books import audit
from pipeline.doctor.check import Check
from pipeline.doctor.cluster import group_name
from pipeline.records import Message, Model, Outcome, OutcomeKind, Problem, SourceState
from pipeline.settings import Settings
from pipeline.stages.letters import coordinates
from pipeline.stages.registry import STAGES
from pipeline.topics import ARTICLES, BACKFILL, OUTCOMES, SOURCE_STATE

pytestmark = pytest.mark.kafka


def run(settings: Settings, *words: str) -> Result:
    env = {"TICKERTAPE_BROKERS": settings.brokers, "TICKERTAPE_TOPIC_PREFIX": settings.topic_prefix}
    return CliRunner().invoke(main, ["doctor", *words], env=env | {"TICKERTAPE_PARTITIONS": str(settings.partitions)})


def take_in(settings: Settings, count: int) -> list[Message]:
    """Inputs of both topics, as they stand in Kafka."""
    names = [settings.topic_prefix + topic.name for topic in (ARTICLES, BACKFILL)]
    with producing(settings) as producer:
        for number in range(count):
            producer.produce(names[number % 2], f"wire|{number}".encode(), b"{}")
    return list(consume(settings, names))


def outcome(message: Message, kind: OutcomeKind = "no-event") -> Outcome:
    return Outcome(
        input=coordinates(message), outcome=kind, article_key="wire|1", version="1", event_ids=[], problem=None,
        content_sha256=None, truncated=False, model=Model(name="m", version="1"), recorded_at="2026-02-24T10:00:00Z",
    )  # fmt: skip


def record(settings: Settings, *outcomes: Outcome | bytes) -> None:
    with producing(settings) as producer:
        for one in outcomes:
            value = one if isinstance(one, bytes) else contracts.encode("outcome.v1", one)
            producer.produce(settings.topic_prefix + OUTCOMES.name, None, value)


def acknowledge(settings: Settings, messages: list[Message]) -> None:
    """Commit for the annotate group as if it had done all these messages."""
    ends: dict[TopicPartition, int] = {}
    for one in messages:
        place = TopicPartition(one.topic, one.partition)
        ends[place] = max(ends.get(place, 0), one.offset + 1)
    offsets = {place: OffsetAndMetadata(end, "", -1) for place, end in ends.items()}
    with connected(settings, "acknowledging") as client:
        client.alter_group_offsets(group_name(settings, "annotate"), offsets)


def test_before_and_after_topics_apply(settings: Settings) -> None:
    """Every check is there; what is missing is named with the command that makes it."""
    done = run(settings)
    assert done.exit_code == 1
    assert "→ tickertape topics apply" in done.stdout
    apply_topics(settings)
    done = run(settings)
    assert done.exit_code == 0, done.stdout
    assert [line.split()[1] for line in done.stdout.splitlines() if line.startswith("✓")] == [
        "settings", "python", "model", "schemas", "pool", "disk", "kafka", "topics", "groups", "sources", "clock",
    ]  # fmt: skip


def test_lag_is_told_by_stage(settings: Settings) -> None:
    apply_topics(settings)
    messages = take_in(settings, 8)
    others = "; ".join(f"{name} has not run yet, lag 0" for name in STAGES if name != "annotate")
    never = f"annotate has not run yet, lag 8; {others}"
    assert cluster.groups(settings) == Check(name="groups", ok=True, detail=never, next_step="tickertape worker")
    acknowledge(settings, messages)
    assert cluster.groups(settings).detail == f"annotate lag 0; {others}"


def test_a_source_that_fails_is_named_and_is_no_fault_of_ours(settings: Settings) -> None:
    """By what each wrote last."""
    apply_topics(settings)
    assert cluster.sources(settings) == Check(name="sources", ok=True, detail="0 known")
    wrong = Problem(code="http-429", message="too many requests")
    with producing(settings) as producer:
        for source, problem in (("a", wrong), ("a", None), ("b", None), ("b", wrong)):
            state = SourceState(
                source=source, type="feed", memory={}, articles=1, last_attempt_at="2026-02-24T10:00:00.000Z",
                last_success_at=None, problem=problem,
            )  # fmt: skip
            value = contracts.encode("source-state.v1", state)
            producer.produce(settings.topic_prefix + SOURCE_STATE.name, source.encode(), value)
    found = Check(name="sources", ok=None, detail="2 known; failing: b (http-429)", next_step="tickertape tail sources")
    assert cluster.sources(settings) == found


def test_kafka_tells_its_version_and_time(settings: Settings) -> None:
    """The clock is the same machine's here; one that is an hour off is seen."""
    found = about(settings)
    assert found.nodes == 1
    assert found.version[0] == "4"
    assert abs(clock_skew_seconds(settings)) < cluster.SKEW_SECONDS
    assert clock_skew_seconds(settings, now=lambda: time.time() - 3_600) > 3_590
    assert cluster.clock(settings).ok


def test_books_balance_all_the_way(settings: Settings) -> None:
    """Empty, waiting, half done, done, and done twice."""
    apply_topics(settings)
    assert audit(settings).balanced
    messages = take_in(settings, 20)
    found = audit(settings)
    assert found.balanced
    assert sum(one.lag for one in found.balances) == 20
    record(settings, *(outcome(one) for one in messages))
    found = audit(settings)
    assert found.balanced
    assert (sum(one.lag for one in found.balances), found.kinds) == (0, {"no-event": 20})
    acknowledge(settings, messages)
    record(settings, *(outcome(one) for one in messages[:5]))
    found = audit(settings)
    assert found.balanced
    assert sum(one.repeats for one in found.balances) == 5
    done = run(settings, "--audit")
    assert (done.exit_code, done.stdout.splitlines()[0]) == (0, "20 inputs − 20 outcomes = 0; lag 0")


def test_a_lost_input_is_named(settings: Settings) -> None:
    """Exit code 6, and the offset, for people and for machines."""
    apply_topics(settings)
    messages = take_in(settings, 12)
    lost = messages[3]
    record(settings, *(outcome(one) for one in messages if one is not lost))
    acknowledge(settings, messages)
    done = run(settings, "--audit")
    assert done.exit_code == 6
    expected = f"✗ {lost.topic} {lost.partition}: 1 inputs acknowledged without an outcome (lost): {lost.offset}"
    assert expected in done.stdout.splitlines()
    found = codec.decode(run(settings, "--audit", "--json").stdout_bytes)
    assert found["balanced"] is False
    assert [(one["topic"], one["partition"], one["missing"]) for one in found["balances"] if one["missing"]] == [
        (lost.topic, lost.partition, [[lost.offset, lost.offset + 1]])
    ]


def test_outcomes_that_cannot_be(settings: Settings) -> None:
    """Two kinds for one input, one for no input, one of a topic that is none of ours, and junk."""
    apply_topics(settings)
    messages = take_in(settings, 6)
    record(settings, *(outcome(one) for one in messages))
    first = messages[0]
    record(
        settings,
        outcome(first, "dead-letter"),
        outcome(replace(first, offset=99)),
        outcome(replace(first, topic="elsewhere")),
        b"junk",
    )
    found = audit(settings)
    assert not found.balanced
    book = next(one for one in found.balances if (one.topic, one.partition) == (first.topic, first.partition))
    assert (book.conflicting, book.unknown, book.missing) == ([first.offset], [(99, 100)], [])
    assert found.foreign == [f"elsewhere {first.partition}"]
    assert len(found.unreadable) == 1
    assert [one.balanced for one in found.balances].count(False) == 1


def test_inputs_that_retention_removed(settings: Settings) -> None:
    """Their outcomes are counted as such; what is left still balances."""
    apply_topics(settings)
    messages = take_in(settings, 12)
    record(settings, *(outcome(one) for one in messages))
    acknowledge(settings, messages)
    removed = [one for one in messages if one.topic.endswith(ARTICLES.name) and one.offset == 0]
    with connected(settings, "deleting records") as client:
        client.delete_records({TopicPartition(one.topic, one.partition): 1 for one in removed})
    found = audit(settings)
    assert found.balanced
    assert sum(one.expired for one in found.balances) == len(removed) > 0
