"""Bodies → text: paragraphs with a blank line between them, no markup, no tables, no captions."""

import re
import textwrap

from pipeline.sources.guards import xml
from pipeline.sources.guards.xml import Element

# Elements of HTML and NITF that begin and end a paragraph.
BLOCKS = frozenset(
    "address article aside blockquote body body.content bq block center credit dd div dl dt fieldset fn footer form "
    "h1 h2 h3 h4 h5 h6 hl1 hl2 header hr html li main ol p pre section ul".split()
)
# Not prose: tables, pictures with their captions, code, and what a page shows around its text.
LEFT_OUT = frozenset(
    "table nitf-table custom-table figure figcaption media media-caption media-producer media-reference "
    "media-metadata picture video audio script style noscript head template iframe object svg math nav form button "
    "select body.head body.end".split()
)
# In these a line break in the source is only a place where the source was wrapped.
FLOWING = frozenset("p li h1 h2 h3 h4 h5 h6 hl1 hl2 dd dt td".split())
BLANK_LINES = re.compile(r"\n[ \t\r\f\v]*(?:\n\s*)")
BREAK = "\x00"


def of_element(element: Element | None) -> str:
    """The prose inside an element of HTML, XHTML or NITF."""
    if element is None:
        return ""
    paragraphs: list[str] = []
    pieces: list[str] = []
    flowing = 0

    def end() -> None:
        paragraphs.extend(_paragraphs("".join(pieces), flowing=flowing > 0))
        pieces.clear()

    for begins, each in xml.steps(element, LEFT_OUT):
        name = xml.local(each)
        if name in BLOCKS:
            end()
        if begins:
            flowing += name in FLOWING
            pieces.append(BREAK if name == "br" else each.text or "")
            continue
        flowing -= name in FLOWING
        if each is not element:
            pieces.append(each.tail or "")
    end()
    return "\n\n".join(paragraphs)


def of_html(text: str) -> str:
    """The prose of HTML text; text without any markup is kept as it is."""
    return of_element(xml.html(text)) if "<" in text or "&" in text else of_plain(text)


def of_plain(text: str) -> str:
    """Plain text: line breaks of one kind, no common indent, nothing around it."""
    lines = one_break(text).expandtabs(4).split("\n")
    return textwrap.dedent("\n".join(line.rstrip() for line in lines)).strip()


def of_wrapped(text: str) -> str:
    """Text of a teleprinter: lines broken at 69 characters; a paragraph begins with an indent or after a blank line."""
    paragraphs: list[list[str]] = []
    fresh = True
    for line in one_break(text).replace("\t", "   ").split("\n"):
        if not line.strip():
            fresh = True
            continue
        if fresh or line[:2] == "  ":
            paragraphs.append([])
        paragraphs[-1].append(line.strip())
        fresh = False
    return "\n\n".join(" ".join(lines) for lines in paragraphs)


def one_break(text: str) -> str:
    """The same with one kind of line break."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _paragraphs(text: str, *, flowing: bool) -> list[str]:
    parts = [text] if flowing else BLANK_LINES.split(text)
    lines = ("\n".join(" ".join(line.split()) for line in part.split(BREAK)).strip() for part in parts)
    return [line for line in lines if line]
