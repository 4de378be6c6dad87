"""Arguments: one construction a line."""

import pytest

from tests.detection.found import roles

CASES = [
    # verbs
    ("Rebels attacked the base.", "assault", ["Rebels"], ["the base"]),
    ("The base was attacked by rebels.", "assault", ["rebels"], ["The base"]),
    ("The base was attacked.", "assault", [], ["The base"]),
    ("The army and the police attacked the camp.", "assault", ["The army", "the police"], ["the camp"]),
    ("Rebels attacked the base and then looted shops.", "vandalism", ["Rebels"], ["shops"]),
    ("The rebels who attacked the base fled.", "assault", ["The rebels"], ["the base"]),
    ("Rebels attacking the base were killed.", "assault", ["Rebels"], ["the base"]),
    ("The base attacked by rebels burned.", "assault", ["rebels"], ["The base"]),
    ("Moscow denied attacking the convoy.", "assault", ["Moscow"], ["the convoy"]),
    ("Kyiv accused Moscow of shelling the town.", "shelling", ["Moscow"], ["the town"]),
    ("Kyiv accused Moscow of shelling the town.", "allegation", ["Kyiv"], ["Moscow"]),
    ("The UN urged Israel to release the prisoners.", "demand", ["The UN"], ["Israel"]),
    # nouns
    ("Israel launched an airstrike on Gaza.", "airstrike", ["Israel"], ["Gaza"]),
    ("Turkey's attack on the town killed nine.", "assault", ["Turkey"], ["the town"]),
    ("An attack by rebels on the base failed.", "assault", ["rebels"], ["the base"]),
    ("Airstrikes hit the hospital.", "airstrike", [], ["the hospital"]),
    ("A drone strike killed six soldiers.", "drone-strike", [], ["six soldiers"]),
    ("The arrest of two journalists angered Paris.", "arrest", [], ["two journalists"]),
    # themes
    ("Talks between Serbia and Kosovo collapsed.", "talks-collapsed", ["Serbia"], ["Kosovo"]),
    ("Turkey and Russia have postponed talks on Libya.", "talks-postponed", ["Turkey", "Russia"], []),
    ("China postponed talks with India.", "talks-postponed", ["China"], ["India"]),
    ("The army repelled an assault on the city by rebels.", "assault-repelled", ["rebels"], ["the city"]),
    ("The EU imposed sanctions on Belarus.", "sanctions-imposed", ["The EU"], ["Belarus"]),
    ("Japan sent aid to Nepal.", "aid-delivered", ["Japan"], ["Nepal"]),
    ("Oman hosted talks between Iran and Iraq.", "talks-held", ["Iran"], ["Iraq"]),
    ("Had the army withdrawn, the city would have fallen.", "troops-withdrawn", ["the army"], []),
    ("The army exchanged fire with rebels near Goma.", "clash", ["The army"], ["rebels"]),
    ("Germany sent migrants back to Kabul.", "deportation", ["Germany"], ["migrants"]),
    ("Bulgaria praised Romania's handling of the crisis.", "support-voiced", ["Bulgaria"], ["Romania"]),
    ("Panama asked Spain for help against floods.", "aid-requested", ["Panama"], ["Spain"]),
]


@pytest.mark.parametrize(("text", "kind", "actors", "recipients"), CASES)
def test_roles(text: str, kind: str, actors: list[str], recipients: list[str]) -> None:
    """Who does it, and to whom."""
    assert roles(text, kind) == (actors, recipients)
