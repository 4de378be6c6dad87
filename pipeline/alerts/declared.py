"""rules.yaml: which events and stories are to be told to whom. All that is wrong with it is said at once, each with its line.

    channels:
      desk: {type: slack, url_file: /run/secrets/slack-url}
    rules:
      - name: ceasefire-libya
        when: {kind: ceasefire-*, country: Libya, min_confidence: 0.5}
        notify: desk

deploy/rules.example.yaml has all of it.
"""

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, get_args

from pipeline import declarations
from pipeline.alerts import located, values
from pipeline.alerts.channels import CHANNELS
from pipeline.alerts.conditions import misfits
from pipeline.alerts.located import Listing, Mistake, Node
from pipeline.alerts.rules import Channel, QuietHours, Rule, Ruleset, Throttle, Where
from pipeline.alerts.values import Field
from pipeline.declarations import Wrong
from pipeline.detection.ontology import FAMILIES, KINDS, QUADS
from pipeline.records import Modality
from pipeline.sources.guards.addresses import Allowed


def _kind(node: Node) -> str:
    """A kind, or a pattern of kinds that there are: talks-*, talks.*"""
    found = values.text(node)
    pattern = found.casefold().replace(".", "-")
    if not any(fnmatchcase(kind, pattern) for kind in KINDS):
        values.choice(KINDS)(located.Scalar(node.line, pattern))
    return pattern


WHERE: dict[str, Field] = {
    "kind": Field(values.several(_kind)),
    "family": Field(values.choices(FAMILIES)),
    "type": Field(values.choices(QUADS)),
    "country": Field(values.several(values.country)),
    "actor": Field(values.texts),
    "provider": Field(values.texts),
    "source": Field(values.texts),
    "language": Field(values.texts),
    "modality": Field(values.choices(get_args(Modality))),
    "text": Field(values.texts),
    "min_confidence": Field(values.fraction),
    "min_sources": Field(values.whole(1, 1000)),
    "max_age": Field(values.duration, name="max_age_seconds"),
}
QUIET: dict[str, Field] = {
    "tz": Field(values.zone, needed=True),
    "from": Field(values.clock, needed=True),
    "to": Field(values.clock, needed=True),
    "except_urgency": Field(values.whole(1, 9)),
}


def load(path: Path) -> Ruleset:
    """The rules of a file. Raises SettingsError with all that is wrong, a line each: path:line: what."""
    return declarations.load(path, read, missing="`tickertape rules example` prints one to begin with")


def read(text: str) -> tuple[Ruleset, list[Wrong]]:
    """(what is declared and sound, what is wrong in the order of the lines)."""
    try:
        root = located.parse(text)
    except Mistake as mistake:
        return Ruleset(), [mistake.wrong]
    wrong: list[Wrong] = []
    fields = {"rules": Field(_same, needed=True), "channels": Field(_same), "allow_private": Field(values.texts)}
    parts = values.mapping(root, fields, wrong, what="rules.yaml")
    words = parts.get("allow_private", ())
    try:
        allowed = Allowed.of(words)
    except ValueError as error:
        wrong.append(Wrong(_line(root, "allow_private"), f"allow_private: {error}"))
        allowed = Allowed()
    channels = tuple(_channels(parts.get("channels"), allowed, wrong))
    rules = tuple(_rules(parts.get("rules"), {channel.name for channel in channels}, wrong))
    ruleset = Ruleset(rules=rules, channels=channels, allow_private=tuple(words))
    return ruleset, sorted(set(wrong), key=lambda one: (one.line, one.message))


def _same(node: Node) -> Node:
    return node


def _line(node: Node, key: str) -> int:
    return node.lines.get(key, node.line) if isinstance(node, located.Mapping) else node.line


def _channels(node: Node | None, allowed: Allowed, wrong: list[Wrong]) -> Iterator[Channel]:
    if node is None:
        return
    if not isinstance(node, located.Mapping):
        wrong.append(Wrong(node.line, "channels are made of names: `desk: {type: slack, …}`"))
        return
    wrong += node.repeated
    for name, value in node.values.items():
        line = node.lines[name]
        if not values.NAME.fullmatch(name):
            wrong.append(Wrong(line, f"{name!r}: a channel's name has letters, digits, '.', '_' and '-', at most 100"))
        yield _channel(name, line, value, allowed, wrong)


def _channel(name: str, line: int, node: Node, allowed: Allowed, wrong: list[Wrong]) -> Channel:
    """The channel, sound or not: a rule that names it is not to blame."""
    kind = node.values.get("type") if isinstance(node, located.Mapping) else None
    try:
        known = values.choice(CHANNELS)(kind or located.Scalar(line, ""))
    except Mistake as mistake:
        wrong.append(Wrong(mistake.wrong.line, f"channel {name} needs a type: one of {', '.join(CHANNELS)}"))
        return Channel(name=name, type="", line=line)
    before = len(wrong)
    fields = {"type": Field(values.text, needed=True), **CHANNELS[known].fields}
    options = values.mapping(node, fields, wrong, what=f"channel {name} ({known})")
    options.pop("type", None)
    if len(wrong) == before:
        for key, message in CHANNELS[known].check(options, allowed):
            wrong.append(Wrong(_line(node, key), f"{key}: {message}"))
    return Channel(name=name, type=known, line=line, options=options)


def _rules(node: Node | None, channels: set[str], wrong: list[Wrong]) -> Iterator[Rule]:
    if node is None:
        return
    if not isinstance(node, Listing) or not node.items:
        wrong.append(Wrong(node.line, "rules is a list: begin each with `- name: …`"))
        return
    taken: dict[str, int] = {}
    for item in node.items:
        before = len(wrong)
        given = values.mapping(item, _fields(wrong), wrong, what="a rule")
        wrong += _unknown_names(item, given, channels, taken)
        wrong += misfits(item, given.get("when", ()), given.get("unless", ()))
        if "name" in given:
            taken.setdefault(given["name"], item.line)
        if len(wrong) == before:
            yield Rule(**given, line=item.line)


def _unknown_names(
    item: Node, given: Mapping[str, Any], channels: set[str], taken: Mapping[str, int]
) -> Iterator[Wrong]:
    """A rule's name that is taken, channels that there are not."""
    name = given.get("name")
    if name is not None and name in taken:
        yield Wrong(_line(item, "name"), f"the name {name!r} is taken: line {taken[name]}")
    for channel in given.get("notify", ()):
        if channel not in channels:
            yield Wrong(_line(item, "notify"), f"notify: there is no channel {channel!r}")


def _fields(wrong: list[Wrong]) -> Mapping[str, Field]:
    """The keys of a rule; what is wrong inside of their values is added to `wrong`, so that all of it is said."""

    def where(node: Node) -> tuple[Where, ...]:
        blocks = node.items if isinstance(node, Listing) else (node,)
        return tuple(_where(block, wrong) for block in blocks)

    def quiet(node: Node) -> QuietHours | None:
        before = len(wrong)
        given = values.mapping(node, QUIET, wrong, what="quiet_hours")
        if len(wrong) > before:
            return None
        if given["from"] == given["to"]:
            raise Mistake(node.line, "from and to are the same time: it would be quiet always, or never")
        return QuietHours(
            zone=given["tz"], start=given["from"], end=given["to"], except_urgency=given.get("except_urgency")
        )

    return {
        "name": Field(values.name, needed=True),
        "when": Field(where, needed=True),
        "unless": Field(where),
        "notify": Field(values.names, needed=True),
        "quiet_hours": Field(quiet),
        "digest": Field(values.duration, name="digest_seconds"),
        "throttle": Field(_throttle),
    }


def _throttle(node: Node) -> Throttle:
    most, seconds = values.rate(node)
    return Throttle(most=most, seconds=seconds)


def _where(node: Node, wrong: list[Wrong]) -> Where:
    if not isinstance(node, located.Mapping) or not node.values:
        wrong.append(Wrong(node.line, f"a condition is made of keys: {', '.join(WHERE)}"))
        return Where()
    return Where(**values.mapping(node, WHERE, wrong, what="a condition"))
