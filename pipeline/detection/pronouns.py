"""Pronouns within a sentence: only where grammar all but decides ("X said it would withdraw", "X called Y to thank him").

A small measured rule set after Hobbs 1978 and Lappin & Leass 1994 (subject of the governing clause first, agreement in number
and animacy), without their heuristics for other sentences: no event is hung on a guess.
"""

from spacy.tokens import Token

from pipeline.nlp import knowledge

PERSONAL = frozenset({"he", "she", "him", "her"})
PLURAL = frozenset({"they", "them", "we", "us"})
NEUTER = frozenset({"it"})
CLAUSES = frozenset({"ccomp", "advcl", "xcomp", "acl", "pcomp", "conj", "relcl"})


def antecedents(pronoun: Token) -> list[Token]:
    """The nouns that a personal pronoun stands for, or none."""
    clause = pronoun.head
    for _ in range(4):  # deeper embedding is too far for a rule
        if clause.dep_ not in CLAUSES or clause.head == clause:
            return []
        governor = clause.head
        for heads in _order(pronoun, clause):
            found = [head for head in heads if head.pos_ != "PRON" and head.i < pronoun.i]
            if found and agrees(pronoun, found):
                return found
        clause = governor
    return []


def _order(pronoun: Token, clause: Token) -> list[list[Token]]:
    """The governing clause's subject before its object; for the object of a purpose ("called Y to thank him") the reverse."""
    governor = clause.head
    if governor.pos_ not in ("VERB", "AUX"):
        return [_accused(governor)] if clause.dep_ in ("acl", "relcl") else []
    first, second = _plain(governor, ("nsubj", "nsubjpass")), _plain(governor, ("dobj", "dative"))
    purpose = pronoun.dep_ in ("dobj", "pobj", "dative") and clause.dep_ in ("advcl", "xcomp")
    return [second, first] if purpose else [first]


# What is done about charges by whom they are brought against.
REBUTTING = frozenset(
    "reject deny dismiss refute rebut repudiate dispute contest face admit acknowledge ridicule".split()
)


def _accused(noun: Token) -> list[Token]:
    """ "Rwanda rejected charges that it armed them": whoever answers the charges."""
    answers = noun.dep_ == "dobj" and noun.head.lemma_.lower() in REBUTTING
    return _plain(noun.head, ("nsubj", "nsubjpass")) if answers else []


def _plain(verb: Token, labels: tuple[str, ...]) -> list[Token]:
    own = [child for child in verb.children if child.dep_ in labels]
    return [head for child in own for head in (child, *child.conjuncts)]


def agrees(pronoun: Token, heads: list[Token]) -> bool:
    """Whether number and animacy of the nouns fit the pronoun."""
    word = pronoun.lower_
    several = len(heads) > 1 or any(head.tag_ in ("NNS", "NNPS") for head in heads)
    if word in PLURAL:
        return several or is_group(heads[0]) or _is_many(heads[0])
    if several:
        return False
    if word in PERSONAL:
        return heads[0].ent_type_ == "PERSON" or (
            not is_group(heads[0]) and knowledge.sector(heads[0].lemma_.lower()) is not None
        )
    return word in NEUTER and heads[0].ent_type_ != "PERSON"


def _is_many(head: Token) -> bool:
    """ "the Houthis": a name with an article and a plural's end, which the model may take for a person's."""
    return head.tag_ == "NNP" and head.text.endswith("s") and any(child.lower_ == "the" for child in head.lefts)


def is_group(head: Token) -> bool:
    """Whether the noun names or describes a body of people: "the government", "Hamas", "the army"."""
    return head.ent_type_ in ("ORG", "GPE", "NORP") or head.lower_ in GROUPS


def is_person(head: Token) -> bool:
    """Whether the noun describes one human being: "the minister", "a soldier", but not "the ministry", "a school"."""
    word = head.lemma_.lower()
    human = word in PERSONS or word.endswith(HUMAN)
    return head.pos_ == "NOUN" and human and knowledge.sector(word) is not None


HUMAN = ("er", "or", "ist", "man", "woman", "ian")
PERSONS = frozenset(
    "president chief general ambassador envoy diplomat official king queen prince pope colonel captain judge mp suspect witness "
    "spokesperson lieutenant sergeant admiral marshal rebel militant activist patriarch bishop premier secretary aide".split()
)
GROUPS = frozenset(
    "government army police military militia group party court council committee ministry parliament union company team "
    "coalition opposition administration regime force alliance board agency commission majority side".split()
)
