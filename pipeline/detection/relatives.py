"""Relative clauses: which noun one modifies, and whether that noun is what the clause's verb is done to (ClearNLP labels)."""

from spacy.tokens import Token

from pipeline.detection.phrases import conjuncts, is_deed, lemma

HARM = frozenset("kill wound injure maim hurt".split())


def modified(clause: Token) -> list[Token]:
    """The noun that a relative clause modifies: of coordinated ones all behind a comma ("Qatar and Turkey, which brokered it"),
    else the nearest; but "an attack on a market that killed six" is the attack.
    """
    noun = clause.head
    deed = _deed_over(noun) if lemma(clause) in HARM else None
    if deed is not None and not any(child.lower_ == "who" for child in clause.lefts):
        return [deed]
    others = [other for other in conjuncts(noun) if other.i < clause.left_edge.i]
    if len(others) < 2 or others[0] != noun:
        return [noun]
    return others if clause.left_edge.nbor(-1).text == "," else others[-1:]


def _deed_over(noun: Token) -> Token | None:
    """The attack of whose place or target the noun tells, or None."""
    while noun.dep_ == "pobj" and noun.head.head.pos_ in ("NOUN", "PROPN") and not is_deed(noun):
        noun = noun.head.head
    return noun if is_deed(noun) else None


BESIDES = frozenset({"prep", "advmod"})


def is_object_relative(verb: Token) -> bool:
    """ "the town that they shelled": the relative pronoun, if any, is not the subject."""
    if any(
        word.tag_ in ("WDT", "WP", "WRB") for child in verb.lefts for word in child.subtree if child.dep_ in BESIDES
    ):
        return False  # "the meeting in which they agreed", "the town where they met"
    subject = next((child for child in verb.children if child.dep_ == "nsubj"), None)
    return subject is not None and subject.tag_ not in ("WDT", "WP") and subject.lower_ != "that"
