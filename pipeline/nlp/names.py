"""Names made comparable: folded for look-up, skeletons for transliterations, slugs for ids."""

import functools
import re
import unicodedata

# Letters that Unicode does not decompose.
LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th"})
DROPPED = re.compile(r"['’‘`ʻʼ.\u0300-\u036f]|['’]s\b")
JOINTS = re.compile(r"[\s\-‐‑–/]+")
ACRONYM = re.compile(r"[A-Z][A-Z0-9+-]{0,6}")
ACRONYM_DOTTED = re.compile(r"(?:[A-Z]\.){2,}[A-Z]?")
VOWELS = re.compile(r"[aeiouyhw\s]")
DOUBLED = re.compile(r"(.)\1+")


@functools.lru_cache(maxsize=8192)
def fold(name: str) -> str:
    """Lower case without accents, apostrophes, dots, a leading "the" and a closing "'s"; hyphens are spaces."""
    plain = name if name.isascii() else unicodedata.normalize("NFKD", name).casefold().translate(LETTERS)
    plain = plain.casefold().removesuffix("'s").removesuffix("’s")
    return JOINTS.sub(" ", DROPPED.sub("", plain)).strip().removeprefix("the ")


@functools.lru_cache(maxsize=8192)
def key(name: str) -> str:
    """What tables are looked up by: acronyms keep their capitals ("IS", not "is"), abbreviations their dot."""
    bare = name.strip().removesuffix("'s").removesuffix("’s")
    if ACRONYM_DOTTED.fullmatch(bare):
        return bare.replace(".", "")
    if ACRONYM.fullmatch(bare):
        return bare
    return fold(bare) + "." if bare.endswith(".") and " " not in bare else fold(bare)


@functools.lru_cache(maxsize=8192)
def skeleton(name: str) -> str:
    """The consonants, so that Sergey, Serghei and Sergei Lavrov are one: "srg lvrv"."""
    return " ".join(_consonants(word) for word in fold(name).split())


def _consonants(word: str) -> str:
    hard = word.replace("gh", "g").replace("kh", "k").replace("dh", "d").replace("q", "k").replace("ph", "f")
    hard = hard.removesuffix("j")  # Sergej, Andrej
    first, rest = hard[:1], hard[1:]
    return DOUBLED.sub(r"\1", ("i" if first == "y" else first) + VOWELS.sub("", rest))


def slug(name: str) -> str:
    """For ids: "Sergei Lavrov" is "sergei-lavrov"."""
    return re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")
