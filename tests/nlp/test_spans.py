"""Spans are repaired: titles and brackets off, labels as the tables have them, missed names found."""

import pytest
from spacy.tokens import Doc, Span

from pipeline.nlp.engine.engine import Engine
from pipeline.nlp.spans import Mark, known_label, marks, words


def doc_of(nlp: Engine, text: str, *entities: tuple[int, int, str]) -> Doc:
    """A Doc of these tokens with exactly these entities."""
    doc = Doc(nlp.vocab, words=text.split(" "))
    doc.ents = [Span(doc, start, end, label) for start, end, label in entities]
    return doc


@pytest.mark.parametrize(
    ("text", "entity", "expected"),
    [
        ("President Jane Doe left", (0, 3, "PERSON"), [("Jane Doe", "PERSON")]),
        ("Gen. Jane Doe 's men", (0, 4, "PERSON"), [("Jane Doe", "PERSON")]),
        ("the Defense minister left", (1, 2, "ORG"), []),
        ("African Union ( AU ) left", (0, 4, "ORG"), [("African Union", "ORG"), ("AU", "ORG")]),
        ('" Jane Doe " left', (0, 4, "PERSON"), [("Jane Doe", "PERSON")]),
        ("the Libya left", (1, 2, "PERSON"), [("Libya", "GPE")]),
        ("the Hezbollah men", (1, 2, "PERSON"), [("Hezbollah", "ORG")]),
        ("the Libyan men", (1, 2, "ORG"), [("Libyan", "NORP")]),
        ("said Erdogan again", (1, 2, "ORG"), [("Erdogan", "PERSON")]),
        ("the Islamic State men", (1, 2, "NORP"), [("Islamic State", "ORG")]),
        ("the Libyan National Army men", (1, 2, "NORP"), [("Libyan National Army", "ORG")]),
        ("the Libyan National Theatre", (1, 2, "NORP"), [("Libyan", "NORP")]),
        ("the Rebels left", (1, 2, "GPE"), []),
        ("near Chibok now", (1, 2, "ORG"), [("Chibok", "GPE")]),
        ("in Kherson now", (1, 2, "PERSON"), [("Kherson", "GPE")]),
        ("of Kherson now", (1, 2, "PERSON"), [("Kherson", "PERSON")]),
        ("in Kherson 's house", (1, 3, "PERSON"), [("Kherson", "PERSON")]),
        ("in Putin now", (1, 2, "PERSON"), [("Putin", "PERSON")]),
        ("until Kigali acts", (1, 2, "NORP"), [("Kigali", "GPE")]),
        ("until Victoria acts", (1, 2, "PERSON"), [("Victoria", "PERSON")]),
        ("on Monday again", (1, 2, "DATE"), [("Monday", "DATE")]),
    ],
)
def test_spans_of_the_model_are_repaired(
    nlp: Engine, text: str, entity: tuple[int, int, str], expected: list[tuple[str, str]]
) -> None:
    doc = doc_of(nlp, text, entity)
    assert [(words(doc, mark), mark.label) for mark in marks(doc)] == expected


def test_a_span_ends_at_a_line_break(nlp: Engine) -> None:
    doc = Doc(nlp.vocab, words=["Jane", "Doe", "\n\n", "Monday"])
    doc.ents = [Span(doc, 0, 4, "PERSON")]
    assert marks(doc) == [Mark(0, 2, "PERSON")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("men from Libya left", [("Libya", "GPE")]),
        ("the United Nations left", [("United Nations", "ORG")]),
        ("the Iranian men left", [("Iranian", "NORP")]),
        ("the Black Sea fleet left", [("Black Sea", "LOC")]),
        ("and Cavusoglu said so", [("Cavusoglu", "PERSON")]),
        ("the turkey was eaten", []),
        ("they polish it and is it", []),
        ("a Springfield man", []),
    ],
)
def test_names_that_the_model_missed_are_found(nlp: Engine, text: str, expected: list[tuple[str, str]]) -> None:
    doc = doc_of(nlp, text)
    assert [(words(doc, mark), mark.label) for mark in marks(doc)] == expected


def test_a_name_found_once_is_found_again(nlp: Engine) -> None:
    doc = doc_of(nlp, "near Zardo men fled ; Zardo fell", (1, 2, "GPE"))
    assert marks(doc) == [Mark(1, 2, "GPE"), Mark(5, 6, "GPE")]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Mali", "GPE"),
        ("NATO", "ORG"),
        ("Putin", "PERSON"),
        ("Kyiv", "GPE"),
        ("Kiev", "GPE"),
        ("Springfield", None),
        ("Hamilton", None),
        ("Monday", None),
    ],
)
def test_known_label(text: str, label: str | None) -> None:
    assert known_label(text) == label
