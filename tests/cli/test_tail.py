"""What `tickertape tail` makes of its options. With Kafka: tests/kafka/test_tail.py."""

import pytest
from click.testing import CliRunner

from pipeline.cli import main
from pipeline.cli.terminal import printable, printable_lines
from pipeline.cli.topic_names import SHORT, find
from pipeline.errors import SettingsError
from pipeline.settings import Settings
from pipeline.topics import EVENTS, TOPICS


def test_every_topic_has_a_short_name() -> None:
    assert sorted(topic.name for topic in SHORT.values()) == sorted(topic.name for topic in TOPICS)


@pytest.mark.parametrize("name", ["events", "news.events.v1", "x.news.events.v1"])
def test_names_of_a_topic(name: str) -> None:
    assert find(name, Settings(topic_prefix="x.")) is EVENTS


def test_no_such_topic() -> None:
    with pytest.raises(SettingsError, match="there is no topic 'event'; it is one of articles, backfill"):
        find("event", Settings())


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--where", "kind="], "column 6: a value is wanted, not 'the end'"),
        (["--from", "tomorrow"], "neither beginning, end, an instant"),
        (["--limit", "0"], "0 is not in the range"),
    ],
)
def test_usage(words: list[str], message: str) -> None:
    done = CliRunner().invoke(main, ["tail", *words])
    assert done.exit_code == 2
    assert message in done.stderr


def test_text_of_strangers_is_tame() -> None:
    assert printable("a\x1b[31m\n b\u202e\x07") == "a\\x1b[31m b\\u202e\\x07"
    assert printable_lines("a\r\n\tb\x00") == "a\\r\n\tb\\x00"
    assert printable("Ünïcode – “fine” 中文") == "Ünïcode – “fine” 中文"
