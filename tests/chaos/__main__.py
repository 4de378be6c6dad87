"""`make chaos`: every fault of the matrix, one after the other, and the table of what held."""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from tempfile import mkdtemp

from pipeline.broker.embedded import EmbeddedBroker
from pipeline.settings import Settings
from tests.chaos.arena import Row
from tests.chaos.matrix import FAULTS, Fault, run

HEADER = f"{'fault':5} {'lost':>4} {'conflicting':>11} {'duplicates':>10} {'foreign':>7} {'seconds':>7}  held  "


def main() -> int:
    """0 if everything held."""
    options = _options()
    chosen = [FAULTS[name] for name in options.faults] or [
        fault for fault in FAULTS.values() if options.slow or fault.when != "slow"
    ]
    folder, rows = Path(mkdtemp(prefix="tickertape-chaos-")), []
    _say(HEADER)
    with EmbeddedBroker.temporary(Settings.from_env()) as kafka:
        for fault in chosen:
            if fault.missing:
                _say(f"{fault.name:5} skipped: needs {', '.join(fault.missing)} in ../shared/corpora")
                continue
            row = run(
                fault, Settings(brokers=kafka.bootstrap), folder / fault.name,
                kills=options.kills, seed=options.seed, thorough=True,
            )  # fmt: skip
            rows.append(row)
            _show(fault, row)
            if options.json:
                options.json.write_text(json.dumps([asdict(one) for one in rows], indent=2) + "\n", encoding="utf-8")
    held = all(row.held for row in rows)
    _say(
        f"\n{sum(row.held for row in rows)} of {len(rows)} held (seed {options.seed}, logs of the workers in {folder})"
    )
    return 0 if held else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument(
        "faults", nargs="*", choices=[*FAULTS, []], metavar="FAULT", help=f"of {', '.join(FAULTS)}; default: all"
    )
    parser.add_argument("--json", type=Path, help="write the rows there too")
    parser.add_argument("--kills", type=int, default=10, help="random kills of workers (W2)")
    parser.add_argument("--seed", type=int, default=7, help="of all that is random")
    parser.add_argument("--slow", action="store_true", help="those of three brokers too")
    return parser.parse_args()


def _show(fault: Fault, row: Row) -> None:
    held = "yes" if row.held else "NO"
    _say(f"{row.fault:5} {row.lost:4} {row.conflicting:11} {row.duplicates:10} {row.foreign:7} {row.seconds:7.1f}  {held:4}  "
         f"{fault.injected}: {row.measured}")  # fmt: skip
    for sentence in row.broken[:10]:
        _say(f"      {sentence}")
    if len(row.broken) > 10:
        _say(f"      and {len(row.broken) - 10} more")


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
