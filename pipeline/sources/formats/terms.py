"""What agencies mean by their codes and words: status, urgency, signals, notes, headline tags.

The tables are the profiles of the agencies: a new one gets rows here, never a parser of its own. Codes are compared without
the prefix that their catalogue gave them, save where only one agency uses a letter so.
"""

import re
from collections.abc import Iterable
from typing import Literal

Status = Literal["usable", "withheld", "canceled"]
Purpose = Literal["news", "advisory", "test"]

EMBARGOED = "embargoed"
STATUSES: dict[str, Status] = {
    "": "usable",
    "usable": "usable",
    EMBARGOED: "usable",
    "withheld": "withheld",
    "hold": "withheld",
    "canceled": "canceled",
    "cancelled": "canceled",
    "killed": "canceled",
    "kill": "canceled",
    "deleted": "canceled",
    "withdrawn": "canceled",
}
# (scheme or "" for any, code) → what it says.
SIGNALS: dict[tuple[str, str], str] = {
    ("", "correction"): "correction",
    ("", "corrected"): "correction",
    ("", "update"): "update",
    ("", "writethru"): "update",
    ("", "delete"): "cancel",
    ("", "kill"): "cancel",
    ("", "cancel"): "cancel",
    ("", "retraction"): "cancel",
    ("", "withdrawn"): "cancel",
    ("", "withhold"): "withhold",
    ("", "advisory"): "advisory",
    ("", "mediaadvisory"): "advisory",
    ("", "daybook"): "advisory",
    ("", "diary"): "advisory",
    ("", "newsplanning"): "advisory",
    ("", "test"): "test",
    ("", "testmessage"): "test",
    # Reuters' edit status.
    ("edstat", "c"): "correction",
    ("edstat", "u"): "update",
    ("edstat", "d"): "cancel",
    # NewsML 1.2: <Instruction FormalName="…"/>.
    ("instruction", "rectify"): "correction",
}
NOT_TEXT = frozenset("picture photo image graphic audio video animation illustration icon".split())
PACKAGES = frozenset("composite package".split())

# Capitals only: "Test" and "advisory" are words of news too.
ADVISORY = re.compile(
    r"\W*(?:(?:NEWS|MEDIA|PHOTO|VIDEO|EDITORS?'?) )?(?:ADVISORY|DAYBOOK|DIARY|NEWS DIGEST|NEWS SCHEDULE)\b"
)
WITHDRAWN = re.compile(
    r"\W*(?:STORY|ITEM|ARTICLE) (?:WITHDRAWN|KILLED)\b|\W*(?:MANDATORY|BULLETIN) KILL\b|\W*KILL ?[:–—-]|.{0,40}\bKILL[ -]+KILL\b"
)
WITHHELD = re.compile(r".{0,40}\bHOLD[ -]+HOLD\b")
CORRECTED = re.compile(r"\W*(?:CORRECT(?:ED|ION|S)?|REFILE)\b|\W*(?:refile|correct(?:ed|ion))[ -]")
TEST = re.compile(
    r"\W*(?:this is (?:only )?an? )?test\W*(?:(?:message|item|story|file|only|please|ignore|disregard|wire|\d+)\W*){0,5}",
    re.IGNORECASE,
)
# In notes to editors and on lines above the text; a headline may speak of an arms embargo.
EMBARGO = re.compile(
    r"\bembargoed\b\W{0,3}(?:until|till?|to|for|before|:|-|–|$)|\b(?:strict(?:ly)?|under) embargo(?:ed)?\b"
    r"|(?<!arms )(?<!trade )(?<!oil )(?<!weapons )(?<!export )(?<!import )\bembargo\W{0,3}(?:until|till|expires?|ends?|:)"
    r"|\bnot (?:for|to be) (?:publication|published|release|released|use|used|broadcast) (?:before|until)\b"
    r"|^\W*(?:hold )?for release\b|\bhold for release\b",
    re.IGNORECASE,
)
LIFTED = re.compile(r"\bembargo\b.{0,30}\b(?:lifted|removed|expired|broken|no longer)\b", re.IGNORECASE)


def code(qcode: str) -> tuple[str, str]:
    """(scheme, code) in lower case of "stat:usable", "http://…/usable" or "usable"."""
    scheme, _, last = qcode.strip().lower().replace("/", ":").rpartition(":")
    return scheme, last


def status(word: str) -> Status | None:
    """Ours of theirs; None for a word that we do not know."""
    return STATUSES.get(code(word)[1])


def meanings(signals: Iterable[str], headline: str, slug: str) -> set[str]:
    """What codes and headline tags say: `correction`, `update`, `cancel`, `withhold`, `advisory`, `test`."""
    codes = {code(signal) for signal in signals}
    said = {meaning for (scheme, last), meaning in SIGNALS.items() if _has(codes, scheme, last)}
    lines = (headline, slug)
    tags = (("advisory", ADVISORY), ("cancel", WITHDRAWN), ("withhold", WITHHELD), ("correction", CORRECTED))
    said |= {meaning for meaning, tag in tags if any(tag.match(line) for line in lines)}
    return said | ({"test"} if any(TEST.fullmatch(line) for line in lines) else set())


def purpose(said: set[str]) -> Purpose:
    """What is a test is nothing else."""
    if "test" in said:
        return "test"
    return "advisory" if "advisory" in said else "news"


def urgency(raw: str) -> int | None:
    """1 (most urgent) to 9; None for anything else (The Economist writes 0)."""
    digits = code(raw)[1]
    return int(digits) if len(digits) == 1 and digits in "123456789" else None


def embargo_note(notes: Iterable[str]) -> str | None:
    """The note that speaks of an embargo in force, if one does."""
    return next((note for note in notes if EMBARGO.search(note) and not LIFTED.search(note)), None)


def _has(codes: set[tuple[str, str]], scheme: str, last: str) -> bool:
    if scheme:
        return (scheme, last) in codes
    return any(last == found for _, found in codes)


def named(word: str) -> str:
    """A name as it is, a code without its scheme: "AFP" of "nsrc:AFP"."""
    return word if " " in word else word.replace("/", ":").rpartition(":")[2] or word
