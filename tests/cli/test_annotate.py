"""`tickertape annotate`: for each line in exactly one line out, in order, whatever the line."""

import io
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as trials
from hypothesis import strategies as st

from pipeline import codec, contracts, ids
from pipeline.cli.annotate import BATCH_LINES, answers, run
from pipeline.nlp.model import MODEL
from pipeline.settings import Settings
from tests.builders import AMBUSH, QUIET, TALKS
from tests.processes import PATIENCE_SECONDS, running

CORPORA = Path(__file__).parents[3] / "shared" / "corpora"
GOOD = {"id": "good", "text": TALKS, "title": "Talks postponed", "published_at": "2024-06-16T07:30:00Z"}


def answers_of(*lines: bytes, **changes: Any) -> list[dict[str, Any]]:
    """What `annotate` answers, as its reader sees it."""
    given = answers(lines, replace(Settings(), **changes))
    return [codec.decode(codec.encode(answer)) for answer in given]


def answer_to(value: Any) -> dict[str, Any]:
    (answer,) = answers_of(codec.encode(value))
    return answer


def refusal(code: str, message: str, known: Any = None) -> dict[str, Any]:
    return {
        "id": known, "entities": [], "events": [], "error": {"code": code, "message": message}, "truncated": False,
        "story": None,
    }  # fmt: skip


def spans(value: Any) -> Iterator[dict[str, Any]]:
    """All that quotes the text, at any depth."""
    if isinstance(value, dict):
        if {"text", "start", "end"} <= value.keys():
            yield value
        value = list(value.values())
    for part in value if isinstance(value, list) else ():
        yield from spans(part)


def flaws(text: str, answer: dict[str, Any]) -> list[str]:
    """What is wrong with the answer to a line that can be read."""
    misquoted = [
        f"{span} is {text[span['start'] : span['end']]!r}"
        for span in spans([answer["entities"], answer["events"]])
        if text[span["start"] : span["end"]] != span["text"] or span["start"] >= span["end"]
    ]
    broken = [contracts.problem("event.v1", event, side="produce") for event in answer["events"]]
    return [*misquoted, *filter(None, broken), *([str(answer["error"])] if answer["error"] else [])]


def archived(name: str, folder: str) -> dict[str, bytes]:
    """The files of an archive of hostile input, by name."""
    path = CORPORA / f"{name}.tar.gz"
    if not path.exists():
        pytest.skip(f"no {name} corpus beside the repository")
    with tarfile.open(path) as archive:
        members = [one for one in archive if one.isfile() and one.name.startswith(f"{name}/{folder}")]
        return {Path(one.name).name: data.read() for one in members if (data := archive.extractfile(one)) is not None}


def test_a_whole_answer() -> None:
    """Mentions and event to the last field; how sure the detector is, is measured elsewhere."""
    answer = answer_to(GOOD)
    nothing = {"name": None, "entity_id": None, "country": None, "lat": None, "lon": None}
    turkey = {"text": "Turkey", "start": 0, "end": 6, "name": "Turkey", "entity_id": "country:TUR", "country": "TUR"}
    russia = {"text": "Russia", "start": 11, "end": 17, "name": "Russia", "entity_id": "country:RUS", "country": "RUS"}
    libya = {"text": "Libya", "start": 37, "end": 42, "name": "Libya", "entity_id": "country:LBY", "country": "LBY"}
    event = {
        "event_id": answer["events"][0]["event_id"], "kind": "talks-postponed", "family": "diplomacy", "type": "CONSULT",
        "mode": None, "contexts": [], "cameo": "04", "quad": "VERBAL COOPERATION", "goldstein": 2.5, "modality": "asserted",
        "confidence": answer["events"][0]["confidence"], "rule": "talks-postponed/postpone.v",
        "trigger": {"text": "postponed", "start": 18, "end": 27}, "sentence": {"text": TALKS, "start": 0, "end": 53},
        "actors": [turkey | {"sector": "GOV"}, russia | {"sector": "GOV"}], "recipients": [],
        "about": [libya | {"sector": "GOV"}], "location": None, "attribution": None, "revision": 1,
        "time": {"text": "Sunday", "start_on": "2024-06-16", "end_on": "2024-06-16", "precision": "day"},
        "article": {
            "key": "annotate|good", "provider": "annotate", "guid": "good", "version": "1", "headline": "Talks postponed",
            "url": None, "published_at": "2024-06-16T07:30:00.000Z", "language": None,
        },
        "model": codec.plain(MODEL), "detected_at": None,
    }  # fmt: skip
    assert answer == {
        "id": "good",
        "entities": [
            turkey | {"label": "GPE", "lat": 39.0, "lon": 35.0},
            russia | {"label": "GPE", "lat": 60.0, "lon": 100.0},
            libya | {"label": "GPE", "lat": 28.0, "lon": 17.0},
            nothing | {"text": "Sunday", "label": "DATE", "start": 46, "end": 52, "name": "Sunday"},
        ],
        "events": [event], "error": None, "truncated": False, "story": ids.digest("story", "annotate|good", "0"),
    }  # fmt: skip


@pytest.mark.parametrize("known", ["1", "", 0, -7, 2**64 - 1, "💥", "a\u0000b", "a|b", "x" * 10_000])
def test_an_id_comes_back_as_it_was(known: str | int) -> None:
    assert answer_to({"id": known, "text": QUIET}) == {
        "id": known, "entities": answer_to({"id": "1", "text": QUIET})["entities"], "events": [], "error": None,
        "truncated": False, "story": ids.digest("story", f"annotate|{known}", "0"),
    }  # fmt: skip


@pytest.mark.parametrize("optional", [{}, {"title": None, "published_at": None}, {"title": "", "published_at": ""}])
def test_title_and_date_may_be_missing(optional: dict[str, str | None]) -> None:
    answer = answer_to({"id": "1", "text": TALKS} | optional)
    assert flaws(TALKS, answer) == []
    assert [event["time"]["precision"] for event in answer["events"]] == ["unresolved"]


@pytest.mark.parametrize(
    ("published_at", "instant", "day"),
    [
        ("2024-06-18", "2024-06-18T00:00:00.000Z", "2024-06-16"),
        ("2024-06-16T23:59:59-02:00", "2024-06-17T01:59:59.000Z", "2024-06-16"),
        ("soon", None, None),
        ("2024-02-30", None, None),
        ("9999-12-31T23:59:59-02:00", None, None),
    ],
)
def test_times_count_from_the_day_of_publication(published_at: str, instant: str | None, day: str | None) -> None:
    """Which the event has as an instant, whatever form it came in; what is no date leaves times open."""
    answer = answer_to(GOOD | {"published_at": published_at})
    assert flaws(TALKS, answer) == []
    (event,) = answer["events"]
    assert (event["article"]["published_at"], event["time"]) == (
        instant, {"text": "Sunday", "start_on": day, "end_on": day, "precision": "day" if day else "unresolved"},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        pytest.param("Rebels 💥 attacked an army convoy 🚚 in Mali on Saturday 👩🏽‍🚀.", ["assault"], id="emoji"),
        pytest.param("Turkey\u0000 and Russia postponed\u0000 talks on Libya.", ["talks-postponed"], id="NUL"),
        pytest.param("قال \u202eRebels attacked an army convoy in Mali\u202c on Saturday. שלום", ["assault"], id="RTL"),
        pytest.param("ANKARA:\r\nTurkey and Russia postponed talks\r\non Libya.\r\n", ["talks-postponed"], id="CRLF"),
        pytest.param(f"\n\n \t\n{AMBUSH}\n\n\u2028", ["assault"], id="blank lines"),
        pytest.param("\ufeff" + AMBUSH, ["assault"], id="byte order mark in the text"),
        pytest.param(AMBUSH.replace("army", "a\u0301rmy\u200b"), ["assault"], id="combining, zero width"),
        pytest.param("\x1b[31m" + AMBUSH, ["assault"], id="escape sequence"),
        pytest.param("", [], id="empty"),
        pytest.param(" \u00a0\u3000\n", [], id="white space only"),
        pytest.param("\u0000", [], id="NUL only"),
        pytest.param("." * 20_000, [], id="twenty thousand dots"),
        pytest.param("a" * 20_000, [], id="one word of twenty thousand letters"),
        pytest.param("([{" * 3_000 + "\n" * 3_000, [], id="brackets and line breaks"),
        pytest.param("Mali, " * 2_000, [], id="two thousand names"),
    ],
)
def test_odd_texts(text: str, kinds: list[str]) -> None:
    """Offsets are those of the text as it came, and what is written in it is found."""
    answer = answer_to({"id": "1", "text": text})
    assert flaws(text, answer) == []
    assert [event["kind"] for event in answer["events"]] == kinds


def test_a_pair_of_escaped_surrogates_is_one_character() -> None:
    (answer,) = answers_of(rb'{"id": "1", "text": "\ud83d\ude00 Mali"}')
    assert [(span["text"], span["start"], span["end"]) for span in spans(answer["entities"])] == [("Mali", 2, 6)]


def test_a_very_long_text_is_read_as_far_as_the_settings_say() -> None:
    """The line still has its one answer, which says so."""
    text = AMBUSH + " " * 5_000_000 + TALKS
    (answer,) = answers_of(codec.encode({"id": 1, "text": text}), article_chars=len(AMBUSH) + 100)
    assert flaws(text, answer) == []
    assert (answer["id"], answer["truncated"]) == (1, True)
    assert [event["kind"] for event in answer["events"]] == ["assault"]


ID = "id: must be text or a whole number"


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        (b"[1]", refusal("invalid-record", "the line is no JSON object")),
        (b'"text"', refusal("invalid-record", "the line is no JSON object")),
        (b"null", refusal("invalid-record", "the line is no JSON object")),
        (b"{}", refusal("invalid-record", ID)),
        (b'{"id": null, "text": "x"}', refusal("invalid-record", ID)),
        (b'{"id": true, "text": "x"}', refusal("invalid-record", ID, True)),
        (b'{"id": 1.5, "text": "x"}', refusal("invalid-record", ID, 1.5)),
        (b'{"id": 100000000000000000000, "text": "x"}', refusal("invalid-record", ID, 1e20)),
        (b'{"id": ["a"], "text": "x"}', refusal("invalid-record", ID)),
        (b'{"id": {"a": 1}, "text": "x"}', refusal("invalid-record", ID)),
        (b'{"id": ' + b"[" * 900 + b"]" * 900 + b"}", refusal("invalid-record", ID)),
        (b'{"id": "a"}', refusal("invalid-record", "text: must be text", "a")),
        (b'{"id": 7, "text": null}', refusal("invalid-record", "text: must be text", 7)),
        (b'{"id": "a", "text": ["x"]}', refusal("invalid-record", "text: must be text", "a")),
        (b'{"id": "a", "text": "x", "title": 3}', refusal("invalid-record", "title: must be text", "a")),
        (b'{"id": "a", "text": "x", "published_at": 0}', refusal("invalid-record", "published_at: must be text", "a")),
        (b'{"id": "a", "text": "\xff"}', refusal("invalid-utf8", "byte 21 is not UTF-8")),
        (b'{"id": "a", "text": "\xed\xa0\x80"}', refusal("invalid-utf8", "byte 21 is not UTF-8")),
    ],
)
def test_lines_that_cannot_be_read(line: bytes, answer: dict[str, Any]) -> None:
    """The answer is whole, and the neighbours have theirs."""
    good = codec.encode(GOOD)
    assert answers_of(good, line, good) == [answer_to(GOOD), answer, answer_to(GOOD)]


@pytest.mark.parametrize(
    "line",
    [
        b"", b"\n", b"\r\n", b" \t", b"\x00", b"{", b'{"id": "a", "text": "x"', b'{"id": "a", "text": "x"} {}', b"{'id': 1}",
        b'{"id": NaN, "text": "x"}', b'{"id": "a", "text": "a\tb"}', rb'{"id": "a", "text": "\ud800"}',
        rb'{"id": "a", "text": "\ude00\ud83d"}', b"[" * 100_000, b"%PDF-1.7",
    ],
)  # fmt: skip
def test_lines_that_are_no_json(line: bytes) -> None:
    """Blank lines too: they are counted. No id can be had of them."""
    first, answer, last = answers_of(codec.encode(GOOD), line, codec.encode(GOOD))
    assert answer == refusal("invalid-json", answer["error"]["message"])
    assert first == last == answer_to(GOOD)


def test_more_lines_than_a_batch() -> None:
    """Good and bad in turn, over several batches: order, ids and count stay; the last line needs no line break."""
    wanted = [f"id {number}" if number % 3 else None for number in range(2 * BATCH_LINES + 5)]
    lines = [codec.encode({"id": known, "text": QUIET}) if known else b"{" for known in wanted]
    target = io.BytesIO()
    run(io.BytesIO(b"\n".join(lines)), target, Settings())
    given = [codec.decode(line) for line in target.getvalue().splitlines()]
    assert [answer["id"] for answer in given] == wanted
    assert [answer["error"] is None for answer in given] == [known is not None for known in wanted]
    assert target.getvalue().endswith(b"\n")


def test_no_line_no_answer() -> None:
    target = io.BytesIO()
    run(io.BytesIO(b""), target, Settings())
    assert target.getvalue() == b""


def test_a_byte_order_mark_before_the_first_line() -> None:
    """Some editors write one; in later lines it is none of theirs."""
    marked, target = b"\xef\xbb\xbf" + codec.encode(GOOD) + b"\r\n", io.BytesIO()
    run(io.BytesIO(marked + marked), target, Settings())
    first, second = (codec.decode(line) for line in target.getvalue().splitlines())
    assert first == answer_to(GOOD)
    assert second["error"]["code"] == "invalid-json"


def test_the_same_line_has_the_same_answer_in_any_company() -> None:
    lines = [codec.encode({"id": 1, "text": text}) for text in (TALKS, AMBUSH, QUIET, "", TALKS)]
    assert answers_of(*lines) == [answer for line in lines for answer in answers_of(line)]


def test_the_command() -> None:
    """As another program calls it: only answers on stdout, nothing on stderr, exit code 0 although a line is bad."""
    given = codec.encode(GOOD) + b"\n\n" + codec.encode({"id": 2, "text": QUIET})
    done = subprocess.run([sys.executable, "-m", "pipeline", "annotate"], input=given, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert [codec.decode(line) for line in done.stdout.splitlines()] == answers_of(*given.split(b"\n"))


@trials(max_examples=50, deadline=None)
@given(st.lists(st.binary(max_size=40) | st.text(max_size=40).map(lambda text: codec.encode({"id": 1, "text": text}))))
def test_any_lines_have_one_answer_each(lines: list[bytes]) -> None:
    """Nothing is raised, and what can be read is quoted rightly."""
    for line, answer in zip(lines, answers_of(*lines), strict=True):
        assert answer.keys() == {"id", "entities", "events", "error", "truncated", "story"}
        if answer["error"] is None:
            assert flaws(codec.decode(line)["text"], answer) == []


def test_json_test_suite() -> None:
    """What is JSON is refused for what it says, what is none for its form, and what may be either is answered."""
    files = {name: data.replace(b"\n", b" ") for name, data in archived("JSONTestSuite", "test_parsing").items()}
    codes = {name: answer["error"]["code"] for name, answer in zip(files, answers_of(*files.values()), strict=True)}
    assert len(codes) > 300
    assert {code for name, code in codes.items() if name.startswith("y_")} == {"invalid-record"}
    # With its line break taken out, as a line has none, this one is JSON.
    assert {name for name, code in codes.items() if name.startswith("n_") and code == "invalid-record"} <= {
        "n_string_unescaped_newline.json"
    }
    assert set(codes.values()) == {"invalid-record", "invalid-json", "invalid-utf8"}


def test_naughty_strings() -> None:
    """As text, title, date and id at once."""
    strings: list[str] = codec.decode(archived("blns", "blns.json")["blns.json"])
    lines = [codec.encode(dict.fromkeys(("id", "text", "title", "published_at"), text)) for text in strings]
    given = answers_of(*lines)
    assert [answer["id"] for answer in given] == strings
    assert [flaw for text, answer in zip(strings, given, strict=True) for flaw in flaws(text, answer)] == []


def test_a_line_is_answered_before_the_next_is_written() -> None:
    """A caller may write one article, read its answer, and only then write another."""
    command = [sys.executable, "-m", "pipeline", "annotate"]
    with running(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        ids = []
        for number in (1, 2):
            process.stdin.write(codec.encode({"id": number, "text": "Talks began in Geneva."}) + b"\n")
            process.stdin.flush()
            ids.append(codec.decode(process.stdout.readline())["id"])
        process.stdin.close()
        process.wait(PATIENCE_SECONDS)
    assert (ids, process.returncode) == ([1, 2], 0)


def test_lines_that_tell_of_one_happening_have_one_story() -> None:
    """Across batches as within one, in the order of the lines; a line that cannot be read has none."""
    told = [TALKS, AMBUSH, f"{TALKS} The ministry in Ankara said so.", QUIET, "", TALKS, AMBUSH]
    lines = [codec.encode({"id": str(number), "text": text}) for number, text in enumerate(told)]
    target = io.BytesIO()
    run(io.BytesIO(b"\n".join([*lines, b"{"] * (BATCH_LINES // 4))), target, Settings())
    stories = [codec.decode(line)["story"] for line in target.getvalue().splitlines()]
    talks, ambush, quiet = (ids.digest("story", f"annotate|{number}", "0") for number in (0, 1, 3))
    assert stories == [talks, ambush, talks, quiet, None, talks, ambush, None] * (BATCH_LINES // 4)
