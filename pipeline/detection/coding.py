"""Coding: what PLOVER calls an event once its status is known.

PLOVER codes a cooperative act that is announced as AGREE, a conflictual one as THREATEN (PLOVER_MANUAL, "auxiliary modes"), and
a cooperative one that somebody will not do as REJECT, with what is refused as its mode. Talks that will be held are talks
planned, and a vote that will be put off is put off: both are facts now.
"""

from dataclasses import dataclass, replace

from pipeline.detection.auxiliaries import PURPOSE, Status
from pipeline.detection.lexicon import Rule
from pipeline.detection.ontology import KINDS

COOPERATIVE = frozenset({"AGREE", "CONSULT", "SUPPORT", "CONCEDE", "COOPERATE", "AID", "RETREAT"})
# What a conflictual act that is announced threatens with.
THREATENED_MODE = {"ASSAULT": "violence", "COERCE": "restrict", "SANCTION": "restrict", "PROTEST": "", "MOBILIZE": ""}
REFUSED_MODE = {"CONSULT": "meet", "AID": "assist", "COOPERATE": "assist", "RETREAT": "yield", "CONCEDE": "yield"}


@dataclass(frozen=True, slots=True)
class Code:
    """Kind, PLOVER type and mode ("" for none) and status of an event."""

    kind: str
    type: str
    mode: str
    status: Status


def code(rule: Rule, status: Status) -> Code:
    """The code of a trigger's rule under a status."""
    if rule.type in COOPERATIVE and status.refusal:
        return Code(
            _refused(rule.kind), "REJECT", REFUSED_MODE.get(rule.type, ""), replace(status, modality="asserted")
        )
    if rule.kind == "talks-held" and status.modality in ("future", "possible"):
        planned = KINDS["talks-planned"]
        asserted = replace(status, modality="asserted") if status.modality == "future" else status
        return Code("talks-planned", planned.type, planned.mode, asserted)
    if status.modality == "future" and rule.kind.endswith(("-postponed", "-cancelled")):
        return Code(rule.kind, rule.type, rule.mode, replace(status, modality="asserted"))
    if status.modality == "future" and rule.type in COOPERATIVE:
        return Code(rule.kind, "AGREE", "", status)
    if status.modality == "future" and rule.type in THREATENED_MODE:
        return Code(rule.kind, "THREATEN", THREATENED_MODE[rule.type], status)
    return Code(rule.kind, rule.type, rule.mode, status)


def is_mere_purpose(rule: Rule, status: Status) -> bool:
    """ "launched an appeal to help", "met to discuss oil": a cooperative purpose is no event; talks by name are one."""
    by_name = rule.frame.asks_theme and rule.kind.startswith(("talks-", "ceasefire-"))
    return status.cue == PURPOSE and rule.type in COOPERATIVE and not by_name


def _refused(kind: str) -> str:
    theme = kind.split("-")[0]
    return f"{theme}-refused" if theme in ("talks", "ceasefire") else "rejection"
