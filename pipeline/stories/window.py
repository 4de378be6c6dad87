"""The stories of the last days, and which of them an article joins: nearest centroid by cosine, or a new story.

One pass, in the order of the articles. Memory is bounded in time and in number. All sums are of whole numbers, ties go to the
story that was seen last: the same articles in the same order make the same stories, on any machine.
"""

import math
from dataclasses import dataclass, field
from zlib import crc32

from pipeline import ids
from pipeline.stories.rows import Rows
from pipeline.topics import DAY_MS

# Least cosine of an article and its story; README.md has the curve: from 0.25 to 0.325 F1 is within 1.2 points.
THRESHOLD = 0.285
# Terms of a centroid. From 48 to 100 F1 is the same; without a bound it loses half a point.
CENTROID_TERMS = 64
# A story that no article joined for so long is over.
WINDOW_MS = 7 * DAY_MS
MOST_STORIES = 1000
# A story of several articles outlives one of a single article by so much when there are too many.
BONUS_MS = DAY_MS
MOST_MEMBERS = 64
# 60 bits: none of a window's articles is taken for another one.
MEMBER_CHARS = 12
# An article filed so long before or after all others of a story may still be of it; then its likeness halves every fortnight.
NEAR_MS = 3 * DAY_MS
HALF_LIFE_MS = 14 * DAY_MS
# When an article was filed that does not say so, outside Kafka: it is near to every story.
UNDATED_MS = 0
UNSEEN = (-1, 0)
# Weights are stored in 16 bits.
MOST_WEIGHT = 0xFFFF


@dataclass(slots=True)
class Cluster:
    """A story as the window knows it. `members` maps an article's digest to its signature's; `articles` counts them all;
    `joined` is the offset of the article that joined last."""

    story_id: str
    first_ms: int
    last_ms: int
    seen_ms: int
    articles: int = 0
    members: dict[str, str] = field(default_factory=dict)
    centroid: dict[int, int] = field(default_factory=dict)
    length: float = 0.0
    joined: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """Where an article goes: the story it joins (None: none), the one it leaves; `known`: it stood there before as it is."""

    story_id: str | None
    left: str | None = None
    known: bool = False


class Window:
    """Clusters by story id, the one seen last at the end.

    `changed` are the stories that are others now, or gone, in order, that which an article joined last; `seal` stands for
    what the window was when they were last taken away (both are of packing.py); `seen` says where the last article
    stood: offset and time.
    """

    def __init__(self) -> None:
        self.clusters: dict[str, Cluster] = {}
        self._rows = Rows(CENTROID_TERMS)
        self._story_of: dict[str, str] = {}
        self.changed: dict[str, None] = {}
        self.seal = ""
        self.seen = UNSEEN

    def has_seen(self, offset: int, seen_ms: int) -> bool:
        """Whether the article that came in there, at that time (in a topic made anew offsets begin again), has been placed."""
        return offset <= self.seen[0] and seen_ms <= self.seen[1]

    def place(
        self, article_key: str, content: str, terms: dict[str, int], *, at_ms: int, seen_ms: int, offset: int = 0
    ) -> Place:
        """The story of an article filed at `at_ms` that came in at `seen_ms` and stands at `offset` in the stream; without
        terms it only leaves its own.

        `content` stands for all that the article says: the same again changes nothing.
        """
        self.seen = (offset, seen_ms)
        member, content = _short(article_key), _short(content)
        before = self.clusters.get(self._story_of.get(member, ""))
        if before is not None and before.members.get(member) == content:
            return Place(before.story_id, known=True)
        self._forget(seen_ms)
        before = self.clusters.get(self._story_of.get(member, ""))
        was_alone = before is not None and before.articles == 1
        if before is not None:
            self._leave(before, member)
        if not terms:
            return Place(None, left=before.story_id if before is not None else None)
        vector = {crc32(term.encode()): weight for term, weight in terms.items()}
        cluster = self.nearest(vector, at_ms)
        if cluster is None:
            fresh = before.story_id if before is not None and was_alone else self._fresh(article_key)
            cluster = self.clusters[fresh] = Cluster(fresh, at_ms, at_ms, seen_ms)
        self._join(cluster, member, content, vector, at_ms, seen_ms)
        cluster.joined = offset
        moved = before is not None and before.story_id != cluster.story_id
        return Place(cluster.story_id, left=before.story_id if before is not None and moved else None)

    def nearest(self, vector: dict[int, int], at_ms: int) -> Cluster | None:
        """The most similar story, if it is similar enough."""
        length = _length(vector)
        best, nearest = THRESHOLD, None
        for story_id in self._rows.near(vector, THRESHOLD * length):
            cluster = self.clusters[story_id]
            product = sum(weight * vector.get(term, 0) for term, weight in cluster.centroid.items())
            likeness = product / (length * cluster.length) * nearness(cluster, at_ms)
            if likeness > best or (likeness == best and (nearest is None or story_id < nearest.story_id)):
                best, nearest = likeness, cluster
        return nearest

    def restore(self, cluster: Cluster) -> None:
        """A cluster as it was, the one seen last last."""
        self.clusters[cluster.story_id] = cluster
        self._story_of.update(dict.fromkeys(cluster.members, cluster.story_id))
        cluster.length = _length(cluster.centroid)
        self._rows.put(cluster.story_id, cluster.centroid, cluster.length)

    def _join(
        self, cluster: Cluster, member: str, content: str, vector: dict[int, int], at_ms: int, seen_ms: int
    ) -> None:
        self.clusters[cluster.story_id] = self.clusters.pop(cluster.story_id)
        dated = [one for one in (cluster.first_ms, cluster.last_ms, at_ms) if one != UNDATED_MS] or [UNDATED_MS]
        cluster.first_ms, cluster.last_ms = min(dated), max(dated)
        cluster.seen_ms = max(cluster.seen_ms, seen_ms)
        self._change(cluster)
        cluster.articles += 1
        cluster.members[member] = content
        self._story_of[member] = cluster.story_id
        if len(cluster.members) > MOST_MEMBERS:
            oldest = next(iter(cluster.members))
            del cluster.members[oldest], self._story_of[oldest]
        cluster.centroid = _sum(cluster.centroid, vector)
        self.restore(cluster)

    def _leave(self, cluster: Cluster, member: str) -> None:
        """The article's terms stay in the centroid unless it was alone; what other articles tell outweighs them soon."""
        del cluster.members[member], self._story_of[member]
        cluster.articles -= 1
        self._change(cluster)
        if cluster.articles == 0:
            self._drop(cluster)

    def _forget(self, now_ms: int) -> None:
        while self.clusters:
            oldest = next(iter(self.clusters.values()))
            if oldest.seen_ms >= now_ms - WINDOW_MS:
                break
            self._drop(oldest)
        if len(self.clusters) > MOST_STORIES:
            self._drop(min(self.clusters.values(), key=lambda one: one.seen_ms + BONUS_MS * (one.articles > 1)))

    def _change(self, cluster: Cluster) -> None:
        self.changed.pop(cluster.story_id, None)
        self.changed[cluster.story_id] = None

    def _drop(self, cluster: Cluster) -> None:
        self._change(cluster)
        del self.clusters[cluster.story_id]
        for member in cluster.members:
            del self._story_of[member]
        self._rows.drop(cluster.story_id)

    def _fresh(self, article_key: str) -> str:
        """An id that follows from the article; another one if the first story it founded goes on without it."""
        ordinal = 0
        while (story_id := ids.digest("story", article_key, str(ordinal))) in self.clusters:
            ordinal += 1
        return story_id


def nearness(cluster: Cluster, at_ms: int) -> float:
    """1 for an article filed while the story ran or a few days around it, less the further away it is."""
    gap = max(cluster.first_ms - at_ms, at_ms - cluster.last_ms) - NEAR_MS
    return 1.0 if gap <= 0 or UNDATED_MS in (at_ms, cluster.last_ms) else 0.5 ** (gap / HALF_LIFE_MS)


def _sum(centroid: dict[int, int], vector: dict[int, int]) -> dict[int, int]:
    total = dict(centroid)
    for term, weight in vector.items():
        total[term] = total.get(term, 0) + weight
    heaviest = dict(sorted(total.items(), key=lambda pair: (-pair[1], pair[0]))[:CENTROID_TERMS])
    if max(heaviest.values()) > MOST_WEIGHT:
        return {term: weight // 2 for term, weight in heaviest.items() if weight > 1}
    return heaviest


def _length(vector: dict[int, int]) -> float:
    return math.sqrt(sum(weight * weight for weight in vector.values()))


def _short(part: str) -> str:
    return ids.digest(part)[:MEMBER_CHARS]
