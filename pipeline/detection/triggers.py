"""Triggers: the words of a sentence that a rule of the lexicon recognises, with the theme noun that the rule asked for."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from spacy.attrs import LEMMA, ORTH
from spacy.tokens import Doc, Span, Token

from pipeline.detection.conditions import Nouns, conditions_hold
from pipeline.detection.deeds import STRIKING
from pipeline.detection.grammar import VERB, subjects
from pipeline.detection.lexicon import PartOfSpeech, Rule, lexicon
from pipeline.detection.phrases import HYPHENS, LEMMAS, is_paused, lemma, seen_through
from pipeline.detection.pronouns import is_person
from pipeline.detection.scan import places


@dataclass(frozen=True, slots=True)
class Trigger:
    """A rule that fits at `token`; `words` are all tokens of the trigger, `theme` the noun its condition asked for."""

    rule: Rule
    token: Token
    words: tuple[Token, ...]
    theme: Token | None


def rule_heads(doc: Doc) -> list[int]:
    """The tokens that may be the head of a rule by their word or lemma, or by the hyphen before them."""
    words = _words_of_rules()
    behind = [place + 1 for place in places(doc, HYPHENS, ORTH) if place + 1 < len(doc)]
    return sorted({*places(doc, words), *places(doc, words, LEMMA), *behind})


@cache
def _words_of_rules() -> frozenset[str]:
    return frozenset({*LEMMAS, *(word for word, _ in lexicon().rules)})


def triggers(sentence: Span, heads: Sequence[int]) -> Iterator[Trigger]:
    """The most specific rule of each of the doc's `heads` in the sentence, in text order; a token in another trigger's words
    triggers nothing itself.
    """
    tokens = (sentence.doc[i] for i in heads[bisect_left(heads, sentence.start) : bisect_left(heads, sentence.end)])
    found = [trigger for token in tokens if (trigger := _best(token)) is not None]
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
    # "A suicide bomber blew himself up, killing six": the bomber is who did it, and the deed is told by another word.
    return any(
        head.i in deeds and (head.head == trigger.token or not is_person(head))
        for subject in subjects(trigger.token)
        for head in seen_through(subject)
    )


def part_of_speech(token: Token) -> tuple[PartOfSpeech, ...]:
    """The lexicon's parts of speech that a token may have; a participle may be a verb or an adjective, or a noun where it has
    no object ("fighting between militias erupted")."""
    if _is_gerund(token):
        return ("N", "V")
    if token.pos_ in VERB:
        return ("V", "A") if token.tag_ in ("VBN", "VBG", "VBD") and token.dep_ in ("amod", "acomp") else ("V",)
    if token.pos_ in ("NOUN", "PROPN"):
        return ("N",)
    if token.pos_ in ("ADJ", "ADV", "ADP"):
        return ("A", "V") if token.tag_ == "VBN" else ("A",)
    return ()


def _is_gerund(token: Token) -> bool:
    subject = token.tag_ == "VBG" and token.dep_ in ("nsubj", "nsubjpass")
    return subject and not any(child.dep_ in ("dobj", "aux", "nsubj") for child in token.children)


def _best(token: Token) -> Trigger | None:
    rules = lexicon().rules
    if token.dep_ == "compound" and token.head.i > token.i and token.head.pos_ in ("NOUN", "PROPN"):
        return None  # "attack helicopters", "protest movement": what the noun is for, not what happened
    if token.ent_type_ == "PERSON" or _is_named_so(token) or is_paused(token):
        return None
    phrasal: bool | None = None
    nouns: Nouns = {}
    words: tuple[Token, ...] | None
    for pos in part_of_speech(token):
        for rule in rules.get((lemma(token), pos), ()) or (rules.get((token.lower_, pos), ()) if pos != "V" else ()):
            if pos == "V" and len(rule.words) == 1:
                phrasal = bool(_particles(token)) if phrasal is None else phrasal
                words = None if phrasal else (token,)
            else:
                words = _words(rule, token)
            if words is None or ("copula" not in rule.frame.actor and _describes(token)):
                continue
            holds, theme = conditions_hold(rule, token, nouns)
            if holds:
                return Trigger(rule, token, words, theme)
    return None


def _is_named_so(token: Token) -> bool:
    """ "Amnesty said": an organisation of that name, no amnesty."""
    return (
        token.ent_type_ == "ORG"
        and token.pos_ == "PROPN"
        and token.dep_ in ("nsubj", "nsubjpass", "pobj", "dobj", "poss")
    )


def _describes(noun: Token) -> bool:
    """ "The match was a massacre": a noun said of another noun tells what it is like, not that it happened."""
    copula = noun.head
    if noun.dep_ != "attr" or lemma(copula) != "be" or noun.pos_ not in ("NOUN", "PROPN"):
        return False
    return any(child.dep_ == "nsubj" and child.pos_ in ("NOUN", "PROPN") for child in copula.children)


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
        if word == rule.words[-1] and word in ADVERBIAL and _governs(match) and not _asks(rule, word):
            return None
        found.append(match)
    return tuple(found)


# "Gave in to the union", but not "given in October": what governs a noun is a preposition, unless a condition asks for it.
ADVERBIAL = frozenset({"in"})


def _governs(word: Token) -> bool:
    return any(child.dep_ in ("pobj", "pcomp") for child in word.children)


def _asks(rule: Rule, word: str) -> bool:
    return any(condition.role == word for condition in rule.conditions)


# What the parser may take for an adverb or a preposition: "fired back", "backing out of Kuwait".
AWAY = frozenset({"back", "out"})


def _particles(verb: Token) -> list[Token]:
    """Particles that make another verb of it ("fought back tears", "fired back"), no prepositions taken for such."""
    return [
        child
        for child in verb.children
        if (child.dep_ == "prt" and not any(t.dep_ == "pobj" for t in child.children))
        or (child.i == verb.i + 1 and child.dep_ in ("advmod", "prep") and child.lower_ in AWAY)
    ]
