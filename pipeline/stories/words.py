"""Words to weighted terms: stems, and how rare they are.

Rarity is the inverse document frequency of a stem in texts of 300 words, from general English (data/words.tsv.gz): it is the
same for every article on every machine, so that a story does not depend on what came before it.
"""

import functools
import gzip
import re
from pathlib import Path
from typing import NamedTuple

from pipeline.errors import ModelError

TABLE = Path(__file__).with_name("data") / "words.tsv.gz"
TOKEN = re.compile(r"\d+(?:[.,:\-/–]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)?")
# Of a stem that the table does not have: a name, mostly. Measured on gold/stories: 7 loses 0.7 points of F1, 11 gains none.
RAREST = 9.0
# As rare as a word of middling rarity: 5 and 7 lose 0.8 points of F1.
NUMBER = 3.0


class Word(NamedTuple):
    """What a token is: its stem (a number as it stands), whether it has a capital, and how much it tells."""

    stem: str
    capital: bool
    rarity: float


def tokens(text: str, lead_chars: int) -> tuple[list[str], list[str]]:
    """What may be words, as they stand: those that begin in the lead, and those behind it."""
    lead, end = [], 0
    for match in TOKEN.finditer(text):
        if match.start() >= lead_chars:
            break
        lead.append(match.group())
        end = match.end()
    return lead, TOKEN.findall(text, end)


@functools.lru_cache(maxsize=50_000)
def word(token: str) -> Word | None:
    """What a token is; None: a single letter or digit."""
    form = stem(token.lower())
    return Word(form, token[0].isupper(), rarity(form)) if len(form) > 1 else None


def stem(word: str) -> str:
    """A word in lower case without its commonest endings: "protesters' strikes" and "protester's strike" are the same."""
    word = word.replace("’", "'").removesuffix("'s")
    if len(word) > 4:
        if word.endswith("ies"):
            return word[:-3] + "y"
        if word.endswith("sses"):
            return word[:-2]
        if word.endswith("s") and not word.endswith(("ss", "us", "is")):
            word = word[:-1]
    if len(word) > 5 and word.endswith("ing"):
        word = word[:-3]
    elif len(word) > 4 and word.endswith("ed"):
        word = word[:-2]
    return word[:-1] if len(word) > 4 and word.endswith("e") else word


def rarity(form: str) -> float:
    """How much a stem tells, from 0 (it is in every text) to 9."""
    return NUMBER if form[0].isdigit() else rarities().get(form, RAREST)


@functools.cache
def rarities() -> dict[str, float]:
    """Stem to rarity; raises ModelError."""
    try:
        _, _, *lines = gzip.decompress(TABLE.read_bytes()).decode("utf-8").splitlines()
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise ModelError(f"the table {TABLE.name} cannot be read: {error}; install Tickertape again") from error
    pairs = (line.split("\t") for line in lines)
    return {form: int(tenths) / 10 for form, tenths in pairs}
