"""Events drawn by lot from articles that no rule was made on, to be judged by a reader: is the kind right, are the sides?

python -m tests.eval.sample [--articles 700] [--skip 11000] [--events 100] [--seed 2]

The articles are those of the bench (`tests/bench/corpus.py`: Reuters-21578 where ../shared has it).
"""

import argparse
import random
import sys
from collections.abc import Sequence

from pipeline.records import Article, Event, Participant
from pipeline.settings import Settings
from pipeline.stages.annotate import annotate
from tests.bench import corpus

AROUND_CHARS = 120


def drawn(articles: Sequence[Article], count: int, seed: int) -> list[tuple[Event, str]]:
    """`count` events that would be published, each with its article's text; the same ones for the same seed."""
    annotations = annotate(articles, Settings())
    pairs = zip(articles, annotations, strict=True)
    found = [(event, article.text) for article, annotation in pairs for event in annotation.events]
    return random.Random(seed).sample(found, min(count, len(found)))


def line(event: Event, text: str) -> str:
    """One event on a line: kind, modality, sides, and the trigger in its sentence."""
    start, end = event.trigger.start, event.trigger.end
    before, behind = text[max(0, start - AROUND_CHARS) : start], text[end : end + AROUND_CHARS]
    sides = f"[{_names(event.actors)}] > [{_names(event.recipients)}]"
    return " ".join(f"{event.kind} {event.modality} {sides} {before}«{text[start:end]}»{behind}".split())


def _names(participants: Sequence[Participant]) -> str:
    return "; ".join(participant.text for participant in participants)


def main(argv: Sequence[str] | None = None) -> int:
    """Print the sample, numbered."""
    parser = argparse.ArgumentParser(prog="sample", description=(__doc__ or "").split("\n")[0])
    for name, value in (("articles", 700), ("skip", 11_000), ("events", 100), ("seed", 2)):
        parser.add_argument(f"--{name}", type=int, default=value)
    options = parser.parse_args(argv)
    articles = corpus.articles(options.articles, skip=options.skip)
    for number, (event, text) in enumerate(drawn(articles, options.events, options.seed), 1):
        sys.stdout.write(f"{number} {line(event, text)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
