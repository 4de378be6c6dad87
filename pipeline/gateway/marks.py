"""The id of a streamed message: the last offset of every partition, and which topic that was: `0:41,1:7@5f2c01aa`.

Whoever comes back with it gets everything after it, from any gateway of the same Kafka. -1: nothing yet.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

MARK = re.compile(r"(\d{1,6}:(?:-1|\d{1,18})(?:,\d{1,6}:(?:-1|\d{1,18}))*)(?:@([0-9a-f]{8}))?", re.ASCII)
MAX_CHARS = 32_768


@dataclass(frozen=True, slots=True)
class Mark:
    """Last offsets by partition, and the short name of the topic's cluster ("": not told)."""

    offsets: Mapping[int, int]
    origin: str = ""

    def __str__(self) -> str:
        places = ",".join(f"{partition}:{offset}" for partition, offset in sorted(self.offsets.items()))
        return f"{places}@{self.origin}" if self.origin else places

    def at(self, partition: int, offset: int) -> "Mark":
        """One further."""
        return Mark({**self.offsets, partition: offset}, self.origin)


def parse(text: str) -> Mark | None:
    """The mark of an id, None if it is none."""
    found = MARK.fullmatch(text) if len(text) <= MAX_CHARS else None
    if found is None:
        return None
    pairs = (pair.split(":") for pair in found[1].split(","))
    return Mark({int(partition): int(offset) for partition, offset in pairs}, found[2] or "")


def origin(cluster_id: str, topic: str) -> str:
    """The short name of a topic of a cluster."""
    return hashlib.sha256(f"{cluster_id}\n{topic}".encode()).hexdigest()[:8]
