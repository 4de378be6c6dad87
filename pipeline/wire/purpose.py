"""What an item is for: news, or words between newsrooms that must never become an event.

Formats say so (`Article.purpose`); where one does not, the first line does, in the few words that no story begins with.
"Advisory" alone is none of them: "ADVISORY: flash floods in …" is news.
"""

import re
from typing import Literal

from pipeline.records import Article

Purpose = Literal["news", "advisory", "test"]
FIRST_LINE_CHARS = 200
TEST = re.compile(
    r"THIS IS (ONLY )?A TEST( MESSAGE)?\s*([^\w\s]|$)|TEST( MESSAGE| ONLY)?[\s:,.*-]+(TEST\b|(PLEASE )?(IGNORE|DISREGARD)\b)"
)
# Measured on the 20 841 headlines of Reuters-21578, all in capitals: none is taken for one of these.
ADVISORY = re.compile(
    r"(MEDIA|PRESS|PHOTO|VIDEO|COVERAGE|EDITORS?'?S?) ADVISORY\s*([^\w\s]|$)|ADVISORY (TO|FOR) (EDITORS|(THE )?MEDIA)\b"
    r"|ATTENTION EDITORS\b|(?!THE |A )([A-Z]+ )?DAYBOOK\b"
)
PATTERNS: dict[Purpose, re.Pattern[str]] = {"test": TEST, "advisory": ADVISORY}


def purpose(article: Article) -> Purpose:
    """What the article is for, by its own account or by its headline; without one, by the first line of its text."""
    if article.purpose != "news":
        return article.purpose
    first = (article.headline or article.text.lstrip()[:FIRST_LINE_CHARS].partition("\n")[0]).lstrip(" *-:/")
    return next((found for found, pattern in PATTERNS.items() if pattern.match(first)), "news")
