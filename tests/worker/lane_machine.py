"""The lane against everything that can happen around it, in any order, on a log of dicts and a clock that we turn.

Messages are read, handled out of order, written in part, confirmed; processes and workers die, Kafka is away, partitions move.
At any time: no commit is past an input without its outcome, no outcome is without its output. At rest: every input has one
outcome, told once or several times to the byte, and each key's inputs were handled one after the other.
"""

from collections import defaultdict
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import Any, ClassVar

from faust.types import TP
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from pipeline import codec
from pipeline.errors import BrokerError
from pipeline.topics import Topic
from pipeline.worker.lane import Lane
from tests.worker.fake_kafka import Log
from tests.worker.machine_stage import BIG, PLAIN, POISON, place
from tests.worker.machine_worker import SETTINGS, Batch, Sending, Worker
from tests.worker.stages import BACKFILL, LIVE, OUT, OUTCOMES
from tests.worker.virtual_time import VirtualLoop

WORKERS, PARTITIONS = 2, 2
PLACES = [TP(topic.name, partition) for topic in (LIVE, BACKFILL) for partition in range(PARTITIONS)]
ANY = st.integers(min_value=0, max_value=7)
ARRIVAL = st.tuples(
    st.sampled_from(PLACES), st.sampled_from("ab"), st.sampled_from((PLAIN,) * 9 + (POISON, BIG)), st.booleans()
)
COMMIT_SECONDS, SESSION_SECONDS = 1.0, 15.0
MAX_ROUNDS, REST_EVERY = 300, 20


class LaneMachine(RuleBasedStateMachine):
    """Two workers, two topics of two partitions, two keys a partition."""

    break_it: ClassVar[Callable[[Lane], object]] = staticmethod(lambda lane: None)

    def __init__(self) -> None:
        super().__init__()
        self.loop, self.log = VirtualLoop(), Log()
        self.owners: tuple[int, ...] = (0, 1)
        self.workers: list[Worker] = []
        self.sharing = False
        self.checked: dict[TP, int] = defaultdict(int)
        self.number = self.steps = self.read = 0
        self.told: dict[str, set[bytes]] = defaultdict(set)
        self.loop.call(lambda: self.workers.extend(self.new_worker() for _ in range(WORKERS)))
        self.share_out((0, 1))
        while self.loop.jobs:
            self.loop.work(0)

    def teardown(self) -> None:
        self.loop.end()

    def new_worker(self) -> Worker:
        return Worker(self.log, type(self).break_it)

    def alive(self) -> list[Worker]:
        return [worker for worker in self.workers if not worker.is_dead]

    def batches(self) -> list[tuple[Worker, Batch]]:
        return [(worker, batch) for worker in self.alive() for batch in worker.pool.running]

    def sendings(self) -> list[tuple[Worker, Sending]]:
        return [(worker, sending) for worker in self.alive() for sending in worker.wire.sending]

    # What comes in

    @initialize(arrivals=st.lists(ARRIVAL, min_size=12, max_size=20))
    def begin(self, arrivals: list[tuple[TP, str, bytes, bool]]) -> None:
        self.produce(arrivals)
        self.wait(6, 0.1)

    @rule(arrivals=st.lists(ARRIVAL, min_size=1, max_size=4))
    def produce(self, arrivals: list[tuple[TP, str, bytes, bool]]) -> None:
        for tp, key, kind, hole in arrivals:
            self.number += 1
            self.log.produce(tp, f"{tp.partition}{key}".encode(), b"%b %d" % (kind, self.number), hole=hole)

    @precondition(lambda self: self.log.all_inputs())
    @rule(which=ANY, topic=st.sampled_from((LIVE, BACKFILL)))
    def duplicate(self, which: int, topic: Topic) -> None:
        """The same content once more, perhaps by the other way."""
        inputs = self.log.all_inputs()
        message = inputs[-1 - which % len(inputs)]
        self.log.produce(TP(topic.name, message.partition), message.key or b"", message.value or b"")

    # What a worker does

    @rule(most=st.integers(min_value=1, max_value=4), seconds=st.sampled_from((0.0, 0.1, 0.1, 1.0, 30.0)))
    def wait(self, most: int, seconds: float) -> None:
        """Time goes by; whoever owns a partition reads on in it."""
        for worker in self.alive():
            for tp in sorted(worker.member.owned):
                self.loop.call(lambda worker=worker, tp=tp: self.loop.create_task(worker.poll(tp, most)))
        self.loop.turn(seconds)
        if seconds >= COMMIT_SECONDS:
            self.commit_all()
        if seconds >= SESSION_SECONDS and not self.sharing and len(self.alive()) < WORKERS:
            self.share_out(self.owners)

    @rule(choices=st.lists(ANY, min_size=1, max_size=12))
    def proceed(self, choices: list[int]) -> None:
        """Batches end, sends are confirmed and states read back, in any order."""
        for choice in choices:
            if pending := self.pending():
                pending[choice % len(pending)]()

    def pending(self) -> list[Callable[[], None]]:
        """All that can go on."""
        return [
            *(partial(self.loop.call, worker.pool.finish, batch) for worker, batch in self.batches()),
            *(partial(self.loop.call, worker.wire.confirm, sending) for worker, sending in self.sendings()),
            *(partial(self.loop.work, job) for job in range(len(self.loop.jobs))),
        ]

    @rule()
    def commit_all(self) -> None:
        for worker in self.workers:
            worker.member.commit()

    # What goes wrong

    @precondition(lambda self: any(len(batch.works) > 1 for _, batch in self.batches()))
    @rule(which=ANY)
    def process_dies(self, which: int) -> None:
        """By itself; a message that is alone with it twice would be blamed, and be a dead letter only this time."""
        crowds = [(worker, batch) for worker, batch in self.batches() if len(batch.works) > 1]
        worker, batch = crowds[which % len(crowds)]
        self.loop.call(worker.pool.die, batch)

    @precondition(lambda self: self.sendings())
    @rule(which=ANY, written=st.lists(ANY, max_size=4))
    def kafka_is_away(self, which: int, written: list[int]) -> None:
        """A delivery fails, of which Kafka has some records, or none, or all."""
        worker, sending = self.sendings()[which % len(self.sendings())]
        for record in written:
            worker.wire.write(sending, record)
        self.loop.call(worker.wire.fail, sending)

    @rule(which=ANY, written=st.lists(st.tuples(ANY, ANY), max_size=6))
    def crash(self, which: int, written: list[tuple[int, int]]) -> None:
        """A worker is killed; Kafka has some records of its deliveries."""
        worker = self.workers[which % WORKERS]
        for number, record in written if worker.wire.sending else ():
            worker.wire.write(worker.wire.sending[number % len(worker.wire.sending)], record)
        self.loop.call(worker.die, BrokerError("as the test said"))

    @precondition(lambda self: not self.sharing)
    @rule(owners=st.tuples(*[st.integers(min_value=0, max_value=WORKERS - 1)] * PARTITIONS))
    def share_out(self, owners: tuple[int, ...]) -> None:
        """A rebalance begins; who died is replaced, the others give up what they have, in their own time."""
        self.owners, self.sharing = owners, True
        self.loop.call(self.begin_to_share)
        self.settle_shares()

    def begin_to_share(self) -> None:
        self.workers = [self.new_worker() if worker.is_dead else worker for worker in self.workers]
        for worker in self.workers:
            worker.leave()

    def settle_shares(self) -> None:
        """A rebalance ends when all have left or died."""
        if self.sharing and all(worker.has_left for worker in self.workers):
            self.sharing = False
            self.loop.call(self.assign)

    def assign(self) -> None:
        for number, worker in enumerate(self.workers):
            partitions = frozenset(p for p, owner in enumerate(self.owners) if owner == number)
            if not worker.is_dead:
                worker.assign(partitions, [tp for tp in PLACES if tp.partition in partitions])

    # What must hold

    @invariant()
    def a_rebalance_ends_when_all_have_left(self) -> None:
        self.steps += 1
        self.settle_shares()

    @invariant()
    def only_a_bad_world_ends_a_worker(self) -> None:
        for worker in self.workers:
            if worker.died_of is not None and not isinstance(worker.died_of, BrokerError):
                raise worker.died_of

    @invariant()
    def what_waits_waits_in_kafka(self) -> None:
        """However much comes, a worker holds its window of each topic, and one message that is let in next."""
        for worker in self.workers:
            for topic in (LIVE, BACKFILL):
                assert worker.lane.ledger.entries(topic.name) <= SETTINGS.window_articles // 2 + 1, "it holds too much"

    @invariant()
    def no_commit_is_past_an_input_without_outcome(self) -> None:
        outcomes = self.outcomes()
        for tp, committed in self.log.committed.items():
            assert committed >= self.checked[tp], f"{tp} went back"
            for message in self.log.inputs[tp]:
                if self.checked[tp] <= message.offset < committed:
                    assert place(message) in outcomes, f"lost: {place(message)} is committed and has no outcome"
            self.checked[tp] = committed

    @invariant()
    def no_outcome_is_without_its_output(self) -> None:
        out = {codec.decode(record.value or b"")[0] for record in self.log.written[OUT.name]}
        done = {at for at, told in self.outcomes().items() if any(b'"done"' in one for one in told)}
        assert done <= out, "an outcome has no output"

    @precondition(lambda self: self.steps > REST_EVERY)
    @rule()
    def come_to_rest(self) -> None:
        """Nothing fails for a while: everything is read, written, committed. Then the books must balance."""
        self.steps = 0
        for _ in range(MAX_ROUNDS):
            if self.is_at_rest():
                break
            self.go_on()
        assert self.is_at_rest(), "it does not come to rest"
        self.the_books_balance()

    def is_at_rest(self) -> bool:
        ends = {tp: messages[-1].offset + 1 for tp, messages in self.log.inputs.items() if messages}
        return not self.sharing and all(self.log.committed.get(tp) == end for tp, end in ends.items())

    def go_on(self) -> None:
        if not self.sharing and len(self.alive()) < WORKERS:
            self.share_out((0, 1))
        self.wait(4, 1.0)
        while pending := self.pending():
            pending[0]()
        self.settle_shares()

    def the_books_balance(self) -> None:
        outcomes = self.outcomes()
        inputs = {place(message): message for message in self.log.all_inputs()}
        assert set(outcomes) == set(inputs), "not every input has an outcome, or there is a foreign one"
        assert all(len(told) == 1 for told in outcomes.values()), "an input has two outcomes"
        out = {(record.key, codec.decode(record.value or b"")[1]) for record in self.log.written[OUT.name]}
        good = {(m.key, (m.value or b"").decode()) for m in inputs.values() if (m.value or b"").startswith(PLAIN)}
        assert out == good, "something is missing from what went out, or foreign to it"
        self.each_key_was_handled_in_order(outcomes, inputs)

    def each_key_was_handled_in_order(self, outcomes: dict[str, set[bytes]], inputs: dict[str, Any]) -> None:
        """The numbers that its inputs got are those of its state: none twice, and rising in every topic."""
        numbers: dict[bytes, list[tuple[str, int, int]]] = defaultdict(list)
        for at, message in inputs.items():
            if (number := codec.decode(min(outcomes[at])).get("number")) is not None:
                numbers[message.key].append((message.topic, message.offset, number))
        for of_key in numbers.values():
            assert sorted(number for *_, number in of_key) == list(range(len(of_key))), "two inputs of a key overlapped"
            for (topic, _, number), (other, _, later) in pairwise(sorted(of_key)):
                assert topic != other or number < later, "a key's inputs changed places"

    def outcomes(self) -> dict[str, set[bytes]]:
        """What was told of each input."""
        written = self.log.written[OUTCOMES.name]
        for record in written[self.read :]:
            at = codec.decode(record.value or b"")
            self.told[f"{at['topic']}/{at['partition']}/{at['offset']}"].add(record.value or b"")
        self.read = len(written)
        return self.told
