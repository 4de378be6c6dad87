"""What one word does to what it governs or stands at: the effect that the tables give it, negation, past tense."""

from spacy.tokens import Token

from pipeline.detection.grammar import VERB
from pipeline.detection.lexicon import Effect, PartOfSpeech, lexicon
from pipeline.detection.phrases import lemma

NEGATIONS = frozenset(
    {"no", "never", "neither", "nor", "nobody", "none", "nothing", "without", "n't", "n’t", "not", "hardly", "barely"}
)


def is_past(verb: Token) -> bool:
    """Whether the verb, or its auxiliary, is in the past tense."""
    return verb.tag_ == "VBD" or any(
        child.dep_ in ("aux", "auxpass") and child.tag_ == "VBD" for child in verb.children
    )


def is_negated(token: Token) -> bool:
    """Whether a word beside the token denies it: "has not claimed", "no group"."""
    return any((child.dep_ == "neg" or child.lower_ in NEGATIONS) and not adds(child) for child in token.children)


def adds(word: Token) -> bool:
    """ "They not only shelled the town": what stands behind it is not denied, more is to come."""
    behind = word.i + 1 < len(word.doc) and word.nbor().lower_
    return word.lower_ in ("not", "n't", "n’t") and behind in ("only", "just", "merely", "simply", "solely")


def effect_of(token: Token) -> Effect | None:
    """What a governing word, or the longest phrase that it heads ("rule out"), does to what it governs, by the tables."""
    pos: PartOfSpeech = "V" if token.pos_ in VERB else "N" if token.pos_ in ("NOUN", "PROPN") else "A"
    effects, head = lexicon().effects, lemma(token)
    particles = [child for child in token.rights if child.dep_ in ("prt", "prep")] if pos == "V" else []
    phrases = [effects.get((f"{head} {particle.lower_}", pos)) for particle in particles]
    return next((effect for effect in phrases if effect), effects.get((head, pos)))
