"""`tickertape ingest --dry-run`: what it would send, what it says, how it ends. With Kafka: tests/kafka/test_ingest.py."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline import codec
from pipeline.cli import main

LINES = b'{"id":"1","text":"x"}\n{bad\n{"id":"2","text":"y"}\n'


def run(*words: str, stdin: bytes = b"", **variables: str) -> Result:
    return CliRunner().invoke(main, ["ingest", *words], input=stdin, env={"TICKERTAPE_BROKERS": "", **variables})


def test_all_goes_in() -> None:
    done = run("-", "--dry-run", stdin=b'{"id":"1","text":"x"}\n')
    assert (done.exit_code, done.stdout, done.stderr) == (0, "1 records would go to news.articles.v1\n", "")


def test_something_is_rejected() -> None:
    """Said with its place on stderr, counted on stdout, exit code 1."""
    done = run("-", "--dry-run", stdin=LINES)
    assert done.exit_code == 1
    assert done.stdout == "2 records would go to news.articles.v1; 1 rejected (invalid-json 1)\n"
    assert done.stderr.startswith("stdin:2: invalid-json: ")
    assert done.stderr.count("\n") == 1


def test_raw_sends_it_all_the_same() -> None:
    done = run("-", "--dry-run", "--raw", "--topic", "backfill", stdin=LINES, TICKERTAPE_TOPIC_PREFIX="x.")
    assert done.exit_code == 0
    expected = (
        "3 records would go to x.news.articles-backfill.v1; 1 rejected (invalid-json 1); 1 of them sent as they stood"
    )
    assert done.stdout == expected + "\n"


def test_summary_for_machines(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(LINES)
    (tmp_path / "notes.md").write_text("x")
    done = run(str(tmp_path), "--dry-run", "--json", TICKERTAPE_ARTICLE_BYTES="100")
    assert codec.decode(done.stdout.encode()) == {
        "topic": "news.articles.v1",
        "dry_run": True,
        "confirmed": 0,
        "unconfirmed": 0,
        "rejected": 3,
        "rejected_by_code": {"invalid-json": 1, "too-large": 2},
        "sent_raw": 0,
        "left_out": 1,
    }


def test_names_of_strangers_cannot_command_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "\x1b[2J.txt").write_bytes(b"\xff")
    done = run(str(tmp_path), "--dry-run")
    assert "\x1b" not in done.output
    assert "\\x1b[2J.txt: invalid-utf8" in done.stderr


@pytest.mark.parametrize("words", [["-", "--topic", "events"], [], ["-", "--nonsense"]])
def test_usage(words: list[str]) -> None:
    assert run(*words).exit_code == 2


def test_no_kafka(tmp_path: Path) -> None:
    """Nothing is summed up that never began; the next command is named."""
    done = run("-", TICKERTAPE_STATE_HOME=str(tmp_path))
    assert (done.exit_code, done.stdout) == (3, "")
    assert "tickertape broker start" in done.stderr


def test_format_and_names(tmp_path: Path) -> None:
    (tmp_path / "export.dat").write_text("nr;story\n1;x\n")
    words = [str(tmp_path / "export.dat"), "--dry-run", "--format", "csv", "--map", "guid=nr,text=story"]
    assert run(*words).stdout == "1 records would go to news.articles.v1\n"
    assert run(*words[:2]).exit_code == 1


@pytest.mark.parametrize("words", [["--format", "docx"], ["--map", "text"], ["--map", "body=text"]])
def test_usage_of_format_and_names(words: list[str]) -> None:
    assert run("-", *words).exit_code == 2
