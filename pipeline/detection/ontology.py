"""The kinds of events and what PLOVER and CAMEO call them, as one table.

PLOVER types, modes and scaled Goldstein values: openeventdata/PLOVER, PLOVER_MANUAL (draft 2.0). Its ACCUSE score is printed
as +3 where its modes have -2 and -3.5; read here as -2, like its mildest mode. CAMEO root codes: parusanalytics CAMEO 1.1b3.
"""

from dataclasses import dataclass
from typing import get_args

from pipeline.records import Family

QUADS: dict[str, str] = {
    **dict.fromkeys(("AGREE", "CONSULT", "SUPPORT", "CONCEDE"), "VERBAL COOPERATION"),
    **dict.fromkeys(("COOPERATE", "AID", "RETREAT"), "MATERIAL COOPERATION"),
    **dict.fromkeys(("REQUEST", "ACCUSE", "REJECT", "THREATEN"), "VERBAL CONFLICT"),
    **dict.fromkeys(("PROTEST", "SANCTION", "MOBILIZE", "COERCE", "ASSAULT"), "MATERIAL CONFLICT"),
}

# The CAMEO roots that a PLOVER type draws from; the first is the type's own, the others only a row of the lexicon can say:
# demands (10), investigations (09), talks halted (16), legal action (17), embargoes (16), occupation and blockade by force (19),
# fighting (19), mass violence (20), repression of a crowd (17).
CAMEO_ROOTS: dict[str, tuple[str, ...]] = {
    "REQUEST": ("02", "10"), "AGREE": ("03",), "CONSULT": ("04",), "SUPPORT": ("05",), "COOPERATE": ("06",), "AID": ("07",),
    "CONCEDE": ("08",), "RETREAT": ("08",), "ACCUSE": ("11", "09"), "REJECT": ("12", "16"), "THREATEN": ("13",),
    "PROTEST": ("14",), "MOBILIZE": ("15",), "SANCTION": ("16", "17"), "COERCE": ("17", "16", "19"),
    "ASSAULT": ("18", "19", "20", "17"),
}  # fmt: skip

SECTORS = frozenset(
    "GOV MIL PRM REB UAF COP JUD LEG SPY OPP PTY CVL REF NGO IGO JRN REL BUS LAB AGR EDU MED CRM ELI SOC UNK".split()
)

MODES: dict[str, dict[str, float]] = {
    "AGREE": {"": 2.5},
    "CONSULT": {"": 2.5, "visit": 4.0, "third-party": 1.0, "multilateral": 4.0, "phone": 1.5},
    "SUPPORT": {"": 5.0},
    "CONCEDE": {"": 4.5},
    "COOPERATE": {"": 9.5},
    "AID": {"": 10.0},
    "RETREAT": {"": 6.5, "withdraw": 8.0, "release": 6.5, "disarm": 10.0, "ceasefire": 7.5, "access": 6.5, "resign": 4.5},
    "REQUEST": {"": 0.0, "assist": 0.5, "change": -1.0, "yield": -1.0, "meet": 0.0},
    "ACCUSE": {"": -2.0, "disapprove": -2.0, "investigate": -3.5, "allege": -3.5},
    "REJECT": {"": -2.0, "assist": -1.5, "change": -2.0, "yield": -2.0, "meet": -2.0},
    "THREATEN": {
        "": -3.5, "restrict": -3.0, "arrest": -3.5, "relations": -3.5, "expel": -3.5, "territory": -4.0,
        "violence": -3.5,
    },
    "PROTEST": {
        "": -5.0, "demo": -5.0, "riot": -7.0, "strike": -5.0, "hunger": -4.5, "boycott": -4.5, "obstruct": -4.5,
        "vandalize": -5.0,
    },
    "SANCTION": {"": -6.0, "convict": -6.0, "expel": -5.5, "withdraw": -6.0, "discontinue": -6.0},
    "MOBILIZE": {"": -5.5, "troops": -6.5, "weapons": -6.5, "police": -5.5, "militia": -6.0},
    "COERCE": {
        "": -7.0, "seize": -7.0, "restrict": -7.0, "censor": -6.5, "curfew": -6.5, "martial-law": -7.5, "arrest": -7.0,
        "deport": -7.0, "withhold": -7.0, "misinformation": -6.5, "cyber": -7.0,
    },
    "ASSAULT": {
        "": -9.0, "abduct": -8.5, "beat": -7.5, "torture": -8.5, "sexual": -8.5, "targeted": -9.5, "destroy": -8.5,
        "primitive": -8.0, "firearms": -9.0, "explosives": -9.0, "suicide-attack": -9.5, "aerial": -9.5, "drone": -9.5,
        "heavy-weapons": -9.5, "crowd-control": -7.5, "unconventional": -10.0,
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind's family, and the PLOVER type and mode it has where its trigger's row says nothing else."""

    family: Family
    type: str
    mode: str = ""


KINDS: dict[str, Kind] = {
    "talks-called-for": Kind("diplomacy", "REQUEST", "meet"),
    "talks-planned": Kind("diplomacy", "AGREE"),
    "talks-held": Kind("diplomacy", "CONSULT"),
    "talks-postponed": Kind("diplomacy", "CONSULT"),
    "talks-suspended": Kind("diplomacy", "REJECT"),
    "talks-cancelled": Kind("diplomacy", "REJECT"),
    "talks-collapsed": Kind("diplomacy", "CONSULT"),
    "talks-refused": Kind("diplomacy", "REJECT", "meet"),
    "ceasefire-called-for": Kind("peace", "REQUEST", "yield"),
    "ceasefire-agreed": Kind("peace", "AGREE"),
    "ceasefire-in-effect": Kind("peace", "RETREAT", "ceasefire"),
    "ceasefire-extended": Kind("peace", "AGREE"),
    "ceasefire-violated": Kind("peace", "ASSAULT"),
    "ceasefire-ended": Kind("peace", "REJECT"),
    "ceasefire-refused": Kind("peace", "REJECT", "yield"),
    "event-postponed": Kind("diplomacy", "REJECT"),
    "event-cancelled": Kind("diplomacy", "REJECT"),
    "visit": Kind("diplomacy", "CONSULT", "visit"),
    "mediation": Kind("diplomacy", "CONSULT", "third-party"),
    "agreement": Kind("diplomacy", "AGREE"),
    "support-voiced": Kind("diplomacy", "SUPPORT"),
    "demand": Kind("diplomacy", "REQUEST", "change"),
    "aid-requested": Kind("diplomacy", "REQUEST", "assist"),
    "criticism": Kind("diplomacy", "ACCUSE", "disapprove"),
    "allegation": Kind("diplomacy", "ACCUSE", "allege"),
    "investigation": Kind("diplomacy", "ACCUSE", "investigate"),
    "rejection": Kind("diplomacy", "REJECT"),
    "relations-cut": Kind("diplomacy", "SANCTION", "withdraw"),
    "diplomats-expelled": Kind("diplomacy", "SANCTION", "expel"),
    "sanctions-imposed": Kind("diplomacy", "SANCTION", "discontinue"),
    "sanctions-lifted": Kind("diplomacy", "CONCEDE"),
    "appointment": Kind("diplomacy", "AGREE"),
    "concession": Kind("peace", "CONCEDE"),
    "troops-withdrawn": Kind("peace", "RETREAT", "withdraw"),
    "prisoners-released": Kind("peace", "RETREAT", "release"),
    "disarmament": Kind("peace", "RETREAT", "disarm"),
    "access-granted": Kind("peace", "RETREAT", "access"),
    "resignation": Kind("peace", "RETREAT", "resign"),
    "surrender": Kind("peace", "RETREAT", "disarm"),
    "property-returned": Kind("peace", "RETREAT"),
    "hostilities-ceased": Kind("peace", "RETREAT", "ceasefire"),
    "airstrike": Kind("conflict", "ASSAULT", "aerial"),
    "drone-strike": Kind("conflict", "ASSAULT", "drone"),
    "shelling": Kind("conflict", "ASSAULT", "heavy-weapons"),
    "bombing": Kind("conflict", "ASSAULT", "explosives"),
    "suicide-attack": Kind("conflict", "ASSAULT", "suicide-attack"),
    "shooting": Kind("conflict", "ASSAULT", "firearms"),
    "clash": Kind("conflict", "ASSAULT"),
    "abduction": Kind("conflict", "ASSAULT", "abduct"),
    "assassination": Kind("conflict", "ASSAULT", "targeted"),
    "torture": Kind("conflict", "ASSAULT", "torture"),
    "sexual-violence": Kind("conflict", "ASSAULT", "sexual"),
    "assault": Kind("conflict", "ASSAULT"),
    "assault-repelled": Kind("conflict", "ASSAULT"),
    "territory-seized": Kind("conflict", "COERCE", "seize"),
    "property-seized": Kind("conflict", "COERCE", "seize"),
    "troops-mobilised": Kind("conflict", "MOBILIZE", "troops"),
    "weapons-deployed": Kind("conflict", "MOBILIZE", "weapons"),
    "threat-of-force": Kind("conflict", "THREATEN", "violence"),
    "threat-of-sanctions": Kind("conflict", "THREATEN", "restrict"),
    "threat": Kind("conflict", "THREATEN"),
    "alert-raised": Kind("conflict", "MOBILIZE"),
    "blockade": Kind("conflict", "COERCE", "restrict"),
    "cyber-attack": Kind("conflict", "COERCE", "cyber"),
    "protest": Kind("unrest", "PROTEST", "demo"),
    "riot": Kind("unrest", "PROTEST", "riot"),
    "strike": Kind("unrest", "PROTEST", "strike"),
    "hunger-strike": Kind("unrest", "PROTEST", "hunger"),
    "boycott": Kind("unrest", "PROTEST", "boycott"),
    "roadblock": Kind("unrest", "PROTEST", "obstruct"),
    "vandalism": Kind("unrest", "PROTEST", "vandalize"),
    "arrest": Kind("unrest", "COERCE", "arrest"),
    "deportation": Kind("unrest", "COERCE", "deport"),
    "curfew": Kind("unrest", "COERCE", "curfew"),
    "ban": Kind("unrest", "COERCE", "restrict"),
    "martial-law": Kind("unrest", "COERCE", "martial-law"),
    "censorship": Kind("unrest", "COERCE", "censor"),
    "crowd-control": Kind("unrest", "ASSAULT", "crowd-control"),
    "conviction": Kind("unrest", "SANCTION", "convict"),
    "aid-delivered": Kind("assistance", "AID"),
    "military-aid": Kind("assistance", "AID"),
    "peacekeepers-sent": Kind("assistance", "AID"),
    "asylum-granted": Kind("assistance", "AID"),
    "cooperation": Kind("assistance", "COOPERATE"),
    "joint-exercise": Kind("assistance", "COOPERATE"),
    "trade": Kind("assistance", "COOPERATE"),
    "investment": Kind("assistance", "COOPERATE"),
    "acquisition": Kind("assistance", "COOPERATE"),
    "takeover-bid": Kind("assistance", "AGREE"),
}

FAMILIES: tuple[str, ...] = get_args(Family)


def goldstein(plover_type: str, mode: str) -> float:
    """PLOVER's scaled Goldstein value of a type and mode ("" for none); KeyError for one that PLOVER lacks."""
    return MODES[plover_type][mode]
