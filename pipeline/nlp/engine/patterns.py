"""What the patterns of spaCy's `attribute_ruler` look at: which tokens are alike to them, and which may begin one over two."""

import re
from collections.abc import Iterable, Mapping, Sequence

Pattern = Sequence[Mapping[str, object]]

ANY = "dep"  # stands for all dependencies that no pattern tells apart


class Patterns:
    """The patterns of a ruler, as token attributes by name."""

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        """Takes what `AttributeRuler.patterns` has."""
        found = list(patterns)
        self._firsts = [pattern[0] for pattern in found if len(pattern) > 1]
        parts = [part for pattern in found for part in pattern]
        lower = [part["LOWER"] for part in parts if "LOWER" in part]
        self._words = {word for value in lower for word in named(value) or ()}
        self._others = [value for value in lower if named(value) is None]
        # What is asked of any word.
        deps = [named(part["DEP"]) for part in parts if "DEP" in part and "LOWER" not in part]
        self._deps = None if None in deps else {dep for names in deps for dep in names or ()}

    def leads(self, word: str, tag: str, dep: str) -> bool:
        """Whether a token may be the first of a pattern over two."""
        return any(fits(first, word, tag, dep) for first in self._firsts)

    def seen_as(self, word: str, dep: str) -> str:
        """The dependency of a token, or ANY if the patterns say the same of it whatever its dependency is."""
        lower = word.lower()
        if self._deps is None or dep in self._deps or lower in self._words or word.isspace():
            return dep
        return dep if any(allows(value, lower) for value in self._others) else ANY


def fits(wanted: Mapping[str, object], word: str, tag: str, dep: str) -> bool:
    """Whether a token may be what one part of a pattern asks for; what is not understood here may."""
    found = {"LOWER": word.lower(), "TAG": tag, "DEP": dep}
    return all(allows(value, found[name]) for name, value in wanted.items() if name in found)


def allows(value: object, found: str) -> bool:
    """Whether a token's attribute may be what a pattern asks for."""
    if isinstance(value, str):
        return value == found
    if isinstance(value, Mapping) and "IN" in value:
        return found in value["IN"]
    if isinstance(value, Mapping) and "REGEX" in value:
        return re.search(value["REGEX"], found) is not None
    return True


def named(value: object) -> set[str] | None:
    """The values that are told apart from all others; None if they cannot be listed."""
    if isinstance(value, str):
        return {value}
    if isinstance(value, Mapping) and value.keys() <= {"IN", "NOT_IN"}:
        return {name for names in value.values() for name in names}
    return None
