"""`make bench`: how fast Tickertape is, as ratios of one run, beside what a user would do instead.

Texts are distinct articles (tests/bench/corpus.py). README.md says what each row means.
"""

import argparse
import os
import sys
from pathlib import Path

from pipeline import codec
from tests.bench import backfill, core, frame, latency, rivals
from tests.bench.ratios import flat, table

PARTS = {
    "annotate": core.measure,
    "worker": rivals.measure,
    "frame": frame.measure,
    "latency": latency.measure,
    "backfill": backfill.measure,
}


def main() -> None:
    """Print the table of all parts, or of the one that is named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=PARTS, help="only this part")
    parser.add_argument("--json", type=Path, help="write the figures here too (all parts are measured then)")
    options = parser.parse_args()
    if options.part and options.json:
        parser.error("--json wants all parts: leave --part out")
    os.environ.setdefault("TICKERTAPE_LOG_LEVEL", "error")
    sys.stdout.write(f"{len(os.sched_getaffinity(0))} cores; medians, the spread of the rounds in brackets\n")
    figures = []
    for name in (options.part,) if options.part else PARTS:
        found = PARTS[name]()
        figures += found
        sys.stdout.write(f"\n{name}\n" + "".join(f"  {line}\n" for line in table(found)))
        sys.stdout.flush()
    if options.json:
        options.json.write_bytes(codec.encode_pretty(flat(figures)))


if __name__ == "__main__":
    main()
