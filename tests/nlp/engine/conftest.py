"""The stock pipeline beside the engine over it, and texts of all sorts to read with both."""

import pytest
from spacy.language import Language

from pipeline.detection.lexicon import lexicon
from pipeline.nlp import model
from pipeline.nlp.engine.engine import Engine
from pipeline.resources import folder

ODD = [
    "",
    " ",
    "\n\n",
    "Talks",
    "There's a ceasefire, and there are rebels who ain't gonna leave; let's go, we've got ta see y'all. C'mon!",
    "It is there that I saw you, and you saw it. They've had had it. But for you, it'd do.",
    "a\n\n  b\tc  \n\n\nd —“Quoted,” he said…   ",
    "KYIV (Reuters) - PRESIDENT VOLODYMYR ZELENSKIY SAID ON 3 MAY 2024 THAT $4.5 BILLION WAS DUE.",
    "Переговоры отложены 🙂 \u202bשלום\u202c \u0000 naïve café ﬁ",
    "word " * 1000,
]


@pytest.fixture(scope="session")
def stock() -> Language:
    return model.load()


@pytest.fixture(scope="session")
def engine() -> Engine:
    return Engine(model.load())


@pytest.fixture(scope="session")
def texts() -> list[str]:
    """Odd ones, the seeds, and every example and counter-example of the lexicon (in texts of forty sentences)."""
    seeds = [path.read_text("utf-8") for path in sorted(folder("seeds").glob("*.txt"))]
    rules = sorted(lexicon().all_rules(), key=lambda rule: rule.name)
    sentences = [text for rule in rules for text in (rule.example, *rule.counterexamples)]
    return [*ODD, *seeds, *(" ".join(sentences[start : start + 40]) for start in range(0, len(sentences), 40))]
