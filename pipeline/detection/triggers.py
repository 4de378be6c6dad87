"""Triggers: the words of a sentence that a rule of the lexicon recognises, with the theme noun that the rule asked for."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from spacy.tokens import Span, Token

from pipeline.detection.arguments import STRIKING, carriers, clause_subjects, fill
from pipeline.detection.grammar import VERB, objects, possessors, prepositional, subjects
from pipeline.detection.lexicon import OPEN_CLASSES, Condition, PartOfSpeech, Rule, lexicon
from pipeline.detection.phrases import TIME_NOUNS, TRANSPARENT, classes, is_party, lemma, names_somebody, seen_through
from pipeline.nlp import knowledge


@dataclass(frozen=True, slots=True)
class Trigger:
    """A rule that fits at `token`; `words` are all tokens of the trigger, `theme` the noun its condition asked for."""

    rule: Rule
    token: Token
    words: tuple[Token, ...]
    theme: Token | None


def triggers(sentence: Span) -> Iterator[Trigger]:
    """The most specific rule of each token, in text order; a token in another trigger's words triggers nothing itself."""
    found = [trigger for token in sentence if (trigger := _best(token)) is not None]
    spoken_for = {word.i for trigger in found for word in trigger.words if word != trigger.token}
    spoken_for |= {trigger.theme.i for trigger in found if trigger.theme is not None}
    deeds = {trigger.token.i for trigger in found if trigger.rule.pos == "N" and trigger.rule.type == "ASSAULT"}
    for trigger in found:
        if trigger.token.i not in spoken_for and not _only_strikes(trigger, deeds):
            yield trigger


def _only_strikes(trigger: Trigger, deeds: set[int]) -> bool:
    """ "A drone strike killed six": the strike is the event, what it did to whom is its recipient."""
    if trigger.token.pos_ not in VERB or lemma(trigger.token) not in STRIKING:
        return False
    return any(head.i in deeds for head in subjects(trigger.token))


def part_of_speech(token: Token) -> tuple[PartOfSpeech, ...]:
    """The lexicon's parts of speech that a token may have; a participle may be a verb or an adjective."""
    if token.pos_ in VERB:
        return ("V", "A") if token.tag_ in ("VBN", "VBG", "VBD") and token.dep_ in ("amod", "acomp") else ("V",)
    if token.pos_ in ("NOUN", "PROPN"):
        return ("N",)
    if token.pos_ in ("ADJ", "ADV", "ADP"):
        return ("A", "V") if token.tag_ == "VBN" else ("A",)
    return ()


def _best(token: Token) -> Trigger | None:
    rules = lexicon().rules
    if token.dep_ == "compound" and token.head.i > token.i and token.head.pos_ in ("NOUN", "PROPN"):
        return None  # "attack helicopters", "protest movement": what the noun is for, not what happened
    for pos in part_of_speech(token):
        for rule in rules.get((lemma(token), pos), ()) or (rules.get((token.lower_, pos), ()) if pos == "A" else ()):
            words = _words(rule, token)
            if words is None:
                continue
            holds, theme = _conditions(rule, token)
            if holds:
                return Trigger(rule, token, words, theme)
    return None


def _words(rule: Rule, token: Token) -> tuple[Token, ...] | None:
    """The tokens of the rule's words, or None: before a noun head ("air strike"), below a verb head ("call off")."""
    if len(rule.words) == 1:
        return (token,)
    if rule.pos == "N":
        first = token.i - len(rule.words) + 1
        if first < 0:
            return None
        before = tuple(token.doc[first : token.i])
        same = all(lemma(t) == word or t.lower_ == word for t, word in zip(before, rule.words[:-1], strict=True))
        return (*before, token) if same else None
    found = [token]
    for word in rule.words[1:]:
        below = (child for parent in found for child in parent.children if child.i > found[-1].i)
        match = next((child for child in below if child.lower_ == word or lemma(child) == word), None)
        if match is None or match.i - token.i > 8:
            return None
        found.append(match)
    return tuple(found)


def _conditions(rule: Rule, token: Token) -> tuple[bool, Token | None]:
    """Whether all conditions hold, and the noun of a named class that met the first of them."""
    theme: Token | None = None
    for position, condition in enumerate(rule.conditions):
        met = _met(condition, token)
        if (met is None) != condition.absent:
            return False, None
        if position == 0 and condition.role != "under" and condition.classes - OPEN_CLASSES:
            theme = met
    return True, theme


def _met(condition: Condition, token: Token) -> Token | None:
    if condition.role == "under":
        return token if _governing_preposition(token) in condition.classes else None
    if condition.role == "comp":
        before = token.i > 0 and classes(token.nbor(-1)) & condition.classes
        return token.nbor(-1) if before else None
    if condition.role == "xcomp":
        return _clause(condition, token)
    for head in _candidates(condition.role, token):
        for noun in seen_through(head):
            if _belongs(noun, condition.classes):
                return noun
    return None


def _governing_preposition(noun: Token) -> str:
    """The preposition over a noun, past nouns of number and span: "after weeks of talks" is after."""
    while (
        noun.dep_ == "pobj"
        and noun.head.lower_ == "of"
        and (lemma(noun.head.head) in TRANSPARENT or lemma(noun.head.head) in TIME_NOUNS)
    ):
        noun = noun.head.head
    return noun.head.lower_ if noun.dep_ == "pobj" else ""


def _candidates(role: str, token: Token) -> list[Token]:
    """The nouns that may meet a condition on the role; any role without a finder of its own is a preposition."""
    finder = CANDIDATES.get(role)
    return finder(token) if finder is not None else prepositional(token, role)


def _described(token: Token) -> list[Token]:
    """The noun that an adjective is said of."""
    if token.dep_ in ("amod", "acl"):
        return [token.head]
    return subjects(token.head) if token.dep_ in ("acomp", "prep", "advmod", "attr") else []


def _belonging(token: Token) -> list[Token]:
    """What stands around a noun of action: "postponement of talks", "the talks' postponement", "ceasefire violation"."""
    before = [child for child in token.lefts if child.dep_ in ("compound", "amod", "nmod")]
    carried = carriers(token) if token.pos_ == "VERB" else []
    return prepositional(token, "of") + possessors(token) + before + carried


def _predicates(token: Token) -> list[Token]:
    return [child for child in token.children if child.dep_ in ("oprd", "ccomp", "acomp", "xcomp", "attr")]


CANDIDATES: dict[str, Callable[[Token], list[Token]]] = {
    "subj": subjects,
    "obj": objects,
    "noun": _described,
    "of": _belonging,
    "by": lambda token: fill("by", token, None) + possessors(token),
    "clause": clause_subjects,
    "speaker": lambda token: fill("speaker", token, None),
    "headsubj": lambda token: fill("headsubj", token, None),
    "oprd": _predicates,
    "advmod": lambda token: [child for child in token.children if child.dep_ == "advmod"],
    "amod": lambda token: [child for child in token.lefts if child.dep_ == "amod"],
}


def _belongs(noun: Token, wanted: frozenset[str]) -> bool:
    if classes(noun) & wanted or "any" in wanted:
        return True
    if ("participant" in wanted and names_somebody(noun)) or ("party" in wanted and is_party(noun)):
        return True
    if "money" in wanted and "MONEY" in (noun.ent_type_, *(child.ent_type_ for child in noun.lefts)):
        return True
    if "person" in wanted and (noun.ent_type_ in ("PERSON", "NORP") or lemma(noun) in PERSONS or _governs(noun)):
        return True
    return "place" in wanted and noun.ent_type_ in ("GPE", "LOC", "FAC")


PERSONS = frozenset(
    "man woman person child people president minister leader official journalist activist student teacher worker migrant "
    "refugee suspect member reporter lawyer judge officer chief general ambassador envoy diplomat resident citizen".split()
)


def _governs(noun: Token) -> bool:
    return noun.ent_type_ == "" and knowledge.sector(lemma(noun)) == "GOV"


def _infinitive(verb: Token) -> bool:
    return verb.tag_ in ("VB", "VBG")


# Infinitives that are of the class only with an object: to strike a town is violence, to strike is not.
WITH_OBJECT = frozenset({"violence-on"})


def _clause(condition: Condition, token: Token) -> Token | None:
    """A governed infinitive of a class ("threatened to attack"), of any ("agreed to"), or with an object of a class."""
    for child in token.children:
        if child.dep_ not in ("xcomp", "ccomp", "acl") or child.pos_ not in VERB or not _infinitive(child):
            continue
        if "any" in condition.classes or classes(child) & (condition.classes - WITH_OBJECT):
            return child
        if classes(child) & condition.classes and objects(child):
            return child
        for head in objects(child):
            for noun in seen_through(head):
                if classes(noun) & condition.classes:
                    return noun
    return None
