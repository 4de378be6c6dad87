"""What to do with a version of an item, given what is known of the item. Before its text is read by anybody.

    not news, another language, no text      skipped      whatever came before; leaves everything as it stands
    older than what was settled              stale
    canceled, withheld                       retracted    takes back every version of its guid; its headline is never read
    settled already                          unchanged
    under embargo                            held         comes in again when its time has come; stale if a newer one waits
    newer, with the same content             unchanged
    else                                     annotate

What waits hides nothing: an older version that may be published is, until the newer one's time has come.
"""

from dataclasses import dataclass
from typing import Literal

from pipeline.records import Article, ArticleState, Problem, Version
from pipeline.wire.embargo import embargo
from pipeline.wire.purpose import purpose
from pipeline.wire.versions import Rank, content, rank, version_of

# Primary language tags that are read, by BCP 47 and as ISO 639-2 has it; "und" is a provider who does not say.
ENGLISH = ("en", "eng", "und")
SHOWN_CHARS = 100
Action = Literal["annotate", "unchanged", "stale", "held", "retracted", "skipped"]


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of an article, and why where that needs saying."""

    action: Action
    problem: Problem | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """How a version came in.

    `at_ms` is Kafka's timestamp; `released`: it is sent again because its embargo is over; `reprocess`: it is to be read
    even if its content stands already.
    """

    at_ms: int
    released: bool = False
    reprocess: bool = False


UNCHANGED = Decision("unchanged")
ANNOTATE = Decision("annotate")


def decide(article: Article, state: ArticleState | None, arrival: Arrival) -> Decision:
    """The fate of an article version that arrived, by the table above."""
    if article.status == "usable" and (unfit := _unfit(article)) is not None:
        return Decision("skipped", unfit)
    settled = None if state is None else state.settled
    mine = rank(version_of(article))
    if settled is not None and mine < rank(settled):
        return _stale(article, mine, settled, "settled")
    if article.status != "usable":
        return Decision("retracted", Problem(code=article.status, message=f"the provider says {article.status}"))
    if settled is None or mine > rank(settled):
        waits = _wait(article, mine, state, arrival)
        if waits is not None:
            return waits
    same = settled is not None and settled.content_sha256 == content(article)
    return UNCHANGED if same and not arrival.reprocess else ANNOTATE


def _unfit(article: Article) -> Problem | None:
    meant_for = purpose(article)
    if meant_for != "news":
        return Problem(code=meant_for, message=f"it is no news: {meant_for}")
    if not article.text.strip():
        return Problem(code="empty-text", message="there is no text")
    language = article.language or "und"
    if language.lower().replace("_", "-").split("-")[0] not in ENGLISH:
        return Problem(code="language", message=f"language is {language[:SHOWN_CHARS]}")
    return None


def _wait(article: Article, mine: Rank, state: ArticleState | None, arrival: Arrival) -> Decision | None:
    """The decision where an embargo keeps it from being read now. The newest embargo is the item's: who extends it means it."""
    why = embargo(article, now_ms=arrival.at_ms)
    if why is None:
        return None
    waiting = None if state is None or state.held is None else version_of(state.held.article)
    if waiting is not None and mine < rank(waiting):
        return _stale(article, mine, waiting, "held")
    if waiting is not None and mine == rank(waiting) and arrival.released:
        return None
    return Decision("held", why)


def _stale(article: Article, mine: Rank, newer: Version, standing: str) -> Decision:
    name = newer.version[:SHOWN_CHARS]
    if mine[:2] == rank(newer)[:2]:
        message = f"version {name} is {standing} with other content: send what replaces it as a newer version"
        return Decision("stale", Problem(code="same-version", message=message))
    return Decision("stale", Problem(code="older-version", message=f"version {name} is {standing}"))
