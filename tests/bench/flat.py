"""`python -m tests.bench.flat`: does a process that reads for ever stay as fast and as small; is a long text's cost linear.

    endless       distinct articles through the whole annotate stage, in one process: speed of the last block ÷ the first
                  after the warm-up, growth of memory, strings that the vocabulary holds
    long          one article grown from 1,000 to 100,000 characters: the exponent of its cost
    pathological  texts that a tokenizer chokes on: the CPU seconds of the slowest

CPU seconds, so that what else the machine does counts less. Texts come in random order, for the corpus has 12,885 real articles
of some length and remixed ones (tests/bench/corpus.py) make up the number: otherwise the last block would be of another kind.
"""

import argparse
import math
import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import psutil

from pipeline import codec
from pipeline.records import Article, Message
from pipeline.settings import Settings, limit_math_threads
from pipeline.stages.base import Work
from pipeline.topics import ARTICLES
from tests.bench.corpus import articles, texts
from tests.bench.ratios import Figure, slope, table

BLOCK = 5_000
STEP = 1_000
LENGTHS = (1_000, 3_000, 10_000, 30_000, 100_000)
TRIES = 3
PATHOLOGICAL = {
    "10,000 x (": "(" * 10_000,
    "URL and 13,200 snowmen": "http://example.com/" + "☃" * 13_200,
    "100,000 x !": "!" * 100_000,
    "100,000 x (": "(" * 100_000,
    '100,000 x "': '"' * 100_000,
    "100,000 x #": "#" * 100_000,
    "50,000 x :-": ":-" * 50_000,
    "33,333 x ...": "..." * 33_333,
    "1,000,000 x a": "a" * 1_000_000,
}


@dataclass(frozen=True, slots=True)
class Mark:
    """How things stand after so many articles."""

    articles: int
    chars: int
    cpu_seconds: float
    rss_mb: float
    strings: int


def endless(count: int, settings: Settings) -> Iterator[Mark]:
    """A mark every 1,000 articles, the first before any."""
    from pipeline.nlp import model
    from pipeline.stages.annotate import ANNOTATE

    given = articles(count)
    random.Random(1).shuffle(given)
    ANNOTATE.prepare(settings)
    size, chars = settings.batch_articles, 0
    for start in range(0, count, size):
        if start % STEP < size:
            yield _mark(start, chars, len(model.shared().vocab.strings))
        batch = given[start : start + size]
        ANNOTATE.handle([_work(number, one) for number, one in enumerate(batch, start)], settings)
        chars += sum(len(one.text) for one in batch)
    yield _mark(count, chars, len(model.shared().vocab.strings))


def _mark(done: int, chars: int, strings: int) -> Mark:
    return Mark(done, chars, time.process_time(), psutil.Process().memory_info().rss / 2**20, strings)


def _work(offset: int, article: Article) -> Work:
    return Work(
        message=Message(
            topic=ARTICLES.name, partition=0, offset=offset, timestamp_ms=1_700_000_000_000, key=article.key.encode(),
            value=codec.encode(article), headers=(),
        )
    )  # fmt: skip


def kept(marks: Sequence[Mark], warm: int) -> list[Figure]:
    """What became of speed, memory and vocabulary after the warm-up. Raises ValueError with fewer articles than two blocks."""
    steady = [mark for mark in marks if mark.articles >= warm]
    if steady[-1].articles - steady[0].articles < 2 * BLOCK:
        raise ValueError(
            f"{marks[-1].articles} articles are not two blocks of {BLOCK} after {warm} of warm-up: give more"
        )
    first = (steady[0], next(mark for mark in steady if mark.articles >= steady[0].articles + BLOCK))
    last = ([mark for mark in steady if mark.articles <= steady[-1].articles - BLOCK][-1], steady[-1])
    growth = slope([mark.articles / 10_000 for mark in steady], [mark.rss_mb for mark in steady])
    return [
        Figure("speed of the last 5,000 ÷ the first", (_speed(*last) / _speed(*first),), "x"),
        Figure("memory grows by", (growth,), "MB", note="per 10,000 articles"),
        Figure("memory at the end", (steady[-1].rss_mb,), "MB"),
        Figure("strings in the vocabulary, start", (float(marks[0].strings),), ""),
        Figure("strings in the vocabulary, most", (float(max(mark.strings for mark in marks)),), ""),
    ]


def _speed(begin: Mark, end: Mark) -> float:
    return (end.chars - begin.chars) / (end.cpu_seconds - begin.cpu_seconds)


def long(settings: Settings) -> list[Figure]:
    """Each length is cut from one text, so that the longer article is the shorter one grown."""
    whole = "\n    ".join(texts(200))
    seconds = [min(_cost(whole[:chars], settings) for _ in range(TRIES)) for chars in LENGTHS]
    exponent = slope([math.log(chars) for chars in LENGTHS], [math.log(one) for one in seconds])
    rows = [Figure(f"  {chars:,} characters", (one,), "CPU s") for chars, one in zip(LENGTHS, seconds, strict=True)]
    return [Figure("cost grows with length to the power of", (exponent,), ""), *rows]


def pathological(settings: Settings) -> list[Figure]:
    """Each once: the first time is what hurts."""
    return [Figure(f"  {name}", (_cost(text, settings),), "CPU s") for name, text in PATHOLOGICAL.items()]


def _cost(text: str, settings: Settings) -> float:
    """CPU seconds of one article, all that was found in others forgotten."""
    from pipeline.stages.annotate import annotate

    begun = time.process_time()
    annotate([Article(provider="bench", guid="1", text=text)], settings)
    return time.process_time() - begun


def main() -> None:
    """Print the table; `--trace` also each mark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=50_000)
    parser.add_argument(
        "--warm", type=int, default=30_000, help="articles before anything is judged: until then caches fill"
    )
    parser.add_argument("--trace", action="store_true")
    options = parser.parse_args()
    limit_math_threads()
    settings = Settings()
    marks = []
    for mark in endless(options.articles, settings):
        marks.append(mark)
        if options.trace:
            sys.stdout.write(
                f"{mark.articles:>7} {mark.cpu_seconds:8.1f} CPU s {mark.rss_mb:7.1f} MB {mark.strings} strings\n"
            )
            sys.stdout.flush()
    figures = [*kept(marks, options.warm), *long(settings), *pathological(settings)]
    sys.stdout.write("".join(f"{line}\n" for line in table(figures)))


if __name__ == "__main__":
    main()
