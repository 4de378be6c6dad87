"""What Kafka says of itself: its version, how fast it answers, and what time it has."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from pipeline.broker.admin import connected
from pipeline.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """`version` is told by the newest requests the first node knows; `answer_seconds` by a metadata request."""

    cluster_id: str
    version: str
    nodes: int
    answer_seconds: float


def about(settings: Settings, clock: Callable[[], float] = time.perf_counter) -> About:
    """Ask for it. Raises BrokerError."""
    with connected(settings, "asking Kafka who it is") as client:
        started = clock()
        cluster = client.describe_cluster()
        seconds = clock() - started
        version = client.get_broker_version_data(cluster["brokers"][0]["broker_id"]).broker_version
    return About(
        cluster_id=cluster["cluster_id"],
        version=".".join(str(part) for part in version),
        nodes=len(cluster["brokers"]),
        answer_seconds=seconds,
    )


def clock_skew_seconds(settings: Settings, now: Callable[[], float] = time.time) -> float:
    """How far Kafka's clock is ahead of ours (negative: behind), exact to half a request. Raises BrokerError.

    Without writing anything: the leader of the metadata quorum reports its own time as when it was last caught up
    (KIP-836; Kafka 3.3 with KRaft, and the right to describe the cluster).
    """
    with connected(settings, "asking Kafka for the time") as client:
        asked_at = now()
        quorum = client.describe_metadata_quorum()
        answered_at = now()
    log = quorum["topics"][0]["partitions"][0]
    times = [
        voter["last_caught_up_timestamp"] for voter in log["current_voters"] if voter["replica_id"] == log["leader_id"]
    ]
    return float(times[0] / 1000 - (asked_at + answered_at) / 2)
