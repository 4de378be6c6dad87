"""Surnames in capitals are read as names, acronyms stay acronyms, and no character moves."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.nlp.truecase import truecase


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sergei LAVROV met his colleague.", "Sergei Lavrov met his colleague."),
        ("said CAVUSOGLU on Monday.", "said Cavusoglu on Monday."),
        ("Bashar al ASSAD’s forces", "Bashar al Assad’s forces"),
        ("Bashar AL-ASSAD's forces", "Bashar Al-Assad's forces"),
        ("with SALEH’s appointment", "with Saleh’s appointment"),
        ("Osama bin LADEN was found.", "Osama bin Laden was found."),
        ("Conor O'BRIEN resigned.", "Conor O'Brien resigned."),
        ("John McCAIN voted no.", "John McCain voted no."),
        ("Ayşe ÇELİK was held.", "Ayşe Çelİk was held."),
        ("President ABED spoke; later ABED left.", "President Abed spoke; later Abed left."),
        ("Mr Bennett left. BENNETT said no.", "Mr Bennett left. Bennett said no."),
        ("REBELS SEIZE TOWN NEAR BORDER WITH CHAD", "Rebels Seize Town Near Border with Chad"),
        ("UN ENVOY MEETS NATO CHIEF IN OSLO", "UN Envoy Meets NATO Chief in Oslo"),
    ],
)
def test_names_in_capitals(text: str, expected: str) -> None:
    assert truecase(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "The UN and NATO met the EU in Oslo.",
        "Forces of the LNA attacked the GNA.",
        "The Popular Front (POFRO) denied it; POFRO fighters left.",
        "NGOs and MPs left.",
        "The SWAPO leader spoke.",
        "Troops of the UNIFIL mission left.",
        "The FBI, CIA and PKK declined.",
        "U.S. and U.K. officials met.",
        "Kurdish PYD fighters left.",
        "He said I was right.",
        "World War II ended.",
        "Boeing 747 and MH17 crashed.",
        "It was reported by TRT.",
        "",
    ],
)
def test_acronyms_stay(text: str) -> None:
    assert truecase(text) == text


@given(st.text(alphabet=st.characters(), max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_text_keeps_its_length_and_its_letters(text: str) -> None:
    cased = truecase(text)
    assert len(cased) == len(text)
    assert cased.casefold() == text.casefold()
