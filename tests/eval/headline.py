"""`make eval`: the headline metrics of the dev half beside what is to be reached, and our own gold's scores.

python -m tests.eval.headline [--gold FOLDER]
"""

import argparse
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.eval import devpack, gate
from tests.eval.run import scores
from tests.eval.scores import Score


@dataclass(frozen=True, slots=True)
class Target:
    """A metric of the pack's scorer and the value to reach; `at_most` where less is better."""

    metric: str
    reach: float
    at_most: bool = False

    def met(self, value: float) -> bool:
        """Whether the value is good enough."""
        return value <= self.reach if self.at_most else value >= self.reach


TARGETS = (
    Target("plover.macro_f1", 0.78),
    Target("plover.pair_f1", 0.60),
    Target("plover.typeset_f1", 0.72),
    Target("plover.events_per_sentence", 1.6, at_most=True),
    Target("negatives.false_event_rate_no_request", 0.12, at_most=True),
    Target("probe.kind_f1", 0.85),
    Target("probe.modality_accuracy", 0.88),
    Target("probe.not_asserted_f1", 0.65),
    Target("factuality.macro_f1", 0.60),
    Target("factuality.coverage", 0.12),
    Target("ner_caps.drop_person_f1", 0.03, at_most=True),
    Target("geo.recall", 0.65),
    Target("geo.acc161_resolved", 0.85),
)
SETS = ("plover", "negatives", "probe", "factuality", "geo", "ner", "ner_caps")


def table(values: Mapping[str, Score]) -> str:
    """Metric, value, target and whether it is met, one line each; "-" where it was not measured."""
    rows = [f"{'metric':<40} {'now':>7}   reach"]
    for target in TARGETS:
        score = values.get(target.metric)
        now, verdict = "-", "not measured"
        if score is not None:
            now, verdict = f"{score.value:.3f}", "met" if target.met(score.value) else "short"
        sign = "<=" if target.at_most else ">="
        rows.append(f"{target.metric:<40} {now:>7}   {sign} {target.reach:.2f}  {verdict}")
    return "\n".join(rows) + "\n"


def main() -> int:
    """Print both tables; 2 without the pack."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--gold", type=Path, default=devpack.FOLDER, help="folder of the dev pack")
    folder = parser.parse_args().gold
    sys.stdout.write(gate.table(scores(), gate.read_baseline()) + "\n")
    if not devpack.is_there(folder):
        sys.stdout.write(f"no score.py in {folder}: give the folder of the dev pack by --gold\n")
        return 2
    sys.stdout.write(table(devpack.metrics(SETS, folder)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
