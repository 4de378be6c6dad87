"""An item's life, from its first version to its last, through annotate and route: what every topic then holds."""

from typing import Any

import pytest

from pipeline import codec
from pipeline.nlp import model
from pipeline.records import Model
from pipeline.settings import Settings
from pipeline.stages.annotate import ANNOTATE, annotate
from pipeline.stages.articles import REPROCESS
from pipeline.stages.held import release, release_by_hand, waiting
from pipeline.stages.registry import STAGES
from pipeline.topics import ARTICLES, BACKFILL, CURRENT, DEAD_LETTERS, EVENTS, FAMILIES, FLAT, OUTCOMES, TOPICS
from tests.builders import AMBUSH, QUIET, START_MS, TALKS, make_article
from tests.driver import Driver, flaws

BOTH = f"{TALKS} {AMBUSH}"
DENIED = TALKS.replace("postponed", "did not postpone")


def told(driver: Driver) -> list[tuple[str, str, int, str]]:
    """(change, kind, revision, reason or modality) of everything published, in order."""
    return [
        (event["type"].split(".")[2], data["kind"], data["revision"], data.get("reason") or data["modality"])
        for event in driver.values(EVENTS) for data in [event["data"]]
    ]  # fmt: skip


def ends(driver: Driver) -> list[tuple[str, str | None, int]]:
    """(outcome, problem code, number of events) of each input, in order."""
    return [
        (one["outcome"], one["problem"] and one["problem"]["code"], len(one["event_ids"]))
        for one in driver.values(OUTCOMES)
    ]


def stands(driver: Driver) -> list[tuple[str, int, str]]:
    """(kind, revision, modality) of what the view shows; the rows show the same."""
    events = [codec.decode(value)["data"] for value in driver.view(CURRENT).values()]
    rows = [codec.decode(value) for value in driver.view(FLAT).values()]
    shown, flat = (sorted((e["kind"], e["revision"], e["modality"]) for e in side) for side in (events, rows))
    assert shown == flat
    return shown


def test_a_new_article(driver: Driver) -> None:
    driver.pipe(make_article())
    assert told(driver) == [("detected", "talks-postponed", 1, "asserted")]
    assert ends(driver) == [("events", None, 1)]
    assert stands(driver) == [("talks-postponed", 1, "asserted")]
    assert driver.values(FAMILIES["diplomacy"]) == driver.values(EVENTS)


def test_a_duplicate_changes_nothing(driver: Driver) -> None:
    driver.pipe(make_article(), make_article(), make_article(version="2"))
    assert told(driver) == [("detected", "talks-postponed", 1, "asserted")]
    assert ends(driver) == [("events", None, 1), ("unchanged", None, 1), ("unchanged", None, 1)]
    assert stands(driver) == [("talks-postponed", 1, "asserted")]


def test_a_correction_updates_what_changed_retracts_what_is_gone_and_adds_what_is_new(driver: Driver) -> None:
    """One version: an event says something else, another vanishes, a third appears."""
    first = f"{TALKS} Protesters marched in Lima on Sunday."
    driver.pipe(make_article(text=first), make_article(version="2", text=f"{DENIED} {AMBUSH}"))
    assert told(driver) == [
        ("detected", "talks-postponed", 1, "asserted"),
        ("detected", "protest", 1, "asserted"),
        ("updated", "talks-postponed", 2, "denied"),
        ("detected", "assault", 1, "asserted"),
        ("retracted", "protest", 2, "corrected"),
    ]
    assert ends(driver) == [("events", None, 2), ("events", None, 2)]
    assert stands(driver) == [("assault", 1, "asserted"), ("talks-postponed", 2, "denied")]
    assert [event["data"]["article"]["version"] for event in driver.values(EVENTS)] == ["1", "1", "2", "2", "2"]


def test_an_event_that_a_correction_leaves_alone_points_at_the_newest_version(driver: Driver) -> None:
    """Its record is that of the article as it stands, headline and all."""
    driver.pipe(make_article(), make_article(version="2", text=BOTH, headline="Talks postponed, convoy attacked"))
    assert told(driver) == [
        ("detected", "talks-postponed", 1, "asserted"),
        ("updated", "talks-postponed", 2, "asserted"),
        ("detected", "assault", 1, "asserted"),
    ]
    assert stands(driver) == [("assault", 1, "asserted"), ("talks-postponed", 2, "asserted")]
    shown = [codec.decode(value)["data"]["article"] for value in driver.view(CURRENT).values()]
    assert {(one["version"], one["headline"]) for one in shown} == {("2", "Talks postponed, convoy attacked")}


@pytest.mark.parametrize("status", ["canceled", "withheld"])
def test_a_cancel_takes_back_what_any_version_said(driver: Driver, status: Any) -> None:
    """Its headline is nobody's business."""
    versions = make_article(), make_article(version="2", text=BOTH)
    driver.pipe(*versions, make_article(version="3", status=status, headline="Turkey attacked Russia", text=AMBUSH))
    assert told(driver)[3:] == [("retracted", "talks-postponed", 3, status), ("retracted", "assault", 2, status)]
    assert ends(driver)[2] == ("retracted", status, 0)
    assert stands(driver) == []
    assert [event["data"]["article"]["headline"] for event in driver.values(EVENTS)[3:]] == [None, None]
    assert b"Turkey attacked Russia" not in b"".join(m.value or b"" for m in driver.logs[EVENTS.name])


def test_a_cancel_of_what_was_never_seen_keeps_it_out(driver: Driver) -> None:
    """The version that it took back comes too late."""
    driver.pipe(make_article(version="2", status="canceled"), make_article())
    assert (told(driver), stands(driver)) == ([], [])
    assert ends(driver) == [("retracted", "canceled", 0), ("stale", "older-version", 0)]


def test_an_event_that_comes_back_goes_on_counting(driver: Driver) -> None:
    """Also after a cancel that repeats the very same words."""
    driver.pipe(
        make_article(), make_article(version="2", text=QUIET), make_article(version="3"),
        make_article(version="4", status="canceled"), make_article(version="5"),
    )  # fmt: skip
    assert [(change, revision) for change, _, revision, _ in told(driver)] == [
        ("detected", 1), ("retracted", 2), ("detected", 3), ("retracted", 4), ("detected", 5),
    ]  # fmt: skip
    assert [outcome for outcome, _, _ in ends(driver)] == ["events", "no-event", "events", "retracted", "events"]
    assert stands(driver) == [("talks-postponed", 5, "asserted")]
    ids = [event["id"] for event in driver.values(EVENTS)]
    assert len(set(ids)) == len(ids)


def test_an_older_version_changes_nothing(driver: Driver) -> None:
    driver.pipe(make_article(version="10"), make_article(version="9", text=AMBUSH))
    assert ends(driver) == [("events", None, 1), ("stale", "older-version", 1)]
    assert stands(driver) == [("talks-postponed", 1, "asserted")]


def test_backfill_never_overwrites_what_is_newer(driver: Driver) -> None:
    driver.pipe(make_article(version="2"))
    driver.pipe(
        make_article(version="1", text=AMBUSH, replay_id="r"), make_article(version="2", replay_id="r"), topic=BACKFILL
    )
    assert ends(driver) == [("events", None, 1), ("stale", "older-version", 1), ("unchanged", None, 1)]
    assert stands(driver) == [("talks-postponed", 1, "asserted")]


def test_backfill_keeps_the_articles_own_times(driver: Driver) -> None:
    """ "On Sunday" of an article of 2020 is a Sunday of 2020, whenever it is read."""
    old = make_article(published_at="2020-06-14T09:30:00Z", version_created_at="2020-06-14T09:30:00Z", replay_id="r")
    driver.pipe(old, topic=BACKFILL)
    (event,) = driver.values(EVENTS)
    assert event["data"]["time"]["start_on"] == "2020-06-14"
    assert event["data"]["article"]["published_at"] == "2020-06-14T09:30:00Z"
    assert event["data"]["detected_at"] == "2024-06-16T08:00:00.000Z"


NINE = "2024-06-16T11:00:00+02:00"
NINE_MS = START_MS + 3_600_000
AGES_MS = 250_000_000_000_000


def test_an_embargo_is_released_in_its_time_and_once(driver: Driver) -> None:
    """As an input of its own, which says where the held one stood."""
    driver.pipe(make_article(), make_article(version="2", text=AMBUSH, embargo_until=NINE))
    driver.wait_until(NINE_MS - 1)
    assert stands(driver) == [("talks-postponed", 1, "asserted")]
    driver.wait_until(NINE_MS)
    driver.wait_until(NINE_MS + 60_000)
    assert ends(driver) == [("events", None, 1), ("held", "embargo", 0), ("events", None, 1)]
    assert stands(driver) == [("assault", 1, "asserted")]
    held, released = driver.logs[ARTICLES.name][1:]
    assert (released.key, released.value, released.headers) == (
        held.key, held.value, (("released", b"news.articles.v1/0/1"),),
    )  # fmt: skip


def test_an_embargo_that_cannot_be_read_waits_for_somebody(driver: Driver) -> None:
    """Who sends it without, and its origin says so."""
    driver.pipe(make_article(embargo_until="noon", origin={"desk": "africa"}))
    driver.wait_until(AGES_MS)
    assert ends(driver) == [("held", "embargo-unreadable", 0)]
    held = waiting(driver.states[ANNOTATE.name, b"test|1"])
    assert held is not None
    sent = release_by_hand(held)
    driver.pipe((sent.key, sent.value), headers=sent.headers)
    driver.wait_until(AGES_MS + 1)
    assert ends(driver)[1:] == [("events", None, 1)]
    assert waiting(driver.states[ANNOTATE.name, b"test|1"]) is None
    value = codec.decode(driver.logs[ARTICLES.name][1].value or b"")
    assert value["origin"] == {"desk": "africa", "released_by_hand": {"embargo_until": "noon"}}


def test_what_waits_hides_nothing_that_may_be_read(driver: Driver) -> None:
    """An older version that comes late is read, until the newer one's time has come."""
    driver.pipe(make_article(version="3", text=AMBUSH, embargo_until=NINE), make_article(version="2"))
    assert stands(driver) == [("talks-postponed", 1, "asserted")]
    driver.wait_until(NINE_MS)
    assert stands(driver) == [("assault", 1, "asserted")]
    assert ends(driver) == [("held", "embargo", 0), ("events", None, 1), ("events", None, 1)]


@pytest.mark.parametrize("status", ["usable", "canceled"])
def test_what_came_after_what_waits_ends_the_waiting(driver: Driver, status: Any) -> None:
    driver.pipe(
        make_article(version="2", text=AMBUSH, embargo_until=NINE), make_article(version="3", text=QUIET, status=status)
    )
    driver.wait_until(NINE_MS)
    assert len(ends(driver)) == 2
    assert stands(driver) == []


def test_a_release_that_was_overtaken_is_stale(driver: Driver) -> None:
    """Sent, and then a newer version was read before it."""
    driver.pipe(make_article(version="2", text=AMBUSH, embargo_until=NINE))
    sent = release(driver.states[ANNOTATE.name, b"test|1"])
    driver.pipe(make_article(version="3", text=QUIET))
    driver.pipe((sent.key, sent.value), headers=sent.headers)
    assert ends(driver) == [("held", "embargo", 0), ("no-event", None, 0), ("stale", "older-version", 0)]


def test_a_release_that_is_sent_twice_is_read_once(driver: Driver) -> None:
    driver.pipe(make_article(embargo_until=NINE))
    sent = release(driver.states[ANNOTATE.name, b"test|1"])
    driver.pipe((sent.key, sent.value), (sent.key, sent.value), headers=sent.headers)
    assert ends(driver) == [("held", "embargo", 0), ("events", None, 1), ("unchanged", None, 1)]
    assert told(driver) == [("detected", "talks-postponed", 1, "asserted")]


def test_reprocessing_with_the_same_model_reads_and_publishes_nothing_new(driver: Driver) -> None:
    driver.pipe(make_article(), make_article(version="2", text=BOTH))
    view = driver.view(CURRENT)
    driver.pipe(make_article(), make_article(version="2", text=BOTH), topic=BACKFILL, headers=((REPROCESS, b""),))
    assert ends(driver)[2:] == [("stale", "older-version", 2), ("events", None, 2)]
    assert driver.view(CURRENT) == view


def test_reprocessing_with_another_model_supersedes_what_stands(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each event once more, under the next revision; without the header nothing happens."""
    driver.pipe(make_article(text=BOTH))
    monkeypatch.setattr(model, "MODEL", Model(name="tickertape", version="next"))
    driver.pipe(make_article(text=BOTH), topic=BACKFILL)
    assert ends(driver)[1:] == [("unchanged", None, 2)]
    driver.pipe(make_article(text=BOTH), topic=BACKFILL, headers=((REPROCESS, b"r-7"),))
    assert ends(driver)[2:] == [("events", None, 2)]
    assert told(driver)[2:] == [("updated", "talks-postponed", 2, "asserted"), ("updated", "assault", 2, "asserted")]
    assert stands(driver) == [("assault", 2, "asserted"), ("talks-postponed", 2, "asserted")]
    models = {codec.decode(value)["data"]["model"]["version"] for value in driver.view(CURRENT).values()}
    assert models == {"next"}


@pytest.mark.parametrize(
    ("change", "end"),
    [
        ({"embargo_until": "2024-06-16T23:00:00Z"}, ("held", "embargo", 0)),
        ({"embargo_until": "when the minister speaks"}, ("held", "embargo-unreadable", 0)),
        ({"embargo_until": "2024-06-16T08:00:00Z"}, ("events", None, 1)),
        ({"language": "tr"}, ("skipped", "language", 0)),
        ({"text": ""}, ("skipped", "empty-text", 0)),
        ({"purpose": "advisory"}, ("skipped", "advisory", 0)),
        ({"purpose": "test"}, ("skipped", "test", 0)),
        ({"headline": "TEST TEST TEST"}, ("skipped", "test", 0)),
        ({"text": "\x00\u202e\ufffd\r\n😀"}, ("no-event", None, 0)),
    ],
    ids=[
        "embargo",
        "unreadable embargo",
        "embargo over",
        "language",
        "no text",
        "advisory",
        "test",
        "test by its headline",
        "odd text",
    ],
)
def test_what_is_read_and_what_is_not(driver: Driver, change: dict[str, Any], end: tuple[str, str | None, int]) -> None:
    driver.pipe(make_article(**change))
    assert ends(driver) == [end]
    assert len(driver.values(EVENTS)) == end[2]


BAD: list[tuple[bytes | None, bytes | None, str]] = [
    (b"test|1", b'{"provider": "test", "guid": "1", "te', "invalid-json"),
    (b"test|1", b"", "invalid-json"),
    (b"test|1", rb'{"provider": "test", "guid": "1", "text": "\ud800"}', "invalid-json"),
    (b"test|1", b"[" * 100_000, "invalid-json"),
    (b"test|1", b'{"provider": "test", "guid": "1", "text": "caf\xe9"}', "invalid-utf8"),
    (b"test|1", b'{"provider": 1, "guid": [], "text": null}', "invalid-record"),
    (b"test|1", b'"text"', "invalid-record"),
    (b"test|1", None, "null-value"),
    (b"test|2", codec.encode(make_article()), "key-mismatch"),
    (None, codec.encode(make_article()), "key-mismatch"),
    (b"k" * 5_000_000, b"{", "invalid-json"),
    (b"test|1", codec.encode(make_article(version="9" * 5_000_000)), "output-refused"),
]


@pytest.mark.parametrize("batch", [1, 16])
def test_bad_messages_are_dead_letters_and_their_neighbours_do_not_notice(batch: int) -> None:
    """The last one is sound, but its version alone is larger than what a topic takes."""
    driver = Driver(batch=batch)
    good = [make_article(guid=str(number), text=BOTH) for number in range(100, 103)]
    driver.pipe(
        good[0], *((key, value) for key, value, _ in BAD[:6]), good[1], *((k, v) for k, v, _ in BAD[6:]), good[2]
    )
    assert sorted(ends(driver)) == sorted([("dead-letter", code, 0) for _, _, code in BAD] + [("events", None, 2)] * 3)
    assert sorted(letter["problem"]["code"] for letter in driver.values(DEAD_LETTERS)) == sorted(
        code for _, _, code in BAD
    )
    assert len(stands(driver)) == 6
    assert all(len(found) == 1 for found in driver.outcomes().values())
    assert flaws(driver) == []


def test_a_text_of_five_megabytes_is_read_in_part_and_says_so() -> None:
    driver = Driver(Settings(article_chars=2_000))
    driver.pipe(make_article(text=TALKS + "\n\nAll was quiet. " * 350_000))
    (outcome,) = driver.values(OUTCOMES)
    assert (outcome["outcome"], outcome["truncated"]) == ("events", True)
    assert stands(driver) == [("talks-postponed", 1, "asserted")]


def test_a_bad_message_larger_than_a_dead_letter_is_claimed_by_hash(driver: Driver) -> None:
    driver.pipe((b"test|1", b"{" * 13_000_000))
    (letter,) = driver.values(DEAD_LETTERS)
    assert (letter["value_base64"], letter["value_bytes"], len(letter["value_sha256"])) == (None, 13_000_000, 64)
    assert ends(driver) == [("dead-letter", "invalid-json", 0)]


STORY = (
    make_article(), make_article(), make_article(version="2", text=f"{DENIED} {AMBUSH}"), make_article(version="0"),
    make_article(guid="2", text=AMBUSH), make_article(version="3", status="canceled"), make_article(version="4", text=BOTH),
    make_article(guid="2", version="2", text=QUIET), make_article(guid="3", language="de"),
    make_article(guid="2", version="4", embargo_until="noon"), make_article(guid="2", version="3", text=BOTH),
)  # fmt: skip


def contents(driver: Driver) -> dict[str, object]:
    """Keys and values of every topic, to the byte; of a state that is written once a run, the last value of each key."""
    once_a_run = {stage.state for stage in STAGES.values() if stage.in_runs}
    return {
        topic.name: driver.view(topic)
        if topic in once_a_run
        else [(one.key, one.value) for one in driver.logs[topic.name]]
        for topic in TOPICS
    }


@pytest.mark.parametrize("batch", [2, 3, 16])
def test_the_size_of_batches_does_not_change_a_byte(batch: int) -> None:
    one_by_one, batched = Driver(), Driver(batch=batch)
    for driver in (one_by_one, batched):
        driver.append(*STORY)
        driver.run()
    assert contents(batched) == contents(one_by_one)


@pytest.mark.parametrize("offset", range(len(STORY)))
def test_a_redelivery_after_a_crash_repeats_outcomes_to_the_byte_and_publishes_nothing_new(offset: int) -> None:
    """From wherever it starts again."""
    driver = Driver()
    driver.pipe(*STORY)
    view, events = driver.view(CURRENT), {one.value for one in driver.logs[EVENTS.name]}
    driver.rewind(ANNOTATE, offset)
    driver.run()
    assert len(driver.values(OUTCOMES)) == 2 * len(STORY) - offset
    assert all(len(found) == 1 for found in driver.outcomes().values())
    assert driver.view(CURRENT) == view
    assert {one.value for one in driver.logs[EVENTS.name]} == events


def test_the_ids_are_those_of_the_detector(driver: Driver) -> None:
    """Kafka adds nothing to what an event is called."""
    driver.pipe(make_article(text=BOTH))
    (annotation,) = annotate([make_article(text=BOTH)], Settings())
    assert [event["subject"] for event in driver.values(EVENTS)] == [event.event_id for event in annotation.events]


def test_what_came_in_stands_untouched(driver: Driver) -> None:
    """Nobody writes to the inputs."""
    driver.pipe(*STORY)
    assert len(driver.logs[ARTICLES.name]) == len(STORY)
    assert driver.logs[BACKFILL.name] == []
