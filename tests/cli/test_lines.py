"""Each kind of record has a line for people; the schemas' examples stand for the records."""

from typing import Any

import pytest

from pipeline import codec, resources
from pipeline.cli.lines import LINES, line
from pipeline.records import Message
from pipeline.topics import TOPICS


def example(name: str) -> Any:
    return codec.decode((resources.folder("schemas") / "examples" / f"{name}.json").read_bytes())


def plain(name: str, **changed: Any) -> str:
    message = Message(topic="t", partition=3, offset=17, timestamp_ms=0, key=b"the key", value=b"")
    return line(".".join(name.split(".")[:2]), message, example(name) | changed).plain


def test_every_topic_has_its_line() -> None:
    assert {topic.schema for topic in TOPICS} == LINES.keys()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "cloudevent.v1.detected",
            "2026-02-24 09:55  talks-postponed       asserted    Egypt, Ethiopia (about Nile dam)  0.75"
            "  says Sudan's foreign ministry  “Egypt and Ethiopia have postponed talks on the Nile dam that were to open in"
            " Khartoum on Tuesday, Sudan's foreign minist…”",
        ),
        (
            "cloudevent.v1.retracted",
            "2026-02-24 09:55  talks-postponed       retracted   7ayjqcry5kn95d8d29912hymmf  (canceled)"
            "  harbour-wire|HW-2026-0412",
        ),
        (
            "flat-event.v1.shelling",
            "2026-02-24 09:55  shelling              asserted    Troops → market  @ El Fasher  0.75"
            "  “Troops shelled a market near El Fasher on Sunday, killing nine people.”",
        ),
        ("outcome.v1.no-event", "2026-02-24 10:00  no-event     news.articles.v1 2:20  files|note.txt"),
        (
            "outcome.v1.dead-letter",
            "2026-02-24 10:00  dead-letter  news.articles.v1 2:21  –"
            "  invalid-json: unexpected end of data: line 1 column 38 (char 37)",
        ),
        (
            "dead-letter.v1.whole",
            "2026-02-24 10:00  3:17  invalid-json  annotate  37 bytes  harbour-wire|HW-2026-0413"
            "  unexpected end of data: line 1 column 38 (char 37)",
        ),
        ("entities.v1.none", "files|note.txt"),
        ("article.v1.least", "                  files|note.txt  v1  The ferry was late again."),
        ("article-state.v1.corrected", "the key  v2  1 events"),
        ("source-state.v1.healthy", "2026-02-24 10:05  harbour-wire  feed  412 articles"),
        (
            "source-state.v1.failing",
            "2026-02-24 10:05  north-desk  ap  0 articles  http-429: too many requests; again in 300 s",
        ),
        (
            "story.v1.one-article",
            "2024-06-16 07:30  assault               1 articles, 1 sources  @ Mali  Convoy attacked",
        ),
        (
            "story.v1.disagreement",
            "2024-06-16 09:00  talks-postponed       3 articles, 2 sources  also told as talks-cancelled  Talks postponed",
        ),
        ("signature.v1.article", "the key  daily|2024/06/16/talks  talks-postponed"),
        ("story-article.v1.left", "the key  daily|2024/06/16/talks  –"),
        ("article-state.v1.held", "the key  0 events  v1 held until 2026-02-25T04:00:00.000Z"),
    ],
)
def test_lines(name: str, text: str) -> None:
    assert plain(name) == text


def test_corrections_say_so() -> None:
    assert "  (corrected)  “" in plain("cloudevent.v1.updated")


def test_names_with_their_labels() -> None:
    assert "Talks on the Nile dam put off  Egypt/GPE, Ethiopia/GPE" in plain("entities.v1.names")


def test_a_tombstone() -> None:
    message = Message(topic="t", partition=0, offset=0, timestamp_ms=0, key=b"gone", value=None)
    assert line("cloudevent.v1", message, None).plain == "gone  (removed)"


def test_a_shape_that_nobody_knows() -> None:
    message = Message(topic="t", partition=0, offset=0, timestamp_ms=0, key=None, value=b"")
    assert line("", message, {"a": "\x1b"}).plain == '  {"a":"\\u001b"}'


def test_what_a_stranger_wrote_is_tame() -> None:
    assert "\x1b" not in plain("article.v1.least", text="\x1b[2J")
