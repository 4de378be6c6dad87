"""Noun phrases and lemmas: what one head noun stands for, and how far its phrase reaches."""

from spacy.tokens import Doc, Span, Token

from pipeline.detection.lexicon import lexicon

AMOUNTS = frozenset(
    "lot group batch majority rest dozen hundred thousand million score some most many several part half third bulk "
    "remainder".split()
)
# Nouns of number or span: "a round of talks" is talks.
TRANSPARENT = AMOUNTS | frozenset(
    "ton tonne worth contingent call offer proposal demand appeal plea revival restart reopening round series number set day "
    "phase stage start beginning end course spate wave string kind type form week session hour bout flurry plan possibility "
    "result outcome agreement resumption state truckload planeload sack crate pallet".split()
)
TIME_NOUNS = frozenset(
    "today yesterday tomorrow monday tuesday wednesday thursday friday saturday sunday week month year day morning evening "
    "afternoon night weekend hour minute time january february march april june july august september october november "
    "december moment decade century".split()
)
# What a phrase that names somebody does not reach into.
CUT = frozenset({"relcl", "acl", "advcl", "conj", "cc", "punct", "preconj", "parataxis"})


# Where the model's lemmatizer is wrong about a word of the lexicon.
LEMMAS = {
    "raped": "rape",
    "raping": "rape",
    "shelling": "shell",
    "shelled": "shell",
    "axed": "axe",
    "axing": "axe",
    "deadlocked": "deadlock",
    "waged": "wage",
    "wages": "wage",
    "waging": "wage",
    "hopes": "hope",
    "hoped": "hope",
    "hoping": "hope",
    "retook": "retake",
    "retaken": "retake",
    "overran": "overrun",
    "staged": "stage",
    "staging": "stage",
    "stages": "stage",
    "rapes": "rape",
    "axes": "axe",
    "deadlocking": "deadlock",
    "relaunches": "relaunch",
    "relaunched": "relaunch",
    "relaunching": "relaunch",
    "reappointed": "reappoint",
    "reappointing": "reappoint",
    "scraped": "scrape",
    "scraping": "scrape",
}


HYPHENS = frozenset("-‐‑")


def before_hyphen(token: Token) -> Token | None:
    """The first part of a compound: the "cease" of "cease-fire", but nothing of "fell - fighting"."""
    first = token.i - 2
    joined = first >= 0 and token.doc[first + 1].text in HYPHENS and not token.doc[first].whitespace_
    return token.doc[first] if joined else None


# A vice-president is a president of a kind, an ex-rebel was a rebel.
RANKS = frozenset({"vice", "deputy", "ex", "co"})


def is_joined(token: Token) -> bool:
    """Whether a hyphen joins the token to what is behind it, or it is that hyphen: the "vice" and "-" of "vice-president"."""
    hyphen = token if token.text in HYPHENS or token.i + 1 == len(token.doc) else token.nbor()
    return hyphen.text in HYPHENS and not token.whitespace_ and not hyphen.whitespace_


def lemma(token: Token) -> str:
    """The lemma in lower case; a hyphenated compound is one word ("cease-fire" is "ceasefire")."""
    own = (token.tag_.startswith("VB") and LEMMAS.get(token.lower_)) or token.lemma_.lower()
    first = before_hyphen(token)
    return own if first is None or first.lower_ in RANKS else first.lower_ + own


# A "ceasefire agreement" is a ceasefire, a "curfew order" a curfew.
INSTRUMENTS = frozenset(
    "agreement deal pact accord arrangement order proposal resolution offer hour plan rule line".split()
)


def compound(token: Token) -> str | None:
    """The noun with the word right before it ("air strike"), or None at the start of the text."""
    return f"{token.nbor(-1).lower_} {lemma(token)}" if token.i > 0 else None


# Nouns that are of a class with what stands behind them: "a pause in fighting", "the cessation of hostilities".
PAUSES = frozenset({"cessation", "pause", "halt", "break", "end"})


def _complements(noun: Token) -> list[str]:
    """A noun's prepositions with the noun behind each: "in fighting"."""
    before = [child for child in noun.rights if child.dep_ == "prep"]
    return [f"{child.lower_} {lemma(part)}" for child in before for part in child.children if part.dep_ == "pobj"]


def is_paused(noun: Token) -> bool:
    """Whether the noun stands behind such a noun: the fighting of "a pause in fighting" is what is over."""
    over = noun.head.head
    if noun.dep_ != "pobj" or lemma(over) not in PAUSES:
        return False
    return "ceasefire" in lexicon().themes.get(f"{lemma(over)} {noun.head.lower_} {lemma(noun)}", frozenset())


def classes(token: Token) -> frozenset[str]:
    """The noun classes of a head, itself or with the word before it."""
    themes = lexicon().themes
    both = compound(token)
    own = themes.get(lemma(token), frozenset()) | (themes.get(both, frozenset()) if both else frozenset())
    if lemma(token) in PAUSES:
        own = own.union(*(themes.get(f"{lemma(token)} {part}", frozenset()) for part in _complements(token)))
    if lemma(token) in INSTRUMENTS:
        before = [child for child in token.lefts if child.dep_ in ("compound", "amod", "nmod")]
        own = own.union(*(themes.get(lemma(child), frozenset()) for child in before))
    return own


def conjuncts(token: Token) -> list[Token]:
    """The token and all that are coordinated with it, left to right."""
    found = [token]
    for item in found:
        found.extend(child for child in item.children if child.dep_ == "conj" and child.pos_ != "VERB")
    return sorted(found, key=lambda item: item.i)


def seen_through(token: Token) -> list[Token]:
    """The heads that a noun phrase may stand for: "the second round of talks and contacts" gives round, talks, contacts."""
    found = conjuncts(token)
    for item in found:
        if lemma(item) in TRANSPARENT or item.pos_ in ("NUM", "DET", "PRON"):
            for preposition in item.children:
                if preposition.dep_ == "prep" and preposition.lower_ in ("of", "for"):
                    found.extend(c for child in preposition.children if child.dep_ == "pobj" for c in conjuncts(child))
    return found


def phrase(head: Token) -> Span:
    """The longest noun phrase that names the head's referent, without relative clauses, coordination or apposition."""
    left, right = _reach(head)
    doc: Doc = head.doc
    if left < head.i and doc[left].lower_ == "dead" and doc[left + 1].dep_ in ("nummod", "det"):
        left += 1  # "shot dead two teenagers"
    while left < right and (doc[left].is_space or doc[left].is_punct):
        left += 1
    while right > left and (doc[right].is_space or doc[right].text in ',;:-–—"”“('):
        right -= 1
    return doc[left : right + 1]


def _reach(head: Token) -> tuple[int, int]:
    first = before_hyphen(head)
    left, right = (head if first is None or first.dep_ != head.dep_ else first.left_edge).i, head.i
    for child in head.lefts:
        if child.dep_ not in CUT and not _is_day_before(child):
            left = min(left, child.left_edge.i)
    other = next((child.i for child in head.rights if child.dep_ == "conj"), len(head.doc))
    for child in filter(_belongs, head.rights):
        if child.i > min(right + 3, other):  # "farmers and herders in Plateau state" are two, of whom one is in it
            break
        right = max(right, _right_end(child))
    return left, right


def _is_day_before(child: Token) -> bool:
    """The day or year that the parser took into a name: "On Thursday gunmen", "In 2019 Turkey"."""
    return child.ent_type_ == "DATE" and (
        child.dep_ == "compound" or (child.dep_ == "nummod" and child.head.pos_ == "PROPN")
    )


def _belongs(child: Token) -> bool:
    """Whether what stands behind a noun belongs to its name: "the state of Israel", not "the dam next Tuesday"."""
    if child.dep_ == "appos":
        return _bracketed(child)
    if child.dep_ == "prep":
        if child.lower_ == "of" and _is_charged(child.head):
            return False
        return child.lower_ in ("of", "for", "in", "from", "by") and not _holds_clause(child) and not _tells_deed(child)
    if child.dep_ == "npadvmod":
        return lemma(child) not in TIME_NOUNS
    return child.dep_ in ("nummod", "compound", "nmod", "flat")


# What they take from somebody, or say that somebody did, stands behind an "of".
CHARGING = frozenset("accuse acquit convict suspect strip deprive rob rid warn inform remind assure cure".split())


def _is_charged(noun: Token) -> bool:
    """ "accused lawmakers of corruption": the corruption is no part of their name."""
    verb = noun.head
    elsewhere = any(child.lower_ == "of" for child in verb.rights)  # "accused members of the police of theft"
    return noun.dep_ == "dobj" and lemma(verb) in CHARGING and not elsewhere


def _holds_clause(preposition: Token) -> bool:
    """ "accused the diplomats of paying": what they are accused of is no part of their name."""
    return any(child.dep_ == "pcomp" for child in preposition.children)


def _tells_deed(preposition: Token) -> bool:
    """ "killed 18 militants in raids", "in May": how or when they were killed is no part of their name."""
    below = [child for child in preposition.children if child.dep_ == "pobj"] if preposition.lower_ == "in" else []
    if any(noun.ent_type_ == "DATE" for noun in below):
        return True  # "opened fire on miners in 2012"
    return any(is_deed(noun) for noun in below)


def is_deed(noun: Token) -> bool:
    """Whether the noun is one for an attack of some kind."""
    return any(rule.type == "ASSAULT" for rule in lexicon().rules.get((lemma(noun), "N"), ()))


def _bracketed(token: Token) -> bool:
    """An acronym in brackets belongs to the name that it abbreviates."""
    return token.i > 0 and token.nbor(-1).text == "("


def _right_end(child: Token) -> int:
    if child.dep_ == "appos":
        return min(child.i + 1, len(child.doc) - 1)
    ends = [child.i]
    for part in child.children:
        if part.dep_ in ("pobj", "compound", "nummod", "det", "amod", "poss"):
            ends.append(max([*_reach(part), *(c.i for c in conjuncts(part) if c.ent_type_ and part.ent_type_)]))
    return max(ends)
