"""Watch rules as values: what they look for, whom they tell, when they keep quiet."""

from dataclasses import dataclass, field
from datetime import time
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """What an event, or a story, must be: every key that is given, one of its values. Empty: any.

    With a `min_sources` above 1 it is asked of stories; only of those can be asked who their sources are.
    """

    kind: tuple[str, ...] = ()
    family: tuple[str, ...] = ()
    type: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    actor: tuple[str, ...] = ()
    provider: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    modality: tuple[str, ...] = ()
    text: tuple[str, ...] = ()
    min_confidence: float | None = None
    min_sources: int | None = None
    max_age_seconds: int | None = None

    @property
    def of_stories(self) -> bool:
        """Whether several independent sources are asked for, which no event in one article has."""
        return self.min_sources is not None and self.min_sources > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """From `start` to `end` by the clock of `zone` nothing is sent, unless an article is at least so urgent (1 most, 9 least)."""

    zone: str
    start: time
    end: time
    except_urgency: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Throttle:
    """At most `most` alerts of the rule in `seconds`; the others are only counted."""

    most: int
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One watch rule: fires for an event, or for a story, that one of `when` holds for, and none of `unless`."""

    name: str
    line: int
    when: tuple[Where, ...]
    unless: tuple[Where, ...] = ()
    notify: tuple[str, ...] = ()
    quiet_hours: QuietHours | None = None
    digest_seconds: int | None = None
    throttle: Throttle | None = None

    @property
    def of_stories(self) -> bool:
        """Whether it is told of stories, and never of single events."""
        return any(one.of_stories for one in self.when)


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A way to reach people; `options` are those of its type, checked."""

    name: str
    type: str
    line: int
    options: dict[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruleset:
    """All of a rules.yaml; `allow_private` are targets that may be asked though they are not public https ones."""

    rules: tuple[Rule, ...] = ()
    channels: tuple[Channel, ...] = ()
    allow_private: tuple[str, ...] = ()

    def rule(self, name: str) -> Rule | None:
        """The rule of that name, if it is still there."""
        return next((rule for rule in self.rules if rule.name == name), None)

    def channel(self, name: str) -> Channel | None:
        """The channel of that name, if it is still there."""
        return next((channel for channel in self.channels if channel.name == name), None)
