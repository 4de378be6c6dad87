"""Until when an article must wait.

An embargo that cannot be read holds, for ever and visibly: to publish would be worse. A time without a zone cannot be read
either, for whoever took it for UTC would publish up to half a day too early.
"""

from pipeline import instants
from pipeline.records import Article, Problem

SHOWN_CHARS = 100
NO_ZONE = " (no time zone)"


def embargo(article: Article, *, now_ms: int) -> Problem | None:
    """Why it must wait now: `embargo` or `embargo-unreadable`; None: it need not."""
    if article.embargo_until is None:
        return None
    shown = article.embargo_until[:SHOWN_CHARS]
    until = until_ms(article)
    if until is None:
        why = NO_ZONE if _lacks_zone(article.embargo_until) else ""
        return Problem(code="embargo-unreadable", message=shown + why)
    return Problem(code="embargo", message=f"until {shown}") if until > now_ms else None


def until_ms(article: Article) -> int | None:
    """The end of its embargo in epoch milliseconds; None: there is none, or it cannot be read."""
    return instants.exact_ms(article.embargo_until)


def _lacks_zone(said: str) -> bool:
    """Whether what is no exact instant would be one if it said of which zone."""
    milliseconds = instants.to_ms(said)
    return milliseconds is not None and 0 <= milliseconds <= instants.LAST_MS
