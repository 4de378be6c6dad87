"""What the conditions of one rule may ask for together: of stories, or of single events, never of both."""

from collections.abc import Iterator, Sequence

from pipeline.alerts import story_matching
from pipeline.alerts.located import Listing, Mapping, Node
from pipeline.alerts.rules import Where
from pipeline.declarations import Wrong

OF_STORIES = (*story_matching.TESTS, "min_sources", "max_age")


def misfits(rule: Node, when: Sequence[Where], unless: Sequence[Where]) -> Iterator[Wrong]:
    """Keys that do not go together, each with its line; `rule` as it was written, its conditions as they were read."""
    asked, excluded = _paired(rule, "when", when), _paired(rule, "unless", unless)
    of_stories = any(where.of_stories for _, where in asked)
    for block, where in asked:
        if of_stories and not where.of_stories:
            message = "another condition of this rule has min_sources above 1: give it here too, or make two rules"
            yield Wrong(block.line, message)
    for block, where in excluded:
        if where.of_stories:
            yield Wrong(block.lines["min_sources"], "min_sources: above 1 it belongs to when, not to unless")
    for block, _ in (*asked, *excluded):
        yield from _foreign_keys(block, of_stories)


def _foreign_keys(block: Mapping, of_stories: bool) -> Iterator[Wrong]:
    for key in block.values:
        if of_stories and key not in OF_STORIES:
            known = ", ".join(OF_STORIES)
            message = f"{key}: a rule with min_sources above 1 is of stories, which have no {key}; they have {known}"
            yield Wrong(block.lines[key], message)
        if not of_stories and key == "source":
            message = (
                "source: only stories have sources, so the rule needs min_sources above 1; of an event ask provider"
            )
            yield Wrong(block.lines[key], message)


def _paired(rule: Node, key: str, read: Sequence[Where]) -> list[tuple[Mapping, Where]]:
    """The conditions under a key as written and as read. One that is not made of keys was found wrong before."""
    node = rule.values.get(key) if isinstance(rule, Mapping) else None
    blocks = node.items if isinstance(node, Listing) else (node,)
    return [(block, where) for block, where in zip(blocks, read, strict=False) if isinstance(block, Mapping)]
