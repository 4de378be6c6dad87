"""`tickertape annotate`: JSON Lines in, JSON Lines out, no Kafka."""

import sys
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BufferedIOBase
from typing import Any, BinaryIO, cast

import click

from pipeline import codec, instants
from pipeline.records import Annotation, Article, Problem
from pipeline.settings import Settings, limit_math_threads
from pipeline.stories.window import UNDATED_MS, Window

BATCH_LINES = 64
CHUNK_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Line:
    """One line of input: its id, and the article or why there is none."""

    id: Any
    article: Article | None
    problem: Problem | None


@click.command()
def annotate() -> None:
    """Read articles as JSON Lines on stdin, write what is found as JSON Lines on stdout.

    A line in is {"id", "text", "title"?, "published_at"?}; for each line exactly one line comes out, in the same order:
    {"id", "entities", "events", "error", "truncated", "story"}. Lines with the same story tell of one happening; each is
    seen once, in order. A line that cannot be read has "error": {"code", "message"}.
    """
    run(cast(BufferedIOBase, sys.stdin.buffer), sys.stdout.buffer, Settings.from_env())


def run(source: BufferedIOBase, target: BinaryIO, settings: Settings) -> None:
    """Annotate every line of `source` onto `target`; what is there is answered, without waiting for more."""
    limit_math_threads()
    window = Window()
    for batch in _batches(source):
        for answer in answers(batch, settings, window):
            target.write(codec.encode(answer) + b"\n")
        target.flush()


def _batches(source: BufferedIOBase) -> Iterator[list[bytes]]:
    """Lines as they come, without their line breaks; a byte order mark before the first is no part of it."""
    rest = source.read1(CHUNK_BYTES).removeprefix(BOM_UTF8)
    while chunk := rest:
        *lines, rest = chunk.split(b"\n")
        for first in range(0, len(lines), BATCH_LINES):
            yield lines[first : first + BATCH_LINES]
        more = source.read1(CHUNK_BYTES)
        if not more and rest:
            yield [rest]
            return
        rest += more


def answers(lines: Iterable[bytes], settings: Settings, window: Window | None = None) -> list[dict[str, Any]]:
    """One answer for each line, in order; `window` holds the stories of the lines before (None: there were none)."""
    from pipeline.stages import annotate as stage  # spaCy takes a second to import: not for `--help`

    parsed = [parse(line) for line in lines]
    found = iter(stage.annotate([line.article for line in parsed if line.article is not None], settings))
    stories = Window() if window is None else window
    return [_answer(line, next(found) if line.article is not None else None, stories) for line in parsed]


def parse(line: bytes) -> Line:
    """The article of an input line, or the problem with it."""
    try:
        value = codec.decode(line)
    except codec.DecodeError as error:
        return Line(None, None, Problem(code=error.code, message=str(error)))
    if not isinstance(value, dict):
        return Line(None, None, Problem(code="invalid-record", message="the line is no JSON object"))
    known = value.get("id")
    if not isinstance(known, str | int) or isinstance(known, bool):
        # Arrays and objects may be nested deeper than can be written again.
        kept = None if isinstance(known, list | dict) else known
        return Line(kept, None, Problem(code="invalid-record", message="id: must be text or a whole number"))
    for name, needed in (("text", True), ("title", False), ("published_at", False)):
        if not isinstance(value.get(name), str) and (needed or value.get(name) is not None):
            return Line(known, None, Problem(code="invalid-record", message=f"{name}: must be text"))
    article = Article(
        provider="annotate",
        guid=str(known),
        text=value["text"],
        headline=value.get("title"),
        published_at=_instant(value.get("published_at")),
    )
    return Line(known, article, None)


def _instant(published_at: str | None) -> str | None:
    """A date or an instant in the form that events have it; None if it is neither: relative times then stay open."""
    milliseconds = instants.to_ms(published_at)
    return instants.from_ms(milliseconds) if milliseconds is not None and instants.day(published_at) else None


def _answer(line: Line, annotation: Annotation | None, stories: Window) -> dict[str, Any]:
    from pipeline.stages.outputs import article_ref, event_data

    answer: dict[str, Any] = {
        "id": line.id, "entities": [], "events": [], "error": line.problem, "truncated": False, "story": None,
    }  # fmt: skip
    if annotation is None or line.article is None:
        return answer
    reference = article_ref(line.article)
    events = [event_data(event, reference, revision=1, detected_at=None) for event in annotation.events]
    return answer | {
        "entities": annotation.entities, "events": events, "truncated": annotation.truncated,
        "story": _story(line.article, stories),
    }  # fmt: skip


def _story(article: Article, stories: Window) -> str | None:
    """The story that the article joins; nothing is forgotten by time, for lines do not say when they came in."""
    from pipeline.stories.signature import read_terms

    at_ms = instants.to_ms(article.published_at) or UNDATED_MS
    return stories.place(article.key, article.text, read_terms(article), at_ms=at_ms, seen_ms=0).story_id
