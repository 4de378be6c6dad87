"""What of a feed is news: its entries against what was seen of them. Feeds have no versions, so content makes them. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol, TypeVar

from pipeline import ids

# Of a feed of n entries the last 4 n seen are remembered, and no fewer than before (a hub sends one entry of many): one that
# comes back later is a first version again, whose article is then `unchanged` if it is.
REMEMBERED = 4
FEWEST, MOST = 500, 4_000


class Named(Protocol):
    """What is seen: `guid` names it, `digest` stands for what it says."""

    @property
    def guid(self) -> str:
        """Unique in its source."""

    @property
    def digest(self) -> str:
        """26 characters."""


Entry = TypeVar("Entry", bound=Named)
# guid digest → [content digest, revision]; about 70 bytes an entry.
Seen = Mapping[str, Any]


def news(entries: Iterable[Entry], seen: Seen) -> list[tuple[Entry, int]]:
    """The entries that are new or changed, in the order of the feed, with the revision that they now are."""
    found = []
    for entry in entries:
        digest, revision = _known(seen, entry.guid)
        if digest != entry.digest:
            found.append((entry, revision + 1))
    return found


def remember(entries: Iterable[Named], sent: Iterable[tuple[Named, int]], seen: Seen) -> dict[str, Any]:
    """What is seen once `sent` is confirmed; `entries` is the whole feed: what it still shows is forgotten last."""
    now = {ids.digest(entry.guid): [entry.digest, revision] for entry, revision in sent}
    shown = [ids.digest(entry.guid) for entry in entries]
    still = {name: now.get(name) or seen[name] for name in shown if name in now or name in seen}
    older = {name: value for name, value in seen.items() if name not in still}
    kept = min(max(FEWEST, REMEMBERED * len(shown), len(seen)), MOST) - len(still)
    return dict(list(older.items())[-kept:] if kept > 0 else ()) | still


def _known(seen: Seen, guid: str) -> tuple[str | None, int]:
    """(content digest, revision) as last seen; what is remembered in another shape was never seen."""
    match seen.get(ids.digest(guid)):
        case [str(digest), int(revision)]:
            return digest, revision
    return None, 0
