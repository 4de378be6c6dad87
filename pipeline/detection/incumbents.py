"""Incumbents: on the day of the article "the Turkish president" is somebody with a name, and a president of old is none.

Only plain descriptions, a country and an office and no more ("the new president", "a minister" stand for themselves), only of
offices with one known holder that day, and only where the text gives the office to nobody else.
"""

from dataclasses import replace
from datetime import date

from pipeline.nlp import knowledge, offices
from pipeline.nlp.reading import Reading
from pipeline.records import Participant

LONGEST_NAME = 3  # words: "United Arab Emirates"


def on_the_day(who: Participant, reading: Reading, on: date | None) -> Participant:
    """The participant as of a day: holder for office, sector of that day; as he is where the day is unknown (None)."""
    if on is None:
        return who
    if who.entity_id is None:
        return _holder(who, reading, on)
    known = knowledge.person(who.name) if who.entity_id.startswith("person:") else None
    return replace(who, sector=offices.sector_on(known, on)) if known and who.sector == known.sector else who


def _holder(who: Participant, reading: Reading, on: date) -> Participant:
    country, office = described(who.text)
    known = offices.holder(country, office, on) if country else None
    if known is None or country is None or _given_to_another(office, country, known.entity_id, reading):
        return who
    sector = offices.sector_on(known, on)
    return replace(who, name=known.name, entity_id=known.entity_id, country=country, sector=sector)


def described(text: str) -> tuple[str | None, str]:
    """Alpha-3 and office of "the Turkish president", "Russia's foreign minister", "the president of Egypt"; (None, "")."""
    words = text.split()
    if words and words[0].lower() == "the":
        words = words[1:]
    for length in range(1, min(LONGEST_NAME, len(words) - 1) + 1):
        before, after = " ".join(words[:length]), " ".join(words[-length:])
        if country := _country(before):
            return country, " ".join(words[length:]).lower()
        rest = [word.lower() for word in words[:-length]]
        if rest[-1] == "of" and (country := _country(after)):
            return country, " ".join(rest[:-1])
        if rest[-2:] == ["of", "the"] and (country := _country(after)):
            return country, " ".join(rest[:-2])
    return None, ""


def _country(name: str) -> str | None:
    known = knowledge.lookup(name)
    return known.country if known is not None and known.label == "GPE" else knowledge.demonym(name)


def _given_to_another(office: str, country: str, entity_id: str, reading: Reading) -> bool:
    """Whether the text calls somebody else so: "President Jane Doe" of that country, or of none that is told."""
    return any(
        mention.label == "PERSON"
        and mention.entity_id != entity_id
        and mention.country in (None, country)
        and reading.text[: mention.start].rstrip().lower().endswith(office)
        for mention in reading.entities
    )
