"""Places: the event's own, with its precision, or none."""

import pytest

from tests.detection.found import events


@pytest.mark.parametrize(
    ("text", "name", "precision"),
    [
        ("Rebels attacked a convoy in Baghdad.", "Baghdad", "place"),
        ("Rebels attacked an army base near Aleppo.", "Aleppo", "near"),
        ("Rebels attacked a convoy in Syria.", "Syria", "country"),
        ("Israel launched an airstrike on Damascus.", "Damascus", "place"),
        ("Turkey and Russia have postponed talks on Libya.", None, None),
        ("CAIRO (Reuters) - Rebels attacked a convoy.", None, None),
        ("Rebels attacked a convoy, the governor of Aleppo said.", None, None),
        ("Gunmen kidnapped six pupils from a school in Kaduna.", "Kaduna", "place"),
        ("Police in Minsk arrested a reporter.", "Minsk", "place"),
        ("Rebels in Yemen shelled a village in Oman.", "Oman", "country"),
        ("France withdrew its soldiers from Mali.", "Mali", "country"),
        ("France withdrew its soldiers after talks in Mali.", None, None),
        ("The EU imposed sanctions on Mali.", None, None),
        ("Rebels attacked a convoy in Soum province.", "Soum province", "unresolved"),
        ("Gunmen kidnapped the mayor of Aleppo.", None, None),
        ("Police arrested three men on suspicion of spying for Serbia.", None, None),
        ("Police arrested three men on a train in Serbia.", "Serbia", "country"),
    ],
)
def test_location(text: str, name: str | None, precision: str | None) -> None:
    """Where the first event happened; what it is about, the dateline and a speaker's town are not where."""
    location = events(text)[0].location
    assert (location.name if location else None, location.precision if location else None) == (name, precision)
