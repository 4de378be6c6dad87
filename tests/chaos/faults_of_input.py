"""P1-P7: whatever stands in a message. Each is one of ours among good ones, which must not notice."""

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from pipeline import codec
from pipeline.topics import ARTICLES, ENTITIES, EVENTS
from tests.chaos.arena import Arena, Row, article
from tests.chaos.verifier import Measure
from tests.corpora import unpacked
from tests.kafka.worker_world import Worker

Value = bytes | None
GOOD = 10
OURS = codec.encode(article(1))
# Enough of go-fuzz in CI.
SAMPLE = 200


def _fed(arena: Arena, fault: str, values: Iterable[Value], worker: Worker, limit_seconds: float = 60) -> Row:
    """The values come in between good articles; each has one outcome, the good ones theirs, and no process was restarted."""
    before, after = arena.articles(GOOD), arena.articles(GOOD)
    records = [_record(f"{fault}-{number}", value) for number, value in enumerate(values)]
    with arena.watched():
        arena.send(before)
        arena.feed(records)
        arena.send(after)
        seconds = arena.settle(limit_seconds)
    arena.expect(worker.process.poll() is None, "the worker did not survive")
    worker.stop()
    verdict = arena.verdict()
    good = sum(verdict.outcomes[kind] for kind in ("events", "no-event"))
    arena.expect(good >= 2 * GOOD, f"only {good} were read")
    counted = ", ".join(f"{count} {kind}" for kind, count in sorted(verdict.outcomes.items()))
    return arena.row(fault, seconds, f"{len(records)} odd ones; {counted}", duplicates=0)


def p1(arena: Arena) -> Row:
    """Malformed JSON of every kind, wrong types, cut off, empty, a tombstone."""
    folder = arena.folder / "corpora"
    fuzz = sorted((unpacked("go-fuzz-corpus", folder) / "json" / "corpus").iterdir())
    files = [*_suite(folder), *(fuzz if arena.thorough else fuzz[:SAMPLE])]
    fields = [OURS.replace(b'"chaos"', wrong) for wrong in (b"1", b"null", b"[]", b"{}", b"NaN", b"1e999", b"9" * 400)]
    cut = [OURS[:length] for length in range(1, len(OURS), 7)]
    values = [None, b"", *fields, *cut, *(path.read_bytes() for path in files)]
    return _fed(arena, "P1", values, arena.worker())


def p2(arena: Arena) -> Row:
    """As large as the topic takes; what is larger, it does not take."""
    text = "A quiet day in a quiet town. " * 1000
    large = codec.encode(article(1)).replace(b"A day passed.", (text * 270).encode())
    return _fed(arena, "P2", [large, large[:-1], b"\xff" * 8_000_000], arena.worker())


def p3(arena: Arena) -> Row:
    """Nested a hundred thousand deep."""
    deep = 100_000
    within = OURS[:-1] + b',"origin":{"a":' + b"[" * deep + b"]" * deep + b"}}"
    return _fed(arena, "P3", [b"[" * deep, b'{"a":' * deep, b"[" * deep + b"]" * deep, within], arena.worker())


def p4(arena: Arena) -> Row:
    """Lone surrogates."""
    files = [path for path in _suite(arena.folder / "corpora") if path.name.startswith("i_")]
    texts = [
        OURS.replace(b"A day", escape)
        for escape in (rb"\ud800", rb"\udfff\ud800", rb"a\uDEADb", "\ud800".encode("utf-8", "surrogatepass"))
    ]
    return _fed(arena, "P4", [*(path.read_bytes() for path in files), *texts], arena.worker())


def p5(arena: Arena) -> Row:
    """Not UTF-8, with NUL or a byte order mark, UTF-16, overlong."""
    lines = next(unpacked("utf8tests", arena.folder / "corpora").rglob("utf8tests.bin")).read_bytes().splitlines()
    within = [OURS.replace(b"A day", line) for line in lines]
    odd = [
        b"\xef\xbb\xbf" + OURS,
        OURS.decode().encode("utf-16"),
        OURS.replace(b"A day", b"\x00"),
        OURS.replace(b"A day", rb"\u0000"),
        b"\xc0\xaf",
    ]
    return _fed(arena, "P5", [*within, *odd], arena.worker())


def p6(arena: Arena) -> Row:
    """Zalgo, right to left, emoji, look-alikes, read by the real stage: each span stands where it says."""
    corpora = arena.folder / "corpora"
    naughty = json.loads(next(unpacked("blns", corpora).rglob("blns.json")).read_text("utf-8"))
    alike = "".join(json.loads(next(unpacked("confusables", corpora).rglob("confusables.json")).read_text("utf-8")))
    texts = [f"{text} Turkey and Russia postponed talks on Libya {text} on Sunday, {text} said." for text in naughty]
    texts += [f"Mr {alike[at : at + 60]} attacked Kyiv on Monday." for at in range(0, len(alike), 60)]
    row = _fed(arena, "P6", map(_saying, texts), _real(arena), 200)
    misplaced = [text for text, start, end, whole in _spans(arena) if whole[start:end] != text]
    arena.expect(not misplaced, f"{len(misplaced)} spans stand elsewhere, as {misplaced[:1]}")
    return arena.row("P6", row.seconds, f"{len(texts)} texts, no span elsewhere", duplicates=0)


def p7(arena: Arena) -> Row:
    """A million letters in a word, runs of punctuation, snowmen: what tokenizers are quadratic in."""
    runs = ["a" * 1_000_000, *(sign * 100_000 for sign in '(!"#:.'), "..." * 30_000, "http://" + "\u2603" * 13_200]
    values = [_saying(f"{run} Rebels attacked a base near Aleppo.") for run in runs]
    row = _fed(arena, "P7", values, _real(arena))
    each = row.seconds / len(runs)
    arena.measures.append(Measure("I7", "seconds for such a message", each, 2))
    said = arena.workers[-1].said
    arena.expect("Heartbeat" not in said and "stood still" not in said, "a heartbeat was late")
    return arena.row("P7", row.seconds, f"{len(runs)} runs, {each:.2f} s each", duplicates=0)


def _record(guid: str, value: Value) -> tuple[bytes, Value]:
    """The value under the key of the article that it might be."""
    return f"chaos|{guid}".encode(), value and value.replace(b'"guid":"1"', b'"guid":"%b"' % guid.encode())


def _saying(text: str) -> bytes:
    """Our article with this text."""
    return codec.encode(replace(article(1), text=text))


def _real(arena: Arena) -> Worker:
    """A worker that really reads."""
    arena.command = (str(Path(sys.executable).parent / "tickertape"), "worker")
    return arena.worker(pool_workers=2)


def _spans(arena: Arena) -> Iterator[tuple[str, int, int, str]]:
    """(text, start, end, the article's text) of all that was found."""
    with arena.reader() as reader:
        log = reader.catch_up()
    inputs = (json.loads(one.value or b"") for one in log.of(ARTICLES.name))
    texts = {f"{one['provider']}|{one['guid']}": one["text"] for one in inputs}
    for record in log.of(ENTITIES.name):
        value = json.loads(record.value or b"")
        yield from (
            (one["text"], one["start"], one["end"], texts[value["article"]["key"]]) for one in value["entities"]
        )
    for record in log.of(EVENTS.name):
        data = json.loads(record.value or b"")["data"]
        for one in (data["trigger"], *data["actors"], *data["recipients"], *data["about"]):
            yield one["text"], one["start"], one["end"], texts[data["article"]["key"]]


def _suite(folder: Path) -> list[Path]:
    return sorted((unpacked("JSONTestSuite", folder) / "test_parsing").glob("*.json"))
