"""ANPA 1312: SYN SYN SOH, level, number, priority letter, category, keyword, filing date, words; STX, text; ETX, time.

What cannot be known stands in `teleprinter`.
"""

import re
from dataclasses import dataclass

from pipeline.sources.formats import prose, teleprinter
from pipeline.sources.formats.draft import Draft, counted, finish
from pipeline.sources.formats.teleprinter import Telegram
from pipeline.sources.guards.encoding import Decoded
from pipeline.sources.items import Item, Place, reject

# a0123 <US> r i <DC3><DC1> bc-nile-talks 1stLd-Writethru 09-05 0452; separators differ from agency to agency.
GAP = r"[\s\x00-\x1f]*"
HEADER = re.compile(
    rf"{GAP}(?P<level>[A-Za-z])(?P<number>\d{{3,4}}){GAP}(?P<priority>[a-zA-Z])[\s\x00-\x1f]+(?P<category>[A-Za-z0-9]{{1,3}})"
    rf"[\s\x00-\x1f]+(?P<keyword>[^\n\r]{{0,200}})"
)
FILED = re.compile(r"(?P<filed>\d\d-\d\d)\s+(?P<words>\d{1,5})\s*$")
HEADLINE = re.compile(r"(?!  )(?=.*\S).*[^.\s]\s*")
# Flash, bulletin and urgent, regular, deferred; the letters of advances differ, and say nothing here.
PRIORITIES = {"f": "1", "b": "2", "u": "2", "r": "4", "d": "6"}


def parse(data: bytes, place: Place) -> list[Item]:
    """One item a message."""
    decoded, telegrams = teleprinter.telegrams(data)
    items = counted(len(telegrams), place, data) or [_item(each, decoded, place, data) for each in telegrams]
    return items or [reject(place, None, "not-anpa", "no message from SOH (01) to STX (02) is in the file", data)]


def _item(telegram: Telegram, decoded: Decoded, place: Place, raw: bytes) -> Item:
    header = HEADER.match(telegram.header)
    if not header:
        return reject(place, None, "not-anpa", "the header does not begin with level, number, priority, category", raw)
    keyword = " ".join(teleprinter.clean(header["keyword"]).split())
    filed = FILED.search(keyword)
    keyword = FILED.sub("", keyword).strip()
    slug = teleprinter.slug(keyword)
    text = _text(teleprinter.lines(telegram.text), slug)
    sent = teleprinter.moment(telegram.trailer)
    marked = f"{keyword} {text.keyword}".strip()
    return finish(
        Draft(
            guid="/".join(
                filter(None, (slug or f"{header['level']}{header['number']}".lower(), sent[:10] or _filed(filed)))
            ),
            version=teleprinter.version(marked),
            versioned=(sent,),
            text=prose.of_wrapped("\n".join(text.story)),
            headline=text.headline,
            slug=text.keyword or keyword,
            status=teleprinter.status([marked, *text.notes, *text.story]),
            embargo=teleprinter.embargo(marked, text.notes, text.story),
            lines=tuple(text.notes),
            urgency=PRIORITIES.get(header["priority"].lower(), ""),
            origin=_origin(telegram, header, decoded) | {"filed": _filed(filed)},
        ),
        place,
        raw,
    )


@dataclass(frozen=True, slots=True)
class Text:
    """What stands between STX and ETX: the keyword line again, with more of it; a headline; notes; the story."""

    keyword: str
    headline: str
    notes: list[str]
    story: list[str]


def _text(lines: list[str], slug: str) -> Text:
    """A line is the headline only after the keyword line, where it is neither a note nor indented nor a sentence."""
    keyword = headline = ""
    if slug and teleprinter.slug(lines[0]).startswith(slug):
        keyword, lines = lines[0].strip(), lines[1:]
        if lines and HEADLINE.match(lines[0]) and not teleprinter.NOTE.match(lines[0]):
            headline, lines = lines[0].strip(), lines[1:]
    return Text(keyword, headline, *teleprinter.above(lines))


def _filed(found: re.Match[str] | None) -> str:
    return found["filed"] if found else ""


def _origin(telegram: Telegram, header: re.Match[str], decoded: Decoded) -> dict[str, object]:
    zone = {} if teleprinter.zone_known(telegram.trailer) else {"zone_assumed": "UTC"}
    repaired = {"encoding_repaired": True} if decoded.repaired else {}
    return {
        "format": "anpa",
        "encoding": decoded.encoding,
        **repaired,
        "level": header["level"],
        "number": header["number"],
        "priority": header["priority"],
        "category": header["category"],
        "trailer": " ".join(teleprinter.clean(telegram.trailer).split()),
        **zone,
    }
