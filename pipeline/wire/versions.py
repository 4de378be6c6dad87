"""What to do with a version of an item, given the last one seen.

Order is (version_created_at, version): never arrival, never +1, for version numbers are no sequences (Reuters skips by
hundreds of millions, AP begins at 0). A cancel takes back every version of its guid, and its headline is never read.
"""

from dataclasses import dataclass
from typing import Literal

from pipeline import ids, instants
from pipeline.records import Article, ArticleState, Problem

Action = Literal["annotate", "unchanged", "stale", "held", "retracted", "skipped"]


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of an article, and why where that needs saying."""

    action: Action
    problem: Problem | None = None


def decide(article: Article, state: ArticleState | None, *, now_ms: int) -> Decision:
    """The fate of an article version that arrived at `now_ms` (Kafka's timestamp), before its text is read."""
    if state is not None and _rank(article.version_created_at, article.version) < _rank(
        state.version_created_at, state.version
    ):
        return Decision("stale", Problem(code="older-version", message=f"version {state.version} was seen before"))
    if article.status != "usable":
        return Decision("retracted", Problem(code=article.status, message=f"the provider says {article.status}"))
    if article.embargo_until is not None:
        until = instants.to_ms(article.embargo_until)
        if until is None:
            return Decision("held", Problem(code="embargo-unreadable", message=article.embargo_until[:100]))
        if until > now_ms:
            return Decision("held", Problem(code="embargo", message=f"until {article.embargo_until}"))
    if state is not None and state.content_sha256 == content(article):
        return Decision("unchanged")
    if not article.text.strip():
        return Decision("skipped", Problem(code="empty-text", message="there is no text"))
    if article.language is not None and article.language.lower().split("-")[0] not in ("en", "und"):
        return Decision("skipped", Problem(code="language", message=f"language is {article.language}"))
    return Decision("annotate")


def content(article: Article) -> str:
    """Hex SHA-256 of what a reader sees; a new version with the same content changes nothing."""
    return ids.content_sha256(article.headline, article.text, article.published_at)


def _rank(created_at: str | None, version: str) -> tuple[int, tuple[int, int, str]]:
    """Sort key: the instant (0 if unknown), then the version, numbers before other names."""
    number = (0, int(version), "") if version.isdigit() and len(version) < 40 else (1, 0, version)
    return instants.to_ms(created_at) or 0, number
