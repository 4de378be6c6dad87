"""Modality: each rule with its example and a counter-example from which it must keep away."""

import pytest

from tests.detection.found import events, kinds

CASES = [
    # negation
    ("The army attacked the village.", "assault", "asserted"),
    ("The army did not attack the village.", "assault", "denied"),
    ("The army never attacked the village.", "assault", "denied"),
    ("No attack was reported.", "assault", "denied"),
    ("Moscow denied that its jets bombed a hospital.", "airstrike", "denied"),
    ("Moscow denied attacking the convoy.", "assault", "denied"),
    ("Police prevented an attack on the embassy.", "assault", "denied"),
    ("The ministry denied reports that its troops had shelled the village.", "shelling", "denied"),
    ("The government denied charges by clergymen that it tortured a priest.", "torture", "denied"),
    ("The ministry confirmed that its troops had shelled the village.", "shelling", "asserted"),
    ("Nobody was killed by the rebels.", "assault", "denied"),
    ("The sides reached no agreement.", "agreement", "denied"),
    ("He did not say that the army attacked the village.", "assault", "asserted"),
    # modals
    ("The army may attack the village.", "assault", "possible"),
    ("The army could attack the village.", "assault", "possible"),
    ("The minister will visit Cairo.", "visit", "future"),
    ("The minister is to visit Cairo.", "visit", "future"),
    ("The minister is going to visit Cairo.", "visit", "future"),
    # conditions and questions
    ("If the army attacks the village, Paris will react.", "assault", "possible"),
    ("Did the army attack the village?", "assault", "possible"),
    # governing words
    ("The minister plans to visit Cairo.", "visit", "future"),
    ("The minister hopes to visit Cairo.", "visit", "possible"),
    ("Rebels tried to seize the airport.", "territory-seized", "possible"),
    ("Rebels managed to seize the airport.", "territory-seized", "asserted"),
    ("The army began shelling the town.", "shelling", "asserted"),
    ("Rebels threatened to attack the city.", "threat-of-force", "asserted"),
    # accusation
    ("Kyiv accused Moscow of shelling the town.", "shelling", "alleged"),
    ("Rebels allegedly attacked the village.", "assault", "alleged"),
    ("The EU condemned the shelling of the town.", "shelling", "asserted"),
    # background
    ("Rebels attacked the village three months ago.", "assault", "historical"),
    ("Rebels attacked the village on Tuesday.", "assault", "asserted"),
    # plans are facts
    ("Talks will be held in Geneva.", "talks-planned", "asserted"),
    ("France may postpone talks with Iran.", "talks-postponed", "possible"),
]


@pytest.mark.parametrize(("text", "kind", "modality"), CASES)
def test_modality(text: str, kind: str, modality: str) -> None:
    """The event has the modality that a reader gives it."""
    assert (kind, modality) in kinds(text)


@pytest.mark.parametrize(
    ("text", "modality"),
    [
        ("Rebels attacked the village in July 1997.", "historical"),
        ("Rebels attacked the village in July.", "asserted"),
        ("Rebels attacked the village on 14 July 1997.", "asserted"),
    ],
)
def test_article_without_a_date(text: str, modality: str) -> None:
    """A month with its year is background; a full date may well be the news."""
    assert [event.modality for event in events(text, published_on=None)] == [modality]


@pytest.mark.parametrize(
    "text",
    [
        "The ministers were to visit Istanbul.",
        "A deal halted the fighting in the valley.",
        "The ceasefire monitoring office is on the second floor.",
        "The minister is a talkative man.",
    ],
)
def test_no_event_by_itself(text: str) -> None:
    """A plan that was once, what was brought to an end, a topic without a phase: no event."""
    assert kinds(text) == []
