"""Coding: what PLOVER calls an event once its status is known.

PLOVER codes a cooperative act that is announced as AGREE, a conflictual one as THREATEN (PLOVER_MANUAL, "auxiliary modes"), and
a cooperative one that somebody will not do as REJECT, with what is refused as its mode. Talks that will be held are talks
planned, and a vote that will be put off is put off: both are facts now.
"""

from dataclasses import dataclass, replace

from pipeline.detection.auxiliaries import PURPOSE, Status
from pipeline.detection.lexicon import Rule
from pipeline.detection.ontology import CAMEO_ROOTS, KINDS

COOPERATIVE = frozenset({"AGREE", "CONSULT", "SUPPORT", "CONCEDE", "COOPERATE", "AID", "RETREAT"})
# What a conflictual act that is announced threatens with.
THREATENED_MODE = {"ASSAULT": "violence", "COERCE": "restrict", "SANCTION": "restrict", "PROTEST": "", "MOBILIZE": ""}
REFUSED_MODE = {"CONSULT": "meet", "AID": "assist", "COOPERATE": "assist", "RETREAT": "yield", "CONCEDE": "yield"}


@dataclass(frozen=True, slots=True)
class Code:
    """Kind, PLOVER type and mode ("" for none), CAMEO root and status of an event."""

    kind: str
    type: str
    mode: str
    cameo: str
    status: Status


def code(rule: Rule, status: Status) -> Code:
    """The code of a trigger's rule under a status; a type that the status brings has its own CAMEO root."""
    if rule.type in COOPERATIVE and status.refusal:
        refused = replace(status, modality="asserted")
        return _recoded(_refused(rule.kind), "REJECT", REFUSED_MODE.get(rule.type, ""), refused)
    if rule.kind == "talks-held" and status.modality in ("future", "possible"):
        planned = KINDS["talks-planned"]
        asserted = replace(status, modality="asserted") if status.modality == "future" else status
        return _recoded("talks-planned", planned.type, planned.mode, asserted)
    if status.modality == "future" and rule.kind.endswith(("-postponed", "-cancelled")):
        return Code(rule.kind, rule.type, rule.mode, rule.cameo, replace(status, modality="asserted"))
    if status.modality == "future" and rule.type in COOPERATIVE:
        return _recoded(rule.kind, "AGREE", "", status)
    if status.modality == "future" and rule.type in THREATENED_MODE:
        return _recoded(rule.kind, "THREATEN", THREATENED_MODE[rule.type], status)
    return Code(rule.kind, rule.type, rule.mode, rule.cameo, status)


def _recoded(kind: str, plover_type: str, mode: str, status: Status) -> Code:
    return Code(kind, plover_type, mode, CAMEO_ROOTS[plover_type][0], status)


# What firms and states do with firms and goods.
DEALS = frozenset({"acquisition", "trade", "investment"})


def is_mere_purpose(rule: Rule, status: Status) -> bool:
    """ "launched an appeal to help", "met to discuss oil": a cooperative purpose is no event; talks by name are one, and so is a
    deal that somebody is in talks on ("to sell its arm to Volvo")."""
    by_name = rule.frame.asks_theme and rule.kind.startswith(("talks-", "ceasefire-"))
    return status.cue == PURPOSE and rule.type in COOPERATIVE and not (by_name or rule.kind in DEALS)


def _refused(kind: str) -> str:
    theme = kind.split("-")[0]
    return f"{theme}-refused" if theme in ("talks", "ceasefire") else "rejection"
