"""What IPTC 7901 and ANPA 1312 have in common: messages between control bytes, and all that matters said in words.

Neither format has an identifier, a status or a version. They are told from the keyword line ("bc-nile-talks, 2nd Ld-Writethru")
and from the lines above the story ("EDS: KILL KILL KILL"). What that cannot give:
the versions of a story are known only by their common slug and day, so a version sent after midnight is a new item, and two
stories of one day with the same slug are one; the zone of a time that names none (UTC is assumed); the year, where the
trailer has none (then there is no time); the release time of an advance (it is held until a version without the marker).
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from pipeline.sources.formats import prose, stamps, terms
from pipeline.sources.guards.encoding import Decoded, decode

MESSAGE = re.compile(
    r"\x01(?P<header>[^\x01\x02]{0,2000})\x02(?P<text>[^\x01\x03]*)(?:\x03(?P<trailer>[^\x01\x02]{0,300}))?"
)
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
NTH_LEAD = re.compile(r"(?<![a-z0-9])(?P<nth>\d{1,2})(?:st|nd|rd|th)[ -]?(?:ld|lead|version)(?![a-z])", re.IGNORECASE)
LEAD = re.compile(r"(?<![a-z])(?:lead|ld|writethru|wrt)(?![a-z])", re.IGNORECASE)
# What a service puts before every slug, and what changes from version to version.
CYCLE = re.compile(r"^\W*(?:bc|am|pm)(?=-)", re.IGNORECASE)
CHANGING = re.compile(
    r"(?<![a-z0-9])(?:\d{1,2}(?:st|nd|rd|th)[ -]?(?:ld|lead|version|add|take)?|ld|lead|writethru|wrt|urgent|flash|bulletin|update"
    r"|refile|corrected|correction|corrective|repeat|kill|hold|withdrawn|adv(?:isory)?\d{0,2}|add|take|version)(?![a-z0-9])",
    re.IGNORECASE,
)
ADVANCE = re.compile(r"(?<![a-z])adv(?:ance)?\s?\d{1,2}(?!\d)", re.IGNORECASE)
MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
# 161412 Feb 14; 161412 GMT Feb 14; with German and French months left unread.
DAY_TIME = re.compile(
    r"(?P<day>\d\d)(?P<hour>\d\d)(?P<minute>\d\d)\s*(?P<zone>[A-Z]{1,4})?\s+(?P<month>[A-Za-z]{3})[a-z]*\.?\s+(?P<year>\d{4}|\d\d)\b"
)
# AP-WF-09-05-12 1234GMT; 05-09-12 12-34-56 is not read: nothing says which of the two is the month.
MONTH_DAY = re.compile(
    r"(?P<month>\d\d)-(?P<day>\d\d)-(?P<year>\d{4}|\d\d)\s+(?P<hour>\d\d):?(?P<minute>\d\d)\s*(?P<zone>[A-Z]{1,4})?"
)
ZONES = {"GMT": 0, "UTC": 0, "UT": 0, "Z": 0, "WET": 0, "BST": 1, "CET": 1, "MEZ": 1, "CEST": 2, "MESZ": 2}
ZONES |= {"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7}
LINES_ABOVE = 8
# Notes to editors stand above the story, and go on until a full stop, an indent or a blank line.
NOTE = re.compile(
    r"\W{0,3}(?:eds?(?:itors)?\b.{0,5}[:.-]|note to editors|\$ ?adv|(?:hold )?for release\b|not for (?:use|publication)\b"
    r"|(?:strictly )?embargo(?:ed)?\W{0,2}(?:until|till|:)|(?:KILL|HOLD)[ -]+(?:KILL|HOLD))",
    re.IGNORECASE,
)
NOTE_LINES = 4
SHORT_CHARS = 24


@dataclass(frozen=True, slots=True)
class Telegram:
    """One message: what stands between SOH and STX, STX and ETX, and after it."""

    header: str
    text: str
    trailer: str


def telegrams(data: bytes) -> tuple[Decoded, list[Telegram]]:
    """Every whole message of the bytes; both standards are 7 or 8 bits a character, and name no code page."""
    decoded = decode(data)
    found = MESSAGE.finditer(decoded.text)
    return decoded, [Telegram(each["header"], each["text"], each["trailer"] or "") for each in found]


def clean(text: str) -> str:
    """Without control characters, and with the quotes and dashes that the code tables of the day had no place for."""
    text = CONTROL.sub("", text.replace("\x1f", " "))
    return text.replace("``", '"').replace("''", '"').replace(" _ ", " - ")


def slug(keyword: str) -> str:
    """The name that all versions of a story share: "nile-talks" of "BC-Nile Talks, 2nd Ld-Writethru"."""
    words = re.findall(r"[^\W_]+", CHANGING.sub(" ", CYCLE.sub("", keyword)).casefold())
    return "-".join(words)


def version(keyword: str) -> str:
    """ "1", and for the first lead or writethru "2", for the nth n + 1."""
    nth = NTH_LEAD.search(keyword)
    if nth:
        return str(int(nth["nth"]) + 1)
    return "2" if LEAD.search(keyword) else "1"


def status(lines: list[str]) -> str:
    """What the keyword line and the first lines say."""
    lines = [line.strip() for line in lines[:LINES_ABOVE]]
    if any(terms.WITHDRAWN.match(line) for line in lines):
        return "canceled"
    return "withheld" if any(terms.WITHHELD.match(line) for line in lines) else "usable"


def embargo(keyword: str, notes: list[str], story: list[str]) -> str | None:
    """The words that hold an advance back; None if there are none. In the story an embargo may be one on arms."""
    marked = [line.strip() for line in story[:LINES_ABOVE] if NOTE.match(line.strip())]
    return terms.embargo_note([*notes, *marked]) or (keyword if ADVANCE.search(keyword) else None)


def lines(text: str) -> list[str]:
    """The lines of a text with their indents, without control characters; those blank at the start left out."""
    return clean(prose.one_break(text)).lstrip("\n").split("\n")


def above(lines: list[str]) -> tuple[list[str], list[str]]:
    """(notes that stand above the story, the lines of the story)."""
    notes: list[str] = []
    while lines and len(notes) < LINES_ABOVE and NOTE.match(lines[0]):
        count = _note_lines(lines)
        notes.append(" ".join(line.strip() for line in lines[:count]))
        lines = lines[count:]
    return notes, lines


def _note_lines(lines: list[str]) -> int:
    first = [*lines[: NOTE_LINES + 1], ""]
    for count, (line, following) in enumerate(pairwise(first), 1):
        # In capitals, or short: a marker, which does not go on.
        ended = line.rstrip().endswith((".", ")")) or line.isupper() or len(line) < SHORT_CHARS
        if ended or not following.strip() or following.startswith("  ") or NOTE.match(following) or count == NOTE_LINES:
            return count
    return 1


def moment(trailer: str) -> str:
    """The time after the text as ISO 8601, "" if there is none that can be read."""
    found = DAY_TIME.search(trailer) or MONTH_DAY.search(trailer)
    if not found:
        return ""
    month = found["month"].lower()
    number = MONTHS.index(month) + 1 if month in MONTHS else int(month) if month.isdecimal() else 0
    year = int(found["year"])
    year += 0 if year > 99 else 1900 if year >= 70 else 2000
    try:
        at = datetime(year, number, int(found["day"]), int(found["hour"]), int(found["minute"]), tzinfo=UTC)
        return stamps.instant((at - timedelta(hours=ZONES.get(found["zone"] or "", 0))).isoformat()) or ""
    except (ValueError, OverflowError):
        return ""


def zone_known(trailer: str) -> bool:
    """Whether the time names a zone that we know."""
    found = DAY_TIME.search(trailer) or MONTH_DAY.search(trailer)
    return bool(found) and found["zone"] in ZONES if found else False
