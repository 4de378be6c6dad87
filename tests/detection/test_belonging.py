"""What a condition asks of a noun: its class, its sector, or one of the open classes."""

import pytest

from pipeline.detection.belonging import OPEN
from pipeline.detection.lexicon import OPEN_CLASSES
from pipeline.detection.ontology import SECTORS
from tests.detection.found import kinds


def test_every_open_class_has_its_test() -> None:
    """The loader knows the classes that conditions can ask for, and no others."""
    assert OPEN.keys() | SECTORS == OPEN_CLASSES


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Typhoon Haiyan destroyed the church.", []),
        ("General Haiyan destroyed the church.", [("assault", "asserted")]),
        ("Russians flew to Rome.", []),
        ("The Russian minister flew to Rome.", [("visit", "asserted")]),
        ("Troops fired on Monday.", []),
        ("Troops fired on the crowd.", [("assault", "asserted")]),
        ("The union insisted that nobody knew.", []),
        ("The union insisted that the mine be closed.", [("demand", "asserted")]),
        ("The union insisted that the mine must close.", [("demand", "asserted")]),
        ("She might have been given food in May.", []),
        ("The ministry gave in to the union.", [("concession", "asserted")]),
        ("The firm said it should gain new customers.", []),
        ("The bank is under investigation.", [("investigation", "asserted")]),
        ("They expect a strike by Friday, the union said.", [("strike", "future")]),
        ("Pits reopened after a one-month strike.", [("strike", "asserted")]),
        ("Two men fled after a one-minute strike on the base.", [("assault", "asserted")]),
        ("The ministry entered into an agreement with the bank.", [("agreement", "asserted")]),
        ("She wants to derail the talks.", [("talks-collapsed", "possible")]),
        ("She wants to hold the talks.", [("talks-called-for", "asserted")]),
        ("Mali hosted Crown Prince Naruhito on Monday.", [("talks-held", "asserted")]),
        ("Mali hosted Rex Naruhito on Monday.", []),
        ("Mali held naval games.", []),
        ("Volvo will bid for the Senate.", []),
        ("Volvo will bid for Renault.", [("takeover-bid", "future")]),
    ],
)
def test_condition_is_met_by_the_right_noun(text: str, found: list[tuple[str, str]]) -> None:
    """A storm by its name, no day as an object, no preposition as a particle, no wish of one's own as a demand."""
    assert kinds(text) == found
