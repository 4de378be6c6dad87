"""The verifier can fail: a sound log passes, and a log doctored against one invariant is found out by that one."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from pipeline.records import Article
from pipeline.topics import ARTICLES, DEAD_LETTERS, EVENTS, OUTCOMES, STATE
from tests.chaos.arena import article
from tests.chaos.log import Log, Record
from tests.chaos.stages import ANNOTATE
from tests.chaos.verifier import INVARIANTS, Measure, Receipt, Sample, Watch, verify
from tests.driver import Driver

PLACE = (ARTICLES.name, 0)


def sound() -> Log:
    """Eight articles, one of them in three versions out of order, and one that is no article: what the stage makes of them."""
    driver = Driver(stages=[ANNOTATE])
    articles = [article(number) for number in range(8)]
    driver.pipe(*articles, newer(articles[2], 3), newer(articles[2], 2), (b"chaos|broken", b"{"))
    log = Log()
    for topic, messages in driver.logs.items():
        log.records[topic] = [
            Record(topic, one.partition, one.offset, one.timestamp_ms, one.key, one.value, one.headers)
            for one in messages
        ]
    log.begins, log.ends = {PLACE: 0}, {PLACE: len(log.records[ARTICLES.name])}
    log.committed = dict(log.ends)
    return log


def newer(one: Article, version: int) -> Article:
    return replace(one, version=str(version), text=one.text + f"\nRebels 9 attacked version {version}.")


def changed(record: Record, change: Callable[[Any], None]) -> Record:
    value = json.loads(record.value or b"null")
    change(value)
    return record._replace(value=json.dumps(value).encode(), offset=1000 + record.offset)


def outcome(log: Log, kind: str) -> int:
    """Where the first outcome of a kind stands."""
    return next(
        number
        for number, one in enumerate(log.records[OUTCOMES.name])
        if json.loads(one.value or b"")["outcome"] == kind
    )


def lose_an_outcome(log: Log) -> None:
    del log.records[OUTCOMES.name][3]


def commit_too_far(log: Log) -> None:
    log.ends[PLACE] += 1
    log.committed[PLACE] += 1


def second_kind(log: Log) -> None:
    records = log.records[OUTCOMES.name]
    records.append(changed(records[outcome(log, "events")], lambda value: value.update(outcome="no-event")))


def letter_beside_events(log: Log) -> None:
    """An article that ended in events has a dead letter as well."""
    events = json.loads(log.records[OUTCOMES.name][outcome(log, "events")].value or b"")
    letters = log.records[DEAD_LETTERS.name]
    letters.append(changed(letters[0], lambda value: value.update(input=events["input"])))


def no_letter(log: Log) -> None:
    log.records[DEAD_LETTERS.name].clear()


def letter_with_other_bytes(log: Log) -> None:
    letters = log.records[DEAD_LETTERS.name]
    letters[0] = changed(letters[0], lambda value: value.update(value_base64="e30="))


def events_of_a_dead_letter(log: Log) -> None:
    dead = json.loads(log.records[DEAD_LETTERS.name][0].value or b"")["input"]["offset"]
    log.records[ARTICLES.name][dead] = log.records[ARTICLES.name][dead]._replace(key=b"chaos|1")
    del log.records[ARTICLES.name][1], log.records[OUTCOMES.name][1]


def other_bytes(topic: str) -> Callable[[Log], None]:
    """A repeat that says the same in other bytes."""

    def doctor(log: Log) -> None:
        log.records[topic].append(changed(log.records[topic][0], lambda value: None))

    return doctor


def other_headers(log: Log) -> None:
    first = log.records[EVENTS.name][0]
    log.records[EVENTS.name].append(first._replace(headers=(*first.headers, ("again", b"1"))))


def lose_an_event(log: Log) -> None:
    del log.records[EVENTS.name][0]


def lag_that_stays(log: Log) -> None:
    log.committed[PLACE] -= 1


def foreign(topic: str) -> Callable[[Log], None]:
    """A record about an input that never was."""

    def doctor(log: Log) -> None:
        where = {"topic": ARTICLES.name, "partition": 0, "offset": 77}
        log.records[topic].append(changed(log.records[topic][0], lambda value: value.update(input=where)))

    return doctor


def other_groups_outcome(log: Log) -> None:
    where = {"topic": "another.topic", "partition": 0, "offset": 0}
    log.records[OUTCOMES.name].append(changed(log.records[OUTCOMES.name][0], lambda value: value.update(input=where)))


def event_without_outcome(log: Log) -> None:
    first = log.records[EVENTS.name][0]
    log.records[EVENTS.name].append(changed(first, lambda value: value.update(id="x.1", subject="x")))


def event_without_article(log: Log) -> None:
    first = log.records[EVENTS.name][0]
    log.records[EVENTS.name].append(changed(first, lambda value: value.update(id="y.1", partitionkey="chaos|99")))


def older_version_stands(log: Log) -> None:
    states = log.records[STATE.name]
    last = next(one for one in reversed(states) if one.key == b"chaos|2")
    states.append(changed(last, lambda value: value["settled"].update(version="2")))


def state_is_gone(log: Log) -> None:
    log.records[STATE.name] = [one for one in log.records[STATE.name] if one.key != b"chaos|2"]


DOCTORED = [
    ("I1", lose_an_outcome),
    ("I1", commit_too_far),
    ("I2", second_kind),
    ("I2", letter_beside_events),
    ("I2", no_letter),
    ("I2", letter_with_other_bytes),
    ("I2", events_of_a_dead_letter),
    ("I3", other_bytes(OUTCOMES.name)),
    ("I3", other_bytes(EVENTS.name)),
    ("I3", other_bytes(DEAD_LETTERS.name)),
    ("I3", other_headers),
    ("I3", lose_an_event),
    ("I4", lose_an_outcome),
    ("I4", second_kind),
    ("I6", foreign(OUTCOMES.name)),
    ("I6", foreign(DEAD_LETTERS.name)),
    ("I6", other_groups_outcome),
    ("I6", event_without_outcome),
    ("I6", event_without_article),
    ("I7", lag_that_stays),
    ("I9", older_version_stands),
    ("I9", state_is_gone),
]


def broken(log: Log, *samples: Sample, measures: tuple[Measure, ...] = (), drained: bool = True) -> set[str]:
    return {sentence[:2] for sentence in verify(log, samples, measures, drained=drained).broken}


def test_a_sound_log_passes() -> None:
    """With every kind of record in it, and its figures."""
    verdict = verify(sound(), [Sample({PLACE: 11}, {PLACE: 11})], [Measure("I7", "seconds", 3, 60)])
    assert verdict.broken == ()
    assert (verdict.accepted, verdict.lost, verdict.conflicting, verdict.duplicates, verdict.foreign) == (
        11,
        0,
        0,
        0,
        0,
    )
    assert verdict.outcomes == {"events": 6, "no-event": 3, "stale": 1, "dead-letter": 1}


@pytest.mark.parametrize(("invariant", "doctor"), DOCTORED, ids=lambda one: getattr(one, "__name__", one))
def test_a_doctored_log_is_found_out(invariant: str, doctor: Callable[[Log], None]) -> None:
    """By the invariant that it violates."""
    log = sound()
    doctor(log)
    assert invariant in broken(log)


def test_a_commit_before_its_outcome_is_found_in_a_sample() -> None:
    """However well everything ends."""
    assert broken(sound(), Sample({PLACE: 4}, {PLACE: 3})) == {"I5"}
    assert broken(sound(), Sample({PLACE: 3}, {PLACE: 3})) == set()


def test_a_confirmed_input_that_is_gone_is_lost() -> None:
    """Kafka said that it has it: then it must be there, and be that one."""
    log = sound()
    first = log.records[ARTICLES.name][0]
    place = (*PLACE, first.offset)
    assert verify(log, receipts=[Receipt(place, first.key or b"")]).held
    assert not verify(log, receipts=[Receipt(place, b"another")]).held
    assert not verify(log, receipts=[Receipt((*PLACE, 99), first.key or b"")]).held


@pytest.mark.parametrize("invariant", ["I7", "I8"])
def test_a_figure_above_its_cap_is_found(invariant: str) -> None:
    """Time and size are measured by the faults, and judged like all else; no figure is no success."""
    assert broken(sound(), measures=(Measure(invariant, "seconds", 61, 60),)) == {invariant}
    assert broken(sound(), measures=(Measure(invariant, "seconds", float("nan"), 60),)) == {invariant}


def test_every_invariant_has_a_log_that_it_refuses() -> None:
    """The two tests above and the table leave none out."""
    assert {invariant for invariant, _ in DOCTORED} | {"I5", "I7", "I8"} == set(INVARIANTS)


def test_equal_repeats_are_counted_and_allowed() -> None:
    """At least once."""
    log = sound()
    log.records[OUTCOMES.name] += log.records[OUTCOMES.name][:2]
    log.records[EVENTS.name] += log.records[EVENTS.name][:2]
    verdict = verify(log)
    assert (verdict.duplicates, verdict.broken) == (2, ())


def test_unfinished_inputs_are_no_loss_until_they_are_committed() -> None:
    """In the middle of things only what is committed must have an outcome."""
    log = sound()
    log.committed[PLACE] = 3
    del log.records[OUTCOMES.name][5:]
    assert broken(log, drained=False) == set()
    log.committed[PLACE] = 6
    assert broken(log, drained=False) >= {"I1", "I4"}


def test_a_watch_sees_up_to_where_outcomes_have_no_hole() -> None:
    """Sample by sample, while the log grows."""
    log, samples = sound(), list[Sample]()
    outcomes = log.records[OUTCOMES.name]
    log.records[OUTCOMES.name] = [*outcomes[:2], outcomes[4]]
    watch = Watch(log, samples)
    watch.look()
    log.records[OUTCOMES.name] += [*outcomes[2:4], *outcomes[5:]]
    watch.look()
    assert [sample.missing_from for sample in samples] == [{PLACE: 2}, {PLACE: 11}]
