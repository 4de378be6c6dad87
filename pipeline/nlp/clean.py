"""Furniture out, offsets kept: what is not news is replaced by as many spaces."""

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipeline.nlp.dateline import Dateline, dateline
from pipeline.nlp.furniture import furniture

DATELINE_LINES = 4  # a dateline opens the item, behind a headline and a byline at most
# The tokenizer is quadratic in runs of punctuation: 2,000 take 0.6 s, 8,000 take 13 s (spaCy 3.8.18), 64 nothing.
LONGEST_RUN = 64
KEPT_OF_RUN = 8
RUN = re.compile(rf"(?:[^\w\s]|_){{{LONGEST_RUN + 1},}}")
TAG = re.compile(r"</?[A-Za-z][^<>]{0,400}>|<!--[^<>]{0,400}-->")
SCRIPT = re.compile(r"<(script|style)\b", re.IGNORECASE)
CHARACTER = re.compile(r"&(?:[A-Za-z]{2,8}|#\d{1,6}|#[xX][0-9A-Fa-f]{1,6});")
UNSAFE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")  # spaCy cannot encode lone surrogates
ESCAPE = re.compile("\x1b\\[[0-?]{0,16}[ -/]{0,4}[@-~]")  # what moves cursors and colours text, ECMA-48 5.4
LINE = re.compile(r"[^\r\n\u2028\u2029]+")
BREAKS = "\n\r\u2028\u2029"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """A text of the same length as the original; `masked` are the spans that were blanked, in order."""

    text: str
    masked: tuple[tuple[int, int], ...]
    dateline: Dateline | None


def clean(text: str) -> Cleaned:
    """Blank what is not news, in time linear in the length of `text`."""
    plain, markup = without_markup(text)
    masked, filed = list(markup), None
    for number, match in enumerate(LINE.finditer(plain)):
        start = match.start()
        spans = [(start + first, start + last) for first, last in furniture(match.group())]
        if number < DATELINE_LINES and not filed and (found := dateline(match.group(), start)):
            filed = found
            spans.append((found.start, found.end))
        masked += spans
    masked = merged(masked)
    return Cleaned(text=blanked(plain, masked), masked=tuple(masked), dateline=filed)


def without_markup(text: str) -> tuple[str, list[tuple[int, int]]]:
    """The text with tags and long runs blanked, character references replaced; and what was blanked."""
    escaped = ESCAPE.sub(lambda match: " " * len(match.group()), text) if "\x1b" in text else text
    plain = UNSAFE.sub(" ", escaped)
    if "&" in plain:
        plain = CHARACTER.sub(_character, plain)
    spans = list(_scripts(plain)) + [match.span() for match in TAG.finditer(plain)] if "<" in plain else []
    spans += [(match.start() + KEPT_OF_RUN, match.end()) for match in RUN.finditer(plain)]
    spans = merged(spans)
    return blanked(plain, spans), spans


def _character(match: re.Match[str]) -> str:
    """A character reference as the character it means, padded: "&amp;" is "&    "."""
    meant = html.unescape(match.group())
    fits = meant != match.group() and len(meant) <= len(match.group()) and meant.isprintable()
    return (meant if fits else " ").ljust(len(match.group()))


def _scripts(text: str) -> Iterator[tuple[int, int]]:
    """Scripts and style sheets with what is in them; one that never ends reaches to the end of its line."""
    position = 0
    while match := SCRIPT.search(text, position):
        closing = text.find(f"</{match[1]}", match.end())
        line_end = text.find("\n", match.end())
        end = closing if closing >= 0 else line_end if line_end >= 0 else len(text)
        yield match.start(), end
        position = max(end, match.end())


def merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans in order, overlapping ones joined."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def blanked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """`text` with spaces for `spans`; line breaks stay."""
    pieces, position = [], 0
    for start, end in spans:
        pieces += [text[position:start], "".join(c if c in BREAKS else " " for c in text[start:end])]
        position = end
    return "".join([*pieces, text[position:]])
