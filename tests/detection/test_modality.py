"""Modality: each rule with its example and a counter-example from which it must keep away."""

import pytest

from tests.detection.found import events, kinds

# Rule: (example, kind, modality), (counter-example, kind, modality).
Case = tuple[str, str, str]
RULES: dict[str, tuple[Case, Case]] = {
    "no more than": (
        ("The rebels did not only attack the base but burned it.", "assault", "asserted"),
        ("The rebels did not attack the only base that they passed.", "assault", "denied"),
    ),
    "no comment": (
        ("The mayor could not be reached for comment on the attack by rebels.", "assault", "asserted"),
        ("The army could not carry out an attack on the base.", "assault", "denied"),
    ),
    "what had to be done": (
        ("The army had to withdraw its troops from the town.", "troops-withdrawn", "asserted"),
        ("The army has to withdraw its troops from the town.", "troops-withdrawn", "possible"),
    ),
    # accusation
    "what a court has found": (
        ("Ortiz was found guilty of two counts of assault and one count of kidnapping.", "abduction", "asserted"),
        ("Ortiz pleaded not guilty to two counts of assault and one count of kidnapping.", "abduction", "alleged"),
    ),
    "charges that led to a verdict": (
        ("Ortiz was convicted on charges of kidnapping.", "abduction", "asserted"),
        ("Ortiz was arrested on charges of kidnapping.", "abduction", "alleged"),
    ),
    # negation
    "gerund of another deed": (
        ("The union called off a strike after reaching a deal with the airline.", "agreement", "asserted"),
        ("The union avoided reaching a deal with the airline.", "agreement", "denied"),
    ),
    "deed before another that is open": (
        ("The army may withdraw after signing a deal with the rebels.", "agreement", "possible"),
        ("The army withdrew after signing a deal with the rebels.", "agreement", "asserted"),
    ),
    "order of two past deeds": (
        ("They will withdraw before the army attacks the town.", "assault", "possible"),
        ("They fled before the army bombed the town.", "bombing", "asserted"),
    ),
    "content behind its speaker": (
        ("The state denied charges by monks that it tortured a priest.", "torture", "denied"),
        ("The state denied charges by monks whom guards tortured.", "torture", "asserted"),
    ),
    "occasion": (
        ("They will sign it at a summit with Chile.", "talks-planned", "asserted"),
        ("They did not sign it at a summit with Chile.", "talks-held", "asserted"),
    ),
    "attempt in the trigger": (
        ("He survived an assassination attempt.", "assassination", "possible"),
        ("He survived the assassination of his brother.", "assassination", "asserted"),
    ),
    "negated verb": (
        ("The army did not attack the village.", "assault", "denied"),
        ("He did not say that the army attacked the village.", "assault", "asserted"),
    ),
    "negative adverb": (
        ("The army never attacked the village.", "assault", "denied"),
        ("The army, never popular, attacked the village.", "assault", "asserted"),
    ),
    "negative determiner": (
        ("No attack was reported.", "assault", "denied"),
        ("An attack was reported in no time.", "assault", "asserted"),
    ),
    "negative argument": (
        ("Nobody was killed by the rebels.", "assault", "denied"),
        ("Rebels killed six people whom nobody knew.", "assault", "asserted"),
    ),
    "denial of a clause": (
        ("Moscow denied that its jets bombed a hospital.", "airstrike", "denied"),
        ("Moscow did not deny that its jets bombed a hospital.", "airstrike", "asserted"),
    ),
    "a claim of responsibility": (
        ("The militia claimed responsibility for the attack on the hotel.", "assault", "alleged"),
        ("The militia claimed the town after the attack on the hotel.", "assault", "asserted"),
    ),
    "hopes of the future": (
        ("She hoped that the talks would resume soon.", "talks-planned", "possible"),
        ("She said that the talks would resume soon.", "talks-planned", "asserted"),
    ),
    "judgement of a deed": (
        ("It is hard to continue talks with Chad.", "talks-planned", "possible"),
        ("The army is to attack the town.", "assault", "future"),
    ),
    "no intention": (
        ("Chad has no plans to send troops to Mali.", "troops-mobilised", "denied"),
        ("Chad has plans to send troops to Mali.", "troops-mobilised", "future"),
    ),
    "noun of will": (
        ("The army announced plans to withdraw its troops from Mali.", "troops-withdrawn", "future"),
        ("The army withdrew its troops from Mali as planned.", "troops-withdrawn", "asserted"),
    ),
    "noun of will, governed": (
        ("The army may announce plans to withdraw its troops from Mali.", "troops-withdrawn", "possible"),
        ("The army has announced plans to withdraw its troops from Mali.", "troops-withdrawn", "future"),
    ),
    "noun of will, given up": (
        ("The ministry dropped plans to send food to Mali.", "aid-delivered", "denied"),
        ("The ministry has not dropped plans to send food to Mali.", "aid-delivered", "future"),
    ),
    "noun of will, denied": (
        ("Chad denied it had plans to send troops to Mali.", "troops-mobilised", "denied"),
        ("Chad said it had plans to send troops to Mali.", "troops-mobilised", "future"),
    ),
    "noun of offering": (
        ("The rebels made an offer to free the hostages.", "prisoners-released", "possible"),
        ("The rebels free the hostages.", "prisoners-released", "asserted"),
    ),
    "what is called to be said": (
        ("The emir called the king to express support for Sudan.", "support-voiced", "asserted"),
        ("The emir wants to express support for Sudan.", "support-voiced", "possible"),
    ),
    "denial of a future": (
        ("Israel denied that it would attack Iran.", "assault", "denied"),
        ("Israel said that it would attack Iran.", "assault", "future"),
    ),
    "what is blocked": (
        ("The court blocked the deportation of the refugees.", "deportation", "denied"),
        ("The court ordered the deportation of the refugees.", "deportation", "asserted"),
    ),
    "clearing, of what": (
        ("A jury cleared him of murder.", "assault", "alleged"),
        ("Regulators cleared the takeover of Renault by Volvo.", "acquisition", "asserted"),
    ),
    "kept from it": (
        ("Guards barred the minister from visiting Gaza.", "visit", "denied"),
        ("Guards have not barred the minister from visiting Gaza.", "visit", "possible"),
    ),
    "what comes from a deed": (
        ("The militia made money from shelling the town.", "shelling", "asserted"),
        ("Guards kept the militia from shelling the town.", "shelling", "denied"),
    ),
    "protest by a deed": (
        ("Farmers dumped manure to protest at the rules.", "protest", "asserted"),
        ("Farmers plan to dump manure to protest at the rules.", "protest", "possible"),
    ),
    "failure of a thing": (
        ("The ceasefire failed to take hold.", "ceasefire-in-effect", "denied"),
        ("The sides failed to agree a ceasefire.", "ceasefire-refused", "asserted"),
    ),
    "what is not ruled out": (
        ("Washington has not ruled out bombing the base.", "bombing", "possible"),
        ("Washington has ruled out bombing the base.", "bombing", "denied"),
    ),
    "denial of a report": (
        ("The ministry denied reports that its troops had shelled the village.", "shelling", "denied"),
        ("The ministry confirmed reports that its troops had shelled the village.", "shelling", "asserted"),
    ),
    "denial of a charge": (
        ("The government denied charges by clergymen that it tortured a priest.", "torture", "denied"),
        ("The government condemned guards who tortured a priest.", "torture", "asserted"),
    ),
    "prevention": (
        ("Police prevented an attack on the embassy.", "assault", "denied"),
        ("Police, who prevented a riot, attacked the embassy.", "assault", "asserted"),
    ),
    "without": (
        ("The minister left without meeting the rebels.", "talks-held", "denied"),
        ("The minister left after meeting the rebels.", "talks-held", "asserted"),
    ),
    # modals
    "modal of possibility": (
        ("The army may attack the village.", "assault", "possible"),
        ("The army, might and main, attacked the village.", "assault", "asserted"),
    ),
    "future": (
        ("The minister will visit Cairo.", "visit", "future"),
        ("The minister, a man of iron will, visited Cairo.", "visit", "asserted"),
    ),
    "is to": (
        ("The minister is to visit Cairo.", "visit", "future"),
        ("The aim of the minister is peace; he visited Cairo.", "visit", "asserted"),
    ),
    "going to": (
        ("The minister is going to visit Cairo.", "visit", "future"),
        ("The minister, going to Amman, visited Cairo.", "visit", "asserted"),
    ),
    # conditions and questions
    "if": (
        ("If the army attacks the village, Paris will react.", "assault", "possible"),
        ("The army attacked the village, and Paris asked if Rome would react.", "assault", "asserted"),
    ),
    "condition without if": (
        ("Had the army attacked the village, Paris would have reacted.", "assault", "possible"),
        ("The army had attacked the village when Paris reacted.", "assault", "asserted"),
    ),
    "question": (
        ("Did the army attack the village?", "assault", "possible"),
        ("The army attacked the village. Why?", "assault", "asserted"),
    ),
    # governing words
    "plan": (
        ("The minister plans to visit Cairo.", "visit", "future"),
        ("The minister, who has many plans, visited Cairo.", "visit", "asserted"),
    ),
    "hope": (
        ("The minister hopes to visit Cairo.", "visit", "possible"),
        ("The minister visited Cairo and hopes for rain.", "visit", "asserted"),
    ),
    "attempt": (
        ("Rebels tried to seize the airport.", "territory-seized", "possible"),
        ("Rebels managed to seize the airport.", "territory-seized", "asserted"),
    ),
    "phase": (
        ("The army began shelling the town.", "shelling", "asserted"),
        ("The army wants to begin shelling the town.", "shelling", "possible"),
    ),
    "purpose": (
        ("Rebels bought trucks to attack the village.", "assault", "possible"),
        ("Rebels rose at dawn and attacked the village.", "assault", "asserted"),
    ),
    "threat": (
        ("Rebels threatened to attack the city.", "threat-of-force", "asserted"),
        ("Rebels may threaten to attack the city.", "threat-of-force", "possible"),
    ),
    # accusation and hearsay
    "accusation": (
        ("Kyiv accused Moscow of shelling the town.", "shelling", "alleged"),
        ("The EU condemned the shelling of the town.", "shelling", "asserted"),
    ),
    "hearsay": (
        ("Rebels allegedly attacked the village.", "assault", "alleged"),
        ("The mayor, allegedly a thief, said rebels attacked the village.", "assault", "asserted"),
    ),
    # clauses beside
    "paratactic clause": (
        ("The United States accused Iran of shelling a town; Tehran rejected the accusation.", "allegation", "asserted"),
        ("Tehran rejected the accusation that its army shelled a town.", "shelling", "denied"),
    ),
    "proposal that is weighed": (
        ("Hamas is considering an Egyptian proposal for a truce.", "ceasefire-called-for", "asserted"),
        ("Hamas may call for a truce.", "ceasefire-called-for", "possible"),
    ),
    # background
    "long ago": (
        ("Rebels attacked the village three months ago.", "assault", "historical"),
        ("Rebels attacked the village on Tuesday.", "assault", "asserted"),
    ),
    "detail of a day long past": (
        ("The FARC broke off talks in November 2000, demanding that Peru free its men.", "demand", "historical"),
        ("The FARC, which broke off talks in November 2000, demanded that Peru free its men.", "demand", "asserted"),
    ),
    "deed dated by the noun above": (
        ("The deal of 1994, when the rebels agreed to a truce, is dead.", "ceasefire-agreed", "historical"),
        ("The rebels, who signed the deal of 1994, agreed to a truce on Monday.", "ceasefire-agreed", "asserted"),
    ),
    "what reaches up to now": (
        ("Turkey signed a deal with Libya in 2019, and Greece denounced it.", "criticism", "historical"),
        ("Turkey signed a deal with Libya in 2019, and Greece has denounced it.", "criticism", "asserted"),
    ),
    # plans are facts
    "planned talks": (
        ("Talks will be held in Geneva.", "talks-planned", "asserted"),
        ("Talks may be held in Geneva.", "talks-planned", "possible"),
    ),
    "postponement": (
        ("France postponed talks with Iran.", "talks-postponed", "asserted"),
        ("France may postpone talks with Iran.", "talks-postponed", "possible"),
    ),
    "nothing": (
        ("Nothing has been cancelled, the ministry said.", "event-cancelled", "denied"),
        ("The visit has been cancelled for nothing, the ministry said.", "event-cancelled", "asserted"),
    ),
    "any, denied": (
        ("The army denied any attack on the village.", "assault", "denied"),
        ("The army did not deny any attack on the village.", "assault", "asserted"),
    ),
    "what something constitutes": (
        ("The wall could constitute a breach of the ceasefire.", "ceasefire-violated", "possible"),
        ("The wall constitutes a breach of the ceasefire.", "ceasefire-violated", "asserted"),
    ),
    "asked for in other words": (
        ("Togo implored the rebels to resume dialogue.", "talks-called-for", "asserted"),
        ("Togo urged both sides to stop fighting.", "ceasefire-called-for", "asserted"),
    ),
    "agreement negated": (
        ("The sides reached no agreement.", "agreement", "denied"),
        ("The sides reached an agreement, no small thing.", "agreement", "asserted"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", [case for pair in RULES.values() for case in pair], ids=lambda case: case[0])
def test_rule(case: Case) -> None:
    """The example has what the rule gives, the counter-example keeps what it had."""
    text, kind, modality = case
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
        "No group claimed responsibility for the attack on the hotel.",
        "The rebels have not claimed responsibility for the attack on the hotel.",
        "The handbook tells how to walk out of talks.",
    ],
)
def test_no_event_by_itself(text: str) -> None:
    """A plan that was once, what was brought to an end, a topic without a phase: no event."""
    assert kinds(text) == []
