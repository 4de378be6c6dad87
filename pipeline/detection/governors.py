"""What governs a trigger in the tree, up to where its clause ends (ClearNLP labels): the path that its modality comes down by."""

from collections.abc import Iterator

from spacy.tokens import Token

from pipeline.detection.effects import effect_of
from pipeline.detection.grammar import VERB
from pipeline.detection.nouns import is_content_noun
from pipeline.detection.phrases import lemma
from pipeline.detection.quotations import SAYING

COMPLEMENTS = frozenset(
    "xcomp ccomp pcomp acl dobj nsubjpass pobj prep advcl nsubj attr acomp conj relcl amod compound oprd".split()
)


def governors(trigger: Token) -> Iterator[tuple[Token, str]]:
    """The trigger and what governs it, up to where its clause ends, each with the relation that leads to it from below.

    A coordinated word is governed by what governs the first of its kind.
    """
    token, came_by = trigger, ""
    while True:
        yield token, came_by
        while token.dep_ == "conj" and token.head != token:
            token = token.head
        if token.head == token or token.dep_ not in COMPLEMENTS or _is_boundary(token, trigger):
            return
        if came_by != "beside" or token.dep_ != "xcomp":
            came_by = _relation(token, trigger, came_by)
        token = token.head


def _relation(token: Token, trigger: Token, came_by: str) -> str:
    """How the token hangs on its governor; "beside" for a preposition under which another deed, or an occasion, is told."""
    if token.dep_ != "prep" or token.head.pos_ not in VERB:
        return token.dep_
    gerund = trigger.pos_ in VERB and came_by == "pcomp"
    beside = token.lower_ in BESIDE if gerund else token.lower_ == "at" and trigger.pos_ not in VERB
    return "beside" if beside else token.dep_


def _is_boundary(token: Token, trigger: Token) -> bool:
    """Whether what stands above the token says nothing of the trigger: another clause's fact, or the frame of one.

    A noun trigger whose verb says that it occurs shares that verb's modality ("talks will be held", "strikes may hit"); one that
    only sets the scene does not ("refused to sign after days of talks").
    """
    if token.dep_ == "relcl" and is_content_noun(token.head) and _is_whole(token):
        return False
    if token.dep_ in ("relcl", "advcl") or _is_participle(token) or _stands_beside(token):
        return True
    if token.dep_ == "ccomp" and lemma(token.head) in SAYING and lemma(token.head.head) in COURTESY:
        return True  # "I would like to note that they signed a deal"
    if token != trigger and lemma(token) == "comment":
        return True  # "could not be reached for comment on the attack"
    if token.dep_ == "nsubj":
        return token != trigger
    return token.dep_ == "prep" and token.lower_ in SCENES and trigger.pos_ in ("NOUN", "PROPN")


COURTESY = frozenset({"like", "want", "wish"})


def _is_whole(verb: Token) -> bool:
    """Whether the clause has a subject of its own, and so is what the noun says: "charges that it tortured him"."""
    return any(child.dep_ in ("nsubj", "nsubjpass") and child.tag_ not in ("WDT", "WP") for child in verb.children)


def _stands_beside(verb: Token) -> bool:
    """ "Kyiv accused Moscow; Moscow rejected that": a clause before a verb that is none of saying stands beside it."""
    governor = verb.head
    before = verb.dep_ == "ccomp" and verb.i < governor.i and governor.pos_ in VERB
    return before and lemma(governor) not in SAYING and effect_of(governor) != "possible"


def _is_participle(verb: Token) -> bool:
    """ "an agreement reached in May": a fact of its own, unlike the content of "charges that it tortured him"."""
    if verb.dep_ != "acl" or verb.tag_ not in ("VBN", "VBG", "VBD"):
        return False
    return not any(child.dep_ in ("mark", "nsubj", "nsubjpass", "aux") for child in verb.children)


# Under these a gerund tells of another deed, no complement: "called off a strike after reaching agreement".
BESIDE = frozenset(
    {"after", "before", "since", "despite", "by", "following", "upon", "while", "when", "through", "besides"}
)
SCENES = frozenset(
    {"after", "during", "following", "amid", "amidst", "despite", "since", "through", "throughout", "over", "in"}
)
