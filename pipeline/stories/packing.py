"""The window as records, and back: one line a story, so that an article writes no more than the stories that it changed.

A line is `story_id first_ms last_ms seen_ms articles members centroid joined`: members are pairs of twelve characters (article,
content), the centroid base64 of pairs (term in 32 bits, weight in 16), little endian; joined is the offset of the article that
joined last, by which the stories have their order. The seal is a digest of all that was ever written, with the offset and the
time of the article that was placed last.
"""

import base64
import struct
from collections.abc import Iterable
from itertools import starmap

from pipeline import ids
from pipeline.stories.records import StoryIndex
from pipeline.stories.window import MEMBER_CHARS, UNSEEN, Cluster, Window

PAIR = struct.Struct("<IH")
# Of a line of story-index.v1, which has no offset: its record was the whole window, in order.
OLD_FIELDS = 7


def take_changes(window: Window) -> dict[str, str | None]:
    """The lines of the stories that changed since this was last asked, None for one that is gone; a story joined is last.

    Whoever reads only the first of them can place the article again, and does the rest.
    """
    changes: dict[str, str | None] = {}
    for story_id in window.changed:
        cluster = window.clusters.get(story_id)
        changes[story_id] = None if cluster is None else line(cluster)
    window.changed.clear()
    if changes:
        window.seal = ids.digest(window.seal, *(part or "" for change in changes.items() for part in change))
    return changes


def unpack(index: StoryIndex, parts: Iterable[StoryIndex]) -> Window:
    """The window of an index and its parts, which are newer than the stories that an older release has in the index."""
    old = dict(map(_named, index.stories))
    lines = old | dict(_named(one) for part in parts for one in part.stories)
    clusters = [_cluster(packed, number - len(old)) for number, packed in enumerate(lines.values())]
    window = Window()
    for cluster in sorted(clusters, key=lambda one: one.joined):
        window.restore(cluster)
    if index.seal is not None:
        window.seal, offset, seen_ms = index.seal.split(" ")
        window.seen = (int(offset), int(seen_ms))
    window.changed.update(dict.fromkeys(old))
    return window


def sealed(window: Window) -> StoryIndex | None:
    """What stands for all of a window whose changes were taken; None: it has seen nothing."""
    return (
        None if window.seen == UNSEEN else StoryIndex(stories=[], seal=" ".join(map(str, (window.seal, *window.seen))))
    )


def _named(packed: str) -> tuple[str, str]:
    return packed.partition(" ")[0], packed


def line(cluster: Cluster) -> str:
    """A story as it is written down."""
    members = "".join(member + content for member, content in cluster.members.items())
    centroid = base64.b64encode(b"".join(starmap(PAIR.pack, cluster.centroid.items()))).decode()
    times = f"{cluster.first_ms} {cluster.last_ms} {cluster.seen_ms}"
    return f"{cluster.story_id} {times} {cluster.articles} {members} {centroid} {cluster.joined}"


def _cluster(packed: str, place: int) -> Cluster:
    """`place`: its order, if the line does not say."""
    fields = packed.split(" ")
    story_id, first_ms, last_ms, seen_ms, articles, members, centroid, joined = (
        [*fields, str(place)] if len(fields) == OLD_FIELDS else fields
    )
    names = [members[at : at + MEMBER_CHARS] for at in range(0, len(members), MEMBER_CHARS)]
    return Cluster(
        story_id=story_id, first_ms=int(first_ms), last_ms=int(last_ms), seen_ms=int(seen_ms), articles=int(articles),
        members=dict(zip(names[::2], names[1::2], strict=True)),
        centroid=dict(PAIR.iter_unpack(base64.b64decode(centroid))), joined=int(joined),
    )  # fmt: skip
