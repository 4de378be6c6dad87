"""Modality: whether the event happened, by what governs its trigger in the tree.

The walk goes from the trigger to the root, collecting cues on the way: negation and modals on the verb chain, conditional
and interrogative clauses, and event-selecting predicates (Saurí & Pustejovsky 2009, FactBank, "A corpus annotated with event
factuality"; Chapman et al. 2001/2007, NegEx and ConText, for scope by construction rather than distance). Scope follows
the tree: a cue touches its complement and what that governs, never the clause beside it. The nearest cue to the trigger wins
where two disagree, save that negation of a hope, plan or attempt denies nothing.
"""

from spacy.tokens import Token

from pipeline.detection.auxiliaries import ASSERTED, Status, auxiliaries
from pipeline.detection.deeds import LIGHT, claimants
from pipeline.detection.effects import NEGATIONS, effect_of, is_negated, is_past
from pipeline.detection.governors import governors
from pipeline.detection.grammar import VERB, is_passive, surface_subjects
from pipeline.detection.lexicon import lexicon
from pipeline.detection.nouns import is_content_noun, is_thing
from pipeline.detection.phrases import is_deed, lemma


def status(trigger: Token) -> Status:
    """The status that the trigger or the nearest governor of it gives; `background` marks "were to meet" and "halted the
    fighting". Whether a fact is long past is for its time to say (`when.py`).
    """
    for token, came_by in governors(trigger):
        if lemma(token) == "responsibility" and token == trigger.head.head and not claimants(trigger):
            # "nobody claimed responsibility for the attack"
            return Status("asserted", "responsibility", background=True)
        own = _own(token, trigger, came_by)
        if own is not None:
            return own
    return _of_sentence(trigger)


def _own(token: Token, trigger: Token, came_by: str) -> Status | None:
    """What this token says of the trigger below it (or of itself)."""
    if came_by == "beside":
        open_ = auxiliaries(token)
        return open_ if open_ is not None and open_.modality in ("future", "possible") else None
    if token.pos_ in VERB or token.tag_.startswith("VB"):
        auxiliary = auxiliaries(token)
        if auxiliary is not None and (token == trigger or _passes(token, came_by)):
            return auxiliary
    elif token == trigger or came_by in ("amod", "compound"):
        modified = _modifiers(token)
        if modified is not None:
            return modified
        if token == trigger and lemma(token) in TRIED and token.i and is_deed(token.nbor(-1)):
            return Status("possible", lemma(token))
    if token != trigger and (came_by not in ("relcl", "advcl") or is_content_noun(token)):
        return _selected(token, trigger, came_by)
    return None


# Nouns that end a trigger of several words and say that the deed was only tried: "an assassination attempt".
TRIED = frozenset({"attempt", "bid", "plot"})


def _passes(token: Token, came_by: str) -> bool:
    """Auxiliaries of a governor hold for its complement where the governor is light or raises, not where it reports."""
    effect = effect_of(token)
    if effect in ("possible", "future", "alleged") or (effect == "denied" and lemma(token) in EXCLUDING):
        return False
    return came_by in ("dobj", "nsubjpass", "xcomp", "attr", "acomp", "prep", "pobj", "nsubj") and (
        lemma(token) in LIGHT
        or lemma(token) in EQUALS
        or came_by in ("xcomp", "nsubj", "attr", "acomp")
        or is_passive(token)
        or effect == "asserted"
    )


# "Could constitute a breach" is as open as "could be one".
EQUALS = frozenset({"constitute", "represent", "mean"})


def _modifiers(noun: Token) -> Status | None:
    """Determiners and adjectives of a noun trigger: "no attack", "an alleged attack", "planned talks"."""
    for child in noun.lefts:
        if child.dep_ in ("det", "neg") and (child.lower_ in NEGATIONS or _is_none(child, noun)):
            return Status("denied", child.lower_)
        if child.dep_ in ("amod", "nmod", "compound"):
            effect = lexicon().effects.get((child.lower_, "A"))
            if effect is not None:
                return Status(effect, child.lower_) if effect != "ended" else None
    return None


def _is_none(word: Token, noun: Token) -> bool:
    """ "denied any attack": there was none."""
    return (
        word.lower_ == "any"
        and noun.dep_ == "dobj"
        and lemma(noun.head) in ("deny", "rule")
        and not is_negated(noun.head)
    )


def _selected(token: Token, trigger: Token, came_by: str) -> Status | None:
    """What an event-selecting predicate makes of its complement."""
    effect = effect_of(token)
    if effect is None or came_by in ("nsubj", "conj"):
        return None
    if effect == "asserted" or (effect == "alleged" and _is_proven(token)):
        return None
    if effect == "ended":
        return Status("asserted", lemma(token), background=True) if came_by == "dobj" else None
    there = lemma(token) not in WANTS or (lemma(token) in WEIGHS and lemma(trigger) in UTTERANCES)
    if token.pos_ in VERB and came_by == "dobj" and effect in ("possible", "future") and there:
        return None
    if effect == "denied" and lemma(token) in EXCLUDING and is_negated(token):
        return Status("possible", lemma(token))
    if effect == "denied" and (is_negated(token) or came_by in ("dobj", "nsubjpass") and lemma(token) in ANSWERS):
        return ASSERTED
    if effect in ("possible", "future", "alleged") and token.pos_ in ("NOUN", "PROPN") and _is_refused(token):
        return Status("denied", lemma(token.head))
    planned = effect == "future" and token.pos_ in VERB + ("ADJ",) and is_past(_finite(token)) and lemma(token) in PLANS
    return Status(
        effect,
        lemma(token),
        background=planned and lemma(token) == "due",
        refusal=effect == "denied" and lemma(token) in FAILURES and not _is_of_things(token),
    )


def _is_proven(noun: Token) -> bool:
    """ "Convicted of two counts of murder", "guilty on both charges": what a court has found is no accusation any more."""
    while noun.dep_ == "conj":
        noun = noun.head
    verdict = noun.head.head
    return noun.dep_ == "pobj" and lemma(verdict) in VERDICTS and not is_negated(verdict)


VERDICTS = frozenset("convict guilty sentence jail imprison".split())


# Of these the plain object is what is wanted, not a thing that is there ("they want talks"; but "they threatened the talks").
WANTS = frozenset(
    "want seek consider mull weigh propose suggest demand request urge expect plan schedule fear oppose".split()
)
# A proposal that is weighed has been made.
WEIGHS = frozenset("consider mull weigh oppose".split())
UTTERANCES = frozenset("proposal offer call demand request appeal invitation ultimatum".split())
PLANS = frozenset("due schedule set expect plan".split())


def _finite(token: Token) -> Token:
    return token.head if token.pos_ == "ADJ" and token.head.pos_ in VERB else token


# Who fails to do a thing does not do it, and PLOVER counts that as refusing it.
FAILURES = frozenset({"fail"})


def _is_of_things(verb: Token) -> bool:
    """ "The truce failed to take hold": nobody refused it."""
    who = surface_subjects(verb)
    return bool(who) and all(is_thing(head) for head in who)


# What is not ruled out may be; what is not denied is.
EXCLUDING = frozenset({"rule", "exclude"})
# To reject a call, an offer or an accusation is to answer it: it was made.
ANSWERS = frozenset("reject refuse dismiss spurn rebuff decline oppose deny".split())


def _is_refused(noun: Token) -> bool:
    """ "rejected a call to postpone the vote": what is called for will not be."""
    return noun.dep_ in ("dobj", "nsubjpass") and lemma(noun.head) in ANSWERS and not is_negated(noun.head)


def _of_sentence(trigger: Token) -> Status:
    """A question asserts nothing."""
    sentence = trigger.sent
    for index in range(sentence.end - 1, sentence.start - 1, -1):
        last = sentence.doc[index]
        if not last.is_space and last.text not in "\"”’'":
            return Status("possible", "?") if last.text == "?" else ASSERTED
    return ASSERTED
