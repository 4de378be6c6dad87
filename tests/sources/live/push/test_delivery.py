"""Idempotency-Key: the same receipts again, whatever happened in between."""

import asyncio
import sqlite3
from contextlib import closing

from pipeline import codec
from tests.sources.live.push.conftest import Begin, Kafka, eventually

ARTICLE = {"guid": "7", "text": "Talks were postponed."}
BODY = codec.encode(ARTICLE)
KEY = {"Idempotency-Key": "2024-06-16/1"}
LINES = KEY | {"Content-Type": "application/x-ndjson"}
THREE = b"\n".join([BODY, codec.encode(ARTICLE | {"guid": "8"}), b"{}"])


async def test_the_same_again_is_the_same_answer_and_sends_nothing(world: Begin) -> None:
    async with world() as w:
        first, second = await w.post(BODY, KEY), await w.post(BODY, KEY)
        without = await w.post(BODY)
    assert (first.status, first.body) == (second.status, second.body)
    assert [without.body["items"][0]["offset"], len(w.kafka.records)] == [1, 2]


async def test_it_survives_a_restart(world: Begin) -> None:
    """A new server, with the same state folder and a Kafka that goes on."""
    async with world() as w:
        first = await w.post(THREE, LINES)
    async with world() as w:
        second = await w.post(THREE, LINES)
    assert (first.status, second.status) == (207, 207)
    assert (first.body, len(w.kafka.records)) == (second.body, 2)


async def test_another_body_is_refused(world: Begin) -> None:
    async with world() as w:
        await w.post(BODY, KEY)
        other = await w.post(codec.encode(ARTICLE | {"guid": "8"}), KEY)
        again = await w.post(BODY, KEY)
    assert (other.status, other.body["code"], again.status, len(w.kafka.records)) == (
        422,
        "idempotency-mismatch",
        202,
        1,
    )


async def test_what_was_not_confirmed_is_sent_again_and_the_rest_is_not(world: Begin, kafka: Kafka) -> None:
    kafka.refuses = {b"acme|8"}
    async with world() as w:
        first = await w.post(THREE, LINES)
        kafka.refuses = set()
        second = await w.post(THREE, LINES)
        third = await w.post(THREE, LINES)
    assert [item["status"] for item in first.body["items"]] == [202, 503, 422]
    assert [item["status"] for item in second.body["items"]] == [202, 202, 422]
    assert first.body["items"][0] == second.body["items"][0]
    assert (second.body, [record.key for record in kafka.records]) == (third.body, [b"acme|7", b"acme|8"])


async def test_a_key_under_which_nothing_was_taken_is_free(world: Begin, kafka: Kafka) -> None:
    """A body that was wrong can be mended; one that met no Kafka can be sent again."""
    async with world() as w:
        wrong = await w.post(b"{}", KEY)
        kafka.down = True
        down = await w.post(BODY, KEY)
        kafka.down = False
        right = await w.post(BODY, KEY)
    assert [wrong.status, down.status, right.status, len(kafka.records)] == [422, 503, 202, 1]


async def test_two_at_a_time_are_one(world: Begin, kafka: Kafka) -> None:
    kafka.gate = asyncio.Event()
    async with world() as w:
        first = asyncio.create_task(w.post(BODY, KEY))
        await eventually(lambda: kafka.waiting == 1)
        second = await w.post(BODY, KEY)
        kafka.gate.set()
        assert (await first).status == 202
    assert (second.status, second.body["code"], second.headers["Retry-After"]) == (409, "in-progress", "5")
    assert len(kafka.records) == 1


async def test_a_client_that_hangs_up_still_has_its_receipts(world: Begin, kafka: Kafka) -> None:
    """What it sent goes on its way, and the same request again gets the receipts."""
    kafka.gate = asyncio.Event()
    async with world() as w:
        impatient = asyncio.create_task(w.post(BODY, KEY))
        await eventually(lambda: kafka.waiting == 1)
        impatient.cancel()
        kafka.gate.set()
        while (again := await w.post(BODY, KEY)).status == 409:  # noqa: ASYNC110
            await asyncio.sleep(0)
    assert (again.status, again.body["items"][0]["offset"], len(kafka.records)) == (202, 0, 1)


async def test_receipts_that_cannot_be_kept_are_not_given(world: Begin) -> None:
    async with world() as w:
        with closing(sqlite3.connect(w.folder / "push-push.sqlite")) as file:
            file.execute("DROP TABLE receipts")
        answer = await w.post(BODY, KEY)
        assert (await w.post(BODY)).status == 202
    assert (answer.status, answer.body["code"], answer.headers["Retry-After"]) == (503, "unavailable", "5")
