"""Which of two versions of an item is newer, and whether they say the same.

Order is (version_created_at, version): never arrival, never +1, for version numbers are no sequences (Reuters skips by
hundreds of millions, AP begins at 0). Of versions that call themselves the same a cancel is the newest, for it must never be
lost; then the content's hash decides, so that everybody who has the same versions has the same one in the end.
"""

from pipeline import ids, instants
from pipeline.records import Article, Version

LONGEST_NUMBER = 40
Rank = tuple[int, tuple[int, int, str], bool, str]


def version_of(article: Article) -> Version:
    """What tells whether another version is newer."""
    return Version(
        version=article.version,
        version_created_at=article.version_created_at,
        status=article.status,
        content_sha256=content(article),
    )


def content(article: Article) -> str:
    """Hex SHA-256 of all that is read or published of an article; a new version with the same changes nothing."""
    return ids.content_sha256(
        article.status, article.headline, article.text, article.published_at, article.url, article.language
    )


def rank(version: Version) -> Rank:
    """Sort key: the instant (0 if unknown), the version (numbers before other names), a cancel, the content."""
    name = version.version
    number = name.isdecimal() and name.isascii() and len(name) < LONGEST_NUMBER
    order = (0, int(name), "") if number else (1, 0, name)
    return instants.to_ms(version.version_created_at) or 0, order, version.status != "usable", version.content_sha256
