"""When an event happened: the time expression that belongs to its trigger.

Expressions are those of spaCy's NER: of 715 that a pattern for weekdays, "N months ago", "since 2015" and the like finds in 1,185
news texts it has 702, so no second finder is worth its rules.
"""

import re
from collections.abc import Iterator
from datetime import date

from spacy.tokens import Span, Token

from pipeline.detection.auxiliaries import FUTURE_MODALS, Status
from pipeline.detection.dates.words import UNIT
from pipeline.detection.effects import is_past
from pipeline.detection.grammar import VERB, is_behind_a_day
from pipeline.detection.modality import status
from pipeline.detection.phrases import classes, lemma
from pipeline.detection.times import resolve
from pipeline.nlp.reading import Reading
from pipeline.records import When

# Words before an expression that change what it means; of these the second only where the text looks ahead.
LIMITS = frozenset("since until till before after between through".split())
LIMITS_AHEAD = LIMITS | {"by", "within", "in"}
LASTING = re.compile(rf"(?:^|[ -]){UNIT}s?(?:-long|-old)?$", re.IGNORECASE)
PLACED = re.compile(
    r"\b(?:last|past|next|this|these|coming|recent|current|previous|following|same|that|the|later|in|within|end|start)\b",
    re.IGNORECASE,
)
NO_TIME = frozenset("daily weekly monthly annual annually yearly quarterly hourly nightly".split())


def published(reading: Reading, published_on: date | None) -> date | None:
    """The day that "yesterday" counts from: of publication, else the dateline's where that says its year."""
    filed = reading.cleaned.dateline
    if published_on is not None or filed is None or filed.date is None:
        return published_on
    start_on, _, _ = resolve(filed.date, anchor=None)
    return date.fromisoformat(start_on) if start_on is not None else None


def when(trigger: Token, published_on: date | None) -> When | None:
    """The nearest time expression of the trigger's own clause, resolved against the day of publication, or None."""
    own = [ent for ent in _expressions(trigger.sent) if _belongs(ent, trigger)]
    if not own:
        return None
    ahead = _looks_ahead(trigger)
    for ent in sorted(own, key=lambda ent: abs(ent.root.i - trigger.i)):
        to_come = ahead or _is_to_come(ent.root, trigger)
        text = _with_limit(ent, LIMITS_AHEAD if to_come else LIMITS)
        if not _is_duration(text):
            return _resolved(text, published_on, ahead=to_come)
    return None


def _resolved(text: str, published_on: date | None, *, ahead: bool = False) -> When:
    start_on, end_on, precision = resolve(text, anchor=published_on, ahead=ahead)
    return When(text=text, start_on=start_on, end_on=end_on, precision=precision)


def of_its_day(found: Status, trigger: Token, own: When | None, published_on: date | None) -> Status:
    """The status of a fact in the light of its time (its `own`, else its scene's): historical if that lies months back."""
    if found.modality != "asserted" or found.background:
        return found
    time = own or _scene(trigger, published_on)
    return Status("historical", time.text) if time is not None and _long_ago(time, published_on) else found


# A day that is this far before the article is background to it, not its news.
HISTORICAL_DAYS = 60
NAMED_YEAR = re.compile(r"\b(?:1[89]|20)\d\d\b")


def _long_ago(when: When, published_on: date | None) -> bool:
    if when.end_on is not None and published_on is not None:
        return (published_on - date.fromisoformat(when.end_on)).days >= HISTORICAL_DAYS
    if published_on is None and when.precision in ("month", "year") and NAMED_YEAR.search(when.text):
        return True  # "in July 1997": of its own year news says "in July"
    words = when.text.lower().split()
    distant = {"month", "months", "year", "years", "decade", "decades"}
    return "ago" in words and bool(distant & set(words))


def _scene(trigger: Token, published_on: date | None) -> When | None:
    """When that happened of which the trigger's clause is a part or a detail, if neither says a time of its own that is present:
    "broke off the talks in 2000, demanding that", "the accord of 1994, when they agreed to", "the 2013 decision to cancel".
    """
    clause = _clause(trigger)
    while clause.dep_ in WITHIN and clause.head != clause and not _is_present(clause):
        over = clause.head
        dated = [ent for ent in _expressions(trigger.sent) if _dates(ent, over)]
        if dated:
            return _resolved(_with_limit(dated[0], LIMITS), published_on)
        clause = _clause(over)
    return None


# Clauses that tell of what the clause or noun above them tells of.
WITHIN = frozenset({"acl", "advcl", "relcl", "xcomp", "conj"})


def _is_present(verb: Token) -> bool:
    """Of now, or of what reaches up to now: "attacks", "has attacked", "will attack"."""
    own = [verb, *(child for child in verb.children if child.dep_ in ("aux", "auxpass"))]
    return any(token.tag_ in ("VBZ", "VBP", "MD") for token in own)


def _dates(ent: Span, over: Token) -> bool:
    """Whether the expression says when the verb or noun is, or was made: "the 1994 accord", "the accord of 1994"."""
    if over.pos_ in VERB:
        return _belongs(ent, over)
    root = ent.root
    below = root.head.head if root.dep_ == "pobj" and root.head.lower_ in ("of", "in", "from") else root.head
    return over in (root, below)


def _expressions(sentence: Span) -> Iterator[Span]:
    """The dates and times of a sentence, from its tokens: `sentence.ents` walks all entities of the text."""
    for token in sentence:
        if token.ent_type_ in ("DATE", "TIME") and not (token.i > sentence.start and _goes_on(token)):
            end = token.i + 1
            while end < sentence.end and _goes_on(sentence.doc[end]):
                end += 1
            yield sentence.doc[token.i : end]


def _goes_on(token: Token) -> bool:
    """Whether a token is of the date or time before it: "Tuesday" and "night" may be two to the model."""
    return token.ent_iob_ == "I" or (token.ent_type_ == "TIME" and token.nbor(-1).dep_ == "compound")


def _belongs(ent: Span, trigger: Token) -> bool:
    """In the trigger's clause, and no mere attribute of another noun: in "postponed Friday's talks" Friday is the talks'."""
    modifies = ent.root.dep_ in ("poss", "compound", "amod", "nmod", "nummod") and ent.root.head not in ent
    if modifies and not is_behind_a_day(ent.root.head):
        return ent.root.head == trigger
    return _clause(ent.root) == _clause(trigger)


def _clause(token: Token) -> Token:
    """The verb whose clause the token stands in; an infinitive belongs to the verb that governs it."""
    while token.head != token:
        # "the truce, due to expire on Sunday, was extended"
        aside = token.dep_ == "xcomp" and token.head.dep_ == "amod"
        if token.pos_ in VERB and (aside or token.dep_ not in ("xcomp", "aux", "auxpass", "pcomp")):
            return token
        token = token.head
    return token


WANTING = frozenset(
    "agree appeal ask call decide demand expect instruct invite offer order plan pledge press promise propose request tell "
    "threaten urge vow want warn".split()
)


def _is_to_come(token: Token, trigger: Token) -> bool:
    """Whether the expression stands in an infinitive of what is wanted: "urged them to begin talks by January"."""
    if lemma(trigger) not in WANTING:
        return False
    while token not in (trigger, token.head):
        if token.dep_ == "xcomp" and token.tag_ == "VB" and trigger.is_ancestor(token):
            return True
        token = token.head
    return False


def _looks_ahead(trigger: Token) -> bool:
    """Whether the clause speaks of what is to come: "will meet", "plan to meet", "would meet" (but not "planned to")."""
    verb = _clause(trigger)
    if any(child.lower_ in FUTURE_MODALS for child in verb.children):
        return True
    found = status(trigger)
    return found.modality in ("future", "possible") and not is_past(verb)


def _with_limit(ent: Span, limits: frozenset[str]) -> str:
    """The expression with a word before it that limits it: "since 2015", and by Friday as "by Friday" if that is to come."""
    start = _own_start(ent)
    limited = start > ent.sent.start and ent.doc[start - 1].lower_ in limits
    return str(ent.doc[start - limited : ent.end].text)


def _own_start(ent: Span) -> int:
    """The first word behind what NER took in by mistake: "a ceasefire three months ago", but not "the end of August"."""
    nouns = [token for token in ent[:-1] if token.pos_ == "NOUN" and token.lower_ != "end"]
    foreign = [token.i + 1 for token in nouns if classes(token)]
    return max(foreign, default=ent.start)


def _is_duration(text: str) -> bool:
    """ "three days", "a nine-month campaign": how long, not when."""
    return text.lower() in NO_TIME or (LASTING.search(text) is not None and PLACED.search(text) is None)
