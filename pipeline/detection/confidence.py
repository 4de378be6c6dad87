"""Confidence: the share of such events that were right, by a logistic regression over five features of the trigger.

Fitted by `python -m tests.eval.calibration` (it prints WEIGHTS; L2 penalty 1, none on the bias) on our own gold, 2026-11-22:
414 events found in 295 sentences and 21 articles, 81 % of them right. In ten-fold cross-validation by text the log loss is 0.42
and the AUC 0.74 (the weights set by hand before: 0.51). tests/eval/README.md has the reliability tables.
"""

from math import exp

from pipeline.detection.triggers import Trigger

# In the log odds of being right. Whether actor and recipient were found told nothing beside these: cross-validated AUC 0.724 with
# them, 0.731 without.
WEIGHTS: dict[str, float] = {
    "bias": 1.41,
    "theme": 1.25,  # the rule asked for a noun of a named class: "postponed talks"
    "noun": -0.70,  # a noun tells it, no verb
    "words": 1.17,  # a trigger of several words
    "depth": -0.30,  # for each step down the tree from the root of the sentence
    "subordinate": -1.54,  # within a relative, participial or adverbial clause
}
SUBORDINATE = frozenset({"relcl", "acl", "advcl"})
DEEPEST = 6


def confidence(trigger: Trigger) -> float:
    """0 to 1, in hundredths; whether actor and recipient were found does not enter (see WEIGHTS)."""
    odds = exp(sum(WEIGHTS[name] * value for name, value in features(trigger).items()))
    return round(odds / (1 + odds), 2)


def features(trigger: Trigger) -> dict[str, float]:
    """What the model weighs, in the order of WEIGHTS."""
    path = [trigger.token.dep_]
    path += [token.dep_ for token in trigger.token.ancestors]
    return {
        "bias": 1.0,
        "theme": float(trigger.theme is not None),
        "noun": float(trigger.rule.pos == "N"),
        "words": float(len(trigger.rule.words) > 1),
        "depth": float(min(DEEPEST, len(path) - 1)),
        "subordinate": float(not SUBORDINATE.isdisjoint(path)),
    }
