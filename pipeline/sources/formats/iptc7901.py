"""IPTC 7901: SOH, service and number, priority, category, word count; keywords; STX, headline and text; ETX, time, EOT.

What cannot be known stands in `teleprinter`.
"""

import re

from pipeline.sources.formats import prose, teleprinter
from pipeline.sources.formats.draft import Draft, counted, finish
from pipeline.sources.formats.teleprinter import Telegram
from pipeline.sources.guards.encoding import Decoded
from pipeline.sources.items import Item, Place, reject

# bdt0171 3 pl 176 dpa 1234
HEADER = re.compile(
    r"\s*(?P<service>[A-Za-z]{1,12})\s*(?P<number>\d{1,6})\s+(?P<priority>\d)\s+(?P<category>[A-Za-z]{1,6})"
    r"(?:\s+(?P<words>\d{1,5}))?(?P<option>[^\n]{0,200})"
)
# A headline ends in "=", or stands alone before a blank line.
HEADLINE = re.compile(r"\s*+(?P<headline>[^\n=]{1,300}(?:\n[^\n=]{1,300}){0,2}?)=[ \t]*\n")


def parse(data: bytes, place: Place) -> list[Item]:
    """One item a message."""
    decoded, telegrams = teleprinter.telegrams(data)
    items = counted(len(telegrams), place, data) or [_item(each, decoded, place, data) for each in telegrams]
    return items or [reject(place, None, "not-7901", "no message from SOH (01) to STX (02) is in the file", data)]


def _item(telegram: Telegram, decoded: Decoded, place: Place, raw: bytes) -> Item:
    header = HEADER.match(telegram.header.replace("\r", "\n"))
    if not header:
        return reject(
            place, None, "not-7901", "the header does not begin with service, number, priority, category", raw
        )
    keyword = " ".join(teleprinter.clean(telegram.header[header.end() :]).split())
    text = prose.one_break(telegram.text)
    titled = HEADLINE.match(text)
    notes, story = teleprinter.above(teleprinter.lines(text[titled.end() :] if titled else text))
    headline = teleprinter.clean(titled["headline"]) if titled else ""
    sent = teleprinter.moment(telegram.trailer)
    service = header["service"].lower()
    slug = teleprinter.slug(keyword) or f"{service}{header['number']}"
    markers = f"{keyword} {headline}"
    return finish(
        Draft(
            guid="/".join(filter(None, (service, slug, sent[:10]))),
            version=teleprinter.version(markers),
            versioned=(sent,),
            text=prose.of_wrapped("\n".join(story)),
            headline=headline,
            slug=keyword,
            status=teleprinter.status([keyword, headline, *notes, *story]),
            embargo=teleprinter.embargo(keyword, notes, [headline, *story]),
            lines=tuple(notes),
            urgency=header["priority"],
            origin=_origin(telegram, header, decoded),
        ),
        place,
        raw,
    )


def _origin(telegram: Telegram, header: re.Match[str], decoded: Decoded) -> dict[str, object]:
    zone = {} if teleprinter.zone_known(telegram.trailer) else {"zone_assumed": "UTC"}
    repaired = {"encoding_repaired": True} if decoded.repaired else {}
    return {
        "format": "iptc7901",
        "encoding": decoded.encoding,
        **repaired,
        "service": header["service"],
        "number": header["number"],
        "category": header["category"],
        "words": header["words"] or "",
        "option": " ".join(teleprinter.clean(header["option"]).split()),
        "trailer": " ".join(teleprinter.clean(telegram.trailer).split()),
        **zone,
    }
