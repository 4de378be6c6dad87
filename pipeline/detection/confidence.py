"""Confidence: how sure the rules are, from what they found.

Not yet calibrated: an ordering, not a probability. Weights are set by hand; `tests/eval` holds the order, not the values.
"""

from pipeline.detection.triggers import Trigger

BASE = 0.5
ACTOR, RECIPIENT, CONDITION, NOUN = 0.15, 0.1, 0.1, -0.1


def confidence(trigger: Trigger, *, actors: int, recipients: int) -> float:
    """0 to 1, in hundredths."""
    score = BASE + ACTOR * bool(actors) + RECIPIENT * bool(recipients)
    score += CONDITION * min(2, len(trigger.rule.conditions))
    score += NOUN * (trigger.rule.pos == "N" and not actors)
    return round(min(0.99, max(0.05, score)), 2)
