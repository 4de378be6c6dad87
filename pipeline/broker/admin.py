"""Looking at Kafka and shaping it: identity, topics, offsets, a group's lag. Every call raises BrokerError."""

from collections.abc import Iterator
from contextlib import contextmanager

from kafka import KafkaAdminClient

from pipeline.broker.client import kafka_errors, options
from pipeline.settings import Settings


@contextmanager
def connected(settings: Settings, doing: str) -> Iterator[KafkaAdminClient]:
    """An admin client for one block; its exceptions become BrokerError, whose message starts with `doing`."""
    with kafka_errors(doing), KafkaAdminClient(**options(settings)) as client:
        yield client


def cluster_id(settings: Settings) -> str:
    """The cluster's own id, by a real metadata request."""
    with connected(settings, "asking Kafka who it is") as client:
        return str(client.describe_cluster()["cluster_id"])
