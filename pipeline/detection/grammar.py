"""Grammar over the dependency parse (ClearNLP labels, as spaCy's English models have them): who is subject, who is object.

Logical roles turn the passive round and follow coordination, control ("agreed to meet"), raising, relative and participial
clauses; see Manning & Schütze 1999 §3.2 for the linguistics, de Marneffe & Manning 2008 for the labels.
"""

from collections.abc import Callable

from spacy.tokens import Token

from pipeline.detection import pronouns
from pipeline.detection.nominals import after_particle, given, named_before, possessors, prepositional, under
from pipeline.detection.nouns import is_content_noun, is_reciprocal
from pipeline.detection.phrases import TIME_NOUNS, conjuncts, is_joined, lemma
from pipeline.detection.relatives import is_object_relative, modified

PREPOSITIONS_OF_AGENT = ("by",)
# Verbs whose object is the subject of what they govern ("urged him to leave").
OBJECT_CONTROL = frozenset(
    "accuse allow appeal ask authorize call cause charge compel convince encourage expect force help implore instruct invite "
    "order permit persuade press pressure prompt push request suspect tell urge want warn blame condemn criticize praise "
    "clear acquit convict".split()
)
# Who calls somebody to say something says it.
CONTACT = frozenset("call phone telephone visit write tweet".split())
UTTERING = frozenset(
    "express convey voice congratulate thank condole wish reiterate assure reassure apologize apologise discuss".split()
)
# Verbs whose object does not do what follows ("barred him from leaving").
KEEPING = frozenset(
    "stop bar ban block keep prevent prohibit forbid deter discourage dissuade hinder restrain exclude".split()
)
VERB = ("VERB", "AUX")


def is_passive(verb: Token) -> bool:
    """Whether the verb stands in the passive, or is a past participle that modifies a noun."""
    if any(child.dep_ in ("auxpass", "nsubjpass", "csubjpass") for child in verb.children):
        return True
    return verb.dep_ == "acl" and verb.tag_ == "VBN" and not subjects_own(verb)  # not "charges that it had armed them"


def subjects(verb: Token) -> list[Token]:
    """Logical subjects of a verb or a predicate adjective, coordination opened."""
    if is_passive(verb):
        return _agents(verb)
    own = [child for child in verb.children if child.dep_ in ("nsubj", "expl") and child.dep_ != "expl"]
    if own:
        return [head for child in own for head in _antecedents(child)]
    return _behind_a_day(verb) or _inherited(verb)


def _behind_a_day(verb: Token) -> list[Token]:
    """ "On Thursday gunmen ambushed a convoy", where the parser took the day for a part of the doers."""
    under = (noun for child in verb.lefts if child.dep_ == "prep" for noun in child.children if noun.dep_ == "pobj")
    return [noun for noun in under if noun.i == verb.i - 1 and is_behind_a_day(noun)]


def is_behind_a_day(noun: Token) -> bool:
    """The gunmen of "On Thursday gunmen", the Turkey of "In 2019 Turkey"."""
    year = noun.dep_ == "pobj" and noun.pos_ == "PROPN" and noun.head.lower_ == "in"
    return any(
        (part.dep_ == "compound" and lemma(part) in TIME_NOUNS)
        or (year and part.dep_ in ("nummod", "compound") and part.ent_type_ == "DATE" and part.like_num)
        for part in noun.lefts
    )


def _agents(verb: Token) -> list[Token]:
    return [
        head
        for child in verb.children
        if child.dep_ == "agent" or (child.dep_ == "prep" and child.lower_ in PREPOSITIONS_OF_AGENT)
        for noun in child.children
        if noun.dep_ == "pobj" and lemma(noun) not in TIME_NOUNS  # "delayed by ten months"
        for head in conjuncts(noun)
    ]


def _antecedents(noun: Token) -> list[Token]:
    """The nouns that a subject stands for; a relative pronoun stands for the noun that its clause modifies."""
    if noun.tag_ in ("WDT", "WP") or (noun.lower_ == "that" and noun.pos_ == "PRON"):
        clause = noun.head
        while clause.dep_ in ("conj", "xcomp", "ccomp") and clause.head.pos_ in VERB:
            clause = clause.head
        return modified(clause) if clause.dep_ == "relcl" else []
    if is_reciprocal(noun) and noun.head.pos_ in VERB and noun.dep_ not in ("nsubj", "nsubjpass"):
        return subjects(noun.head)
    if noun.tag_ == "PRP":
        return pronouns.antecedents(noun) or [noun]
    return conjuncts(noun)


def _inherited(verb: Token) -> list[Token]:
    """The subject of a verb that has none of its own, by the construction it stands in."""
    construction = INHERITANCE.get(verb.dep_)
    return construction(verb, verb.head) if construction is not None and verb.head != verb else []


def _shared(verb: Token, governor: Token) -> list[Token]:
    """ "attacked and looted", "attacked, killing six": the subject of the verb before."""
    adverbial = verb.dep_ == "advcl" and verb.tag_ not in ("VBG", "VBN", "VB")
    return surface_subjects(governor) if governor.pos_ in VERB and not adverbial else []


def surface_subjects(verb: Token) -> list[Token]:
    """The grammatical subject, whatever the voice: what a coordinated or adverbial clause shares."""
    own = [child for child in verb.children if child.dep_ in ("nsubj", "nsubjpass")]
    return [head for child in own for head in _antecedents(child)] or _inherited(verb)


def _controlled(verb: Token, governor: Token) -> list[Token]:
    if lemma(governor) in OBJECT_CONTROL and not (lemma(governor) in CONTACT and lemma(verb) in UTTERING):
        return objects(governor) or prepositional(governor, "on") or prepositional(governor, "to")
    return surface_subjects(governor)


def _of_noun(verb: Token, noun: Token) -> list[Token]:
    """ "forces attacking the city": the forces; "a plan to attack": whoever has the plan."""
    if verb.tag_ in ("VBG", "VBD"):  # VBD: a main verb that the parser hung on its subject
        return [noun]
    if lemma(noun) in BIDS:
        owners = under(noun, "on") or under(noun, "to")
    else:
        owners = possessors(noun) or prepositional(noun, "from") or prepositional(noun, "by") or named_before(noun)
    if noun.dep_ == "pobj" and noun.head.lower_ == "of":
        noun = noun.head.head  # "signed a letter of intent to buy it"
    if noun.dep_ == "pobj" and noun.head.lower_ == "in" and lemma(noun.head.head) == "be":
        return surface_subjects(noun.head.head)  # "is in talks to buy it"
    if owners or noun.head.pos_ not in VERB:
        return owners
    if noun.dep_ == "nsubjpass":
        return _agents(noun.head)
    receivers = given(noun.head)
    if receivers:
        return receivers  # "gave the bank an option to buy it"
    judged = lemma(noun.head) in JUDGING and lemma(noun) not in BIDS
    return surface_subjects(noun.head) if noun.dep_ in ("dobj", "attr") and not judged else []


# Whoever does so to a plan is not the one who has it.
JUDGING = frozenset(
    "criticise criticize condemn denounce oppose reject block veto support back welcome approve endorse attack dismiss "
    "challenge question praise applaud".split()
)
# Of these it is not who makes them that would do it, but who is asked: "a call on Oslo to act", "rejected a call to act".
BIDS = frozenset("call appeal request demand order invitation pressure recommendation advice".split())


def _of_preposition(_: Token, preposition: Token) -> list[Token]:
    """ "accused them of attacking": the accused, wherever "of" hangs; "after attacking": the subject of the verb before."""
    governor = preposition.head
    if governor.pos_ in VERB:
        if lemma(governor) in OBJECT_CONTROL and preposition.lower_ in ("of", "for", "with"):
            return objects(governor)
        if lemma(governor) in KEEPING and preposition.lower_ == "from":
            return objects(governor)
        return surface_subjects(governor)
    if governor.dep_ == "dobj" and preposition.lower_ in ("of", "for") and lemma(governor.head) in OBJECT_CONTROL:
        return conjuncts(governor)
    return possessors(governor)


INHERITANCE: dict[str, Callable[[Token, Token], list[Token]]] = {
    "conj": _shared,
    "advcl": _shared,
    "xcomp": _controlled,
    "ccomp": _controlled,
    "acl": _of_noun,
    "pcomp": _of_preposition,
    "acomp": lambda _, copula: surface_subjects(copula),
    "attr": lambda _, copula: surface_subjects(copula),
    "oprd": lambda _, copula: surface_subjects(copula),
}


OBJECTS = frozenset({"dobj", "nsubjpass", "dative"})


def objects(verb: Token) -> list[Token]:
    """Logical objects: the direct object, the subject of a passive, the noun that a participle or relative clause modifies."""
    own = [child for child in verb.children if child.dep_ in OBJECTS and child.pos_ != "ADP" and not is_joined(child)]
    found = [head for child in own or _called(verb) for head in _antecedents(child)]
    if found:
        return found
    if verb.dep_ == "acl" and verb.tag_ == "VBN":
        return [verb.head]
    after = after_particle(verb) or (prepositional(verb, "of") if verb.tag_ == "VBG" else [])
    if after:
        return after
    if verb.dep_ == "relcl" and not is_passive(verb) and is_object_relative(verb) and not is_content_noun(verb.head):
        return [verb.head]
    if verb.dep_ in ("conj", "advcl", "pcomp", "xcomp") and is_passive(verb):
        return _inherited(verb)  # "died after being shot and was buried"
    shared = [child for child in verb.rights if child.dep_ == "conj" and child.pos_ in VERB and not subjects_own(child)]
    return objects(shared[0]) if shared and verb.dep_ != "conj" and not _is_complete(verb) else []


def _called(verb: Token) -> list[Token]:
    """ "Called President Sall on Friday", where the parser took the object for what somebody was called."""
    return [child for child in verb.rights if child.dep_ == "oprd" and child.ent_type_ == "PERSON"]


def _is_complete(verb: Token) -> bool:
    """ "returned to Minsk and took a job": what has a phrase of its own behind it does not share the object of the next verb."""
    return any(child.dep_ == "prep" for child in verb.rights)


def subjects_own(verb: Token) -> bool:
    """Whether the verb has a subject of its own."""
    return any(child.dep_ in ("nsubj", "nsubjpass") for child in verb.children)
