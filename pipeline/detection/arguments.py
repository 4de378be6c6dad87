"""Arguments over the dependency parse (ClearNLP labels, as spaCy's English models have them).

Every role is a function from a trigger to the head nouns that fill it. Logical roles turn the passive round and follow
coordination, control ("agreed to meet"), raising, relative and participial clauses; see Manning & Schütze 1999 §3.2 for the
linguistics, de Marneffe & Manning 2008 for the labels.
"""

from collections.abc import Callable, Container

from spacy.tokens import Token

from pipeline.detection.lexicon import Rule
from pipeline.detection.phrases import conjuncts, lemma, names_somebody, seen_through

PREPOSITIONS_OF_AGENT = ("by",)
# Verbs whose object is the subject of what they govern ("urged him to leave").
OBJECT_CONTROL = frozenset(
    "accuse allow appeal ask authorize call cause charge compel convince encourage expect force help implore instruct invite "
    "order permit persuade press pressure prompt push request suspect tell urge want warn blame condemn criticize praise".split()
)
# Verbs that carry a noun trigger without adding to it ("launched an attack", "held talks").
LIGHT = frozenset(
    "carry conduct launch hold have make mount stage begin start open do deliver undertake step resume continue end stop "
    "intensify perform execute commit host attend chair lead conclude finish suffer face order call organize organise plan "
    "give issue announce declare enter join participate engage take wage complete break initiate unleash escalate".split()
)
# Verbs by which a noun trigger strikes somebody ("airstrikes hit the region").
STRIKING = frozenset(
    "hit strike kill target destroy pound rock wound injure shake damage devastate flatten rip tear leave claim displace".split()
)
VERB = ("VERB", "AUX")


def is_passive(verb: Token) -> bool:
    """Whether the verb stands in the passive, or is a past participle that modifies a noun."""
    if any(child.dep_ in ("auxpass", "nsubjpass", "csubjpass") for child in verb.children):
        return True
    return verb.dep_ == "acl" and verb.tag_ == "VBN"


def subjects(verb: Token) -> list[Token]:
    """Logical subjects of a verb or a predicate adjective, coordination opened."""
    if is_passive(verb):
        return _agents(verb)
    own = [child for child in verb.children if child.dep_ in ("nsubj", "expl") and child.dep_ != "expl"]
    if own:
        return [head for child in own for head in _antecedents(child)]
    return _inherited(verb)


def _agents(verb: Token) -> list[Token]:
    return [
        head
        for child in verb.children
        if child.dep_ == "agent" or (child.dep_ == "prep" and child.lower_ in PREPOSITIONS_OF_AGENT)
        for noun in child.children
        if noun.dep_ == "pobj"
        for head in conjuncts(noun)
    ]


def _antecedents(noun: Token) -> list[Token]:
    """The nouns that a subject stands for; a relative pronoun stands for the noun that its clause modifies."""
    if noun.tag_ in ("WDT", "WP") or (noun.lower_ == "that" and noun.pos_ == "PRON"):
        clause = noun.head
        while clause.dep_ in ("conj", "xcomp", "ccomp") and clause.head.pos_ in VERB:
            clause = clause.head
        return conjuncts_of_modified(clause) if clause.dep_ == "relcl" else []
    return conjuncts(noun)


def conjuncts_of_modified(clause: Token) -> list[Token]:
    """The noun that a relative or participial clause modifies (the nearest one only: wider scope is a guess)."""
    return [clause.head]


def _inherited(verb: Token) -> list[Token]:
    """The subject of a verb that has none of its own, by the construction it stands in."""
    governor = verb.head
    if governor == verb:
        return []
    if verb.dep_ == "conj" and governor.pos_ in VERB:
        return _surface_subjects(governor)
    if verb.dep_ in ("xcomp", "ccomp"):
        return _controlled(verb, governor)
    if verb.dep_ == "acl":
        return _of_noun(verb, governor)
    if verb.dep_ == "relcl":
        return []
    if verb.dep_ == "advcl" and verb.tag_ in ("VBG", "VBN", "VB"):
        return _surface_subjects(governor)
    if verb.dep_ == "pcomp":
        return _of_preposition(governor)
    if verb.dep_ in ("acomp", "attr", "oprd"):
        return _surface_subjects(governor)
    return []


def _surface_subjects(verb: Token) -> list[Token]:
    """The grammatical subject, whatever the voice: what a coordinated or adverbial clause shares."""
    own = [child for child in verb.children if child.dep_ in ("nsubj", "nsubjpass")]
    return [head for child in own for head in _antecedents(child)] or _inherited(verb)


def _controlled(verb: Token, governor: Token) -> list[Token]:
    if lemma(governor) in OBJECT_CONTROL:
        return objects(governor) or prepositional(governor, "on") or prepositional(governor, "to")
    return _surface_subjects(governor)


def _of_noun(verb: Token, noun: Token) -> list[Token]:
    """ "forces attacking the city": the forces; "a plan to attack": whoever has the plan."""
    if verb.tag_ == "VBG":
        return [noun]
    owners = possessors(noun)
    if owners or noun.head.pos_ not in VERB:
        return owners
    return _surface_subjects(noun.head) if noun.dep_ in ("dobj", "attr") else []


def _of_preposition(preposition: Token) -> list[Token]:
    governor = preposition.head
    if governor.pos_ in VERB:
        if lemma(governor) in OBJECT_CONTROL and preposition.lower_ in ("of", "for", "with"):
            return objects(governor)
        return _surface_subjects(governor)
    return possessors(governor)


def objects(verb: Token) -> list[Token]:
    """Logical objects: the direct object, the subject of a passive, the noun that a participle or relative clause modifies."""
    own = [child for child in verb.children if child.dep_ in ("dobj", "nsubjpass", "dative") and child.pos_ != "ADP"]
    found = [head for child in own for head in _antecedents(child)]
    if found:
        return found
    if verb.dep_ == "acl" and verb.tag_ == "VBN":
        return [verb.head]
    after = _after_particle(verb) or (prepositional(verb, "of") if verb.tag_ == "VBG" else [])
    if after:
        return after
    if verb.dep_ == "relcl" and not is_passive(verb) and _is_object_relative(verb):
        return [verb.head]
    if verb.dep_ == "conj" and is_passive(verb) and verb.head.pos_ in VERB:
        return _surface_subjects(verb.head)
    shared = [child for child in verb.rights if child.dep_ == "conj" and child.pos_ in VERB and not subjects_own(child)]
    return objects(shared[0]) if shared and verb.dep_ != "conj" else []


PARTICLES = frozenset({"off", "out", "up", "down", "back", "over", "away"})


def _after_particle(verb: Token) -> list[Token]:
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


def subjects_own(verb: Token) -> bool:
    """Whether the verb has a subject of its own."""
    return any(child.dep_ in ("nsubj", "nsubjpass") for child in verb.children)


def _is_object_relative(verb: Token) -> bool:
    """ "the town that they shelled": the relative pronoun, if any, is not the subject."""
    subject = next((child for child in verb.children if child.dep_ == "nsubj"), None)
    return subject is not None and subject.tag_ not in ("WDT", "WP") and subject.lower_ != "that"


def prepositional(token: Token, preposition: str) -> list[Token]:
    """The nouns under a preposition of the token, coordination opened."""
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


def modifiers(noun: Token) -> list[Token]:
    """Modifiers that name somebody: "Israeli strikes", "rebel attack"."""
    return [
        head
        for child in noun.lefts
        if child.dep_ in ("amod", "compound", "nmod")
        and (child.ent_type_ in ("NORP", "GPE", "ORG", "PERSON") or child.dep_ == "compound" and lemma(child) in GROUPS)
        for head in conjuncts(child)
    ]


GROUPS = frozenset(
    "rebel militant government army police insurgent militia coalition opposition gang cartel regime".split()
)


def carriers(noun: Token) -> list[Token]:
    """Subjects of the verb that carries a noun trigger: "X launched an attack on Y"."""
    verb = noun.head
    while verb.dep_ == "conj" and verb.pos_ not in VERB:
        verb = verb.head
    if verb.dep_ == "prep" and verb.head.pos_ in VERB:
        verb = verb.head
    if verb.pos_ not in VERB or noun.dep_ in ("nsubj",):
        return []
    if noun.dep_ == "pobj" and lemma(verb) in ("be", "engage", "participate", "involve"):
        return _surface_subjects(verb)
    if lemma(verb) not in LIGHT:
        return []
    return subjects(verb) if noun.dep_ in ("dobj", "nsubjpass", "conj", "attr") else []


def struck(noun: Token) -> list[Token]:
    """Objects of a verb of hitting whose subject the noun is: "airstrikes hit the region"."""
    verb = noun.head
    return objects(verb) if noun.dep_ == "nsubj" and lemma(verb) in STRIKING else []


def clause_subjects(verb: Token) -> list[Token]:
    """Subjects of the clause that the verb governs: "demanded that X stop"."""
    return [
        head
        for child in verb.children
        if child.dep_ in ("ccomp", "xcomp")
        for subject in child.children
        if subject.dep_ in ("nsubj", "nsubjpass")
        for head in conjuncts(subject)
    ]


def _between(token: Token) -> list[Token]:
    return prepositional(token, "between")


def doers(noun: Token) -> list[Token]:
    """Whoever a by-phrase anywhere below a noun of action names: "an assault on Tripoli by the army"."""
    below = [token for token in noun.subtree if token.lower_ == "by" and token.dep_ in ("prep", "agent")]
    return [head for token in below for noun_ in token.children if noun_.dep_ == "pobj" for head in conjuncts(noun_)]


ROLES: dict[str, Callable[[Token], list[Token]]] = {
    "subj": subjects,
    "obj": objects,
    "poss": possessors,
    "mods": modifiers,
    "light": carriers,
    "struck": struck,
    "clause": clause_subjects,
    "doer": doers,
    "by-active": lambda token: [] if is_passive(token) else prepositional(token, "by"),
    "between": lambda token: _between(token)[:1],
    "between2": lambda token: _between(token)[1:],
}


def fill(role: str, trigger: Token, theme: Token | None, *, barred: Container[Token] = ()) -> list[Token]:
    """The head nouns of a role, without the `barred`; ROLE@theme asks the theme noun instead of the trigger."""
    name, _, where = role.partition("@")
    if where and theme is None:
        return []
    token = theme if where and theme is not None else trigger
    found = ROLES[name](token) if name in ROLES else prepositional(token, name)
    return [head for head in found if head != trigger and head not in barred and names_somebody(head)]


def arguments(rule: Rule, trigger: Token, theme: Token | None) -> dict[str, list[Token]]:
    """Head nouns of actor, recipient and about by the rule's frame; nobody is both actor and recipient."""
    filled: dict[str, list[Token]] = {"actor": [], "recipient": [], "about": []}
    barred = set(seen_through(theme)) if theme is not None and rule.frame.asks_theme else set()
    for argument in filled:
        for role in getattr(rule.frame, argument):
            found = fill(role, trigger, theme, barred=barred)
            heads = [head for head in found if not any(head in others for others in filled.values())]
            if heads:
                filled[argument] = heads
                break
    return filled
