"""What hangs on a noun or verb by a preposition, a possessive or its place before the noun (ClearNLP labels)."""

from spacy.tokens import Token

from pipeline.detection.phrases import conjuncts


def prepositional(token: Token, preposition: str) -> list[Token]:
    """The nouns under a preposition of the token, coordination opened.

    Where it has none, those that the parser may have hung elsewhere: of a noun of action onto its doer ("an attack by rebels
    on the base") or its verb ("carried out strikes on Friday against the camp"), of a verb onto its object ("shared evidence
    with Interpol").
    """
    if token.pos_ == "NOUN":
        others = [noun for by in token.rights if by.lower_ == "by" for noun in by.children]
        if token.dep_ == "dobj" and preposition in ("on", "against", "with", "into"):
            others.append(token.head)
    else:
        others = [part for part in token.rights if part.dep_ in ("dobj", "advmod", "prt")]  # "sent them back to Kabul"
        if preposition == "for":
            others += [noun for before in token.rights if before.dep_ == "prep" for noun in before.children]
    found = under(token, preposition) or [head for other in others for head in under(other, preposition)]
    return found or (_anywhere_below(token, preposition) if preposition == "against" else [])


def _anywhere_below(token: Token, preposition: str) -> list[Token]:
    """ "filed a lawsuit in a Paris court against the bank": a preposition that means one thing wherever it hangs."""
    below = [t for t in token.subtree if t.lower_ == preposition and t.dep_ == "prep" and t.i > token.i]
    return [head for found in below[:1] for noun in found.children if noun.dep_ == "pobj" for head in conjuncts(noun)]


def under(token: Token, preposition: str) -> list[Token]:
    """The nouns under a preposition that hangs on the token itself, coordination opened."""
    return [
        head
        for child in token.children
        if child.dep_ in ("prep", "dative", "agent", "prt", "advmod") and child.lower_ == preposition
        for noun in child.children
        if noun.dep_ == "pobj"
        for head in conjuncts(noun)
    ]


def possessors(noun: Token) -> list[Token]:
    """ "Turkey's attack": Turkey; "whose forces": the noun that the clause modifies."""
    found = []
    for child in noun.children:
        if child.dep_ == "poss":
            if child.tag_ == "WP$":
                clause = next((a for a in noun.ancestors if a.dep_ == "relcl"), None)
                found += [clause.head] if clause is not None else []
            else:
                found += conjuncts(child)
    return found


def named_before(noun: Token) -> list[Token]:
    """ "A White House plan"."""
    return [child for child in noun.lefts if child.dep_ == "compound" and child.ent_type_ in ("ORG", "GPE", "PERSON")]


def given(verb: Token) -> list[Token]:
    """ "Gave Mali aid": whom the thing is given."""
    return [head for child in verb.children if child.dep_ == "dative" for head in conjuncts(child)]


PARTICLES = frozenset({"off", "out", "up", "back", "away"})


def after_particle(verb: Token) -> list[Token]:
    """Objects of "call off", "walk out of", where the parser took the particle for a preposition."""
    particles = [
        child for child in verb.rights if child.dep_ in ("prep", "prt", "advmod") and child.lower_ in PARTICLES
    ]
    below = [part for child in particles for part in child.children]
    nested = [
        part for child in below if child.dep_ == "prep" and child.lower_ in ("of", "from") for part in child.children
    ]
    beside = [part for child in verb.rights if particles and child.lower_ in ("of", "from") for part in child.children]
    return [head for part in (*below, *nested, *beside) if part.dep_ == "pobj" for head in conjuncts(part)]
