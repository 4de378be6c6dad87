"""The only door to lxml: foreign XML and HTML → a tree, without entities, DTD, network or surprise.

The bytes are decoded here, once, so that what is searched for a DOCTYPE is what the parser sees. Namespaces are ignored:
agencies put the same elements into any prefix, or into none. libxml2 2.14 is linear in attributes, namespaces and elements
(300,000 attributes 0.09 s, 1.2 million elements 0.24 s) and stops at a depth of 256; the caps bound memory, and what comes
after it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from html.entities import html5
from itertools import islice

from lxml import etree

from pipeline.records import Problem
from pipeline.sources.guards.encoding import decode

Element = etree._Element
MAX_BYTES = 5 * 1024 * 1024
MAX_TAGS = 200_000
MAX_ATTRIBUTES = 1_000

DECLARATION = re.compile(r"\s*<\?xml\s[^>]{0,500}\?>")
DECLARED = re.compile(rb"\s*<\?xml\s[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._:-]{1,40})")
DOCTYPE = re.compile(r"<!doctype", re.IGNORECASE)
# A DOCTYPE that only names its DTD, as NITF files do; quoted "[" or ">" are refused along with internal subsets.
PLAIN_DOCTYPE = re.compile(r"<!doctype[^\[\]>]{0,1000}>", re.IGNORECASE)
ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31};)")
XML_OWN = frozenset({"amp;", "lt;", "gt;", "quot;", "apos;"})
ASSIGNED = re.compile(r"=\s*+[\"']")


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed document, the encoding it was read in, and whether bytes had to be repaired."""

    root: Element
    encoding: str
    repaired: bool


def parse(data: bytes) -> Document | Problem:
    """The tree of XML bytes, or why there is none: `too-large`, `refused-xml`, `invalid-xml`."""
    if len(data) > MAX_BYTES:
        return Problem(code="too-large", message=f"{len(data):,} bytes of XML; at most {MAX_BYTES:,} are parsed")
    declared = DECLARED.match(_ascii(data))
    decoded = decode(data, declared[1].decode("ascii") if declared else _unmarked(data))
    declaration = DECLARATION.match(decoded.text)
    text, illegal = ILLEGAL.subn("", decoded.text[declaration.end() if declaration else 0 :].lstrip())
    refused = refusal(text)
    if refused:
        return refused
    try:
        root = etree.fromstring(ENTITY.sub(_character, text).encode(), _parser())
    except (etree.XMLSyntaxError, ValueError) as error:
        return Problem(code="invalid-xml", message=str(error)[:300] or "no XML")
    if any(True for _ in root.iter(etree.Entity)):
        return Problem(code="refused-xml", message="an entity that only the DTD defines; send the character itself")
    return Document(root, decoded.encoding, decoded.repaired or illegal > 0)


def refusal(text: str) -> Problem | None:
    """Why XML or HTML text is not given to any parser: a DOCTYPE with declarations, or more tags or attributes than news has."""
    for found in DOCTYPE.finditer(text):
        if not PLAIN_DOCTYPE.match(text, found.start()):
            return Problem(code="refused-xml", message="a DOCTYPE with declarations of its own; send it without them")
    pieces = text.split("<", MAX_TAGS + 1)
    if len(pieces) > MAX_TAGS + 1:
        return Problem(code="refused-xml", message=f"more than {MAX_TAGS:,} tags; split the file")
    if any(piece.count("=") > MAX_ATTRIBUTES and _attributes(piece) > MAX_ATTRIBUTES for piece in pieces):
        return Problem(code="refused-xml", message=f"an element of more than {MAX_ATTRIBUTES:,} attributes")
    return None


def html(text: str) -> Element | None:
    """The tree of HTML text, as far as it can be read; None if there is nothing in it, or too much."""
    text = ILLEGAL.sub("", text)
    if not text.strip() or len(text) > MAX_BYTES or refusal(text):
        return None
    parser = etree.HTMLParser(no_network=True, huge_tree=False, remove_comments=True, remove_pis=True, encoding="utf-8")
    try:
        return etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError:
        return None


def local(element: Element) -> str:
    """The name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def children(element: Element | None, *names: str) -> list[Element]:
    """The child elements of these names, or all."""
    every = [] if element is None else [child for child in element if isinstance(child.tag, str)]
    return [child for child in every if local(child) in names] if names else every


def find(element: Element | None, path: str) -> Element | None:
    """The first element at "a/b/c" below `element`."""
    return next(find_all(element, path), None)


def find_all(element: Element | None, path: str) -> Iterator[Element]:
    """Every element at "a/b/c" below `element`, in document order."""
    name, _, rest = path.partition("/")
    for found in children(element, name):
        if rest:
            yield from find_all(found, rest)
        else:
            yield found


def descendants(element: Element | None, *names: str) -> list[Element]:
    """Every element below of these names, in document order."""
    return [] if element is None else [each for each in element.iterdescendants() if local(each) in names]


def attribute(element: Element | None, name: str) -> str:
    """The attribute's value, stripped, whatever its namespace; "" if there is none."""
    if element is None:
        return ""
    return next((str(value).strip() for key, value in element.attrib.items() if _bare(str(key)) == name), "")


def attributes(element: Element) -> dict[str, str]:
    """All attributes by their names without namespaces."""
    return {_bare(str(key)): str(value) for key, value in element.attrib.items()}


def content(element: Element | None) -> str:
    """All text inside, white space collapsed."""
    return "" if element is None else " ".join(whole(element).split())


def whole(element: Element) -> str:
    """All text inside, as it stands."""
    return "".join(str(piece) for piece in element.itertext())


def source(element: Element) -> bytes:
    """The element as XML again."""
    return etree.tostring(element, encoding="utf-8", with_tail=False)


def steps(element: Element, passed_over: frozenset[str]) -> Iterator[tuple[bool, Element]]:
    """(True, element) where one begins and (False, element) where it ends; those named in `passed_over` only end."""
    walk = etree.iterwalk(element, events=("start", "end"))
    for event, each in walk:
        if event == "end":
            yield False, each
        elif local(each) in passed_over:
            walk.skip_subtree()
        else:
            yield True, each


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, attribute_defaults=False,
        huge_tree=False, remove_comments=True, remove_pis=True, encoding="utf-8",
    )  # fmt: skip


def _bare(name: str) -> str:
    return name.rpartition("}")[2]


def _attributes(piece: str) -> int:
    return sum(1 for _ in islice(ASSIGNED.finditer(piece), MAX_ATTRIBUTES + 1))


def _character(found: re.Match[str]) -> str:
    """HTML's named characters, which feeds and NITF files use without declaring them."""
    name = found[1]
    return found[0] if name in XML_OWN or name not in html5 else escape(html5[name])


def _ascii(data: bytes) -> bytes:
    """The beginning, readable as ASCII whatever the width of its characters."""
    return data[:1_000].replace(b"\0", b"").removeprefix(b"\xef\xbb\xbf").lstrip(b"\xff\xfe")


def _unmarked(data: bytes) -> str | None:
    """UTF-16 that neither a mark nor a declaration announces."""
    return {b"<\0": "utf-16-le", b"\0<": "utf-16-be"}.get(data[:2])
