"""The fault matrix: what is done to a running pipeline, and what must hold all the same. Run by `make chaos` and by pytest."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

from pipeline.settings import Settings
from tests.chaos import faults_of_brokers as brokers
from tests.chaos import faults_of_input as given
from tests.chaos import faults_of_time as timely
from tests.chaos import faults_of_workers as workers
from tests.chaos.arena import Arena, Row, needed
from tests.chaos.brokers import Cluster, OwnBroker
from tests.corpora import CORPORA


@dataclass(frozen=True)
class Fault:
    """One row; `injected` and `holds` are for readers.

    `when`: "ci", "table" (what takes longer, or other tests try too), or "slow" (only when asked for). `hurts`: what it
    needs of its own; `needs`: corpora; `stages`: what its workers run.
    """

    name: str
    injected: str
    holds: str
    run: Callable[[Arena], Row]
    when: str = "ci"
    hurts: type[OwnBroker] | type[Cluster] | None = None
    needs: tuple[str, ...] = ()
    stages: tuple[str, ...] = ("annotate",)

    @property
    def missing(self) -> list[str]:
        """The corpora that it needs and that are not there."""
        return [name for name in self.needs if not (CORPORA / f"{name}.tar.gz").is_file()]


ODD = "one outcome each, dead letters hold the bytes, the good ones beside them are read"

ROUTED = ("annotate", "route")

FAULTS = {
    fault.name: fault
    for fault in (
        Fault("W1", "SIGKILL at each labelled step of the lane, for the first, middle, last of a batch",
              "nothing lost, repeats equal and within the window", workers.w1),
        Fault("W2", "SIGKILL of one of two workers at random", "nothing lost, the other takes over", workers.w2),
        Fault("W3", "SIGTERM idle, in the middle of a batch, and while the reading hangs",
              "0 repeats and 10 s; hung: non-zero within 30 s, nothing lost", workers.w3, when="table"),
        Fault("W4", "articles that kill, crash, hang, block, exhaust the process that reads them",
              "just these are dead letters", workers.w4, when="table"),
        Fault("W5", "SIGSTOP beyond the session, then SIGCONT", "it ends and writes nothing more", workers.w5, when="table"),
        Fault("W6", "workers join and leave in order all the time", "nothing lost, nothing repeated", workers.w6, when="table"),
        Fault("B1", "SIGKILL of the broker under load, again and again",
              "no confirmed input lost, the worker goes on by itself within 60 s", brokers.b1, hurts=OwnBroker),
        Fault("B2", "orderly restart of the broker under load", "the same", brokers.b2, hurts=OwnBroker, when="table"),
        Fault("B3", "SIGKILL of each of three brokers in turn, then of two at once (replication 3)",
              "goes on within 20 s, no confirmed input lost", brokers.b3, when="slow", hurts=Cluster),
        Fault("B4", "broker gone for longer than a worker waits",
              "the worker ends with 3, the next one goes on, nothing lost", brokers.b4, hurts=OwnBroker, when="table"),
        Fault("B6", "an output topic refuses records, and with them their neighbours in a batch",
              "dead letters of just those", brokers.b6),
        Fault("C1", "ten times as much as it can read", "memory stays flat: what waits, waits in Kafka", timely.c1, when="table"),
        Fault("T2", "versions in any order, some much too late", "the view ends as in order", timely.t2, stages=ROUTED),
        Fault("T3", "everything twice and ten times", "events and view as of once", timely.t3, stages=ROUTED, when="table"),
        Fault("S2", "retention removes what was not read", "told; the rest is read", timely.s2),
        Fault("S4", "the input topic deleted and made anew", "ends with 3 or goes on within 60 s", timely.s4, when="table"),
        Fault("S5", "partitions added while it reads", "all read within a minute", timely.s5, when="table"),
        Fault("S7", "offsets forgotten: all read again", "no record is new or other", timely.s7),
        Fault("P1", "malformed JSON, wrong types, cut off, empty, tombstones", ODD, given.p1,
              needs=("JSONTestSuite", "go-fuzz-corpus")),
        Fault("P2", "messages as large as the topic takes", ODD, given.p2, when="table"),
        Fault("P3", "JSON nested 100,000 deep", ODD, given.p3, when="table"),
        Fault("P4", "lone surrogates", ODD, given.p4, needs=("JSONTestSuite",), when="table"),
        Fault("P5", "invalid UTF-8, NUL, BOM, UTF-16, overlong", ODD, given.p5, needs=("utf8tests",), when="table"),
        Fault("P6", "zalgo, bidi, emoji, look-alikes, read by the real stage", "every span stands where it says", given.p6,
              needs=("blns", "confusables")),
        Fault("P7", "a word of a million letters, runs of punctuation, read by the real stage",
              "2 s each at most, no late heartbeat", given.p7),
    )
}  # fmt: skip


def run(fault: Fault, settings: Settings, folder: Path, **options: Any) -> Row:
    """Inject the fault in a world of its own; whatever goes wrong in doing so is a row that did not hold."""
    own = replace(settings, topic_prefix=f"{fault.name.lower()}-{uuid4().hex[:6]}.", partitions=3)
    folder.mkdir(exist_ok=True)
    with _broker(fault, folder) as broker:
        if broker is not None:
            own = replace(own, brokers=broker.bootstrap, replication=3 if isinstance(broker, Cluster) else 1)
        with Arena(own, folder, topics=needed(fault.stages), own=broker, **options) as arena:
            try:
                return fault.run(arena)
            except Exception as error:  # noqa: BLE001 - one row that cannot be tried must not hide the others
                trouble = f"{type(error).__name__}: {error} (logs in {folder})"
                return Row(fault.name, 0, 0, 0, 0, 0.0, False, "not tried to the end", (*arena.trouble, trouble))


@contextmanager
def _broker(fault: Fault, folder: Path) -> Iterator[OwnBroker | Cluster | None]:
    """A broker for the fault to hurt, or three, if it needs any."""
    if fault.hurts is None:
        yield None
        return
    broker = fault.hurts(folder / "kafka")
    try:
        yield broker
    finally:
        broker.stop()
