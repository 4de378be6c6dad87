"""Which stretches of a Doc are names: the model's own spans repaired, and what the tables know and the model missed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from spacy.tokens import Doc, Token

from pipeline.nlp import knowledge
from pipeline.nlp.names import fold, key, skeleton
from pipeline.nlp.places import gazetteer, population

REPEATED = ("PERSON", "ORG", "GPE", "LOC", "FAC")  # a name that the model finds once it may miss elsewhere
NAMES = ("PERSON", "ORG", "GPE", "LOC", "FAC", "NORP", "PRODUCT", "EVENT", "WORK_OF_ART", "LAW", "LANGUAGE")
LONGEST_NAME = 6  # words: "International Committee of the Red Cross"
TITLES = frozenset({
    "mr", "mrs", "ms", "miss", "dr", "prof", "professor", "sir", "madam", "president", "vice", "minister",
    "premier", "chancellor", "secretary", "senator", "sen", "rep", "representative", "congressman", "congresswoman",
    "governor", "gov", "mayor", "ambassador", "judge", "justice", "general", "gen", "lieutenant", "lt", "colonel",
    "col", "major", "maj", "captain", "capt", "commander", "admiral", "adm", "marshal", "brigadier", "sergeant",
    "sgt", "chief", "officer", "detective", "spokesman", "spokeswoman", "spokesperson", "director", "chairman",
    "chairwoman", "leader", "coach", "foreign", "prime", "deputy", "former", "interior", "defence", "defense",
})  # fmt: skip
EDGES = " \t\n\r\"'“”‘’()[]<>-–—,:;"


@dataclass(frozen=True, slots=True)
class Mark:
    """A name at tokens [start, end)."""

    start: int
    end: int
    label: str


def marks(doc: Doc) -> list[Mark]:
    """The names, dates and figures of a Doc in order, none overlapping another."""
    found: list[Mark] = []
    for ent in doc.ents:
        for mark in _repaired(doc, Mark(ent.start, ent.end, ent.label_)):
            if not found or mark.start >= found[-1].end:
                found.append(extended(doc, mark))
    found = _as_places(doc, found)
    labels = {words(doc, mark): mark.label for mark in found if mark.label in REPEATED}
    return sorted([*found, *missed(doc, found, labels)], key=lambda mark: mark.start)


def words(doc: Doc, mark: Mark) -> str:
    """The text of a mark, without line breaks."""
    if mark.end - mark.start == 1:
        return str(doc[mark.start].text.strip())  # most are, and a token is cheaper than a span
    return " ".join(doc[mark.start : mark.end].text.split())


def _repaired(doc: Doc, mark: Mark) -> Iterator[Mark]:
    """The mark cut at line breaks, edges and titles, with the label that the tables have for it."""
    tokens = list(doc[mark.start : mark.end])
    broken = next((i for i, token in enumerate(tokens) if i and "\n" in token.text), len(tokens))
    tokens = _trimmed(tokens[:broken], mark.label)
    if tokens:
        yield relabelled(doc, Mark(tokens[0].i, tokens[-1].i + 1, mark.label))


def _trimmed(tokens: list[Token], label: str) -> list[Token]:
    """Without quotes and commas at the edges, and for people without titles and a closing "'s"."""
    person = label == "PERSON"
    if len(tokens) == 1 and label in NAMES and is_role(tokens[0]):
        return []
    while tokens and (_edge(tokens[0]) or (person and len(tokens) > 1 and tokens[0].lower_.rstrip(".") in TITLES)):
        tokens = tokens[1:]
    while tokens and (_edge(tokens[-1]) or (person and tokens[-1].text in ("'s", "’s"))):
        tokens = tokens[:-1]
    return _balanced(tokens)


def is_role(token: Token) -> bool:
    """Whether a word that the model took for a name only says what someone is: "Rebels", "Defense" minister."""
    word = token.lower_
    plain = token.pos_ == "NOUN" or word.endswith("s")
    return word in TITLES or (
        plain and not knowledge.lookup(token.text) and bool(knowledge.sector(word.removesuffix("s")))
    )


def _balanced(tokens: list[Token]) -> list[Token]:
    """Without a bracket that is only opened: "African Union (AU"."""
    texts = [token.text for token in tokens]
    return tokens[: texts.index("(")] if "(" in texts and ")" not in texts else tokens


def _edge(token: Token) -> bool:
    return not token.text.strip(EDGES)


def extended(doc: Doc, mark: Mark) -> Mark:
    """The mark with the words behind it that make it a name of the tables: "Islamic" State, "Libyan" National Army."""
    if mark.label not in NAMES:
        return mark
    for end in range(min(mark.start + LONGEST_NAME, len(doc)), mark.end, -1):
        if doc[end - 1].text[:1].isupper() and (known := knowledge.lookup(doc[mark.start : end].text)):
            return Mark(mark.start, end, known.label)
    return mark


def relabelled(doc: Doc, mark: Mark) -> Mark:
    """The label that the tables have for exactly this name, else the model's."""
    if mark.label not in NAMES:
        return mark
    text = words(doc, mark)
    if known := knowledge.lookup(text):
        return mark if mark.label == "NORP" and known.label == "ORG" else replace(mark, label=known.label)
    if knowledge.demonym(text):
        return replace(mark, label="NORP")
    if knowledge.surname(text) or (" " in text and knowledge.person(text)):
        return replace(mark, label="PERSON")
    return replace(mark, label="GPE") if mark.label in ("ORG", "NORP", "PRODUCT") and is_news_place(text) else mark


# Under these stands a place or a time, hardly a person: "in Kherson", which the model may take for one.
LOCATIVES = frozenset({"in", "near", "outside", "inside", "around"})


def _as_places(doc: Doc, found: Sequence[Mark]) -> list[Mark]:
    """Single words that a preposition shows to be cities, with another label from the model, there and elsewhere in the text."""
    located = {words(doc, mark) for mark in found if _is_located(doc, mark) or _is_capital(doc, mark)}
    return [
        replace(mark, label="GPE") if mark.label in MISTAKEN and words(doc, mark) in located else mark for mark in found
    ]


MISTAKEN = frozenset({"PERSON", "ORG", "NORP", "PRODUCT", "WORK_OF_ART", "EVENT"})


# Capitals that are names of people, or words, as well.
AMBIGUOUS = frozenset({
    "Victoria", "Sofia", "Santiago", "Kingston", "Stanley", "Georgetown", "Male", "Hamilton", "Valley", "Sucre", "San Juan",
    "San Jose", "Charlotte Amalie", "Saint George", "Saint John", "Castries",
})  # fmt: skip


def _is_capital(doc: Doc, mark: Mark) -> bool:
    """A capital by its name, unless people are called so too."""
    text = words(doc, mark)
    return mark.label in MISTAKEN and knowledge.capital_of(text) is not None and text not in AMBIGUOUS


def _is_located(doc: Doc, mark: Mark) -> bool:
    if mark.label not in MISTAKEN or mark.end - mark.start != 1 or mark.start == 0:
        return False
    if doc[mark.start - 1].lower_ not in LOCATIVES or doc[mark.start : mark.end + 1].text.endswith(("'s", "’s")):
        return False
    text = words(doc, mark)
    known = knowledge.lookup(text)
    named = knowledge.surname(text) or knowledge.demonym(text) or (known and known.label == "ORG" and text.isupper())
    return not named and any(feature == "city" for feature, _ in gazetteer().get(key(text), ()))


def missed(doc: Doc, found: Sequence[Mark], labels: Mapping[str, str]) -> list[Mark]:
    """Names outside `found` that the tables know, or that `labels` has because the model found them elsewhere."""
    taken = {i for mark in found for i in range(mark.start, mark.end)}
    added: list[Mark] = []
    texts = [doc.vocab.strings[orth] for orth in doc.to_array("ORTH").tolist()]
    repeated = {texts[mark.start] for mark in found}
    for start, text in enumerate(texts):
        if start in taken or not text[:1].isupper():
            continue
        # As far as the first word that is taken, and to a word at the end, not a comma; most words begin no longer name.
        longest = LONGEST_NAME if text in repeated or begins_names(text) else 1
        reach = next((end for end in range(start, min(start + longest, len(doc))) if end in taken), start + longest)
        ends = [end for end in range(min(reach, len(doc)), start, -1) if texts[end - 1][:1].isalnum()]
        mark = _longest(doc, start, ends, labels)
        if mark:
            added.append(mark)
            taken.update(range(mark.start, mark.end))
    return added


def _longest(doc: Doc, start: int, ends: Iterable[int], labels: Mapping[str, str]) -> Mark | None:
    for end in ends:
        text = doc[start:end].text
        label = labels.get(text) or known_label(text)
        if label:
            return Mark(start, end, label)
    return None


def known_label(text: str) -> str | None:
    """The label of a name that means one thing wherever it is written with a capital."""
    if knowledge.demonym(text):
        return "NORP"
    if known := knowledge.lookup(text):
        return known.label
    if knowledge.surname(text) or (" " in text and knowledge.person(text)):
        return "PERSON"
    if knowledge.capital_of(text) is not None and text not in AMBIGUOUS:
        return "GPE"
    return "LOC" if is_news_place(text) else None


@lru_cache(1 << 14)
def begins_names(word: str) -> bool:
    """Whether the tables have names of several words that begin with this one, in whichever spelling they are found."""
    folded = fold(word).partition(" ")[0]
    return folded == "the" or folded in _beginnings() or skeleton(word) in _spelled_beginnings()


@cache
def _beginnings() -> frozenset[str]:
    known = knowledge.tables()
    places = (name for name in gazetteer() if is_news_place(name))
    names = (fold(name) for name in (*known.named, *known.demonyms, *known.capitals, *known.people, *places))
    first = {name.partition(" ")[0] for name in names if " " in name}
    return frozenset(first | {word.removesuffix("s") for word in first})  # "Lloyds" may be written with an apostrophe


@cache
def _spelled_beginnings() -> frozenset[str]:
    return frozenset(bones.partition(" ")[0] for bones in knowledge.tables().spellings if " " in bones)


def is_news_place(text: str) -> bool:
    """Whether the tables compiled for news have a place of that name (GeoNames has one of almost any name)."""
    return any(feature != "city" or not population(row) for feature, row in gazetteer().get(key(text), ()))
