"""The detector in a spaCy pipeline of one's own: `nlp.add_pipe("tickertape_events")`, found by entry point.

    nlp = spacy.load("en_core_web_sm")
    nlp.add_pipe("tickertape_events")
    doc = nlp("Rebels attacked the base near Aleppo on Tuesday.")
    [(span.text, span.label_) for span in doc.spans["events"]]        # [("attacked", "assault")]
    [span.label_ for span in doc.spans["event_roles"]]                # actor, recipient, place …
    doc._.events[0]["actors"]                                         # the event data of schemas/, as dicts

It takes the Doc as it is: what our own reader does before there is one (furniture of the page blanked, words in capitals
recased, sizes limited) is left out, so clean wire copy first. Importing this module registers the factories, as spaCy wants
it; only spaCy's entry point does that.
"""

from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import date
from hashlib import sha256

from spacy.language import Language
from spacy.tokens import Doc, Span, SpanGroup

from pipeline.detection.detector import detect
from pipeline.errors import ModelError
from pipeline.nlp.clean import Cleaned
from pipeline.nlp.entities import entities
from pipeline.nlp.reading import Reading
from pipeline.records import Event

Component = Callable[[Doc], Doc]
NEEDS = ["doc.ents", "doc.sents", "token.dep", "token.head", "token.lemma", "token.pos", "token.tag"]


@Language.factory("tickertape_events", requires=NEEDS, assigns=["doc._.events", "doc.spans"])
def make_events(nlp: Language, name: str) -> Component:
    """A component that writes events: `doc._.events`, triggers to `doc.spans["events"]`, the rest to "event_roles".

    `doc._.published_on` ("2020-06-14"), set before, is the day that "last week" counts from.
    """
    for extension, default in (("events", ()), ("published_on", None)):
        if not Doc.has_extension(extension):
            Doc.set_extension(extension, default=default)
    return with_events


@Language.factory("tickertape_entities", requires=NEEDS, assigns=["doc.spans"])
def make_entities(nlp: Language, name: str) -> Component:
    """A component that writes who or what is named to `doc.spans["entities"]`: label as NER's, `kb_id_` our entity id."""
    return with_entities


def with_events(doc: Doc) -> Doc:
    """The Doc with its events."""
    found = events(doc)
    doc._.events = [asdict(event) for event in found]
    triggers = (_span(doc, event.trigger.start, event.trigger.end, event.kind, event.event_id) for event in found)
    doc.spans["events"] = SpanGroup(doc, name="events", spans=list(triggers))
    doc.spans["event_roles"] = SpanGroup(
        doc, name="event_roles", spans=[span for event in found for span in roles(doc, event)]
    )
    return doc


def with_entities(doc: Doc) -> Doc:
    """The Doc with its linked names."""
    found = reading(doc).entities
    spans = [_span(doc, mention.start, mention.end, mention.label, "", mention.entity_id or "") for mention in found]
    doc.spans["entities"] = SpanGroup(doc, name="entities", spans=spans)
    return doc


def events(doc: Doc) -> list[Event]:
    """The events of a parsed Doc, offsets into its text; ValueError where `published_on` is no ISO date."""
    published_on = date.fromisoformat(doc._.published_on) if doc._.published_on else None
    key = f"spacy|{sha256(doc.text.encode('utf-8', 'replace')).hexdigest()}"
    return detect(reading(doc), article_key=key, published_on=published_on)


def reading(doc: Doc) -> Reading:
    """The Doc as our detector reads it; raises ModelError where it has no parse."""
    if not doc.has_annotation("DEP") or not doc.has_annotation("LEMMA"):
        raise ModelError(
            "Tickertape's components need an English tagger, parser, lemmatizer and NER before them: "
            'spacy.load("en_core_web_sm"), then nlp.add_pipe("tickertape_events")'
        )
    cleaned = Cleaned(text=doc.text, masked=(), dateline=None)
    return Reading(text=doc.text, cleaned=cleaned, doc=doc, entities=entities(doc, doc.text), truncated=False)


def roles(doc: Doc, event: Event) -> Iterator[Span]:
    """Spans of actor, recipient, about, place and source; `id_` is the event they are of."""
    for label, found in (("actor", event.actors), ("recipient", event.recipients), ("about", event.about)):
        for who in found:
            yield _span(doc, who.start, who.end, label, event.event_id)
    if event.location is not None:
        yield _span(doc, event.location.start, event.location.end, "place", event.event_id)
    if event.attribution is not None:
        yield _span(doc, event.attribution.start, event.attribution.end, "source", event.event_id)


def _span(doc: Doc, start: int, end: int, label: str, span_id: str, kb_id: str = "") -> Span:
    tokens = doc.char_span(start, end, alignment_mode="expand")
    if tokens is None:
        raise AssertionError(f"[{start}, {end}) lies outside a text of {len(doc.text)} characters")
    return Span(doc, tokens.start, tokens.end, label=label, span_id=span_id, kb_id=kb_id)
