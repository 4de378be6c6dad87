"""Which articles of an archive are wanted."""

from dataclasses import dataclass

from pipeline import instants
from pipeline.records import Article


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Filters; all must let an article pass. Times are epoch milliseconds, `until_ms` exclusive."""

    since_ms: int | None = None
    until_ms: int | None = None
    languages: frozenset[str] = frozenset()
    providers: frozenset[str] = frozenset()

    def excluded(self, article: Article) -> str | None:
        """Why an article is not wanted: `undated`, `date`, `language`, `source`; None: it is."""
        if self.since_ms is not None or self.until_ms is not None:
            written_ms = written(article)
            if written_ms is None:
                return "undated"
            if (
                not (self.since_ms or 0)
                <= written_ms
                < (self.until_ms if self.until_ms is not None else written_ms + 1)
            ):
                return "date"
        if self.languages and language(article) not in self.languages:
            return "language"
        if self.providers and article.provider not in self.providers:
            return "source"
        return None


def written(article: Article) -> int | None:
    """When an article was published or, if it does not say, when its version was made; epoch milliseconds."""
    published_ms = instants.to_ms(article.published_at)
    return published_ms if published_ms is not None else instants.to_ms(article.version_created_at)


def language(article: Article) -> str:
    """The primary tag: "en" for en-GB; "und" for an article that does not say."""
    return (article.language or "und").lower().replace("_", "-").split("-")[0]
