"""Two processes that do nothing but annotate: the practical limit. No Kafka.

A line "COUNT SKIP" on standard input: annotate these of the corpus; the answer is the wall seconds it took. Batches have as
many articles as the worker's, and each process takes the next one when it is done.
"""

import multiprocessing
import os
import sys
import time
from collections.abc import Sequence
from typing import Any

from pipeline.orphans import end_with
from pipeline.records import Article
from pipeline.settings import Settings, limit_math_threads
from tests.bench.corpus import articles

PROCESSES = 2


def annotate(batch: Sequence[Article]) -> int:
    """How many events there are, so that nothing large travels back."""
    from pipeline.stages.annotate import annotate as run

    return sum(len(one.events) for one in run(batch, Settings()))


def main() -> None:
    """Until standard input ends."""
    end_with(os.getppid())
    limit_math_threads()
    context: Any = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["pipeline.worker.preload"])
    size = Settings().batch_articles
    with context.Pool(PROCESSES) as pool:
        pool.map(annotate, [[one] for one in articles(2 * PROCESSES)], chunksize=1)
        print("ready", flush=True)
        for line in sys.stdin:
            count, skip = map(int, line.split())
            given = articles(count, skip=skip)
            batches = [given[start : start + size] for start in range(0, count, size)]
            begun = time.perf_counter()
            for _ in pool.imap_unordered(annotate, batches):
                pass
            print(time.perf_counter() - begun, flush=True)


if __name__ == "__main__":
    main()
