"""Addressees: whom an act concerns that is said of a thing ("rejected a request from the minister")."""

from collections.abc import Iterable, Iterator
from itertools import chain

from spacy.tokens import Token

from pipeline.detection.grammar import subjects
from pipeline.detection.lexicon import Rule
from pipeline.detection.nominals import possessors, prepositional
from pipeline.detection.nouns import is_matter, is_of_somebody, is_party
from pipeline.detection.phrases import lemma
from pipeline.detection.roles import modifiers
from pipeline.detection.senses import is_abstract

# The acts that are done by words.
VERBAL = frozenset({"SUPPORT", "ACCUSE", "REQUEST", "REJECT", "AGREE", "THREATEN"})
# Acts with parties, on things ("eased tariffs on Chinese goods").
DEALING = frozenset({"COOPERATE", "MOBILIZE", "CONCEDE"})
# What is condemned, rejected or marched on is a target in PLOVER; what is asked for, agreed, or refused to be done is none.
TARGETS = frozenset({"ACCUSE", "REJECT", "THREATEN", "MOBILIZE"})
# By which prepositions a thing that is spoken of has whose it is ("the attack by"), and by which whom else it concerns; but
# "condemned the attack on the embassy" is no word against the embassy.
DOING = ("by", "from")
CONCERNING = ("against", "of", "on", "to", "for", "with", "among", "between")
# Answers to somebody: "rejected an American ban on beef" is said to the Americans, "lifted an American ban on Iran" of Iran.
ANSWERS = frozenset({"REJECT", "SUPPORT"})
# Who investigates the soldier's death does not accuse the soldier.
FATES = frozenset("death murder killing assassination disappearance abduction arrest detention injury suicide".split())
# How many things deep: "a ban on imports of its beef".
STEPS = 2

Heads = dict[str, list[Token]]


def address(rule: Rule, heads: Heads) -> None:
    """Has the owners of a plan for those whom words on it concern, and those of a share for those whom a deal in it concerns."""
    if rule.type in VERBAL:
        heads["recipient"] = [who for head in heads["recipient"] for who in _owners(head)]
    elif rule.type in DEALING:
        without_things(rule, heads)


def without_things(rule: Rule, heads: Heads) -> None:
    """Has those for recipients whom the things among them concern, and the things for what it is about: in "bought a share of
    the firm's stock" the firm and the stock."""
    things = [head for head in heads["recipient"] if _is_thing(rule, head)]
    concerned = [_concerned(rule, head) if head in things else [head] for head in heads["recipient"]]
    heads["recipient"] = [head for head in chain.from_iterable(concerned) if head not in heads["actor"]]
    heads["about"] = heads["about"] or [thing for thing in things if thing not in heads["recipient"]]


def _is_thing(rule: Rule, head: Token) -> bool:
    """Whether the head is a thing; one with a name before it too, if it is not condemned ("the Quetta attack") or marched on."""
    return is_matter(head) or (rule.type not in ("ACCUSE", "MOBILIZE") and is_of_somebody(head))


def _owners(head: Token) -> list[Token]:
    """Whom an act of speech concerns: who criticises Kenya's plan criticises Kenya."""
    return ([who for who in possessors(head) if is_party(who)] if is_abstract(head) else []) or [head]


def _concerned(rule: Rule, thing: Token, steps: int = STEPS) -> list[Token]:
    """Whom an act concerns that is said of a thing: "rejected a request from the minister", "an appeal filed by him", "agreed to
    lift sanctions on the country", "… a ban on imports of its beef"; the thing itself if it is a target and nobody's.
    """
    parties = _first(
        [who for who in heads if is_party(who) and not _is_thing(rule, who)] for heads in _around(rule, thing)
    )
    if not parties and steps > 1 and rule.type != "ACCUSE":
        things = (noun for heads in _around(rule, thing) for noun in heads if _is_thing(rule, noun))
        found = (_concerned(rule, noun, steps - 1) for noun in things)
        parties = _first([who for who in heads if is_party(who)] for heads in found)
    if parties or is_of_somebody(thing):
        return parties or [thing]
    return [thing] if rule.type in TARGETS and not rule.frame.asks_clause else []


def _around(rule: Rule, thing: Token) -> Iterator[list[Token]]:
    """The nouns around a thing, group by group, in the order in which they may say whom an act on it concerns."""
    accused = rule.type == "ACCUSE"
    yield [] if accused and lemma(thing) in FATES else possessors(thing)
    yield _makers(thing)
    yield from (prepositional(thing, word) for word in DOING)
    if accused:
        return
    if rule.type in ANSWERS:
        yield modifiers(thing)
    yield from (prepositional(thing, word) for word in CONCERNING)
    if rule.type not in ANSWERS:
        yield modifiers(thing)


def _first(groups: Iterable[list[Token]]) -> list[Token]:
    return next(filter(None, groups), [])


def _makers(thing: Token) -> list[Token]:
    """ "Threats made by the minister": the minister."""
    clauses = (child for child in thing.rights if child.dep_ == "acl" and child.tag_ == "VBN")
    return [head for clause in clauses for head in subjects(clause)]
