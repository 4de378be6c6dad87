"""YAML with the line of everything: the only door to PyYAML.

A scalar stays the text that it is, and what it means is settled by the key it stands under. So `country: [NO]` is Norway and
not "false", and `from: 22:30` is a time and not 1350 (both are so in YAML 1.1). Anchors are refused: nobody needs them
here, and a few lines of them make gigabytes.
"""

from dataclasses import dataclass, field

import yaml

from pipeline.declarations import Wrong

MOST_BYTES = 1024 * 1024
MOST_DEEP = 20
NULL = frozenset({"", "~", "null", "Null", "NULL"})


class Mistake(ValueError):
    """Carries a `Wrong` out of the reading of one value; whoever reads the mapping around it collects it."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.wrong = Wrong(line, message)


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text, a number, a word: `text` as it is written; `quoted` tells "" from nothing."""

    line: int
    text: str
    quoted: bool = False

    @property
    def nothing(self) -> bool:
        """Whether no value is given."""
        return not self.quoted and self.text in NULL


@dataclass(frozen=True, slots=True)
class Listing:
    """A list."""

    line: int
    items: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys with the line of each and what stands under it; `repeated` are keys that stood there before."""

    line: int
    lines: dict[str, int] = field(default_factory=dict)
    values: "dict[str, Node]" = field(default_factory=dict)
    repeated: tuple[Wrong, ...] = ()


Node = Scalar | Listing | Mapping


def parse(text: str) -> Node:
    """The document. Raises Mistake: no YAML, or YAML that we do not read."""
    if len(text.encode("utf-8", "surrogatepass")) > MOST_BYTES:
        raise Mistake(1, f"more than {MOST_BYTES:,} bytes")
    try:
        _check(text)
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        reason = ": ".join(part for part in (error.context, error.problem) if part)
        raise Mistake(mark.line + 1 if mark else 1, f"not YAML: {reason}") from None
    except yaml.YAMLError as error:
        raise Mistake(1, f"not YAML: {' '.join(str(error).split())}") from None
    if root is None:
        return Scalar(1, "")
    return _node(root)


def _check(text: str) -> None:
    """Raises Mistake before anything is made of the text; the parser's own depth is the stack's."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MOST_DEEP:
            raise Mistake(_line(event), f"nested more than {MOST_DEEP} deep")
        if getattr(event, "anchor", None):
            raise Mistake(_line(event), "anchors and aliases are not read here: write it out")


def _line(event: yaml.Event) -> int:
    return 1 if event.start_mark is None else event.start_mark.line + 1


def _node(node: yaml.Node) -> Node:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.ScalarNode):
        return Scalar(line, str(node.value), quoted=node.style is not None)
    if isinstance(node, yaml.SequenceNode):
        return Listing(line, tuple(_node(item) for item in node.value))
    return _mapping(node, line)


def _mapping(node: yaml.Node, line: int) -> Mapping:
    lines: dict[str, int] = {}
    values: dict[str, Node] = {}
    repeated = []
    for key, value in node.value:
        at = key.start_mark.line + 1
        name = str(key.value) if isinstance(key, yaml.ScalarNode) else "a key that is no word"
        if name in values:
            repeated.append(Wrong(at, f"{name!r} stands here again: line {lines[name]}"))
            continue
        lines[name], values[name] = at, _node(value)
    return Mapping(line, lines, values, tuple(repeated))
