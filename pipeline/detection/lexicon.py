"""The lexicon's tables, read and checked: a row that makes no sense is refused with its line number."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal, get_args

from pipeline.detection.ontology import CAMEO_ROOTS, KINDS, MODES, SECTORS
from pipeline.errors import ModelError

PartOfSpeech = Literal["V", "N", "A"]
Effect = Literal["denied", "possible", "future", "alleged", "asserted", "ended"]

# Classes that are not lists of nouns: anything, or what the entities and roles of the text say.
OPEN_CLASSES = (
    frozenset("any participant party person nationals organisation place country money thing time told".split())
    | SECTORS
)


@dataclass(frozen=True, slots=True)
class Condition:
    """`role` of the trigger must be filled by a noun of one of `classes` (for `under`: by one of these prepositions).

    `absent`: by none of them.
    """

    role: str
    classes: frozenset[str]
    absent: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """The roles that fill each argument, in the order they are tried."""

    name: str
    actor: tuple[str, ...]
    recipient: tuple[str, ...]
    about: tuple[str, ...]

    @property
    def asks_theme(self) -> bool:
        """Whether the theme noun is no participant itself but has them ("talks between X and Y")."""
        return any(role.endswith("@theme") for role in (*self.actor, *self.recipient, *self.about))

    @property
    def asks_clause(self) -> bool:
        """Whether the recipients are those of what is to be done ("refused to free the hostages")."""
        return bool(self.recipient) and all(role.endswith(("@clause", "@will")) for role in self.recipient)


@dataclass(frozen=True, slots=True)
class Rule:
    """One trigger: `words` are lemmas, the head first for a verb ("call off"), last for a noun ("air strike").

    `polarity` is what the words make of an event that they govern, None where they say nothing of it.
    """

    name: str
    kind: str
    words: tuple[str, ...]
    pos: PartOfSpeech
    conditions: tuple[Condition, ...]
    frame: Frame
    type: str
    mode: str
    cameo: str
    polarity: Effect | None
    example: str
    counterexamples: tuple[str, ...]

    @property
    def head(self) -> str:
        """The word that the index knows the rule by."""
        return self.words[-1] if self.pos == "N" else self.words[0]

    @property
    def weight(self) -> int:
        """How specific the rule is: of several that fit a trigger, the heaviest wins.

        A condition on a class of nouns counts more than `any`, and each further word as much as a condition.
        """
        asked = [condition for condition in self.conditions if not condition.absent]
        named = sum(2 if condition.classes - OPEN_CLASSES else 1 for condition in asked)
        return 2 * (len(self.words) - 1) + named


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All tables: rules by (head lemma, part of speech), classes by noun, effects by (lemma or phrase, part of speech).

    Effects of the words that trigger events are the polarities of their rows, those of all others are in embedding.tsv.
    """

    rules: dict[tuple[str, PartOfSpeech], tuple[Rule, ...]]
    themes: dict[str, frozenset[str]]
    effects: dict[tuple[str, PartOfSpeech], Effect]

    def all_rules(self) -> Iterator[Rule]:
        """Every rule, in no particular order."""
        for rules in self.rules.values():
            yield from rules


@cache
def lexicon() -> Lexicon:
    """The tables of `data/`; raises ModelError where a row makes no sense."""
    frames = {row[0]: Frame(row[0], *(_roles(cell) for cell in row[1:4])) for _, row in _rows("frames.tsv", 4)}
    themes: dict[str, set[str]] = {}
    classes = set()
    for _, (name, nouns) in _rows("themes.tsv", 2):
        classes.add(name)
        for noun in nouns.split("|"):
            themes.setdefault(noun, set()).add(name)
    rules: dict[tuple[str, PartOfSpeech], list[Rule]] = {}
    for line, row in _rows("lexicon.tsv", 11):
        for rule in _rules(line, row, frames, classes):
            rules.setdefault((rule.head, rule.pos), []).append(rule)
    return Lexicon(
        {key: tuple(sorted(found, key=lambda rule: -rule.weight)) for key, found in rules.items()},
        {noun: frozenset(names) for noun, names in themes.items()},
        _effects([rule for found in rules.values() for rule in found], _rows("embedding.tsv", 4)),
    )


def _effects(rules: Iterable[Rule], rows: Iterable[tuple[str, list[str]]]) -> dict[tuple[str, PartOfSpeech], Effect]:
    """What each word makes of what it governs: said by one table only, and the same in all rows of the word."""
    effects: dict[tuple[str, PartOfSpeech], Effect] = {}
    for rule in rules:
        words = " ".join(rule.words)
        if rule.polarity and effects.setdefault((words, rule.pos), rule.polarity) != rule.polarity:
            raise ModelError(
                f"lexicon.tsv: {words!r} is {rule.polarity} in one row, {effects[words, rule.pos]} in another"
            )
    for line, (word, pos, effect, _) in rows:
        key = (word, _pos(line, pos))
        if key in effects:
            raise ModelError(f"{line}: what {word!r} does is said in a row of its own already; leave one of them out")
        effects[key] = _effect(line, effect)
    return effects


def _rows(name: str, width: int) -> Iterator[tuple[str, list[str]]]:
    """("file:line", cells) of each row after the header."""
    text = files("pipeline.detection").joinpath("data", name).read_text(encoding="utf-8")
    numbered = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line and not line.startswith("#")]
    for number, line in numbered[1:]:
        cells = line.split("\t")
        if len(cells) != width:
            raise ModelError(f"{name}:{number}: {len(cells)} cells where there are {width} columns")
        yield f"{name}:{number}", cells


def _roles(cell: str) -> tuple[str, ...]:
    return tuple(role for role in cell.split("|") if role)


def _pos(line: str, cell: str) -> PartOfSpeech:
    if cell in ("V", "N", "A"):
        return cell  # type: ignore[return-value]  # mypy does not narrow str to a Literal by `in`
    raise ModelError(f"{line}: part of speech {cell!r} is none of V, N, A")


def _effect(line: str, cell: str) -> Effect:
    if cell in get_args(Effect):
        return cell  # type: ignore[return-value]  # as above
    raise ModelError(f"{line}: effect {cell!r} is unknown")


def _rules(line: str, row: list[str], frames: dict[str, Frame], classes: set[str]) -> Iterator[Rule]:
    """One rule for each of the row's words."""
    kind, alternatives, pos, where, frame, plover_type, mode, cameo, polarity, example, counterexamples = row
    if kind not in KINDS:
        raise ModelError(f"{line}: kind {kind!r} is not in ontology.py")
    if frame not in frames:
        raise ModelError(f"{line}: frame {frame!r} is not in frames.tsv")
    conditions = tuple(_condition(line, part, classes) for part in where.split(";") if part)
    wanted = plover_type or KINDS[kind].type
    fitting = mode or (KINDS[kind].mode if wanted == KINDS[kind].type else "")
    if fitting not in MODES.get(wanted, {}):
        raise ModelError(f"{line}: PLOVER has no {wanted}/{fitting}")
    if cameo not in CAMEO_ROOTS[wanted]:
        raise ModelError(f"{line}: CAMEO root {cameo!r} is none of {wanted}'s: {', '.join(CAMEO_ROOTS[wanted])}")
    if not example:
        raise ModelError(f"{line}: no example; write a short sentence that must yield {kind}")
    for words in alternatives.split(","):
        name = f"{kind}/{words.replace(' ', '-')}.{pos.lower()}"
        yield Rule(
            name,
            kind,
            tuple(words.split()),
            _pos(line, pos),
            conditions,
            frames[frame],
            wanted,
            fitting,
            cameo,
            _effect(line, polarity) if polarity else None,
            example,
            tuple(sentence for sentence in counterexamples.split(" | ") if sentence),
        )


def _condition(line: str, part: str, classes: set[str]) -> Condition:
    role, _, names = part.partition("=")
    absent = role.endswith("!")
    role = role.removesuffix("!")
    wanted = frozenset(names.split(","))
    unknown = set() if role == "under" else wanted - classes - OPEN_CLASSES
    if not role or not names or unknown:
        raise ModelError(f"{line}: condition {part!r} is not ROLE=CLASS with a class of themes.tsv")
    return Condition(role, wanted, absent)
