"""Looking at Kafka and shaping its topics: what differs from the topic table, and making it so. Nothing is deleted.

Every call raises BrokerError where Kafka does not answer or refuses.
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType

from pipeline.broker.client import kafka_errors, options
from pipeline.errors import BrokerError
from pipeline.settings import Settings
from pipeline.topics import TOPICS, Topic

METADATA_SECONDS = 15.0
POLL_SECONDS = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicState:
    """A topic as Kafka has it."""

    name: str
    partitions: int
    configs: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference between the table and Kafka; `setting` is `topic`, `partitions` or one of Kafka's configs."""

    topic: str
    action: Literal["create", "increase", "alter"]
    setting: str
    now: str | None
    wanted: str


@contextmanager
def connected(settings: Settings, doing: str) -> Iterator[Any]:
    """A KafkaAdminClient for one block; its exceptions become BrokerError, whose message starts with `doing`."""
    with kafka_errors(doing), KafkaAdminClient(**options(settings)) as client:
        yield client


def cluster_id(settings: Settings) -> str:
    """The cluster's own id, by a real metadata request."""
    with connected(settings, "asking Kafka who it is") as client:
        return str(client.describe_cluster()["cluster_id"])


def list_topics(settings: Settings) -> tuple[str, ...]:
    """The names of all topics that are not Kafka's own, sorted."""
    with connected(settings, "listing topics") as client:
        return tuple(sorted(found["name"] for found in client.describe_topics() if not found["is_internal"]))


def describe_topics(settings: Settings, names: Iterable[str]) -> dict[str, TopicState]:
    """Those of the named topics that exist."""
    with connected(settings, "describing topics") as client:
        return _describe(client, set(names))


def plan_topics(settings: Settings, topics: Sequence[Topic] = TOPICS) -> tuple[Change, ...]:
    """What `apply_topics` would do."""
    with connected(settings, "planning topics") as client:
        return _plan(client, settings, topics)


def apply_topics(settings: Settings, topics: Sequence[Topic] = TOPICS) -> tuple[Change, ...]:
    """Create what is missing, raise partitions, set differing configs; returns what was done, once every node knows."""
    with connected(settings, "applying topics") as client:
        changes = _plan(client, settings, topics)
        _create(client, settings, [topic for topic in topics if _pick(changes, "create", settings, topic)])
        _increase(client, changes)
        _alter(client, changes)
        _await_applied(client, settings, topics)
    return changes


def _describe(client: Any, names: set[str]) -> dict[str, TopicState]:
    partitions = {
        found["name"]: len(found["partitions"]) for found in client.describe_topics() if found["name"] in names
    }
    if not partitions:
        return {}
    resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in partitions]
    configs = client.describe_configs(resources, config_filter="all")["topic"]
    return {
        name: TopicState(
            name=name, partitions=count, configs={key: entry["value"] for key, entry in configs[name].items()}
        )
        for name, count in partitions.items()
    }


def _plan(client: Any, settings: Settings, topics: Sequence[Topic]) -> tuple[Change, ...]:
    found = _describe(client, {settings.topic_prefix + topic.name for topic in topics})
    return tuple(
        change
        for topic in topics
        for change in differences(topic, found.get(settings.topic_prefix + topic.name), settings)
    )


def differences(topic: Topic, found: TopicState | None, settings: Settings) -> list[Change]:
    """One topic of the table against what Kafka has. More partitions than wanted are left as they are."""
    name = settings.topic_prefix + topic.name
    if found is None:
        return [
            Change(topic=name, action="create", setting="topic", now=None, wanted=f"{settings.partitions} partitions")
        ]
    changes = []
    if found.partitions < settings.partitions:
        changes.append(
            Change(
                topic=name,
                action="increase",
                setting="partitions",
                now=str(found.partitions),
                wanted=str(settings.partitions),
            )  # fmt: skip
        )
    for setting, wanted in topic.configs.items():
        now = found.configs.get(setting)
        if now != wanted:
            changes.append(Change(topic=name, action="alter", setting=setting, now=now, wanted=wanted))
    return changes


def _pick(changes: Iterable[Change], action: str, settings: Settings, topic: Topic) -> bool:
    name = settings.topic_prefix + topic.name
    return any(change.action == action and change.topic == name for change in changes)


def _create(client: Any, settings: Settings, topics: Sequence[Topic]) -> None:
    wanted = {
        settings.topic_prefix + topic.name: {
            "num_partitions": settings.partitions,
            "replication_factor": settings.replication,
            "configs": topic.configs,
        }
        for topic in topics
    }
    if wanted:
        client.create_topics(wanted)
        client.wait_for_topics(list(wanted), timeout_ms=int(METADATA_SECONDS * 1000))


def _increase(client: Any, changes: Iterable[Change]) -> None:
    wanted = {change.topic: int(change.wanted) for change in changes if change.action == "increase"}
    if wanted:
        client.create_partitions(wanted)


def _alter(client: Any, changes: Iterable[Change]) -> None:
    wanted: dict[str, dict[str, str]] = {}
    for change in changes:
        if change.action == "alter":
            wanted.setdefault(change.topic, {})[change.setting] = change.wanted
    if not wanted:
        return
    resources = [ConfigResource(ConfigResourceType.TOPIC, name, configs) for name, configs in wanted.items()]
    answers = client.alter_configs(resources)["topic"]
    refusals = [f"{name}: {answer}" for name, answer in answers.items() if answer != "OK"]
    if refusals:
        raise BrokerError(f"Kafka refuses these configs: {'; '.join(refusals)}; see pipeline/topics.py")


def _await_applied(client: Any, settings: Settings, topics: Sequence[Topic]) -> None:
    """The controller's yes reaches the brokers a moment later; what never does was refused."""
    deadline = time.monotonic() + METADATA_SECONDS
    while left := _plan(client, settings, topics):
        if time.monotonic() > deadline:
            refused = ", ".join(sorted({f"{change.topic} {change.setting}" for change in left}))
            raise BrokerError(
                f"Kafka did not take {refused}; run `tickertape topics plan` and look at the broker's log"
            )
        time.sleep(POLL_SECONDS)
