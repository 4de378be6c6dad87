"""A reading stands on the original text, whatever the model was shown."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.nlp.engine.engine import Engine
from pipeline.nlp.reading import read

TEXT = "OSLO (AP) - Envoy Jane ABERNATHY met rebels in Chad on Monday. ABERNATHY left.\n\nPost a comment"


def test_offsets_are_those_of_the_original(nlp: Engine) -> None:
    (reading,) = read(nlp, [TEXT], limit_chars=10_000)
    assert len(reading.doc.text) == len(TEXT)
    assert all(TEXT[entity.start : entity.end] == entity.text for entity in reading.entities)
    assert [(entity.text, entity.name) for entity in reading.entities if entity.label == "PERSON"] == [
        ("Jane ABERNATHY", "Jane Abernathy"),
        ("ABERNATHY", "Jane Abernathy"),
    ]


def test_what_is_masked_is_not_read(nlp: Engine) -> None:
    (reading,) = read(nlp, [TEXT], limit_chars=10_000)
    assert "comment" not in reading.doc.text
    assert "Oslo" not in {entity.name for entity in reading.entities}
    assert reading.cleaned.dateline is not None


def test_order_and_count_are_kept(nlp: Engine) -> None:
    texts = [f"Minister number {i} resigned." for i in range(40)] + ["", "   "]
    assert [reading.text for reading in read(nlp, texts, limit_chars=100)] == texts


@pytest.mark.parametrize(("limit", "truncated"), [(61, True), (62, False)])
def test_a_text_beyond_the_limit_is_cut_and_says_so(nlp: Engine, limit: int, truncated: bool) -> None:
    text = "Ghana and Togo signed a pact in Lome on Monday, officials say."
    (reading,) = read(nlp, [text], limit_chars=limit)
    assert (reading.text, reading.truncated, len(reading.doc.text)) == (text, truncated, limit)


def test_the_same_text_gives_the_same_entities(nlp: Engine) -> None:
    first, second = read(nlp, [TEXT, TEXT], limit_chars=10_000)
    assert first.entities == second.entities


@given(st.text(alphabet=st.characters(), max_size=120))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_can_be_read(nlp: Engine, text: str) -> None:
    (reading,) = read(nlp, [text], limit_chars=1000)
    assert len(reading.doc.text) == len(text)
    assert all(text[entity.start : entity.end] == entity.text and entity.text for entity in reading.entities)
