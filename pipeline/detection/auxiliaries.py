"""What a verb's own chain says of its event: negation, modals, conditionals, hearsay, and forms without tense.

Karttunen 1971, "Implicative verbs", for infinitives; the rest is the grammar of English auxiliaries.
"""

from collections.abc import Collection
from dataclasses import dataclass

from spacy.tokens import Token

from pipeline.detection.effects import NEGATIONS, adds, effect_of, is_negated, is_past
from pipeline.detection.grammar import CONTACT, KEEPING, UTTERING, VERB
from pipeline.detection.phrases import lemma
from pipeline.records import Modality

SMALL = frozenset({"neg", "aux", "auxpass", "advmod", "mark", "preconj"})
POSSIBLE_MODALS = frozenset("may might could can should must ought".split())
FUTURE_MODALS = frozenset({"will", "shall", "'ll", "’ll", "wo", "sha"})
CONDITIONS = frozenset({"if", "unless", "whether", "until", "before", "should", "lest", "provided"})
# It only says what came first where both are past.
ORDER = frozenset({"before"})
UNWILLING = frozenset({"will", "wo", "would", "can", "ca", "could", "shall", "sha"})
HEARSAY = frozenset({"allegedly", "reportedly", "supposedly", "purportedly", "apparently"})
MAYBE = frozenset({"perhaps", "maybe", "possibly", "probably", "likely"})
# The cue of an infinitive that says what something is for.
PURPOSE = "to"
CUES: tuple[tuple[frozenset[str], Modality], ...] = (
    (HEARSAY, "alleged"),
    (POSSIBLE_MODALS, "possible"),
    (MAYBE, "possible"),
)


@dataclass(frozen=True, slots=True)
class Status:
    """The modality, and the words that decided it ("" for plain assertion); `background`: no event by itself.

    `refusal`: denied because somebody will not, cannot or did not manage to.
    """

    modality: Modality
    cue: str
    background: bool = False
    refusal: bool = False


ASSERTED = Status("asserted", "")


def auxiliaries(verb: Token) -> Status | None:
    """What negation, modals, conditionals and missing tense say of one verb; None: it is plainly said."""
    words = _words(verb)
    negations = sorted(words.keys() & NEGATIONS)
    if negations:
        unwilling = sorted(words.keys() & UNWILLING)
        return Status("denied", " ".join((*unwilling, *negations)), refusal=bool(unwilling))
    conditions = {word for word in words.keys() & CONDITIONS if words[word].dep_ == "mark"}
    if conditions and not (conditions <= ORDER and _has_happened(verb)):
        return Status("possible", min(words.keys() & CONDITIONS))
    inverted = _inverted(verb)
    if inverted is not None:
        return Status("possible", inverted)
    if words.keys() & (FUTURE_MODALS | {"would"}):
        return _future(verb, words)
    for cues, modality in CUES:
        if words.keys() & cues:
            return Status(modality, min(words.keys() & cues))
    return _unfinished(verb)


def _has_happened(verb: Token) -> bool:
    """ "fled before rebels opened fire": of two things in the past, unless the first is what kept the other off."""
    governor = verb.head
    past = verb.tag_ == "VBD" or any(child.dep_ == "auxpass" and child.tag_ == "VBD" for child in verb.children)
    modal = any(child.tag_ == "MD" for child in (*verb.children, *governor.children))
    return past and is_past(governor) and not modal and effect_of(governor) not in ("denied", "ended")


def _words(verb: Token) -> dict[str, Token]:
    """The small words of the verb; a coordinated verb without auxiliaries has those of the one before."""
    words = {child.lower_: child for child in verb.children if child.dep_ in SMALL and not adds(child)}
    shares = verb.dep_ == "conj" and verb.head.pos_ in VERB and not _has_subject(verb)
    if shares and not any(child.dep_ in ("aux", "auxpass") for child in verb.children):
        words |= {c.lower_: c for c in verb.head.children if c.dep_ in ("aux", "neg", "mark") and c.i < verb.head.i}
    return words | _negated_arguments(verb)


def _negated_arguments(verb: Token) -> dict[str, Token]:
    """ "nobody was killed", "reached no agreement": the negation stands at an argument."""
    for argument in verb.children:
        if argument.dep_ in ("nsubj", "nsubjpass", "dobj"):
            for word in (argument, *(child for child in argument.lefts if child.dep_ in ("det", "neg"))):
                if word.lower_ in NOBODY:
                    return {word.lower_: word}
    return {}


def _inverted(verb: Token) -> str | None:
    """ "Had the truce held", "should talks fail": a condition without if, its auxiliary before its subject."""
    subject = next((child for child in verb.children if child.dep_ in ("nsubj", "nsubjpass")), None)
    if verb.dep_ != "advcl" or subject is None:
        return None
    before = (c for c in verb.children if c.dep_ in ("aux", "auxpass") and c.i < subject.i and c.lower_ in INVERTED)
    return next((child.lower_ for child in before), None)


INVERTED = frozenset({"had", "were", "should"})
NOBODY = frozenset({"no", "none", "nobody", "nothing", "neither"})


def _future(verb: Token, words: Collection[str]) -> Status | None:
    """ "Will meet"; but "hoped that they would meet", "denied that they would meet", of which the governing verb decides."""
    if verb.dep_ == "ccomp" and lemma(verb.head) in HOPING:
        return Status("possible", lemma(verb.head))
    if verb.dep_ == "ccomp" and effect_of(verb.head) == "denied":
        return None
    return _would(verb) if "would" in words else Status("future", min(FUTURE_MODALS.intersection(words)))


def _would(verb: Token) -> Status:
    """ "said it would withdraw" is the future of a past; with a condition in the sentence, or "would have", it is no more."""
    supposed = any(token.lower_ in ("if", "unless", "were") for token in verb.sent)
    unreal = any(child.lower_ in ("have", "'ve", "like") for child in verb.children)
    return Status("possible" if supposed or unreal else "future", "would")


def _has_subject(verb: Token) -> bool:
    return any(child.dep_ in ("nsubj", "nsubjpass") for child in verb.children)


def _unfinished(verb: Token) -> Status | None:
    """What a form without tense leaves open.

    "are to meet", "is going to meet": future; "were to meet": planned once, no event by itself. Of other infinitives only those
    under an implicative verb ("managed to meet"; Karttunen 1971) are facts; a purpose ("launched an appeal to help") is none.
    Of gerunds those that are done are facts ("accused of", "after meeting"), not those that are thought of ("on holding talks")
    or kept from happening ("barred them from meeting").
    """
    if verb.dep_ == "pcomp":
        return _gerund(verb.head)
    infinitive = any(child.lower_ == "to" and child.dep_ == "aux" for child in verb.children)
    return _infinitive(verb, verb.head) if infinitive else None


def _infinitive(verb: Token, governor: Token) -> Status | None:
    if any(child.lower_ == "how" for child in verb.lefts):
        return Status("possible", "how to", background=True)
    judged = any(child.dep_ in ("acomp", "attr") for child in governor.children)  # "it is hard to continue talks"
    if verb.dep_ in ("xcomp", "ccomp") and lemma(governor) in ("be", "go") and not judged:
        return Status("future", f"{governor.lower_} to", background=is_past(governor))
    protests = lemma(verb) == "protest" and governor.tag_ in FINITE  # who dumps manure to protest protests by it
    if verb.dep_ == "advcl" and (lemma(governor) in GATHERING or protests):
        return None
    if verb.dep_ in ("advcl", "xcomp") and lemma(governor) in CONTACT and lemma(verb) in UTTERING:
        return None if lemma(verb) != "discuss" else Status("possible", PURPOSE)
    if verb.dep_ == "acl" and lemma(governor) in PROMISES:
        return _promised(governor)
    if verb.dep_ in ("advcl", "acl", "relcl"):
        return Status("possible", PURPOSE)
    had_to = lemma(governor) == "have" and is_past(governor) and not is_negated(governor)  # who had to withdraw did so
    if verb.dep_ == "xcomp" and effect_of(governor) is None and lemma(governor) not in IMPLICATIVE and not had_to:
        return Status("possible", f"{lemma(governor)} to")
    return None


def _promised(noun: Token) -> Status:
    """ "announced plans to withdraw", "has no plans to", "failed to sign a deal to", "dropped its plan to"."""
    while noun.dep_ == "pobj" and noun.head.lower_ == "of":
        noun = noun.head.head  # "a letter of intent to withdraw"
    over, cue = noun.head, lemma(noun)
    given_up = noun.dep_ in ("dobj", "nsubjpass") and lemma(over) in GIVING_UP
    untrue = over.dep_ == "ccomp" and effect_of(over.head) == "denied"  # "denied that it had plans to"
    if is_negated(noun) or untrue or (given_up and not is_negated(over)):
        return Status("denied", f"no {cue}")
    return Status("possible" if _is_open(over) and not given_up else PROMISES.get(cue, "future"), cue)


def _is_open(verb: Token) -> bool:
    """Whether it is open, or denied, that what the verb governs comes to be: "may sign", "failed to sign", "called for"."""
    if effect_of(verb) in ("possible", "denied"):
        return True
    if verb.pos_ not in VERB:
        return verb.dep_ == "prep" and _is_open(verb.head)
    own = auxiliaries(verb)
    if own is not None and own.modality in ("possible", "denied"):
        return True
    return verb.dep_ == "xcomp" and _is_open(verb.head)


def _gerund(preposition: Token) -> Status | None:
    over = preposition.head
    if preposition.lower_ == "without":
        return Status("denied", "without")
    if preposition.lower_ == "from" and lemma(over) in KEEPING and effect_of(over) is None:
        return Status("possible" if is_negated(over) else "denied", f"{lemma(over)} from")
    if preposition.lower_ in THOUGHT_OF and effect_of(over) is None:
        return Status("possible", preposition.lower_)
    return None


# Verbs whose infinitive is a fact when they are (Karttunen 1971, "Implicative verbs"), and those that only give it a phase.
IMPLICATIVE = frozenset(
    "manage begin start continue force cause help proceed go come get use cease happen bother dare remember forget bring rush "
    "compel oblige lead prompt drive enable send move act step return".split()
)
# Who does so to protest protests by it.
GATHERING = frozenset("rally march gather assemble demonstrate converge".split())
FINITE = frozenset({"VBD", "VBZ", "VBP"})
HOPING = frozenset({"hope", "wish", "fear", "doubt", "worry", "pray"})
# What the infinitive of a noun of will is: "plans to meet" will be, "an offer to meet" may be.
PROMISES: dict[str, Modality] = {
    **dict.fromkeys(
        "plan intention intent agreement pledge promise vow decision commitment deal pact contract".split(), "future"
    ),
    **dict.fromkeys("offer proposal option wish desire".split(), "possible"),
}
GIVING_UP = frozenset("abandon drop scrap shelve cancel withdraw reject refuse block veto".split())
THOUGHT_OF = frozenset({"about", "over", "on", "toward", "towards", "against", "to", "into"})
