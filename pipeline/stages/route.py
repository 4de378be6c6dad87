"""The route stage: each event goes to the view as it stands, to its flat row, and to its family's topic."""

from collections.abc import Sequence
from typing import Any

from pipeline import contracts, instants
from pipeline.envelope import CONTENT_TYPE
from pipeline.records import FlatEvent, Outgoing, Problem
from pipeline.settings import Settings
from pipeline.stages.base import Handled, Stage, Work
from pipeline.stages.events import event_of
from pipeline.stages.letters import giving_up
from pipeline.topics import CURRENT, DEAD_LETTERS, EVENTS, FAMILIES, FLAT

NAME = "route"
give_up = giving_up(NAME)


def handle(works: Sequence[Work], _: Settings) -> list[Handled]:
    """What each event message causes."""
    return [_routed(work) for work in works]


def _routed(work: Work) -> Handled:
    message = work.message
    event = event_of(message)
    if isinstance(event, Problem):
        return give_up(work, event)
    data = event["data"]
    key = event["subject"].encode()
    family = Outgoing(topic=FAMILIES[data["family"]].name, key=key, value=message.value, headers=message.headers)
    if event["type"] == "news.event.retracted.v1":
        return Handled(outgoing=(family, *(Outgoing(topic=t.name, key=key, value=None) for t in (CURRENT, FLAT))))
    row = contracts.encode("flat-event.v1", flat(data))
    return Handled(
        outgoing=(
            family,
            Outgoing(topic=CURRENT.name, key=key, value=message.value, headers=(CONTENT_TYPE,)),
            Outgoing(topic=FLAT.name, key=key, value=row),
        )
    )


def flat(data: dict[str, Any]) -> FlatEvent:
    """An event's data as one row: the first of each role with its country and sector, all names joined by "; "."""
    location = data["location"] or {}
    time = data["time"] or {}
    article = data["article"]
    same = ("event_id", "revision", "kind", "family", "type", "mode", "modality", "confidence", "rule", "quad", "cameo",
            "goldstein", "detected_at")  # fmt: skip
    columns: dict[str, Any] = {
        **{name: data[name] for name in same},
        **_party("actor", data["actors"]),
        **_party("recipient", data["recipients"]),
    }
    return FlatEvent(
        **columns,
        actors=_names(data["actors"]),
        recipients=_names(data["recipients"]),
        about=_names(data["about"]),
        trigger=data["trigger"]["text"],
        sentence=data["sentence"]["text"],
        location=location.get("name"),
        country=location.get("country"),
        lat=location.get("lat"),
        lon=location.get("lon"),
        precision=location.get("precision"),
        start_on=time.get("start_on"),
        end_on=time.get("end_on"),
        attributed_to=data["attribution"]["source"] if data["attribution"] else None,
        article_key=article["key"],
        provider=article["provider"],
        headline=article["headline"],
        url=article["url"],
        published_at=article["published_at"],
        published_ms=instants.to_ms(article["published_at"]),
        detected_ms=instants.to_ms(data["detected_at"]),
    )


def _party(role: str, participants: list[dict[str, Any]]) -> dict[str, str | None]:
    first = participants[0] if participants else {}
    return {role: first.get("name"), f"{role}_country": first.get("country"), f"{role}_sector": first.get("sector")}


def _names(participants: list[dict[str, Any]]) -> str:
    return "; ".join(participant["name"] for participant in participants)


ROUTE = Stage(
    name=NAME,
    reads=(EVENTS,),
    writes=(CURRENT, FLAT, *FAMILIES.values(), DEAD_LETTERS),
    handle=handle,
    give_up=give_up,
)
