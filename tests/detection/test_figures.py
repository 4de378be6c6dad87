"""Figures of speech and generalities are no events; the same words said of people and places are."""

import pytest

from tests.detection.found import kinds


@pytest.mark.parametrize(
    ("figure", "event", "kind"),
    [
        ("Sales of strike-anywhere matches fell.", "Sales fell after the strike on Kyiv.", "assault"),
        (
            'Her novel "The Siege of Vienna" won a prize.',
            "The siege of Vienna by rebels has lasted a week.",
            "blockade",
        ),
        ("Attack is the best form of defence.", "The attack on the village was the worst in years.", "assault"),
        ("It is a battle between hope and arithmetic.", "It is a battle between rebels and soldiers.", "clash"),
        ("The sanctions committee meets in private.", "The sanctions committee meets Iran in private.", "talks-held"),
        ("Boeing sells parts to airlines.", "Boeing sells parts to Egypt.", "trade"),
        ("Boeing sells parts to airlines.", "Boeing sold parts to two airlines.", "trade"),
    ],
)
def test_figure(figure: str, event: str, kind: str) -> None:
    """By construction, not by topic."""
    assert (kinds(figure), [found for found, _ in kinds(event)]) == ([], [kind])
