"""Where an event happened: the place that the trigger, its arguments or its sentence name, in that order."""

from collections.abc import Iterator, Sequence
from typing import Literal

from spacy.tokens import Span, Token

from pipeline.detection.phrases import phrase
from pipeline.detection.pronouns import is_person
from pipeline.detection.triggers import Trigger
from pipeline.records import Entity, Location

Precision = Literal["place", "near", "region", "country", "unresolved"]
# Acts that are done where their recipient is.
PHYSICAL = frozenset({"ASSAULT", "COERCE", "AID", "PROTEST"})
PLACE_LABELS = ("GPE", "LOC", "FAC")
WHERE = frozenset("in at near around outside inside across throughout off within into along".split())
# On and over which a thing is said or decided is no place of it ("sanctions on Niger", "talks over Cyprus").
WHERE_DONE = WHERE | {"on", "over"}
# Where one leaves or arrives is where that happened.
LEAVING, ARRIVING = frozenset({"troops-withdrawn"}), frozenset({"aid-delivered", "visit", "access-granted"})
NEAR = frozenset("near around outside off along".split())
# What these govern is elsewhere, or another time.
ASIDE = frozenset("with between against for about before after since until by despite amid".split())
DEEPEST = 3  # "from a school in a village near Kaduna"


def location(
    trigger: Trigger,
    actors: Sequence[Span],
    recipients: Sequence[Span],
    about: Sequence[Span],
    mentions: Sequence[Entity],
) -> Location | None:
    """The place of the event, or None; what it is about is no place of it, nor is one that another verb has."""
    subjects = [(span.start_char, span.end_char) for span in about]
    placed = [
        mention
        for mention in mentions
        if mention.label in PLACE_LABELS and not any(start <= mention.start < end for start, end in subjects)
    ]
    physical = _is_physical(trigger)
    where = _prepositions(trigger)
    struck = [span.root for span in recipients] if physical or trigger.rule.type == "CONSULT" else []
    return (
        _hung(_anchors(trigger), where, placed)
        or _hung(struck, where, placed)
        or (_within(recipients, placed) if physical or trigger.rule.kind == "visit" else None)
        or _hung(_shared(trigger), where, placed)
        or _by_reference(trigger, actors, recipients, placed)
        or (_at_home(actors, placed) if physical or _is_judgement(trigger) else None)
    )


def _is_physical(trigger: Trigger) -> bool:
    """Whether it is done to bodies and things; sanctions are COERCE, but done on paper, and arms are sent from afar."""
    return trigger.rule.type in PHYSICAL and not trigger.rule.kind.startswith(("sanctions-", "military-aid"))


def _prepositions(trigger: Trigger) -> frozenset[str]:
    """The prepositions under which the place of such an event stands."""
    own = WHERE_DONE if _is_physical(trigger) else WHERE
    if trigger.rule.kind in LEAVING:
        return own | {"from", "of"}
    return own | {"to"} if trigger.rule.kind in ARRIVING else own


def _is_judgement(trigger: Trigger) -> bool:
    """What courts and prosecutors do, they do where they are."""
    return trigger.rule.kind in ("conviction", "investigation")


def _anchors(trigger: Trigger) -> list[Token]:
    """Where a place may hang: the trigger, its theme, the verb that carries a noun."""
    anchors = [trigger.token]
    if trigger.theme is not None:
        anchors.append(trigger.theme)
        # "a ceasefire that halted fighting in Idlib" is a ceasefire in Idlib.
        clauses = [child for child in trigger.theme.rights if child.dep_ == "relcl"]
        anchors += [part for clause in clauses for part in (clause, *clause.rights) if part.dep_ in ("relcl", "dobj")]
    for token in tuple(anchors):
        if token.head.pos_ == "VERB" and token.dep_ in ("nsubj", "nsubjpass", "dobj", "pobj"):
            anchors.append(token.head)
        if token.head.dep_ == "prep" and token.head.head.pos_ == "VERB":
            anchors.append(token.head.head)
    return anchors + (_ends(trigger.token) if _is_physical(trigger) else [])


def _ends(verb: Token) -> list[Token]:
    """What it is done for, and to whom: "used batons to break up a march in Minsk"."""
    ends = [child for child in verb.rights if child.dep_ in ("xcomp", "advcl") and child.tag_ == "VB"]
    return [part for end in ends for part in (end, *end.rights) if part.dep_ in ("xcomp", "advcl", "dobj")]


def _shared(trigger: Trigger) -> list[Token]:
    """The verb before a coordinated one, whose place both may have."""
    verb = trigger.token.head
    if trigger.token.dep_ != "conj" or verb.pos_ != "VERB":
        return []
    return [verb, *(noun for noun in verb.rights if noun.dep_ == "dobj" and _is_physical(trigger))]


def _hung(anchors: Sequence[Token], where: frozenset[str], placed: Sequence[Entity]) -> Location | None:
    """The first place under a preposition of an anchor: nearer ones first, then those within what another one governs."""
    for depth in range(DEEPEST):
        for anchor in anchors:
            for preposition in _at_depth(anchor, depth):
                found = _under(preposition, placed) if preposition.lower_ in where else None
                if found is not None:
                    return _location(found, near=preposition.lower_ in NEAR and _heads(preposition, found))
    return None


def _at_depth(anchor: Token, depth: int) -> Iterator[Token]:
    """The prepositions of an anchor, or of the nouns that those govern: "from a school in Kaduna"."""
    for preposition in anchor.children:
        if preposition.dep_ not in ("prep", "advmod", "prt"):
            continue
        if depth == 0:
            yield preposition
        elif preposition.lower_ not in ASIDE:
            for noun in preposition.children:
                if noun.dep_ == "pobj":
                    yield from _at_depth(noun, depth - 1)


def _heads(preposition: Token, mention: Entity) -> bool:
    """ "near Aleppo", but not "near posts in Aleppo"."""
    return any(noun.dep_ == "pobj" and mention.start <= noun.idx < mention.end for noun in preposition.children)


def _under(preposition: Token, placed: Sequence[Entity]) -> Entity | None:
    """The most exact place in the noun phrases under the preposition."""
    for noun in preposition.children:
        if noun.dep_ == "pobj":
            span = phrase(noun)
            found = _exactest(span.start_char, span.end_char, placed)
            if found is not None and not _is_aside(found, noun):
                return found
    return None


def _is_aside(mention: Entity, noun: Token) -> bool:
    """ "on suspicion of spying for Serbia": whether a preposition within the phrase sets the place aside."""
    inside = [token for token in noun.subtree if token.dep_ == "prep" and token.lower_ in ASIDE]
    return any(mention.start <= token.idx < mention.end for before in inside for token in before.subtree)


def _within(recipients: Sequence[Span], placed: Sequence[Entity]) -> Location | None:
    """The place that the recipients are or lie in; whose mayor somebody is, or where from, is none."""
    for span in recipients:
        origins = [token for token in span if token.lower_ == "from"]
        end = origins[0].idx if origins else span.end_char
        found = None if is_person(span.root) else _exactest(span.start_char, end, placed)
        if found is not None:
            return _location(found)
    return None


def _at_home(actors: Sequence[Span], placed: Sequence[Entity]) -> Location | None:
    """Where those are who act: "police in Minsk", "Sarajevo police"."""
    found = _hung([span.root for span in actors], frozenset({"in", "at", "across", "throughout"}), placed)
    towns = [one for one in placed if not _is_country(one)]
    return found or _within([span for span in actors if span.root.pos_ == "NOUN"], towns)


def _exactest(start: int, end: int, mentions: Sequence[Entity]) -> Entity | None:
    """The most exact place named there: in "northwest Syria's Idlib" that is Idlib."""
    inside = [mention for mention in mentions if start <= mention.start and mention.end <= end]
    return min(inside, key=_is_country, default=None)


def _is_country(mention: Entity) -> bool:
    return mention.entity_id is not None and mention.entity_id.startswith("country:")


def _by_reference(
    trigger: Trigger, actors: Sequence[Span], recipients: Sequence[Span], placed: Sequence[Entity]
) -> Location | None:
    """ "strikes hit the region": the nearest place named before it in the sentence, but for who did it."""
    doers = [(span.start_char, span.end_char) for span in actors]
    placed = [one for one in placed if not any(start <= one.start < end for start, end in doers)]
    nouns = [span.root for span in recipients if span.root.lower_ in REFERENCES and span[0].lower_ in ("the", "this")]
    if not nouns:
        return None
    sentence = trigger.token.sent
    before = [m for m in placed if sentence.start_char <= m.start and m.end <= nouns[0].idx]
    return _location(min(reversed(before), key=_is_country)) if before else None


REFERENCES = frozenset("region city town area province village capital district camp".split())


def _location(mention: Entity, *, near: bool = False) -> Location:
    """The record of a place; one that the gazetteer lacks has its name only."""
    precision: Precision = "place"
    if mention.lat is None:
        precision = "unresolved"
    elif near or _is_country(mention):
        precision = "near" if near else "country"
    return Location(
        name=mention.name or mention.text,
        country=mention.country,
        lat=mention.lat,
        lon=mention.lon,
        precision=precision,
        start=mention.start,
        end=mention.end,
    )
