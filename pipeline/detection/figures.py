"""Figures of speech and generalities: words of a trigger that tell of no event, by their construction and not by their topic."""

from collections.abc import Sequence

from spacy.tokens import Token

from pipeline.detection.nouns import is_party, sector
from pipeline.detection.phrases import classes
from pipeline.detection.quotations import Quotation, around, is_whole
from pipeline.detection.triggers import Trigger
from pipeline.records import When

PLACES = ("GPE", "LOC", "FAC")


def is_figure(trigger: Trigger, heads: dict[str, list[Token]], when: When | None, quotes: Sequence[Quotation]) -> bool:
    """Whether the trigger names a work, a part of a compound, a war of things, a truth or a habit."""
    noun = trigger.rule.pos == "N"
    if noun and (_is_glued(trigger.token) or _is_title(trigger.token, quotes) or _is_general(trigger.token)):
        return True
    if trigger.rule.kind == "agreement" and trigger.theme is not None and _is_trade(heads):
        return True
    return (noun and trigger.rule.type == "ASSAULT" and _among_things(heads)) or _is_habit(trigger, heads, when)


def _is_glued(noun: Token) -> bool:
    """ "strike-anywhere matches": the first part of a hyphenated word."""
    following = noun.doc[noun.i + 1 : noun.i + 2].text
    return following in ("-", "‐", "‑") and not noun.whitespace_ and not noun.nbor().whitespace_


def _is_title(noun: Token, quotes: Sequence[Quotation]) -> bool:
    """ "The Siege of Vienna" in quotes and capitals: a book, not a siege."""
    index = around(noun, quotes)
    if index is None or not noun.text[:1].isupper() or is_whole(quotes[index], noun.doc):
        return False
    words = [token for token in noun.doc[quotes[index].start : quotes[index].end] if token.is_alpha]
    return len(words) > 1 and all(token.text[:1].isupper() for token in words if token.pos_ in ("NOUN", "PROPN", "ADJ"))


def _is_general(noun: Token) -> bool:
    """ "Attack is the best form of defence": a bare singular of which the present says what it is."""
    bare = noun.tag_ == "NN" and not any(noun.lefts) and not any(child.dep_ == "prep" for child in noun.rights)
    return bare and noun.dep_ == "nsubj" and noun.head.lower_ == "is" and noun.head.pos_ == "AUX"


def _among_things(heads: dict[str, list[Token]]) -> bool:
    """ "a battle between hope and arithmetic": somebody attacks, and neither side is anybody or any place."""
    people = [*heads["actor"], *heads["recipient"]]
    return bool(heads["actor"] and heads["recipient"]) and not any(
        is_party(head) or head.ent_type_ in PLACES or head.pos_ == "PROPN" for head in people
    )


def _is_trade(heads: dict[str, list[Token]]) -> bool:
    """ "The supermarket struck a deal with a bakery": two sides, and both are some shop or firm without a name."""
    sides = [*heads["actor"], *heads["recipient"]]
    return bool(heads["actor"] and heads["recipient"]) and all(_is_unnamed_firm(head) for head in sides)


def _is_unnamed_firm(head: Token) -> bool:
    named = head.pos_ != "NOUN" or any(child.ent_type_ or child.pos_ == "PROPN" for child in head.subtree)
    return not named and (sector(head) == "BUS" or "seller" in classes(head))


def _is_habit(trigger: Trigger, heads: dict[str, list[Token]], when: When | None) -> bool:
    """ "The committee meets in private": the simple present of one who meets nobody in particular, on no day or every; "it sells
    parts to carmakers": of one who trades with nobody by name."""
    alone = len(heads["actor"]) == 1 and not heads["recipient"]
    alone = alone and (when is None or when.text.lower().startswith(("every ", "each ")))
    if trigger.rule.kind == "trade":
        return trigger.token.tag_ in ("VBZ", "VBP") and not any(head.ent_type_ for head in heads["recipient"])
    return trigger.rule.kind == "talks-held" and trigger.token.tag_ == "VBZ" and alone
