"""`tickertape dlq` on a real dead-letter topic, filled by the pipeline's own hands."""

from collections.abc import Iterable

import pytest
from click.testing import CliRunner, Result

from pipeline import codec
from pipeline.broker.admin import apply_topics
from pipeline.broker.consume import consume
from pipeline.broker.produce import producing
from pipeline.cli import main
from pipeline.records import Message, Problem
from pipeline.settings import Settings
from pipeline.stages.letters import dead_letter
from pipeline.topics import ARTICLES, DEAD_LETTERS, MAX_INPUT_BYTES

pytestmark = pytest.mark.kafka

Record = tuple[bytes | None, bytes | None]
BAD: list[Record] = [(b"wire|1", b"{bad\x1b"), (b"wire|2", b"\xff\xfe"), (b"wire|3", None), (b"wire|1", b"{bad\x1b")]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Topics of one partition: ids are 0:0, 0:1 …"""
    one = Settings(brokers=settings.brokers, topic_prefix=settings.topic_prefix, partitions=1)
    apply_topics(one)
    return one


def run(settings: Settings, *words: str) -> Result:
    env = {"TICKERTAPE_BROKERS": settings.brokers, "TICKERTAPE_TOPIC_PREFIX": settings.topic_prefix}
    return CliRunner().invoke(main, ["dlq", *words], env=env)


def produce(settings: Settings, topic: str, records: Iterable[Record]) -> list[Message]:
    """Put the records there; the messages that they became."""
    with producing(settings) as producer:
        for key, value in records:
            producer.produce(settings.topic_prefix + topic, key, value)
    return list(consume(settings, [settings.topic_prefix + topic]))


def bury(settings: Settings, messages: list[Message], code: str = "invalid-json") -> None:
    letters = [dead_letter(one, stage="annotate", problem=Problem(code=code, message="why")) for one in messages]
    produce(settings, DEAD_LETTERS.name, [(one.key, one.value) for one in letters])


def inputs(settings: Settings) -> list[Record]:
    return [(one.key, one.value) for one in consume(settings, [settings.topic_prefix + ARTICLES.name])]


def test_list(settings: Settings) -> None:
    """For people, for machines, by condition; what is no dead letter is said and ends nothing."""
    bury(settings, produce(settings, ARTICLES.name, BAD))
    produce(settings, DEAD_LETTERS.name, [(b"x", b"junk")])
    done = run(settings, "list")
    assert done.exit_code == 0
    assert [line.split("  ")[1:6] for line in done.stdout.splitlines()] == [
        ["0:0", "invalid-json", "annotate", "5 bytes", "wire|1"],
        ["0:1", "invalid-json", "annotate", "2 bytes", "wire|2"],
        ["0:2", "invalid-json", "annotate", "0 bytes", "wire|3"],
        ["0:3", "invalid-json", "annotate", "5 bytes", "wire|1"],
    ]
    assert "0:4 is no dead letter: invalid-json" in done.stderr
    lines = run(settings, "list", "--json", "--where", "value_bytes>1 and input.offset<2").stdout.splitlines()
    assert [codec.decode(line.encode())["id"] for line in lines] == ["0:0", "0:1"]


def test_show(settings: Settings) -> None:
    """Safe to look at, or the very bytes."""
    bury(settings, produce(settings, ARTICLES.name, BAD))
    done = run(settings, "show", "0:0")
    assert done.stdout.splitlines()[2:] == [
        "stage     annotate",
        "problem   invalid-json: why",
        f"input     {settings.topic_prefix}{ARTICLES.name} 0:0",
        "key       wire|1",
        done.stdout.splitlines()[6],
        "value     5 bytes, SHA-256 ec3b424e2917f0bb046d6ee446bfb2fbfba36fd9884c70c17e351b69f3dfc1ff",
        "{bad\\x1b",
    ]
    assert run(settings, "show", "0:1").stdout.splitlines()[-1] == "\\xff\\xfe"
    assert run(settings, "show", "0:1", "--raw").stdout_bytes == b"\xff\xfe"
    assert codec.decode(run(settings, "show", "0:2", "--json").stdout_bytes)["value_base64"] is None


@pytest.mark.parametrize("given", ["0:9", "7:0", "0", "a:b", "0:-1"])
def test_show_of_nothing(settings: Settings, given: str) -> None:
    done = run(settings, "show", "--", given)
    assert done.exit_code == 1
    assert "`tickertape dlq list` shows them" in done.stderr


def test_retry_sends_the_original(settings: Settings) -> None:
    """Key and value to the byte, null included; a dry run sends nothing."""
    bury(settings, produce(settings, ARTICLES.name, BAD))
    assert run(settings, "retry", "0:1", "0:2", "--dry-run").exit_code == 0
    assert inputs(settings) == BAD
    done = run(settings, "retry", "0:1", "0:2")
    assert (done.exit_code, done.stderr) == (0, "2 messages confirmed, 0 not sent\n")
    assert done.stdout.splitlines()[0] == f"0:1: 2 bytes go to {settings.topic_prefix}{ARTICLES.name}"
    assert inputs(settings) == [*BAD, *BAD[1:3]]


def test_retry_of_all_sends_equal_messages_once(settings: Settings) -> None:
    """Else what fails again would double with every retry."""
    bury(settings, produce(settings, ARTICLES.name, BAD))
    done = run(settings, "retry", "--all")
    assert (done.exit_code, done.stderr) == (0, "0:3: the same message as 0:0\n3 messages confirmed, 0 not sent\n")
    assert inputs(settings) == [*BAD, *BAD[:3]]


def test_retry_by_condition(settings: Settings) -> None:
    """Also when the same message died of something else before."""
    messages = produce(settings, ARTICLES.name, BAD)
    bury(settings, messages[:1], code="process-died")
    bury(settings, messages[:1], code="timed-out")
    bury(settings, messages[1:2], code="invalid-utf8")
    assert run(settings, "retry", "--all", "--where", "code=timed-out").exit_code == 0
    assert inputs(settings) == [*BAD, BAD[0]]


def test_retry_needs_to_know_what(settings: Settings) -> None:
    assert run(settings, "retry").exit_code == 2
    assert run(settings, "retry", "--all", "0:1").exit_code == 2
    assert inputs(settings) == []


def test_retry_goes_to_none_but_our_topics(settings: Settings) -> None:
    [message] = produce(settings, ARTICLES.name, BAD[:1])
    letter = dead_letter(message, stage="annotate", problem=Problem(code="invalid-json", message="why")).value
    assert letter is not None
    record = codec.decode(letter)
    elsewhere = codec.encode(record | {"input": record["input"] | {"topic": "elsewhere"}})
    produce(settings, DEAD_LETTERS.name, [(b"k", elsewhere)])
    done = run(settings, "retry", "0:0")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.splitlines()[0] == "0:0: foreign-topic: elsewhere is none of our topics"


def strip(letter: bytes, **changed: object) -> bytes:
    """The dead letter as it would be of a value too large to be kept whole."""
    record = codec.decode(letter) | {"value_base64": None}
    return codec.encode(record | {"input": record["input"] | changed})


def test_a_large_one_is_fetched_from_where_it_stood(settings: Settings) -> None:
    """If it is still that message, and nothing else."""
    large = b"x" * (MAX_INPUT_BYTES - 1_000)
    first, second = produce(settings, ARTICLES.name, [(b"wire|1", large), (b"wire|2", b"y")])
    letter = dead_letter(first, stage="annotate", problem=Problem(code="invalid-json", message="why")).value
    assert letter is not None
    produce(
        settings,
        DEAD_LETTERS.name,
        [
            (b"k", strip(letter)),
            (b"k", strip(letter, offset=second.offset)),
            (b"k", strip(letter, offset=99)),
            (b"k", strip(letter, topic="elsewhere")),
            (b"k", codec.encode(codec.decode(strip(letter)) | {"key_base64": None, "value_sha256": None})),
        ],
    )
    assert run(settings, "show", "0:0", "--raw").stdout_bytes == large
    done = run(settings, "retry", "0:0", "0:1", "0:2", "0:3", "0:4")
    assert done.exit_code == 1
    place = f"{settings.topic_prefix}{ARTICLES.name} 0"
    assert done.stderr.splitlines() == [
        f"0:1: replaced: only its hash was kept, and what stands at {place}:1 is something else",
        f"0:2: expired: only its hash was kept, and {place}:99 is no longer there",
        "0:3: expired: only its hash was kept, and elsewhere 0:0 is no longer there",
        "0:4: empty: it had neither key nor value: there is nothing to send",
        "1 messages confirmed, 4 not sent",
    ]
    assert inputs(settings)[2:] == [(b"wire|1", large)]
