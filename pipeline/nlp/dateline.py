"""Datelines: "ANKARA, June 14 (Reuters) -" says where and when an item was filed, not where something happened."""

import re
from dataclasses import dataclass

from pipeline.nlp import places

MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?"
DATE = rf"(?:{MONTH} \d{{1,2}}(?:, \d{{4}})?|\d{{1,2}} {MONTH}(?: \d{{4}})?)"
CAPITALS = r"[A-ZÀ-Ý][A-ZÀ-Ý.'’ -]{1,40}[A-ZÀ-Ý.]"
MIXED = r"[A-ZÀ-Ý][\w.'’-]{1,24}(?: [A-ZÀ-Ý][\w.'’-]{1,24}){0,3}"
DATELINE = re.compile(
    rf"(?:By [^.\n]{{3,60}}\. ?)?(?P<place>{CAPITALS}(?:/{CAPITALS})*|{MIXED})(?P<wider>, ?{MIXED})?"
    rf"(?:,? (?P<date>{DATE}))?[,.:]?"
    r"(?: ?\((?P<agency>[A-Z][\w .&/-]{1,30})\))? ?(?P<dash>--|[-–—:_\ufffd]|(?=[A-Z\"“‘]))[-–—]? ?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dateline:
    """Where and when an item was filed, as the dateline writes it; offsets into the item's text."""

    text: str
    start: int
    end: int
    place: str
    date: str | None
    agency: str | None


def dateline(line: str, offset: int) -> Dateline | None:
    """The dateline that `line` begins with; `offset` is where the line stands in the text."""
    lead = len(line) - len(line.lstrip(" \t"))
    match = DATELINE.match(line, lead)
    if not match or not match["place"] or not convincing(match) or not line[match.end() :].strip():
        return None
    return Dateline(
        text=match.group().strip(),
        start=offset + match.start(),
        end=offset + match.end(),
        place=match["place"].split("/")[0].title() if match["place"].isupper() else match["place"],
        date=match["date"],
        agency=match["agency"],
    )


def convincing(match: re.Match[str]) -> bool:
    """A place in capitals and a dash, or an agency or a date behind a place; "NATO - the alliance" is none of them."""
    place, dash = match["place"], match["dash"]
    if match["agency"] and (dash or match["date"] or place.isupper()):
        return True
    if dash in ("", ":"):
        return False
    known = bool(places.candidates(place.split("/")[0].title()))
    spaced = match.group().rstrip(" ")[:-1].endswith(" ") or dash in ("--", "–", "—")
    return known and spaced and (bool(match["date"]) or (place.isupper() and len(place) > 3))
