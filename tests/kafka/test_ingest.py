"""`tickertape ingest` into a real Kafka: what is said to be confirmed is there, whole, under the right key."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline import codec
from pipeline.broker.admin import apply_topics
from pipeline.broker.consume import consume
from pipeline.cli import main
from pipeline.records import Article
from pipeline.settings import Settings
from pipeline.topics import ARTICLES, BACKFILL, Topic
from tests.processes import PATIENCE_SECONDS, running

pytestmark = pytest.mark.kafka


def run(settings: Settings, *words: str, stdin: bytes = b"", **variables: str) -> Result:
    env = {"TICKERTAPE_BROKERS": settings.brokers, "TICKERTAPE_TOPIC_PREFIX": settings.topic_prefix, **variables}
    return CliRunner().invoke(main, ["ingest", *words], input=stdin, env=env)


def records(settings: Settings, topic: Topic) -> dict[bytes | None, bytes | None]:
    return {message.key: message.value for message in consume(settings, [settings.topic_prefix + topic.name])}


def test_a_folder_arrives(settings: Settings, tmp_path: Path) -> None:
    apply_topics(settings)
    wire = tmp_path / "wire"
    wire.mkdir()
    (wire / "a.txt").write_text("Rain.")
    (wire / "b.jsonl").write_bytes(b'{"id":"1","text":"x","desk":"africa"}\n{bad\n')
    done = run(settings, str(wire), "--json")
    assert done.exit_code == 1
    assert codec.decode(done.stdout.encode())["confirmed"] == 2
    assert records(settings, ARTICLES) == {
        b"wire|a.txt": codec.encode(Article(provider="wire", guid="a.txt", text="Rain.")),
        b"wire|1": codec.encode(Article(provider="wire", guid="1", text="x", origin={"desk": "africa"})),
    }


def test_rejected_bytes_arrive_as_they_stood(settings: Settings) -> None:
    """Also such as are larger than an article may be, under the article's own key."""
    apply_topics(settings)
    large = b'{"id":"1","text":"' + b"x" * 5_000_000 + b'"}'
    done = run(settings, "-", "--raw", "--topic", "backfill", stdin=b"{bad\n\xff\xfe\n" + large)
    assert done.exit_code == 0
    assert "; 3 of them sent as they stood" in done.stdout
    assert records(settings, BACKFILL) == {b"stdin:1": b"{bad", b"stdin:2": b"\xff\xfe", b"files|1": large}


def test_what_kafka_refuses_is_not_confirmed(settings: Settings) -> None:
    """The neighbours are, the refused one is named, and the exit code is Kafka's."""
    apply_topics(settings)
    lines = [codec.encode({"id": str(number), "text": "x"}) for number in range(20)]
    lines[7] = codec.encode({"id": "7", "text": "x" * 9_000_000})
    done = run(settings, "-", stdin=b"\n".join(lines), TICKERTAPE_ARTICLE_BYTES="20000000")
    assert done.exit_code == 3
    assert done.stdout == f"19 records confirmed in {settings.topic_prefix}{ARTICLES.name}\n"
    assert "files|7: not confirmed: " in done.stderr
    assert len(records(settings, ARTICLES)) == 19


def test_topics_that_are_not_there(settings: Settings) -> None:
    done = run(settings, "-", stdin=b'{"id":"1","text":"x"}')
    assert done.exit_code == 3
    assert "run `tickertape topics apply`" in done.stderr
    assert done.stdout == f"0 records confirmed in {settings.topic_prefix}{ARTICLES.name}\n"


def test_ctrl_c_says_what_is_sure(settings: Settings) -> None:
    """Exit code 130, the sum so far, and no complaint; at least what is called confirmed is there."""
    apply_topics(settings)
    command = [sys.executable, "-c", "from pipeline.cli import main; main()", "ingest", "--json", "-"]
    env = {"TICKERTAPE_BROKERS": settings.brokers, "TICKERTAPE_TOPIC_PREFIX": settings.topic_prefix}
    with running(command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        process.stdin.write(b"".join(b'{"id":"%d","text":"x"}\n' % number for number in range(3_000)) + b"{bad\n")
        process.stdin.flush()
        assert b"invalid-json" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        said, complained = process.communicate(timeout=PATIENCE_SECONDS)
    assert (process.returncode, complained) == (130, b"")
    assert len(records(settings, ARTICLES)) >= codec.decode(said)["confirmed"] > 0
