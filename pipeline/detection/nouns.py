"""What a noun is said of: somebody, a party that can act, a thing, the content of a saying."""

import re
from itertools import pairwise

from spacy.tokens import Token

from pipeline.detection.phrases import AMOUNTS, TIME_NOUNS, TRANSPARENT, classes, compound, lemma, seen_through
from pipeline.nlp import knowledge

NAMING = frozenset({"PERSON", "ORG", "GPE", "NORP", "LOC", "FAC"})


# "Met on the sidelines of a summit": neither whom nor about what.
MARGINS = frozenset({"sideline", "margin", "fringe"})


def is_reciprocal(head: Token) -> bool:
    """ "each other", "one another": those who are named already."""
    if head.lower_ not in ("other", "another", "one"):
        return False
    around = [token.lower_ for token in head.doc[max(0, head.i - 1) : head.i + 2]]
    return any(pair in (("each", "other"), ("one", "another")) for pair in pairwise(around))


def names_somebody(head: Token) -> bool:
    """Whether the head can be a participant: no pronoun, no time, no bare number."""
    if is_reciprocal(head) or lemma(head) in MARGINS or any(child.lower_ == "pending" for child in head.lefts):
        return False
    if head.pos_ in ("NUM", "DET", "PRON") and any(child.lower_ == "of" for child in head.rights):
        return True
    if head.pos_ in ("PRON", "DET", "NUM", "ADV", "SYM", "PUNCT", "SPACE", "PART", "ADP", "CCONJ", "SCONJ"):
        return head.ent_type_ in NAMING
    if head.ent_type_ in ("DATE", "TIME", "CARDINAL", "PERCENT", "MONEY", "QUANTITY", "ORDINAL"):
        return head.pos_ == "NOUN" and lemma(head) not in TIME_NOUNS
    return head.pos_ in ("NOUN", "PROPN", "ADJ", "X") and lemma(head) not in TIME_NOUNS


def is_party(head: Token) -> bool:
    """Whether the head names or describes people or a body of people, not a thing."""
    if head.ent_type_ in ("PERSON", "ORG", "GPE", "NORP"):
        return True
    named = any(child.ent_type_ in ("NORP", "GPE", "ORG", "PERSON") and child.dep_ != "prep" for child in head.lefts)
    return head.pos_ in ("NOUN", "PROPN") and (named or knowledge.sector(lemma(head)) is not None)


# Nouns that name neither people nor bodies by themselves, but speak or strike for them.
SPOKESMEN = frozenset({"document", "troops", "weapons", "aircraft", "drone", "missile", "bodies", "crowd"})
# Derived nouns of who does a thing ("blogger", "tenant"), and things that only end like them.
PERSONAL = re.compile(r"(?:er|or|ist|ian|ant|ee|ary|al|ive|guard|man|woman|men|people|folk|ite|crat)$")


ENDING_SO = frozenset(
    "paper water weather power number order matter letter quarter river corner border door floor tower summer winter dinner "
    "danger anger fever cancer shower finger shoulder liver career merger takeover turnover tender offer answer counter layer "
    "filter cluster register meter perimeter barrier frontier boiler burner container computer server router printer scanner "
    "browser poster banner buffer chapter corridor copper silver timber lumber rubber leather powder pepper beer liquor tree "
    "fee coffee salary summary boundary burglary degree guarantee spree decree factor sector error motor rumor tremor "
    "labor color odor reactor processor microprocessor semiconductor tractor deal goal meal ordeal appeal proposal approval "
    "arrival survival removal refusal reversal renewal dismissal denial burial withdrawal disposal upheaval retrieval "
    "signal material mineral metal terminal festival funeral portal cereal arsenal scandal potential "
    "warrant grant transplant fertilizer fertiliser laser disorder slaughter murder laughter thunder wonder "
    "prayer shelter crater disaster manner gender site suite satellite granite appetite spite dynamite "
    "initiative incentive objective perspective directive alternative narrative drive dive archive hive list mist twist".split()
)


def sector(noun: Token) -> str | None:
    """PLOVER sector of a common noun, itself or with the word before it."""
    both = compound(noun)
    return (knowledge.sector(both) if both else None) or knowledge.sector(lemma(noun))


def is_thing(noun: Token) -> bool:
    """Whether a common noun is neither a name nor a word for people, their bodies, papers or arms: nobody who could act."""
    if noun.pos_ != "NOUN" or noun.ent_type_ in NAMING or is_party(noun) or lemma(noun) in TRANSPARENT:
        return False
    if noun.text[0].isupper() and not noun.is_sent_start:
        return False  # a name that the model does not know
    if any(child.dep_ == "relcl" and any(word.lower_ == "who" for word in child.lefts) for child in noun.rights):
        return False
    return not (sector(noun) or classes(noun) & SPOKESMEN or _is_personal(lemma(noun)))


# People whose words do not end so, and who have no sector.
FOLK = frozenset(
    "parent agent client kid baby guest twin adult teen orphan widow bride cop clerk chef friend cousin uncle aunt lady guy "
    "sect cult expert critic analyst scholar fan actress hero heroine princess duke household electorate convict witness chief "
    "boss delegate".split()
)


def _is_personal(word: str) -> bool:
    return word in FOLK or (PERSONAL.search(word) is not None and word not in ENDING_SO)


def is_of_somebody(noun: Token) -> bool:
    """Whether a common noun is a thing with its people named before it: "British beef", "an American proposal"."""
    if noun.pos_ != "NOUN" or noun.ent_type_ in NAMING or not is_party(noun):
        return False
    return not (sector(noun) or classes(noun) & (SPOKESMEN - {"document"}) or _is_personal(lemma(noun)))


def is_matter(noun: Token) -> bool:
    """Whether the noun, or all that it stands for, is a thing: "an end to the war"."""
    stands = lemma(noun) in TRANSPARENT - AMOUNTS and noun.pos_ == "NOUN" and not is_party(noun)
    return is_thing(noun) or (stands and all(is_thing(meant) for meant in seen_through(noun) if meant != noun))


CONTENT_NOUNS = frozenset(
    "accusation allegation charge claim report rumour rumor suggestion suspicion assertion notion belief fear hope idea fact "
    "evidence news statement threat promise pledge warning demand".split()
)


def is_content_noun(noun: Token) -> bool:
    """Whether a clause at the noun says what it holds ("charges that it tortured him"), which parsers take for a relative one."""
    return lemma(noun) in CONTENT_NOUNS
