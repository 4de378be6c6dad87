"""`python -m tests.eval.calibration`: fit the weights of confidence on our own gold, and see how well they hold.

The dev pack's licences forbid shipping what is fitted on it, so it serves only to report reliability.
"""

import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.detection.confidence import WEIGHTS, features
from pipeline.detection.detector import detect
from pipeline.detection.triggers import Trigger, rule_heads, triggers
from pipeline.nlp import model
from pipeline.nlp.reading import Reading, read
from pipeline.records import Event
from tests.eval import devpack
from tests.eval.gold import load
from tests.eval.scores import pair

Vector = NDArray[np.float64]
FOLDS = 10
L2 = 1.0
STEPS = 50
EDGES = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.01)
SEED = 7

# The sets that the weights were fitted on.
FITTED = ("sentences", "articles")


@dataclass(frozen=True, slots=True)
class Judged:
    """A found event: its text's id, its features, its confidence, and whether it is right."""

    text_id: str
    features: tuple[float, ...]
    confidence: float
    right: bool


def own() -> list[Judged]:
    """The events found in our own gold."""
    texts = [text for name in FITTED for text in load(name)]
    judged = []
    for text, reading in zip(texts, _readings([text.text for text in texts]), strict=True):
        found = detect(reading, article_key=text.id, published_on=text.published_on)
        right = {event.event_id for _, event in pair(text, found).pairs}
        judged += [_judged(text.id, reading, event, event.event_id in right) for event in found]
    return judged


def dev(name: str) -> list[Judged]:
    """The events of a set of the dev pack that its labels can judge."""
    rows = devpack.rows(name)
    judged = []
    for row, reading in zip(rows, _readings([row["text"] for row in rows]), strict=True):
        for event in detect(reading, article_key=row["id"], published_on=None):
            right = devpack.is_right(name, row, event)
            if right is not None:
                judged.append(_judged(row["id"], reading, event, right))
    return judged


def _readings(texts: Sequence[str]) -> Iterator[Reading]:
    return read(model.shared(), texts, limit_chars=200_000)


def _judged(text_id: str, reading: Reading, event: Event, right: bool) -> Judged:
    values = features(_trigger(reading, event))
    return Judged(text_id, tuple(values[name] for name in WEIGHTS), event.confidence, right)


def _trigger(reading: Reading, event: Event) -> Trigger:
    """The trigger that an event came from."""
    sentence = next(s for s in reading.doc.sents if s.start_char <= event.trigger.start < s.end_char)
    return next(
        trigger
        for trigger in triggers(sentence, rule_heads(sentence.doc))
        if trigger.rule.name == event.rule and event.trigger.start <= trigger.token.idx < event.trigger.end
    )


def fit(judged: Sequence[Judged]) -> Vector:
    """Weights in the order of WEIGHTS: logistic regression by Newton's method, the bias (first) without penalty."""
    x, y = np.array([one.features for one in judged]), np.array([one.right for one in judged], dtype=float)
    weights, penalty = np.zeros(x.shape[1]), L2 * np.eye(x.shape[1])
    penalty[0, 0] = 0.0
    for _ in range(STEPS):
        p = _probabilities(x, weights)
        gradient = x.T @ (p - y) + penalty @ weights
        weights = weights - np.linalg.solve((x.T * (p * (1 - p))) @ x + penalty, gradient)
    return weights


def _probabilities(x: Vector, weights: Vector) -> Vector:
    return np.asarray(1 / (1 + np.exp(-x @ weights)), dtype=float)


def cross_validated(judged: Sequence[Judged]) -> list[float]:
    """The probability of each event by weights fitted without its fold; a text is in one fold only."""
    ids = sorted({one.text_id for one in judged})
    random.Random(SEED).shuffle(ids)
    fold = {text_id: number % FOLDS for number, text_id in enumerate(ids)}
    by_fold = [fit([one for one in judged if fold[one.text_id] != number]) for number in range(FOLDS)]
    return [float(_probabilities(np.array(one.features), by_fold[fold[one.text_id]])) for one in judged]


def auc(values: Sequence[float], right: Sequence[bool]) -> float:
    """How often a right event stands above a wrong one; a tie counts half."""
    good = [value for value, is_right in zip(values, right, strict=True) if is_right]
    bad = [value for value, is_right in zip(values, right, strict=True) if not is_right]
    wins = sum((g > b) + 0.5 * (g == b) for g in good for b in bad)
    return wins / (len(good) * len(bad))


def log_loss(values: Sequence[float], right: Sequence[bool]) -> float:
    """Mean negative log likelihood."""
    likely = [value if is_right else 1 - value for value, is_right in zip(values, right, strict=True)]
    return float(-np.mean(np.log(likely)))


@dataclass(frozen=True, slots=True)
class Bin:
    """Events whose confidence is in [low, high): how many, their mean confidence, the share right."""

    low: float
    high: float
    n: int
    mean: float
    right: float


def bins(values: Sequence[float], right: Sequence[bool]) -> list[Bin]:
    """The reliability table, without empty bins."""
    table = []
    for low, high in pairwise(EDGES):
        inside = [(value, ok) for value, ok in zip(values, right, strict=True) if low <= value < high]
        if inside:
            mean = sum(value for value, _ in inside) / len(inside)
            table.append(Bin(low, min(high, 1.0), len(inside), mean, sum(ok for _, ok in inside) / len(inside)))
    return table


def calibration_error(table: Sequence[Bin]) -> float:
    """Expected calibration error: the bins' gaps between confidence and share right, weighted by size."""
    return sum(row.n * abs(row.mean - row.right) for row in table) / sum(row.n for row in table)


def report(name: str, values: Sequence[float], right: Sequence[bool]) -> str:
    """A reliability table as Markdown, and what a threshold at the foot of each bin would keep."""
    table = bins(values, right)
    lines = [
        f"{name}: n {len(right)}, right {sum(right) / len(right):.3f}, ECE {calibration_error(table):.3f}, "
        f"AUC {auc(values, right):.3f}, log loss {log_loss(values, right):.3f}",
        "",
        "| confidence | n | mean | right | right from here up | right events kept |",
        "|---|---|---|---|---|---|",
    ]
    for row in table:
        kept = [ok for value, ok in zip(values, right, strict=True) if value >= row.low]
        lines.append(
            f"| {row.low:.2f} to {row.high:.2f} | {row.n} | {row.mean:.2f} | {row.right:.2f} "
            f"| {sum(kept) / len(kept):.2f} | {sum(kept) / sum(right):.2f} |"
        )
    return "\n".join(lines) + "\n\n"


def main() -> None:
    """Print the fitted weights and the reliability tables."""
    judged = own()
    for name, weight in zip(WEIGHTS, fit(judged), strict=True):
        sys.stdout.write(f"{name:<12} {weight:+.2f}   (in use {WEIGHTS[name]:+.2f})\n")
    sys.stdout.write("\n" + report("own gold, cross-validated", cross_validated(judged), [one.right for one in judged]))
    for name in ("plover", "probe") if devpack.is_there() else ():
        found = dev(name)
        sys.stdout.write(report(f"dev half, {name}", [one.confidence for one in found], [one.right for one in found]))


if __name__ == "__main__":
    main()
