"""Conditions on records: `kind=talks-postponed and country=TUR and confidence>=0.5`.

    condition  = both, {"or", both}
    both       = single, {"and", single}
    single     = "not", single | "(", condition, ")" | field, operator, value
    operator   = "=" | "!=" | ">=" | "<=" | ">" | "<" | "~" (regular expression, anywhere in the text) | "!~"
    value      = word | 'text in quotes' | "text in quotes"

A field is a path of names with dots. It stands for every value in the record whose path has it in it: `country` for
the countries of actors, recipients and place, `actors.country` for those of the actors. The condition holds if it holds
for any of these values (for != and !~: if the opposite holds for none). Upper and lower case are the same. Numbers
compare as numbers, all else as text, so `published_at>=2020-01-14` works. `location=null` says that there is nothing.
"""

import operator
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

Condition = Callable[[Any], bool]
Test = Callable[[Any], bool]

TOKEN = re.compile(
    r"""\s*(?:(?P<paren>[()]) | (?P<operator>!=|>=|<=|!~|=|>|<|~) | "(?P<double>[^"]*)" | '(?P<single>[^']*)'
    | (?P<word>[^\s()=<>!~"']+))""",
    re.VERBOSE,
)
COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}
MAX_DEPTH = 50


class WhereError(ValueError):
    """The condition cannot be read; the message names the column, counted from 1. Callers show it and stop."""


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the condition; `kind` is paren, operator, word, text or end."""

    kind: str
    text: str
    column: int


def parse(condition: str) -> Condition:
    """The condition as a function of plain values. Raises WhereError."""
    parser = _Parser(list(_tokens(condition)))
    parsed = parser.condition(0)
    parser.expect_end()
    return parsed


def _tokens(condition: str) -> Iterator[Token]:
    at, end = 0, len(condition.rstrip())
    while at < end:
        found = TOKEN.match(condition, at)
        if found is None:
            raise WhereError(f"column {at + 1}: {condition[at:].strip()[:20]!r} cannot be read; is a quote missing?")
        kind = found.lastgroup or ""
        text = found[kind]
        yield Token("text" if kind in ("double", "single") else kind, text, found.start(kind) + 1)
        at = found.end()
    yield Token("end", "the end", end + 1)


class _Parser:
    """Recursive descent over the tokens; each method eats what it names."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._next = 0

    def condition(self, depth: int) -> Condition:
        parts = [self._both(depth)]
        while self._eat("or"):
            parts.append(self._both(depth))
        return parts[0] if len(parts) == 1 else lambda record: any(part(record) for part in parts)

    def expect_end(self) -> None:
        if self._peek.kind != "end":
            raise self._wanted("`and`, `or` or the end")

    def _both(self, depth: int) -> Condition:
        parts = [self._single(depth)]
        while self._eat("and"):
            parts.append(self._single(depth))
        return parts[0] if len(parts) == 1 else lambda record: all(part(record) for part in parts)

    def _single(self, depth: int) -> Condition:
        if depth > MAX_DEPTH:
            raise WhereError(f"column {self._peek.column}: nested more than {MAX_DEPTH} deep")
        if self._eat("not"):
            negated = self._single(depth + 1)
            return lambda record: not negated(record)
        if self._eat("("):
            inner = self.condition(depth + 1)
            if not self._eat(")"):
                raise self._wanted("`)`")
            return inner
        return self._comparison()

    def _comparison(self) -> Condition:
        field = self._take("word", "a field")
        sign = self._take("operator", f"an operator after {field.text!r} (=, !=, >=, <=, >, <, ~, !~)")
        if self._peek.kind not in ("word", "text"):
            raise self._wanted("a value")
        value = self._advance()
        return comparison(field.text.split("."), sign.text, value)

    @property
    def _peek(self) -> Token:
        return self._tokens[self._next]

    def _advance(self) -> Token:
        self._next += 1
        return self._tokens[self._next - 1]

    def _eat(self, text: str) -> bool:
        same = self._peek.kind in ("word", "paren") and self._peek.text.lower() == text
        self._next += same
        return same

    def _take(self, kind: str, name: str) -> Token:
        if self._peek.kind != kind:
            raise self._wanted(name)
        return self._advance()

    def _wanted(self, what: str) -> WhereError:
        found = self._peek
        return WhereError(f"column {found.column}: {what} is wanted, not {found.text!r}")


def comparison(path: list[str], sign: str, value: Token) -> Condition:
    """One comparison as a function of plain values. Raises WhereError."""
    if sign in ("!=", "!~"):
        opposite = comparison(path, "=" if sign == "!=" else "~", value)
        return lambda record: not opposite(record)
    if sign == "=" and value.kind == "word" and value.text.lower() == "null":
        return lambda record: all(one is None for one in values(record, path))
    test = _test(sign, value)
    return lambda record: any(test(one) for one in values(record, path) if one is not None)


def _test(sign: str, value: Token) -> Test:
    if sign == "~":
        try:
            pattern = re.compile(value.text, re.IGNORECASE)
        except re.error as error:
            raise WhereError(f"column {value.column}: {value.text!r} is no regular expression: {error}") from None
        return lambda one: bool(pattern.search(_text(one)))
    number, text = _number(value.text), value.text.casefold()
    compare = COMPARE[sign]

    def test(one: Any) -> bool:
        if isinstance(one, int | float) and not isinstance(one, bool):
            return number is not None and compare(one, number)
        return compare(_text(one).casefold(), text)

    return test


def values(record: Any, path: list[str]) -> Iterator[Any]:
    """Every scalar in the record whose path has `path` in it. Without recursion, for strangers' records may be deep."""
    waiting = [(record, path)]
    while waiting:
        value, left = waiting.pop()
        if isinstance(value, list):
            waiting += [(one, left) for one in value]
        elif isinstance(value, dict):
            waiting += _below(value, left, path)
        elif not left:
            yield value


def _below(fields: dict[str, Any], left: list[str], path: list[str]) -> Iterator[tuple[Any, list[str]]]:
    """The fields' values, each with what is left of the path there; the path may begin anew at every level."""
    for name, value in fields.items():
        if not left or name == left[0]:
            yield value, left[1:]
        if left is path:
            yield value, path


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _text(value: Any) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
