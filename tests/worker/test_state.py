"""States are read back per assignment, and forgotten with it."""

import threading
from collections.abc import Iterator

from pipeline.records import Message
from pipeline.worker.state import Due, StateStore, part_key


def record(partition: int, key: bytes | None, value: bytes | None) -> Message:
    return Message(topic="state", partition=partition, offset=0, timestamp_ms=0, key=key, value=value)


RECORDS = [
    record(0, b"a", b"old"),
    record(0, b"a", b"new"),
    record(0, b"gone", b"1"),
    record(0, b"gone", None),
    record(1, b"a", b"other partition"),
    record(0, None, b"without a key"),
    record(0, b"\x00\xff", b""),
]


def read(partitions: frozenset[int]) -> Iterator[Message]:
    return (one for one in RECORDS if one.partition in partitions)


async def test_the_last_value_wins_and_a_tombstone_removes() -> None:
    store = StateStore(read)
    await store.restore(frozenset({0, 1}))
    assert store.get(0, b"a") == b"new"
    assert store.get(1, b"a") == b"other partition"
    assert store.get(0, b"\x00\xff") == b""
    assert [store.get(0, b"gone"), store.get(0, b"never"), store.get(0, None), store.get(2, b"a")] == [None] * 4
    store.drop()


async def test_what_is_put_is_seen_until_the_partitions_go() -> None:
    store = StateStore(read)
    await store.restore(frozenset({0}))
    store.put(0, b"a", b"newer")
    assert store.get(0, b"a") == b"newer"
    await store.restore(frozenset({1}))
    assert store.get(0, b"a") is None
    assert store.get(1, b"a") == b"other partition"
    store.drop()
    assert store.get(1, b"a") is None
    store.put(1, b"a", b"too late")
    assert store.get(1, b"a") is None


async def test_a_stage_without_states_has_none() -> None:
    store = StateStore(None)
    await store.restore(frozenset({0}))
    store.put(0, b"a", b"1")
    assert store.get(0, b"a") is None


async def test_a_reading_that_was_overtaken_by_a_revocation_is_thrown_away() -> None:
    """Its states may be older than what the next owner wrote."""
    import asyncio

    reading, revoked = threading.Event(), threading.Event()

    def slowly(partitions: frozenset[int]) -> Iterator[Message]:
        reading.set()
        assert revoked.wait(10)
        return read(partitions)

    store = StateStore(slowly)
    restore = asyncio.create_task(store.restore(frozenset({0})))
    await asyncio.to_thread(reading.wait, 10)
    store.drop()
    revoked.set()
    await restore
    assert store.get(0, b"a") is None


async def test_many_states() -> None:
    store = StateStore(lambda _: (record(0, b"%d" % n, b"v%d" % n) for n in range(25_000)))
    await store.restore(frozenset({0}))
    assert [store.get(0, b"0"), store.get(0, b"24999")] == [b"v0", b"v24999"]
    store.drop()


def due(state: bytes) -> int | None:
    """A state that waits says until when: "@1000"."""
    return int(state[1:]) if state.startswith(b"@") else None


WAITING = [
    record(0, b"a", b"@30"),
    record(0, b"b", b"@10"),
    record(1, b"a", b"@20"),
    record(1, b"c", b"@40"),
    *RECORDS[1:],
]


async def test_what_is_due_is_handed_out_once_the_longest_due_first() -> None:
    """Read back or put, until it is put again."""
    store = StateStore(lambda partitions: (one for one in WAITING if one.partition in partitions), due)
    await store.restore(frozenset({0, 1}))
    assert store.take_due(9, most=9) == []
    assert store.take_due(30, most=1) == [Due(partition=0, key=b"b", value=b"@10")]
    store.put(2, b"new", b"@15")
    store.put(0, b"b", b"done")
    assert store.take_due(30, most=9) == [Due(partition=2, key=b"new", value=b"@15")]
    assert store.take_due(39, most=9) == []
    store.put(1, b"c", b"@35")
    assert store.take_due(39, most=9) == [Due(partition=1, key=b"c", value=b"@35")]
    assert store.get(1, b"c") == b"@35"
    await store.restore(frozenset({1}))
    assert store.take_due(99, most=9) == [Due(partition=1, key=b"c", value=b"@40")]
    store.drop()
    assert store.take_due(99, most=9) == []


async def test_where_nothing_waits_nothing_is_due() -> None:
    store = StateStore(read)
    await store.restore(frozenset({0, 1}))
    store.put(0, b"z", b"@1")
    assert store.take_due(2**62, most=9) == []


PARTS = [
    record(0, b"en", b"whole"),
    record(0, b"en|b", b"2"),
    record(0, b"en|a", b"1"),
    record(0, b"en|gone", b"3"),
    record(0, b"en|gone", None),
    record(0, b"e|a", b"of another"),
    record(0, b"en-gb|a", b"of another"),
    record(0, b"fr|a", b"of another"),
    record(1, b"en|c", b"of another partition"),
]


async def test_a_state_in_parts() -> None:
    """Those of a key, by name, and of no other."""
    store = StateStore(lambda partitions: (one for one in PARTS if one.partition in partitions))
    assert store.parts(0, b"en") == []
    await store.restore(frozenset({0, 1}))
    assert store.parts(0, b"en") == [b"1", b"2"]
    store.put(0, part_key(b"en", b"a"), None)
    store.put(0, part_key(b"en", b"z"), b"26")
    assert store.parts(0, b"en") == [b"2", b"26"]
    assert (store.parts(0, b"de"), store.get(0, b"en")) == ([], b"whole")
