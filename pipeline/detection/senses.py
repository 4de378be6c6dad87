"""Senses: whether words of violence are meant literally, by what they are done to and by the game that the text tells of."""

import re

from spacy.tokens import Doc, Span, Token

from pipeline.detection.lexicon import Rule, lexicon
from pipeline.detection.nouns import sector
from pipeline.detection.phrases import TRANSPARENT, classes, lemma, seen_through
from pipeline.detection.scan import found

# Who attacks inflation, seizes the moment or lays siege to a market does so in a figure of speech.
SEIZING = frozenset({"abduction", "blockade", "territory-seized", "property-seized", "threat-of-force"})
# Derived nouns of doctrines and qualities.
DERIVED = re.compile(r"(?:ism|phobia|cracy|lessness|fulness|edness)$")


def is_violent(rule: Rule) -> bool:
    """Whether the rule tells of what is done to bodies, buildings or places."""
    return rule.type == "ASSAULT" or rule.kind in SEIZING


def solid(heads: list[Token]) -> list[Token]:
    """Those of the recipients who can be struck: no abstraction, and not the deed itself ("the third such attack")."""
    return [head for head in heads if not all(is_abstract(noun) or _is_deed(noun) for noun in _meant(head))]


def _meant(head: Token) -> list[Token]:
    """The nouns that the head stands for: of "thousands of jobs" the jobs."""
    nouns = seen_through(head)
    return [noun for noun in nouns if lemma(noun) not in TRANSPARENT] or nouns


def is_abstract(noun: Token) -> bool:
    """Whether a common noun names a quality, a doctrine, a plan or the like: nothing that has a body or a place."""
    if noun.pos_ != "NOUN" or noun.ent_type_ in ("PERSON", "ORG", "GPE", "NORP", "LOC", "FAC"):
        return False
    return "abstraction" in classes(noun) or bool(DERIVED.search(lemma(noun)))


def _is_deed(noun: Token) -> bool:
    """ "The third such attack this month": a noun of violence that stands for what has just been told."""
    rules = lexicon().rules.get((lemma(noun), "N"), ())
    return any(rule.type == "ASSAULT" and len(rule.words) == 1 for rule in rules)


# Words of games weigh one, those of nothing else two; a sentence of two is of a game, as is a text of four.
IN_SENTENCE, IN_TEXT = 2, 4
# Whoever has one of these sectors may strike in earnest, on a pitch too.
EARNEST = frozenset("MIL REB COP GOV UAF CRM PRM SPY SEP CVL OPP".split())


def is_play(rule: Rule, heads: dict[str, list[Token]], sentence: Span) -> bool:
    """ "United's attack tore the visitors apart": a word of war in a game, and nobody there who wages one."""
    if rule.head in CONTESTED and is_match(sentence):
        return True
    if not is_violent(rule) or rule.head in MORTAL:
        return False
    people = [*heads["actor"], *heads["recipient"]]
    if any(sector(head) in EARNEST and head.pos_ == "NOUN" for head in people):
        return False
    if heads["recipient"] and not any(head.lower_ in OF_GAMES for head in people):
        return False  # "Israel bombed a football academy"
    return weight(sentence) >= IN_SENTENCE or weight(sentence.doc) >= IN_TEXT


# What teams do to each other, to players and to titles.
CONTESTED = frozenset(
    "beat fight battle defend capture rally visit acquire acquisition buy sell purchase offer bid".split()
)


def is_match(sentence: Span) -> bool:
    """Whether the sentence or the text tells of a game, by a word of nothing else at least."""
    return bool(found(sentence, GAMES)) or (bool(found(sentence.doc, GAMES)) and weight(sentence.doc) >= IN_TEXT)


# These are no figures where somebody is hurt, whatever is played.
MORTAL = frozenset("kill wound injure murder stab rape kidnap abduct torture behead assassinate bomb".split())


def is_mishap(rule: Rule, heads: dict[str, list[Token]], sentence: Span) -> bool:
    """ "Ten people were killed" in a text of an earthquake and of nobody armed, "he was injured" in one of a game: no deed."""
    if heads["actor"] or not (rule.head in SUFFERED or rule.head in BLASTS) or found(sentence.doc, ARMED):
        return False
    words = BURSTS if rule.head in BLASTS else MISHAPS
    return bool(found(sentence.doc, words)) or (rule.head == "injure" and is_match(sentence))


SUFFERED = frozenset({"kill", "wound", "injure", "destroy", "demolish"})
BLASTS = frozenset({"explosion", "blast"})
FUMES = frozenset("gas boiler propane fuel fireworks refinery firefighter stove methane colliery coalmine".split())
MISHAPS = frozenset(
    "earthquake earthquakes quake tremor tremors aftershock aftershocks tsunami floods flooding floodwaters hurricane cyclone "
    "typhoon tornado tornadoes landslide landslides mudslide avalanche wildfire wildfires bushfire bushfires blaze firefighters "
    "crash crashed derailed derailment collision collided capsized sank epidemic pandemic volcano eruption stampede cholera "
    "ebola measles magnitude collapse collapsed".split()
)
BURSTS = MISHAPS | FUMES
ARMED = frozenset(
    "attack attacks attacked attacker attackers bomb bombs bombed bombing bombings gunman gunmen gunfire gun guns shot shots "
    "shooting shootings soldier soldiers troops rebel rebels militant militants insurgent insurgents militia militias fighters "
    "airstrike airstrikes raid raids missile missiles rocket rockets drone drones shelling shelled clash clashes clashed war "
    "fighting murder murdered murders stabbed stabbing terrorist terrorists terrorism jihadists gang gangs riot riots rioters "
    "protesters arson arsonist arsonists pirates explosive explosives grenade landmine landmines assassinated hostages "
    "warplane warplanes airstrikes violence massacre sniper snipers ambush ambushed knife".split()
)


def weight(text: Span | Doc) -> int:
    """How much of a game the text tells, by its different words."""
    return 2 * len(found(text, GAMES)) + len(found(text, PERHAPS))


GAMES = frozenset(
    "striker goalkeeper midfielder winger quarterback linebacker goalscorer equaliser equalizer halftime half-time "
    "innings wicket wickets batsman batsmen bowler batter shortstop offside kickoff touchdown playoff playoffs "
    "semifinal semifinals quarterfinal quarterfinals semi-final semi-finals quarter-final quarter-finals tournament "
    "football footballer footballers soccer rugby cricket basketball hockey tennis chess grandmaster checkmate golfer "
    "heavyweight welterweight middleweight lightweight boxer boxers boxing knockout wbc wba ibf wbo nfl nba mlb nhl ncaa ufc "
    "fifa uefa pitcher inning outfielder baseman lineman preseason postseason rebounds nascar championship championships "
    "medalist premiership scoreboard scoresheet scorer scorers midfield defenders goalless scrum tackle tackles peloton".split()
)
PERHAPS = frozenset(
    "match matches game games cup league goal goals season coach captain team club clubs side sides squad player players "
    "visitors hosts half referee pitch fixture score scored scoring win title champions champion round lead "
    "defender final derby home trophy points opening minute minutes penalty board queen king pawn rider riders".split()
)
OF_GAMES = GAMES | PERHAPS
