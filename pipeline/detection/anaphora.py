"""Anaphora: pronouns and definite noun phrases that stand for whom an earlier sentence names, where one reading alone is open.

Precise rules only, each over its own kind of phrase, nearest sentence first, agreement in number and kind (the sieves of Lee et
al. 2013, "Deterministic coreference resolution based on entity-centric, precision-ranked rules"; subjects before the rest as in
centering, Grosz et al. 1995). Of two that agree neither is taken: no event is hung on a guess.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from spacy.tokens import Span, Token

from pipeline.detection.discourse import ARMED, Discourse, is_bare, spanned, who
from pipeline.detection.grammar import VERB, surface_subjects
from pipeline.detection.nouns import is_party
from pipeline.detection.phrases import lemma, phrase
from pipeline.detection.pronouns import HUMAN, PERSONAL, PLURAL, is_group, is_person
from pipeline.detection.quotations import SAYING, around
from pipeline.nlp import knowledge
from pipeline.nlp.participants import MODIFIERS, known_of
from pipeline.records import Entity, Participant

NEAR = 3  # sentences
FAR = 8  # of which some may be quoted
NUMBERS = {"both": 2, "two": 2, "three": 3}
COUNTRIES = frozenset("countries nations neighbours neighbors governments states".split())
LEADERS = frozenset("leaders presidents ministers men women".split())
SIDES = frozenset("sides parties rivals".split())
BODIES = frozenset("group movement organisation organization".split())
STATE = frozenset({"GOV", "MIL", "COP", "JUD", "LEG", "SPY", "JRN"})
Told = Sequence[Sequence[Participant]]  # the two sides of each earlier event that has two


def referents(span: Span, said: Discourse, told: Told = ()) -> list[Participant]:
    """Those for whom the span stands, in its words; a phrase that nothing decides for itself, such a pronoun for nobody."""
    own = who(said.reading, span)
    if span.root.pos_ == "PRON" and span.root.lower_ in PERSONAL | PLURAL | {"it"} and len(span) == 1:
        found = _of_pronoun(span, said)
    elif span.root.lower_ in TWINS and len(span) > 1:
        found = [one for alpha3 in TWINS[span.root.lower_] if (one := _government(own, alpha3))]
    elif own.entity_id or own.country or not is_bare(span):
        return [own]
    else:
        found = _of_phrase(span, said, told) or [own]
    return [replace(one, text=own.text, start=own.start, end=own.end) for one in found]


# "The two Koreas" are two, and no place of that name.
TWINS = {"koreas": ("PRK", "KOR"), "sudans": ("SDN", "SSD"), "congos": ("COD", "COG")}


def _government(one: Participant, alpha3: str | None) -> Participant | None:
    """The government of that country, in the words of `one`."""
    known = knowledge.country(alpha3) if alpha3 else None
    return replace(one, name=known.name, entity_id=known.entity_id, country=alpha3, sector="GOV") if known else None


def _of_phrase(span: Span, said: Discourse, told: Told) -> list[Participant]:
    noun = span[-1].lower_
    count = next((NUMBERS[token.lower_] for token in span if token.lower_ in NUMBERS), None)
    if count is not None:
        if noun in SIDES and count == 2:
            return list(told[-1]) if told else []
        pick = _country if noun in COUNTRIES else _person if noun in LEADERS else None
        return _nearest(span, said, count, pick) if pick else []
    bearers = said.bearers(noun, span.start_char)
    if bearers:
        return bearers if len(bearers) == 1 and (bearers[0].entity_id or bearers[0].country) else []
    if noun in ARMED:
        armed = [one for one in said.armed if one.start < span.start_char]
        return armed if len(armed) == 1 else []
    return _nearest(span, said, 1, _body) if noun in BODIES else []


SUBJECT = frozenset({"nsubj", "nsubjpass"})
HE, SHE = frozenset({"he", "him", "his", "himself"}), frozenset({"she", "her", "hers", "herself"})
GROUPS = frozenset({"GPE", "ORG", "NORP"})
Pick = Callable[[Discourse, Entity], Participant | None]


def _nearest(span: Span, said: Discourse, count: int, pick: Pick) -> list[Participant]:
    """The `count` different ones that the nearest sentences name, or none where the last of them names more."""
    found: dict[str, Participant] = {}
    own = _own_subjects(span.root)
    for part in said.before(span, NEAR):
        for mention in said.mentions(part):
            one = pick(said, mention)
            if one is not None and said.root(one).i not in own:
                found.setdefault(one.entity_id or one.name, one)
        if len(found) >= count:
            chosen = list(found.values()) if len(found) == count else _joined(said, list(found.values()))
            return sorted(chosen, key=lambda one: one.start) if len(chosen) == count else []
    return []


def _own_subjects(noun: Token) -> set[int]:
    """Those who do it to the noun: "Qatar and Turkey urged both countries" means two others."""
    verb = next((above for above in noun.ancestors if above.pos_ in VERB), noun)
    return {head.i for head in surface_subjects(verb)} - {noun.i} if verb != noun else set()


def _joined(said: Discourse, found: Sequence[Participant]) -> list[Participant]:
    """Of too many those that the text joins: "Swiss envoys met officials of Armenia and Azerbaijan"."""
    roots = {one.start: said.root(one) for one in found}
    heads = {root.head.i for root in roots.values() if root.dep_ == "conj"}
    return [one for one in found if roots[one.start].dep_ == "conj" or roots[one.start].i in heads]


def _mentioned(said: Discourse, mention: Entity) -> Participant:
    return who(said.reading, spanned(said.reading, mention))


def _country(said: Discourse, mention: Entity) -> Participant | None:
    """The government of a country, or of a capital that acts, or that a nationality tells."""
    if mention.label not in ("GPE", "NORP"):
        return None
    one = _mentioned(said, mention)
    return _government(one, one.country) if mention.label == "NORP" or one.sector == "GOV" else None


def _person(said: Discourse, mention: Entity) -> Participant | None:
    return _mentioned(said, mention) if mention.label == "PERSON" else None


def _body(said: Discourse, mention: Entity) -> Participant | None:
    """An organisation that is no organ of a state: one of the tables, or of several words, for models take much for one."""
    if mention.label != "ORG":
        return None
    known = known_of(mention)
    fits = known.sector not in STATE if known else " " in mention.text
    return _mentioned(said, mention) if fits else None


def _of_pronoun(span: Span, said: Discourse) -> list[Participant]:
    """A subject that nobody before it in its own sentence agrees with, by the sentences before of the same voice."""
    pronoun = span.root
    own, *earlier = said.before(span, FAR)
    if pronoun.dep_ not in SUBJECT or _agreeing(pronoun, own) or any(_might_agree(pronoun, token) for token in own):
        return []
    voice = around(pronoun, said.quotes)
    told = [sentence for sentence in earlier if around(sentence.root, said.quotes) == voice]
    for sentence in told[:NEAR]:
        if any(lead.lower_ == pronoun.lower_ for lead in _leads(pronoun, sentence)):
            continue  # it goes on speaking of the same
        candidates = _agreeing(pronoun, sentence)
        if candidates and not _speaks_of_another(pronoun, sentence):
            heads = _decided(pronoun, candidates, sentence)
            return [one for head in heads for one in referents(phrase(head), said)]
        if candidates or pronoun.lower_ not in PERSONAL:
            break
    return []


def _speaks_of_another(pronoun: Token, sentence: Span) -> bool:
    """Whether a sentence has pronouns of the other sex only."""
    words = {token.lower_ for token in sentence}
    own, other = (SHE, HE) if pronoun.lower_ in SHE else (HE, SHE)
    return pronoun.lower_ in PERSONAL and bool(words & other) and not words & own


def _decided(pronoun: Token, candidates: list[list[Token]], sentence: Span) -> list[Token]:
    """The one person who agrees, else the sentence's subject; of two people named only one who said and goes on saying."""
    if len(candidates) == 1 and pronoun.lower_ in PERSONAL:
        return candidates[0]
    leads = _leads(pronoun, sentence)
    leading = [heads for heads in candidates if heads[0] in leads]
    if len(leading) != 1:
        return []
    rivals = [heads for heads in candidates if heads not in leading and heads[0].ent_type_ == "PERSON"]
    return leading[0] if not rivals or _says(pronoun.head) and _says(leading[0][0].head) else []


def _leads(pronoun: Token, sentence: Span) -> list[Token]:
    """The sentence's subjects: of "X, Y said" both, but Y only for one who goes on saying."""
    root = sentence.root
    content = [child for child in root.children if child.dep_ == "ccomp"] if _says(root) else []
    verbs = [root] if _says(pronoun.head) else [root, *content]
    return [head for verb in verbs for head in surface_subjects(verb)[:1]]


def _says(verb: Token) -> bool:
    return verb.pos_ in VERB and lemma(verb) in SAYING


def _agreeing(pronoun: Token, part: Span) -> list[list[Token]]:
    """The noun phrases of a part that agree with a pronoun in number and kind; coordinated ones are one to "it" and "they"."""
    found: list[list[Token]] = []
    single = pronoun.lower_ in PERSONAL
    for token in part:
        if (
            token.pos_ not in ("NOUN", "PROPN")
            or token.dep_ in MODIFIERS - {"poss"}
            or token.dep_ == "conj"
            and not single
        ):
            continue
        heads = [token] if single else [head for head in (token, *token.conjuncts) if part.start <= head.i < part.end]
        if _agrees(pronoun, heads):
            found.append(heads)
    return found


def _agrees(pronoun: Token, heads: list[Token]) -> bool:
    named = heads[0].ent_type_
    several = len(heads) > 1 or (heads[0].tag_ in ("NNS", "NNPS") and named not in ("GPE", "ORG"))
    if pronoun.lower_ in PLURAL:
        return several and all(is_party(head) for head in heads)
    if several:
        return False
    if pronoun.lower_ in PERSONAL:
        return named == "PERSON" or (named not in GROUPS and is_person(heads[0]))
    return named != "PERSON" and is_group(heads[0])


def _might_agree(pronoun: Token, token: Token) -> bool:
    """Whether a word of the pronoun's own sentence may be a person whom nothing else shows to be one."""
    if pronoun.lower_ not in PERSONAL or token.dep_ not in ("nsubj", "nsubjpass", "dobj", "pobj", "dative", "poss"):
        return False
    unlikely = token.ent_type_ in (*GROUPS, "LOC", "FAC", "DATE")
    return not unlikely and (token.pos_ == "PROPN" or lemma(token).endswith(HUMAN))
