"""A noun phrase as a participant: who it is, of which country, of which sector."""

from collections.abc import Sequence

from spacy.tokens import Span, Token

from pipeline import records
from pipeline.nlp import knowledge
from pipeline.nlp.places import POINTS
from pipeline.nlp.spans import EDGES

STATE = frozenset({"government", "authority", "administration", "regime", "state"})
STATE_SECTORS = frozenset({"MIL", "COP", "SPY", "JUD", "LEG"})
LONGEST_ROLE = 4  # words: "deputy prime minister"
WITH = frozenset({"with", "between", "by", "from", "against"})
SUBJECTS = frozenset({"nsubj", "nsubjpass", "agent", "poss", "csubj"})
# What is done to somebody who can answer.
ADDRESSING = frozenset({
    "accuse", "urge", "blame", "condemn", "criticise", "criticize", "warn", "tell", "ask", "thank", "praise", "assure",
    "persuade", "notify", "inform", "pressure", "denounce", "rebuke", "chide", "implore", "order", "convince",
})  # fmt: skip
PLACES = ("GPE", "LOC", "FAC")
NAMED = ("PERSON", "ORG", "NORP", *PLACES)
LEADING = frozenset({"DET", "PUNCT", "SPACE", "NUM"})
MODIFIERS = frozenset({"compound", "nmod", "poss", "amod", "appos"})
# "the former Turkish president" governs nothing
FORMER = frozenset({"former", "ex", "ousted", "deposed", "exiled"})
# "thousands of protesters" are protesters
AMOUNTS = frozenset({
    "thousands", "hundreds", "dozens", "scores", "tens", "millions", "number", "group", "handful", "majority", "lot", "rest",
    "some", "many", "several", "most", "all", "none", "one", "two", "three", "members", "crowd", "crowds", "dozen", "couple",
})  # fmt: skip
# "Taliban fighters" are the Taliban
MEMBERS = frozenset({
    "fighter", "militant", "rebel", "gunman", "insurgent", "force", "troop", "terrorist", "jihadist", "jihadi", "member",
    "group", "movement", "network", "militia", "guerrilla", "soldier", "extremist", "organisation", "organization", "party",
})  # fmt: skip


def participant(span: Span, mentions: Sequence[records.Entity]) -> records.Participant:
    """The participant that `span` names; `mentions` are the entities of the same text."""
    span = trimmed(span)
    inside = [mention for mention in mentions if span.start_char <= mention.start and mention.end <= span.end_char]
    head = head_of(span)
    naming = naming_mention(span, head, inside)
    if naming is None:
        return _described(span, head, inside)
    if naming.label in PLACES:
        return _place(span, head, naming)
    return _named(span, head, naming, inside)


def trimmed(span: Span) -> Span:
    """`span` without blanks and punctuation at its ends: masked text is blanks to spaCy, and it may lead a phrase."""
    start, end = span.start, span.end
    while end - start > 1 and (span.doc[start].is_space or span.doc[start].text in EDGES):
        start += 1
    while end - start > 1 and (span.doc[end - 1].is_space or span.doc[end - 1].text in EDGES):
        end -= 1
    return span.doc[start:end]


def head_of(span: Span) -> Token:
    """The word that says who: the root, or what it is an amount of."""
    head = span.root
    if head.lower_ in AMOUNTS:
        of = (child for child in head.children if child.lower_ == "of" and child in span)
        return next((token for child in of for token in child.children if token.dep_ == "pobj" and token in span), head)
    return head


def naming_mention(span: Span, head: Token, inside: Sequence[records.Entity]) -> records.Entity | None:
    """The mention that names the phrase: at its head, or in apposition to it; or whose members the head means."""
    tokens = [head, *(child for child in head.children if child.dep_ == "appos" and child in span)]
    for token in tokens:
        if mention := _at(token, inside):
            return mention
    members = head.lemma_.lower() in MEMBERS
    groups = [_at(child, inside) for child in head.children if members and child.dep_ in MODIFIERS]
    return next((group for group in groups if group and group.label == "ORG" and known_of(group)), None)


def _at(token: Token, inside: Sequence[records.Entity]) -> records.Entity | None:
    return next((m for m in inside if m.start <= token.idx < m.end and m.label in NAMED), None)


def known_of(mention: records.Entity) -> knowledge.Known | None:
    """What the tables know of a mention's entity."""
    name = mention.name or mention.text
    if mention.label == "PERSON":
        return knowledge.person(name)
    known = knowledge.lookup(name, (mention.country,))
    # "Peru's Congress" is not the known one.
    return known if known and known.entity_id == mention.entity_id else None


def _named(span: Span, head: Token, naming: records.Entity, inside: Sequence[records.Entity]) -> records.Participant:
    """A person, an organisation or a people."""
    name, known = naming.name or naming.text, known_of(naming)
    if known:
        return _made(span, name, naming.entity_id, naming.country or known.country, known.sector)
    country = naming.country or country_of(inside)
    people = naming.label == "NORP" and head.pos_ != "ADJ"  # "Israelis"; "Israeli strikes" are not civilians'
    part = role(span, head) or ("CVL" if people else name_sector(name))
    entity_id = naming.entity_id
    if naming.label == "ORG" and entity_id and country and not naming.country:
        entity_id = f"{entity_id}:{country}"  # every country has a supreme court
    return _made(span, name, entity_id, country, part)


def _place(span: Span, head: Token, naming: records.Entity) -> records.Participant:
    """A country stands for its government, and so does its capital where it acts; any other place for itself."""
    name = naming.name or naming.text
    if naming.entity_id and naming.entity_id.startswith("country:"):
        part_of = any(token.lower_.removesuffix("ern") in POINTS for token in span)
        return _made(
            span, plain_name(span) if part_of else name, naming.entity_id, naming.country, None if part_of else "GOV"
        )
    alpha3 = knowledge.capital_of(name)
    government = knowledge.country(alpha3) if alpha3 and alpha3 == naming.country and acts(head) else None
    if government:
        return _made(span, government.name, government.entity_id, government.country, "GOV")
    return _made(span, name, naming.entity_id, naming.country, None)


def acts(token: Token) -> bool:
    """Whether a token stands where only someone who acts can stand: subject, agent, "talks with Ankara", "accused Ankara"."""
    while token.dep_ == "conj":
        token = token.head
    if token.dep_ == "dobj":
        return token.head.lemma_.lower() in ADDRESSING
    return token.dep_ in SUBJECTS or (token.dep_ == "pobj" and token.head.lower_ in WITH)


def _described(span: Span, head: Token, inside: Sequence[records.Entity]) -> records.Participant:
    """A participant without a name of its own: "Iranian paramilitary forces", "the Turkish government"."""
    country, part = country_of(inside), role(span, head)
    state = knowledge.country(country) if country and is_national(inside) else None
    if state and head.lemma_.lower() in STATE:
        return _made(span, state.name, state.entity_id, country, "GOV")
    if part and (body := _body(head, inside)):
        return _made(span, plain_name(span), None, country or body.country, body.sector)
    entity_id = f"country:{country}:{part}" if state and part in STATE_SECTORS else None
    return _made(span, plain_name(span), entity_id, country, part)


def _body(head: Token, inside: Sequence[records.Entity]) -> knowledge.Known | None:
    """The known organisation that the head belongs to: "the U.N. envoy", "FBI agents"."""
    owners = [_at(child, inside) for child in head.children if child.dep_ in MODIFIERS]
    return next((known for owner in owners if owner and owner.label == "ORG" and (known := known_of(owner))), None)


def is_national(inside: Sequence[records.Entity]) -> bool:
    """Whether no part of a country is named: "authorities in Wyoming" are not the United States."""
    return not any(m.label in PLACES and not (m.entity_id or "").startswith("country:") for m in inside)


def country_of(inside: Sequence[records.Entity]) -> str | None:
    """Alpha-3 that a phrase tells: a nationality first, then any name in it that has a country."""
    ranked = sorted(inside, key=lambda mention: mention.label != "NORP")
    return next((mention.country for mention in ranked if mention.country), None)


def role(span: Span, head: Token) -> str | None:
    """PLOVER sector of the longest role that ends at the head or describes it: "deputy foreign minister" GOV."""
    for token in (head, *(child for child in head.children if child.dep_ in MODIFIERS - {"poss"} and child in span)):
        for length in range(LONGEST_ROLE, 0, -1):
            start = token.i - length + 1
            if start >= span.start and (part := _sector([*span.doc[start : token.i], token])):
                return "ELI" if part == "GOV" and any(child.lower_ in FORMER for child in token.lefts) else part
    return None


def _sector(tokens: Sequence[Token]) -> str | None:
    *before, last = tokens
    if last.pos_ not in ("NOUN", "PROPN", "ADJ"):
        return None
    lead = " ".join([token.lower_ for token in before] + [""])
    return knowledge.sector(lead + last.lower_) or knowledge.sector(lead + last.lemma_.lower())


def name_sector(name: str) -> str | None:
    """PLOVER sector that an organisation's name tells: "Iraqi Supreme Court" JUD, "Ministry of Defence" GOV."""
    words = name.lower().split()
    tails = [" ".join(words[start:]) for start in range(len(words))]
    return next((part for phrase in (*tails, *words[:1]) if (part := knowledge.sector(phrase))), None)


def plain_name(span: Span) -> str:
    """The phrase without articles, figures and quotes in front."""
    tokens = list(span)
    while len(tokens) > 1 and (tokens[0].pos_ in LEADING or tokens[0].lower_ == "of"):  # "41 of 56 drones"
        if (tokens[0].lower_, tokens[1].lower_) == ("each", "other") or tokens[1].text == "%":
            break
        tokens = tokens[1:]
    return " ".join("".join(token.text_with_ws for token in tokens).split())


def _made(span: Span, name: str, entity_id: str | None, country: str | None, part: str | None) -> records.Participant:
    original = span.doc.user_data.get("text")
    text = original[span.start_char : span.end_char] if original else span.text
    return records.Participant(
        text=text,
        start=span.start_char,
        end=span.end_char,
        name=name,
        entity_id=entity_id,
        country=country,
        sector=part,
    )
