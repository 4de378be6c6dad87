"""Arguments: one construction a line."""

import pytest

from tests.detection.found import events, roles

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
    ("Gray fled after being arrested by the police.", "arrest", ["the police"], ["Gray"]),
    ("Gray returned to Minsk and attacked a bank.", "assault", ["Gray"], ["a bank"]),
    ("The town where Gray killed a guard was calm.", "assault", ["Gray"], ["a guard"]),
    ("The town in which Gray was killed was calm.", "assault", [], ["Gray"]),
    ("Oslo is opposed to the tax.", "rejection", ["Oslo"], ["the tax"]),
    ("Iran rejected a Norwegian offer of talks.", "talks-called-for", ["Norwegian"], []),
    ("The guard whom Gray killed was from Minsk.", "assault", ["Gray"], ["The guard"]),
    ("Gray condemned and rejected the plan.", "rejection", ["Gray"], ["the plan"]),
    # nouns
    ("Minsk was calm before the attack on the bank.", "assault", [], ["the bank"]),
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
    ("Norway recalled its envoy to Myanmar.", "relations-cut", ["Norway"], ["Myanmar"]),
    # who is called on the phone, and not called something
    ("Emir Tamim Thani called President Omar Bashir on Saturday to express his support for Sudan.", "talks-held",
     ["Emir Tamim Thani"], ["President Omar Bashir"]),
    ("Jens Gray called President Omar Bashir to apologise for the delay.", "support-voiced", ["Jens Gray"], []),
    ("Mali demanded a meeting of the Security Council.", "talks-called-for", ["Mali"], ["the Security Council"]),
    ("The militia agreed to lay down its arms.", "agreement", ["The militia"], []),
    # whom money is for
    ("Germany gave 352 million euros to promote investment in Ethiopia.", "aid-delivered", ["Germany"], ["Ethiopia"]),
    ("Germany gave 352 million euros to help the farmers of Mali.", "aid-delivered", ["Germany"],
     ["the farmers of Mali"]),
    ("The armies of the region held a joint exercise.", "joint-exercise", ["The armies of the region"], []),
    ("The ministry said militants were responsible for the attack.", "allegation", ["The ministry"], ["militants"]),
    # a party before a thing, and no troops of one's own
    ("Japan agreed to provide Mali with tents.", "agreement", ["Japan"], ["Mali"]),
    ("Japan agreed to withdraw its troops from Mali.", "agreement", ["Japan"], ["Mali"]),
    ("Japan supports opposition fighters.", "support-voiced", ["Japan"], ["opposition fighters"]),
    ("Japan agreed with India to exchange tents.", "agreement", ["Japan"], ["India"]),
    ("Russia agreed to allow Swiss airlines to land.", "agreement", ["Russia"], ["Swiss airlines"]),
    ("Russia refused to allow Swiss airlines to land.", "rejection", ["Russia"], ["Swiss airlines"]),
    ("The minister refused to respond to a request from Mali.", "rejection", ["The minister"], ["Mali"]),
    ("The court rejected an appeal filed by the minister.", "rejection", ["The court"], ["the minister"]),
    ("The minister refused to sign the papers.", "rejection", ["The minister"], []),
    ("Oslo agreed to lift a ban on imports of Swiss beef.", "agreement", ["Oslo"], ["Swiss"]),
    ("Oslo lifted restrictions imposed on Gray.", "concession", ["Oslo"], ["Gray"]),
    ("Oslo lifted its blockade of Mali.", "concession", ["Oslo"], ["Mali"]),
    ("Oslo accepted the demands by protesters.", "concession", ["Oslo"], ["protesters"]),
    ("Oslo reiterated its commitment to support Mali.", "support-voiced", ["Oslo"], ["Mali"]),
    ("Gray cancelled a visit to Mali.", "event-cancelled", ["Gray"], ["Mali"]),
    ("The museum returned a painting that was stolen in 1989 to Norway.", "property-returned", ["The museum"],
     ["Norway"]),
    ("Egypt launched a mediation effort to end the rift between Mali and Togo.", "mediation", ["Egypt"],
     ["Mali", "Togo"]),
    ("Israel mobilised troops for a battle against the rebels.", "troops-mobilised", ["Israel"], ["the rebels"]),
    ("Gray filed a lawsuit in Oslo for damages against the bank.", "allegation", ["Gray"], ["the bank"]),
    ("Police are investigating the soldier's death.", "investigation", ["Police"], ["the soldier's death"]),
    ("Police are investigating the soldier's claims.", "investigation", ["Police"], ["the soldier"]),
    ("Oslo rejected an American proposal.", "rejection", ["Oslo"], ["American"]),
    ("Oslo cut tariffs on Chinese goods.", "concession", ["Oslo"], ["Chinese"]),
    # a deal: whose share it is, not the share
    ("Volvo bought a third of Renault's stock.", "acquisition", ["Volvo"], ["Renault"]),
    ("Volvo raised its stake in Renault.", "acquisition", ["Volvo"], ["Renault"]),
    ("Volvo bid for all shares of Renault.", "takeover-bid", ["Volvo"], ["Renault"]),
    ("Oslo sold ten trains to India.", "trade", ["Oslo"], ["India"]),
    # whose will it is
    ("Chad announced a plan to deport the refugees.", "deportation", ["Chad"], ["the refugees"]),
    ("Oslo criticised a plan to deport the refugees.", "deportation", [], ["the refugees"]),
    ("Oslo criticised a Supreme Court decision to deport the refugees.", "deportation", ["Supreme Court"],
     ["the refugees"]),
    ("Oslo accepted an offer from Volvo to buy Renault.", "acquisition", ["Volvo"], ["Renault"]),
    ("The law gave Volvo an option to buy Renault.", "acquisition", ["Volvo"], ["Renault"]),
    ("Volvo signed a letter of intent to buy Renault.", "acquisition", ["Volvo"], ["Renault"]),
    ("Volvo is in talks to buy Renault.", "acquisition", ["Volvo"], ["Renault"]),
    ("A plan to buy Renault was announced by Volvo.", "acquisition", ["Volvo"], ["Renault"]),
    ("Chad rejected a call from Oslo to free the hostages.", "rejection", ["Chad"], ["Oslo"]),
    # reciprocals
    ("Chad and Sudan attacked each other.", "assault", ["Chad", "Sudan"], []),
    ("The army and the militia accused one another of torture.", "allegation", ["The army", "the militia"], []),
    ("The army and the militia accused each other of breaking the truce.", "ceasefire-violated",
     ["The army", "the militia"], []),
    # whom a deed hurts beside where it is done
    ("A blast at a barracks killed nine recruits.", "bombing", [], ["a barracks", "nine recruits"]),
    # who answers charges, but not who publishes them
    ("Chad dismissed charges that it had armed the rebels.", "military-aid", ["Chad"], ["the rebels"]),
    # things are no recipients of speech, those whom they concern are
    ("Nurses demanded higher pay.", "demand", ["Nurses"], []),
    ("Peru agreed to lift sanctions against Bolivia.", "agreement", ["Peru"], ["Bolivia"]),
    ("The court rejected a request from the minister.", "rejection", ["The court"], ["the minister"]),
    ("The court rejected the referendum.", "rejection", ["The court"], ["the referendum"]),
    ("Kenya condemned the attack on the embassy.", "criticism", ["Kenya"], ["the attack"]),
    ("Slovakia rejected a Hungarian proposal on schools.", "rejection", ["Slovakia"], ["Hungarian"]),
    ("The pope called for an end to the war.", "demand", ["The pope"], []),
    ("Egypt brokered a truce between Chad and Sudan.", "ceasefire-agreed", ["Chad"], ["Sudan"]),
    ("A truce between Chad and Sudan was brokered by Egypt.", "mediation", ["Egypt"], ["Chad", "Sudan"]),
    ("Egypt, which brokered the truce, will host the talks.", "mediation", ["Egypt"], []),
    ("Mali told France to withdraw its troops.", "demand", ["Mali"], ["France"]),
    ("Students walked out of the hall in protest.", "protest", ["Students"], []),
    ("Jets carried out strikes on the port.", "airstrike", ["Jets"], ["the port"]),
    ("Police fired stun grenades at students.", "crowd-control", ["Police"], ["students"]),
    ("The president accused senators of corruption.", "allegation", ["The president"], ["senators"]),
    ("Members of the police were accused of theft.", "allegation", [], ["Members of the police"]),
    ("Rebels captured two soldiers.", "arrest", ["Rebels"], ["two soldiers"]),
    ("The union called for protests against the delay.", "demand", ["The union"], []),
    ("The UN called on the parties to return to the negotiating table.", "talks-called-for", ["The UN"], ["the parties"]),
    ("Hamas rejected Egypt's offer of talks.", "talks-called-for", ["Egypt"], []),
    ("Chad rejected a proposal for a pause in fighting.", "ceasefire-refused", ["Chad"], []),
    ("The two leaders met on the sidelines of a summit.", "talks-held", ["The two leaders"], []),
    # documents
    ("Hungary blocked an EU statement criticising China.", "criticism", ["EU"], ["China"]),
    ("Hungary issued a statement criticising China.", "criticism", ["Hungary"], ["China"]),
    ("The Shining Path claimed responsibility for the attack.", "assault", ["The Shining Path"], []),
    ("The mayor took responsibility for the response to an attack.", "assault", [], []),
    ("Japan lodged a protest with China over the arrest.", "criticism", ["Japan"], ["China"]),
    ("Protesters set fire to the school.", "assault", ["Protesters"], ["the school"]),
    ("An incursion by troops into the valley killed nine.", "assault", ["troops"], ["the valley"]),
    ("Fighting between rival militias erupted in Tripoli.", "clash", ["rival militias"], []),
    # coordination
    ("Nine died in clashes between farmers and herders in Plateau state.", "clash", ["farmers"], ["herders"]),
    ("Qatar and Turkey, which brokered the truce, left.", "mediation", ["Qatar", "Turkey"], []),
    ("An attack by rebels who killed nine people shocked Lima.", "assault", ["rebels"], []),
    ("The army and rebels who shelled the town left.", "shelling", ["rebels"], ["the town"]),
    ("Malaysia brokered the truce between Thailand and Cambodia.", "ceasefire-agreed", ["Thailand"], ["Cambodia"]),
    # a series of them
    ("Israel launched a series of airstrikes on Gaza.", "airstrike", ["Israel"], ["Gaza"]),
    ("Rebels mounted two waves of attacks on the town.", "assault", ["Rebels"], ["the town"]),
    ("A wave of airstrikes hit Idlib.", "airstrike", [], ["Idlib"]),
    ("A series of bombings in Baghdad killed 40 people.", "bombing", [], ["40 people"]),
    ("The army fears the consequences of an airstrike.", "airstrike", [], []),
    ("Israel launched an airstrike that killed six people.", "airstrike", ["Israel"], ["six people"]),
    ("They mourned after an attack on mosques in Peru that killed at least 40 people.", "assault", [],
     ["mosques in Peru", "at least 40 people"]),
    ("Israel launched an airstrike that six people survived.", "airstrike", ["Israel"], []),
    # what parsers take for a part of a name, and what is none
    ("In 2019 Turkey signed a deal with Libya.", "agreement", ["Turkey"], ["Libya"]),
    ("In 2019 the council postponed elections.", "event-postponed", ["the council"], []),
    ("Police arrested a vice-president of the union.", "arrest", ["Police"], ["a vice-president of the union"]),
    ("Oslo held a pro-Navalny demonstration.", "protest", ["Oslo"], []),
    ("Soldiers shot dead two Palestinian teenagers.", "shooting", ["Soldiers"], ["two Palestinian teenagers"]),
    ("The army killed 18 militants in raids.", "assault", ["The army"], ["18 militants"]),
    ("The army killed 18 militants in Mali.", "assault", ["The army"], ["18 militants in Mali"]),
    ("The mayor was jailed pending trial.", "arrest", [], ["The mayor"]),
    ("The council postponed the vote by ten months.", "event-postponed", ["The council"], []),
    ("The vote was delayed by ten months.", "event-postponed", [], []),
    ("The vote was delayed by the council.", "event-postponed", ["the council"], []),
    ("The visit by the Pope has been cancelled.", "event-cancelled", ["the Pope"], []),
    ("Traders staged a protest on Friday.", "protest", ["Traders"], []),
    # who is kept from what
    ("Guards stopped the inspectors from visiting the camp.", "visit", ["the inspectors"], ["the camp"]),
    # a blast and what it did
    ("A blast tore through a mosque, killing nine worshippers.", "bombing", [], ["nine worshippers"]),
    ("A blast tore through a mosque, delaying prayers.", "bombing", [], []),
    ("A suicide bomber detonated his vest at a wedding.", "suicide-attack", ["A suicide bomber"], ["a wedding"]),
    ("Police opened fire on striking miners in 2012.", "shooting", ["Police"], ["striking miners"]),
    ("Chad is withdrawing half of its troops from Mali.", "troops-withdrawn", ["Chad"], ["Mali"]),
    ("The council swore in a new prime minister.", "appointment", ["The council"], ["a new prime minister"]),
    # one word, two acts
    ("Vietnam protested against the arrests.", "criticism", ["Vietnam"], ["the arrests"]),
    ("Mexico protested to the United States over the flights.", "criticism", ["Mexico"], ["the United States"]),
    ("Students protested in Lima over the flights.", "protest", ["Students"], []),
    ("The union staged a hunger strike.", "hunger-strike", ["The union"], []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "kind", "actors", "recipients"), CASES)
def test_roles(text: str, kind: str, actors: list[str], recipients: list[str]) -> None:
    """Who does it, and to whom."""
    assert roles(text, kind) == (actors, recipients)


def test_a_thing_that_is_agreed_is_what_it_is_about() -> None:
    (event,) = events("Peru agreed to lift a ban on fishing.")
    assert ([one.name for one in event.recipients], [one.name for one in event.about]) == ([], ["ban"])


def test_what_talks_are_about_does_not_reach_into_when_they_are() -> None:
    (event,) = events("Egypt and Sudan will hold talks on the dam next Tuesday.")
    assert [one.name for one in event.about] == ["dam"]


@pytest.mark.parametrize(
    ("text", "recipients"),
    [
        ("Canada and India expelled each other's diplomats.", ["each other's diplomats"]),
        ("Canada and India expelled each diplomat.", ["diplomat"]),
    ],
)
def test_names_of_what_is_each_others(text: str, recipients: list[str]) -> None:
    (event,) = events(text)
    assert [one.name for one in event.recipients] == recipients


def test_a_share_keeps_its_figure() -> None:
    (event,) = events("NATO members agreed to spend 5% of GDP on defence.")
    assert [one.name for one in event.about] == ["5% of GDP"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Amnesty said the army tortured detainees.", ["torture"]),
        ("The king granted an amnesty to the rebels.", ["concession"]),
        ("Chad will decide whether to free the prisoners.", []),
        ("Chad decided to free the prisoners.", ["agreement"]),
        ("The president dismissed his prime minister.", []),
        ("The president dismissed the plan.", ["rejection"]),
    ],
)
def test_words_that_tell_of_something_else(text: str, found: list[str]) -> None:
    assert [event.kind for event in events(text) if event.modality == "asserted"] == found


@pytest.mark.parametrize(
    ("text", "trigger"),
    [
        ("Students held a sit-in in Lima.", "sit-in"),
        ("Troops shelled the town.", "shelled"),
        ("The capital fell - fighting erupted near the port.", "fighting"),
    ],
)
def test_a_trigger_of_three_tokens_is_shown_whole(text: str, trigger: str) -> None:
    assert [event.trigger.text for event in events(text)] == [trigger]
