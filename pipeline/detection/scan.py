"""Where words of a set stand, found over a text's array of hashes: making a token of each costs more than all the looking."""

from functools import cache
from typing import cast

from spacy.attrs import LOWER
from spacy.strings import get_string_id
from spacy.tokens import Doc, Span


@cache
def hashes(words: frozenset[str]) -> dict[int, str]:
    """The words by the hashes that spaCy knows them by, in any vocabulary."""
    return {get_string_id(word): word for word in words}


def values(text: Doc | Span, attribute: int) -> list[int]:
    """The attribute of each token."""
    return cast(list[int], text.to_array([attribute]).ravel().tolist())  # type: ignore[union-attr]  # spans have it too


def found(text: Doc | Span, words: frozenset[str]) -> set[str]:
    """Which of the words, in lower case, stand in the text."""
    wanted = hashes(words)
    return {wanted[lower] for lower in wanted.keys() & values(text, LOWER)}


def places(text: Doc | Span, words: frozenset[str], attribute: int = LOWER) -> list[int]:
    """The tokens of the text, counted from its start, whose attribute is one of the words."""
    wanted = hashes(words)
    return [place for place, value in enumerate(values(text, attribute)) if value in wanted]
