"""The gate: scores against pinned ones; `python -m tests.eval.gate [--dev] [--update [--allow-regression]]`.

On our own gold, or with --dev on the dev half of ../shared/gold, whose labels stay there: only its scores are pinned here.

The noise band: the same model gives the same scores on the same machine, but another processor or library may turn a parse or
two. A score may therefore fall by two of the items that it is a share of; pins themselves never sink, so falls cannot add up.
"""

import argparse
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline import codec
from tests.eval import devpack
from tests.eval.gold import digest
from tests.eval.run import scores
from tests.eval.scores import Score

BASELINE = Path(__file__).parent / "baseline.json"
DEV_BASELINE = Path(__file__).parent / "baseline_dev.json"
NOISE_ITEMS = 2
DIGITS = 4


@dataclass(frozen=True, slots=True)
class Baseline:
    """What is pinned: the digest of the gold files and every score."""

    digest: str
    pins: dict[str, float]


def read_baseline(path: Path = BASELINE) -> Baseline:
    """The pinned values."""
    row: dict[str, Any] = codec.decode(path.read_bytes())
    return Baseline(row["digest"], row["pins"])


def floor(pin: float, n: int) -> float:
    """The least that a score over n items may be."""
    return pin - NOISE_ITEMS / n if n else pin


def problems(measured: Mapping[str, Score], gold_digest: str, baseline: Baseline) -> list[str]:
    """Everything that the gate objects to, each with the next command."""
    found = []
    if gold_digest != baseline.digest:
        found.append("the gold files have changed: review them, then run python -m tests.eval.gate --update")
    if measured.keys() != baseline.pins.keys():
        odd = ", ".join(sorted(measured.keys() ^ baseline.pins.keys()))
        found.append(f"pinned and measured scores differ ({odd}): run python -m tests.eval.gate --update")
    for name in sorted(measured.keys() & baseline.pins.keys()):
        score, pin = measured[name], baseline.pins[name]
        if score.value < floor(pin, score.n):
            found.append(
                f"{name} is {score.value:.3f}, pinned at {pin:.3f} (n {score.n}): see python -m tests.eval.errors own"
            )
    return found


def updated(
    measured: Mapping[str, Score], gold_digest: str, baseline: Baseline, *, allow_regression: bool
) -> tuple[Baseline, list[str]]:
    """The new pins, and the scores that are below their floor: with any of these and no leave the old baseline stands."""
    fallen = [
        name
        for name, score in measured.items()
        if name in baseline.pins and score.value < floor(baseline.pins[name], score.n)
    ]
    gone = sorted(baseline.pins.keys() - measured.keys())
    if (fallen or gone) and not allow_regression:
        return baseline, fallen + gone
    pins = {
        name: round(score.value if allow_regression else max(score.value, baseline.pins.get(name, 0.0)), DIGITS)
        for name, score in measured.items()
    }
    return Baseline(gold_digest, pins), []


def write_baseline(baseline: Baseline, path: Path = BASELINE) -> None:
    """One pin a line, so that a diff shows what moved."""
    row = {"digest": baseline.digest, "pins": baseline.pins}
    path.write_bytes(codec.encode_pretty(row))


def table(measured: Mapping[str, Score], baseline: Baseline) -> str:
    """Score, pin and size, one line each."""
    rows = [f"{'score':<34} {'now':>7} {'pinned':>7} {'n':>5}"]
    for name, score in measured.items():
        pin = f"{baseline.pins[name]:.3f}" if name in baseline.pins else "-"
        rows.append(f"{name:<34} {score.value:>7.3f} {pin:>7} {score.n:>5}")
    return "\n".join(rows) + "\n"


def main() -> int:
    """Print the table; 1 where the gate objects."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--update", action="store_true", help="pin today's scores, where they are higher")
    parser.add_argument("--allow-regression", action="store_true", help="pin them where they are lower too")
    parser.add_argument("--dev", action="store_true", help="the dev half of ../shared/gold instead of our own gold")
    options = parser.parse_args()
    if options.dev and not devpack.is_there():
        parser.error(f"no score.py in {devpack.FOLDER}: leave --dev out")
    path = DEV_BASELINE if options.dev else BASELINE
    measured, gold_digest = (devpack.gated(), devpack.digest()) if options.dev else (scores(), digest())
    baseline = read_baseline(path) if path.exists() else Baseline("", {})
    sys.stdout.write(table(measured, baseline))
    if options.update:
        baseline, fallen = updated(measured, gold_digest, baseline, allow_regression=options.allow_regression)
        if fallen:
            sys.stdout.write(f"not pinned, because below the floor or gone: {', '.join(fallen)}\n")
            sys.stdout.write("if that is meant, add --allow-regression\n")
            return 1
        write_baseline(baseline, path)
    found = problems(measured, gold_digest, baseline)
    sys.stdout.write("".join(f"{problem}\n" for problem in found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
