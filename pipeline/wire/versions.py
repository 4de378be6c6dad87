"""What to do with a version of an item, given the last one seen.

Order is (version_created_at, version): never arrival, never +1, for version numbers are no sequences (Reuters skips by
hundreds of millions, AP begins at 0). A cancel takes back every version of its guid, and its headline is never read.
"""

from dataclasses import dataclass
from typing import Literal

from pipeline import ids, instants
from pipeline.records import Article, ArticleState, Problem

# Primary language tags that are read, by BCP 47 and as ISO 639-2 has it; "und" is a provider who does not say.
ENGLISH = ("en", "eng", "und")
Action = Literal["annotate", "unchanged", "stale", "held", "retracted", "skipped"]


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of an article, and why where that needs saying."""

    action: Action
    problem: Problem | None = None


def decide(article: Article, state: ArticleState | None, *, now_ms: int) -> Decision:
    """The fate of an article version that arrived at `now_ms` (Kafka's timestamp), before its text is read.

    First what the article alone decides: such a version leaves no state, and gets the same outcome whenever it comes again.
    """
    usable = article.status == "usable"
    if usable and (unread := _embargo(article, now_ms) or _unfit(article)):
        return unread
    if state is not None and _rank(article) < _rank(state):
        return Decision(
            "stale", Problem(code="older-version", message=f"version {state.version[:100]} was seen before")
        )
    if not usable:
        return Decision("retracted", Problem(code=article.status, message=f"the provider says {article.status}"))
    return _same(article, state) or Decision("annotate")


def _embargo(article: Article, now_ms: int) -> Decision | None:
    """An embargo that cannot be read holds, for ever and visibly: to publish would be worse."""
    if article.embargo_until is None:
        return None
    until = instants.to_ms(article.embargo_until)
    if until is None:
        return Decision("held", Problem(code="embargo-unreadable", message=article.embargo_until[:100]))
    if until > now_ms:
        return Decision("held", Problem(code="embargo", message=f"until {article.embargo_until[:100]}"))
    return None


def _same(article: Article, state: ArticleState | None) -> Decision | None:
    return Decision("unchanged") if state is not None and state.content_sha256 == content(article) else None


def _unfit(article: Article) -> Decision | None:
    if not article.text.strip():
        return Decision("skipped", Problem(code="empty-text", message="there is no text"))
    language = article.language or "und"
    if language.lower().replace("_", "-").split("-")[0] not in ENGLISH:
        return Decision("skipped", Problem(code="language", message=f"language is {language[:100]}"))
    return None


def content(article: Article) -> str:
    """Hex SHA-256 of what a reader sees; a new version with the same content changes nothing."""
    return ids.content_sha256(article.status, article.headline, article.text, article.published_at)


def _rank(item: Article | ArticleState) -> tuple[int, tuple[int, int, str]]:
    """Sort key: the instant (0 if unknown), then the version, numbers before other names."""
    version = item.version
    number = (
        (0, int(version), "") if version.isdecimal() and version.isascii() and len(version) < 40 else (1, 0, version)
    )
    return instants.to_ms(item.version_created_at) or 0, number
