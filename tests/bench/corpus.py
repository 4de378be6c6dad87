"""Distinct texts to measure with: never one twice, for what is syndicated is read once and would flatter every figure.

Reuters-21578 (../shared/corpora) when it is there: 18,781 distinct bodies, 834 characters on average. Else the seeds and the
examples of the lexicon. Who wants more of them gets paragraphs of different articles put together anew, no two texts alike.
"""

import functools
import random
import re
import tarfile
from collections.abc import Iterator, Sequence
from itertools import islice

from pipeline import codec
from pipeline.detection.lexicon import lexicon
from pipeline.records import Article
from pipeline.resources import PACKAGE, folder

CORPUS = PACKAGE.parent.parent / "shared" / "corpora" / "reuters21578.tar.gz"
SHORTEST_CHARS = 400
# Paragraphs of an article: the bodies of Reuters-21578 that have 400 characters have 7 on average.
PARAGRAPHS = (3, 11)
# So many examples of the lexicon make a text where there are no articles.
EXAMPLES = 8
PARAGRAPH = re.compile(r"\n {4,}")


def texts(count: int, *, skip: int = 0) -> list[str]:
    """`count` distinct texts, the same ones at each call; real articles as long as there are any, remixed ones behind them."""
    return list(islice(_all(), skip, skip + count))


def articles(count: int, *, skip: int = 0) -> list[Article]:
    """The same as articles without a date, each an item of its own."""
    return [
        Article(provider="bench", guid=str(skip + number), text=text)
        for number, text in enumerate(texts(count, skip=skip))
    ]


def _all() -> Iterator[str]:
    found = [text for text in _bodies() if len(text) > SHORTEST_CHARS]
    yield from found
    yield from remixed(found, seen=set(found))


def remixed(found: Sequence[str], *, seen: set[str], seed: int = 7) -> Iterator[str]:
    """Texts without end, each of paragraphs of different articles and none in `seen` or twice."""
    chance = random.Random(seed)
    paragraphs = list(dict.fromkeys(part for text in found for part in PARAGRAPH.split(text)))
    most = min(PARAGRAPHS[1], len(paragraphs))
    while True:
        text = "\n    ".join(chance.sample(paragraphs, chance.randint(min(PARAGRAPHS[0], most), most)))
        if text not in seen:
            seen.add(text)
            yield text


@functools.cache
def _bodies() -> list[str]:
    return list(dict.fromkeys(_reuters() if CORPUS.is_file() else _own()))


def _reuters() -> Iterator[str]:
    with tarfile.open(CORPUS) as archive:
        for member in archive.getmembers():
            file = archive.extractfile(member) if member.name.endswith(".json") else None
            if file is not None:
                yield from (article.get("body", "") for article in codec.decode(file.read()))


def _own() -> Iterator[str]:
    """The repository's: the seeds, and the examples of the lexicon, some at a time."""
    yield from (path.read_text("utf-8") for path in sorted(folder("seeds").glob("*.txt")))
    examples = sorted({rule.example for rule in lexicon().all_rules()})
    for start in range(0, len(examples), EXAMPLES):
        yield "\n    ".join(examples[start : start + EXAMPLES])
