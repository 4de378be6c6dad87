"""Capitals as wires write them ("Sergei LAVROV") to the case the model was trained on, character for character.

A word in capitals is either a name or an acronym. It is read as a name behind a first name or a particle, where the
text writes the same word as a name elsewhere, or where it is long and can be pronounced; acronyms that the tables know,
that the text defines in brackets, without a vowel or behind an article stay. Lines in capitals become title case.
Measured on ner_caps (surnames of 1,130 texts put in capitals): F1 of people 0.66 to 0.65; without this, 0.60 to 0.42.
"""

import re

from pipeline.nlp import knowledge
from pipeline.nlp.names import key

UPPER = "A-ZÀ-ÖØ-ÞĀČĞİŁŃŌŚŞŠŪŽ"
WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|['’.-](?=[^\W\d_]))*")
CAPITALS = re.compile(rf"(?:Ma?c)?[{UPPER}](?:[{UPPER}]|['’-](?=[{UPPER}]))+(?![^\W_]|\.[{UPPER}])")
DEFINED = re.compile(r"\(([A-Z]{2,8})s?\)")
BEFORE = re.compile(r"(?:^|(?<=[\s\"“‘(]))([^\W\d_][\w.'’-]*),? $")
VOWEL = re.compile(r"[AEIOUYÀ-ÆÈ-ÏÒ-ÖØ-ÝĀİŌŪ]")
HARD = re.compile(r"[BCDFGHJKLMNPQRSTVWXZ]{4}")
SHOUTED_SHARE = 0.7  # of the words of a line in capitals: a headline, not names
SHOUTED_WORDS = 3
NAME_LETTERS = 4  # behind a first name
SPOKEN_LETTERS = 5  # a lone word of five or more letters is a name, if it can be pronounced
PARTICLES = frozenset({
    "al", "el", "bin", "ibn", "ben", "abu", "bint", "de", "da", "di", "du", "del", "della", "dos", "van", "von",
    "der", "den", "ter", "la", "le", "st", "umm", "ould",
})  # fmt: skip
ARTICLES = frozenset({"the", "a", "an", "this", "that", "its", "his", "her", "their", "our", "my", "your"})
SMALL = frozenset({
    "a", "an", "and", "as", "at", "but", "by", "for", "from", "in", "into", "is", "of", "off", "on", "or", "over",
    "the", "to", "up", "vs", "with", "after", "amid",
})  # fmt: skip
ACRONYMS = frozenset({
    "TV", "GDP", "CEO", "CFO", "HIV", "AIDS", "DNA", "USD", "EUR", "FAQ", "UFO", "VIP", "DVD", "CD", "PC", "IT",
    "AI", "ID", "OK", "AM", "PM", "GMT", "UTC", "EST", "EDT", "PST", "AD", "BC", "II", "III", "IV", "VI", "VII",
    "VIII", "IX", "XI", "XII", "XIV", "XVI", "NGO", "IED", "WMD", "PKK", "MP", "MEP", "RAF", "SAS", "LGBT", "LGBTQ",
    "COVID", "SARS", "MERS", "NBA", "NFL", "MLB", "NHL", "FBI", "PR", "HR", "PHD",
})  # fmt: skip


def truecase(text: str) -> str:
    """`text` with surnames in capitals in title case and lines in capitals readable; same length."""
    if not CAPITALS.search(text):
        return text
    lines = text.split("\n")
    quiet = [unshouted(line) if is_shouted(line) else line for line in lines]
    text = "\n".join(quiet)
    names = named(text)
    return CAPITALS.sub(lambda match: _cased(match, names), text)


def is_shouted(line: str) -> bool:
    """Whether a line is in capitals as a whole."""
    words = [word for word in WORD.findall(line) if len(word) > 1]
    return len(words) >= SHOUTED_WORDS and sum(word.isupper() for word in words) >= SHOUTED_SHARE * len(words)


def unshouted(line: str) -> str:
    """A line in capitals as a headline in title case; acronyms that the tables know stay."""
    return WORD.sub(lambda match: _headline_word(match.group()), line)


def _headline_word(word: str) -> str:
    if not word.isupper() or is_acronym(word):
        return word
    return lowered(word) if word.lower() in SMALL else titled(word)


def named(text: str) -> frozenset[str]:
    """Words in capitals that this text shows to be names: behind a first name, or written as a name elsewhere."""
    found = {match.group() for match in CAPITALS.finditer(text)} - {match[1] for match in DEFINED.finditer(text)}
    if not found:
        return frozenset()
    elsewhere = {word.upper() for word in WORD.findall(text) if word[:1].isupper() and not word.isupper()}
    behind = {
        match.group()
        for match in CAPITALS.finditer(text)
        if len(match.group()) >= NAME_LETTERS and follows_name(text, match.start())
    }
    return frozenset(
        word for word in found if not is_acronym(word) and (word in elsewhere or word in behind or is_spoken(word))
    )


def _cased(match: re.Match[str], names: frozenset[str]) -> str:
    word = match.group()
    if word not in names or (preceding(match.string, match.start()).lower() in ARTICLES):
        return word
    return titled(word)


def is_acronym(word: str) -> bool:
    """Known to be one, or without a vowel."""
    return word in ACRONYMS or not VOWEL.search(word) or bool(key(word).isupper() and knowledge.lookup(word))


def is_spoken(word: str) -> bool:
    """Whether a lone word in capitals is rather a name than an acronym."""
    return len(word) >= SPOKEN_LETTERS and not HARD.search(word)


def follows_name(text: str, start: int) -> bool:
    """Whether the word before `start` is a first name, a title or a particle: "Sergei LAVROV", not "Kurdish PYD"."""
    before = preceding(text, start)
    if before.lower() in PARTICLES:
        return True
    capital = len(before) > 1 and before[0].isupper() and not before.isupper()
    return capital and before.lower() not in ARTICLES | SMALL and not knowledge.demonym(before)


def preceding(text: str, start: int) -> str:
    """The word right before `start`, behind nothing but a space."""
    match = BEFORE.search(text, max(0, start - 40), start)
    return match[1] if match else ""


def titled(word: str) -> str:
    """First letters of the parts stay, the rest is small: "AL-ASSAD" is "Al-Assad", "O'BRIEN" "O'Brien"."""
    if word.startswith(("Mc", "Mac")) and not word.isupper():
        head = 2 if word.startswith("Mc") else 3
        return word[: head + 1] + lowered(word[head + 1 :])
    return "".join(letter if not i or not word[i - 1].isalpha() else lowered(letter) for i, letter in enumerate(word))


def lowered(text: str) -> str:
    """Lower case, letter by letter: "İ" would become two characters and stays."""
    return "".join(letter.lower() if len(letter.lower()) == 1 else letter for letter in text)
