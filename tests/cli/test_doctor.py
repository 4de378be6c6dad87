"""`tickertape doctor` without Kafka, and the words for the books. With Kafka: tests/kafka/test_doctor.py."""

from pathlib import Path

from click.testing import CliRunner, Result

from pipeline import codec
from pipeline.cli import main
from pipeline.cli.doctor import described
from pipeline.doctor.balance import Balance
from pipeline.doctor.books import Audit
from pipeline.resources import PACKAGE

BALANCED = Balance(
    topic="t", partition=1, begin=0, committed=9, inputs=10, outcomes=9, lag=1, repeats=2, expired=3, missing=[],
    unknown=[], conflicting=[],
)  # fmt: skip
BROKEN = Balance(
    topic="t", partition=2, begin=0, committed=9, inputs=9, outcomes=6, lag=0, repeats=0, expired=0,
    missing=[(1, 3), (5, 6)], unknown=[(9, 10)], conflicting=[7],
)  # fmt: skip


def run(*words: str, folder: Path, **variables: str) -> Result:
    env = {"TICKERTAPE_BROKERS": "", "TICKERTAPE_STATE_HOME": str(folder), **variables}
    return CliRunner().invoke(main, ["doctor", *words], env=env)


def test_without_kafka(tmp_path: Path) -> None:
    """The rest is checked all the same, and the next command is named."""
    done = run(folder=tmp_path)
    assert done.exit_code == 1
    assert [line.split()[1] for line in done.stdout.splitlines() if line[0] in "✓✗–"] == [
        "settings", "python", "model", "schemas", "pool", "disk", "kafka",
    ]  # fmt: skip
    assert "✗ kafka     no Kafka: set TICKERTAPE_BROKERS or run `tickertape broker start`" in done.stdout


def test_for_machines(tmp_path: Path) -> None:
    done = run("--json", folder=tmp_path)
    found = codec.decode(done.stdout.encode())
    assert (done.exit_code, found["ok"]) == (1, False)
    assert {check["name"]: check["ok"] for check in found["checks"]}["kafka"] is False


def test_settings_that_make_no_sense(tmp_path: Path) -> None:
    done = run(folder=tmp_path, TICKERTAPE_PARTITIONS="none")
    assert done.exit_code == 1
    assert done.stdout.startswith("✗ settings  TICKERTAPE_PARTITIONS='none' is not a whole number")


def test_the_audit_needs_kafka(tmp_path: Path) -> None:
    assert run("--audit", folder=tmp_path).exit_code == 3


def test_env_example_is_current(tmp_path: Path) -> None:
    """deploy/env.example is what the settings say: `tickertape doctor --env-example > deploy/env.example`."""
    written = (PACKAGE.parent / "deploy" / "env.example").read_text(encoding="utf-8")
    assert run("--env-example", folder=tmp_path).stdout == written


def test_books_that_balance() -> None:
    audit = Audit(balances=[BALANCED], kinds={"events": 4, "no-event": 5}, foreign=[], unreadable=[])
    assert list(described(audit)) == [
        "10 inputs − 9 outcomes = 1; lag 1",
        "outcomes: events 4, no-event 5",
        "2 outcomes repeat another to the byte (delivered again after a restart)",
        "3 outcomes are of inputs that retention has removed",
        "✓ the books balance",
    ]


def test_books_that_do_not() -> None:
    """Every wrong offset is named."""
    audit = Audit(balances=[BALANCED, BROKEN], kinds={}, foreign=["u 0"], unreadable=["o 4:2"])
    assert list(described(audit))[-6:] == [
        "✗ t 2: 3 inputs acknowledged without an outcome (lost): 1–2, 5",
        "✗ t 2: 1 inputs have an outcome and do not exist: 9",
        "✗ t 2: 1 inputs have outcomes that differ: 7",
        "✗ u 0: outcomes of a partition that is no input",
        "✗ o 4:2: no outcome can be read there",
        "✗ the books do not balance",
    ]


def test_a_very_broken_book_is_cut_short() -> None:
    lost = Balance(
        topic="t", partition=0, begin=0, committed=100, inputs=100, outcomes=50, lag=0, repeats=0, expired=0,
        missing=[(one, one + 1) for one in range(0, 100, 2)], unknown=[], conflicting=[],
    )  # fmt: skip
    said = next(
        line for line in described(Audit(balances=[lost], kinds={}, foreign=[], unreadable=[])) if "lost" in line
    )
    assert said.endswith("36, 38 and 30 more intervals")
