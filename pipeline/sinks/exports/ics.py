"""iCalendar (RFC 5545): talks and visits as whole days. No METHOD, so DTSTAMP is when the entry last changed."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from pipeline.sinks.exports.base import Event, Export, changed, utc
from pipeline.sinks.exports.meetings import Meeting, meetings, takes

BEGIN = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Tickertape//Talks and visits//EN", "CALSCALE:GREGORIAN",
         "X-WR-CALNAME:Talks and visits")  # fmt: skip
END = ("END:VCALENDAR",)
LINE_BYTES = 75


def render(events: Iterable[Event]) -> Iterator[bytes]:
    """The calendar, an entry at a time."""
    yield _lines(BEGIN)
    for meeting in meetings(events):
        yield _lines(_entry(meeting))
    yield _lines(END)


def _entry(meeting: Meeting) -> list[str]:
    data = meeting.event["data"]
    first, last = meeting.days
    after = date.fromordinal(min(last.toordinal() + 1, date.max.toordinal()))
    return [
        "BEGIN:VEVENT",
        f"UID:{meeting.uid}@tickertape",
        f"SEQUENCE:{meeting.sequence}",
        f"DTSTAMP:{_instant(changed(meeting.event), first)}",
        f"DTSTART;VALUE=DATE:{_day(first)}",
        f"DTEND;VALUE=DATE:{_day(after)}",
        f"SUMMARY:{escaped(_summary(data))}",
        f"DESCRIPTION:{escaped(data['sentence']['text'])}",
        f"STATUS:{meeting.status}",
        "TRANSP:TRANSPARENT",
        f"CATEGORIES:{escaped(data['kind'])}",
        *_place(meeting.location),
        *_link(data["article"]["url"]),
        "END:VEVENT",
    ]


def _summary(data: dict[str, Any]) -> str:
    """ "Talks postponed: Turkey, Russia (Libya)"."""
    parties = ", ".join(one["name"] for one in (*data["actors"], *data["recipients"]))
    about = ", ".join(one["name"] for one in data["about"])
    what = data["kind"].replace("-", " ").capitalize()
    return f"{what}: {parties or about}" + (f" ({about})" if parties and about else "")


def _place(location: dict[str, Any] | None) -> list[str]:
    if location is None:
        return []
    known = [f"LOCATION:{escaped(location['name'])}"]
    if location["lat"] is not None and location["lon"] is not None:
        known.append(f"GEO:{location['lat']:.6f};{location['lon']:.6f}")
    return known


def _link(url: str | None) -> list[str]:
    """A URL is no text: it is not escaped, and one with white space or controls in it is none."""
    return [f"URL:{url}"] if url and url.isprintable() and " " not in url else []


def escaped(text: str) -> str:
    """A TEXT value: line breaks as a backslash and n, no other control characters."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    for char, said in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n"), ("\t", " ")):
        plain = plain.replace(char, said)
    return "".join(char for char in plain if char >= " " and not "\x7f" <= char <= "\x9f")


def folded(line: str) -> bytes:
    """The line in pieces of 75 bytes at most, no character torn; the pieces after the first begin with a space."""
    pieces, piece = [], b""
    for char in line:
        encoded = char.encode("utf-8", "replace")
        if len(piece) + len(encoded) > LINE_BYTES:
            pieces.append(piece)
            piece = b" "
        piece += encoded
    return b"\r\n".join((*pieces, piece)) + b"\r\n"


def _lines(lines: Iterable[str]) -> bytes:
    return b"".join(map(folded, lines))


def _instant(instant: str | None, otherwise: date) -> str:
    known = utc(instant) or f"{otherwise}T00:00:00"
    return known[:19].replace("-", "").replace(":", "") + "Z"


def _day(day: date) -> str:
    """Eight digits; not strftime, which writes the year 1 with one."""
    return day.isoformat().replace("-", "")


ICS = Export(
    media_type="text/calendar; charset=utf-8",
    suffix=".ics",
    render=render,
    takes=takes,
    leaves_out="no talks or visits on known days",
)
