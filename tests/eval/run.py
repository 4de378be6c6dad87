"""The detector over our gold: the model is loaded once, each set is read once."""

from collections.abc import Sequence
from functools import cache

from pipeline.detection.detector import detect
from pipeline.nlp import model
from pipeline.nlp.reading import read
from tests.eval.gold import SETS, UNLABELLED, GoldText, load
from tests.eval.scores import Pairing, Score, pair, score


@cache
def pairings(name: str) -> tuple[Pairing, ...]:
    """The events of a set beside its gold."""
    return tuple(paired(load(name)))


def paired(texts: Sequence[GoldText]) -> list[Pairing]:
    """Each text's gold beside what is found in it."""
    readings = read(model.shared(), [text.text for text in texts], limit_chars=200_000)
    return [
        pair(text, detect(reading, article_key=f"gold|{text.id}", published_on=text.published_on))
        for text, reading in zip(texts, readings, strict=True)
    ]


def scores() -> dict[str, Score]:
    """Every score of every set: "sentences.kind_f1" and so on."""
    return {
        f"{name}.{metric}": value
        for name in SETS
        for metric, value in score(pairings(name)).items()
        if not metric.startswith(UNLABELLED.get(name, ()))
    }
