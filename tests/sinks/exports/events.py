"""A few events as they stand in the topic: talks planned and postponed, a shelling, a denial, and one that bites."""

from typing import Any

from pipeline import codec
from pipeline.envelope import envelope
from pipeline.records import ArticleRef, Attribution, EventData, Location, Participant, Retraction, Span, When
from pipeline.sinks.exports.base import Event
from tests.builders import make_event_data, make_reference

HEBREW = "\u05e2\u05d6\u05d4"
BIDI = "\u202egnp.exe"


def participant(name: str, country: str | None = None, sector: str | None = None) -> Participant:
    return Participant(text=name, start=0, end=len(name), name=name, country=country, sector=sector)


def place(name: str, country: str | None, lat: float | None, lon: float | None, precision: Any = "place") -> Location:
    return Location(name=name, country=country, lat=lat, lon=lon, precision=precision, start=0, end=len(name))


def day(on: str, until: str | None = None, precision: Any = "day") -> When:
    return When(text=on, start_on=on, end_on=until or on, precision=precision)


def article(guid: str, published_at: str | None, **changes: Any) -> ArticleRef:
    return make_reference(
        key=f"test|{guid}", guid=guid, published_at=published_at, url=f"https://news.example/{guid}", **changes
    )


def cloud(data: EventData | Retraction) -> Event:
    """The CloudEvent of a record as plain values, as it would come out of Kafka."""
    change = "retracted" if isinstance(data, Retraction) else "detected" if data.revision == 1 else "updated"
    event: Event = codec.decode(codec.encode(envelope(change, data, trace="0" * 32)))  # type: ignore[arg-type]
    return event


TURKEY = participant("Turkey", "TUR", "GOV")
RUSSIA = participant("Russia", "RUS", "GOV")
LIBYA = participant("Libya", "LBY", "GOV")

PLANNED = make_event_data(
    event_id="planned0000000000000000001", kind="talks-planned", type="AGREE", cameo="03", rule="talks-planned/set.v",
    actors=[TURKEY, RUSSIA], about=[LIBYA], location=place("Istanbul", "TUR", 41.014, 28.95), time=day("2024-06-20"),
    trigger=Span(text="set", start=0, end=3), article=article("1", "2024-06-15T07:30:00Z"),
    sentence=Span(text="Turkey and Russia set talks on Libya for Thursday in Istanbul.", start=0, end=62),
    detected_at="2024-06-15T08:00:00.000Z",
)  # fmt: skip
POSTPONED = make_event_data(
    event_id="postponed00000000000000001", actors=[TURKEY], recipients=[participant("Sergei Lavrov", "RUS", "GOV")],
    about=[LIBYA], time=day("2024-06-27"), article=article("2", "2024-06-17T07:30:00Z"),
    sentence=Span(text="Turkey and Lavrov postponed the talks on Libya to June 27.", start=0, end=58),
    attribution=Attribution(source="Anadolu", text="Anadolu", start=70, end=77), detected_at="2024-06-17T08:00:00.000Z",
)  # fmt: skip
SHELLING = make_event_data(
    event_id="shelling000000000000000001", revision=2, kind="shelling", family="conflict", type="ASSAULT",
    mode="heavy-weapons", cameo="19", quad="MATERIAL CONFLICT", goldstein=-9.5, contexts=["military"],
    actors=[participant("army", "ROU", "MIL"), participant("militia", None, "PRM")],
    recipients=[participant("town", None, "CVL")], about=[], location=place("Tulcea", "ROU", 45.179, -28.805),
    time=day("2024-06-01", "2024-06-30", "month"), article=article("3", "2024-06-16T07:30:00+03:00", headline=None),
    sentence=Span(text="The army shelled the town in June.", start=0, end=34), detected_at="2024-06-18T08:00:01.500Z",
)  # fmt: skip
DENIED = make_event_data(
    event_id="denied00000000000000000001", kind="airstrike", family="conflict", type="ASSAULT", mode="aerial", cameo="19",
    quad="MATERIAL CONFLICT", goldstein=-9.5, modality="denied", actors=[participant("Israel", "ISR", "MIL")],
    location=place("Gaza", "PSE", 31.5, 34.467), article=article("4", "2024-06-18T09:00:00Z"),
    sentence=Span(text="Israel denied that it bombed Gaza.", start=0, end=34), detected_at="2024-06-18T09:00:02.000Z",
)  # fmt: skip
BITING = make_event_data(
    event_id="biting00000000000000000001", kind="protest", family="unrest", type="PROTEST", mode="demo", cameo="14",
    quad="MATERIAL CONFLICT", goldstein=-5.0, actors=[participant('=cmd|\' /C calc\'!A0"\t"\nx', None, "CVL")],
    recipients=[participant(f'"{BIDI} {HEBREW}', "XXX", "NOPE")], location=place("", None, None, None, "unresolved"),
    time=When(text="lately", start_on=None, end_on=None, precision="unresolved"),
    sentence=Span(text='+1 said: "a;b,c\\n",\r\n<script>alert(1)</script> & \x00\x1b[31m\u2028' + "é" * 60, start=0, end=110),
    article=article("5", None, headline="@SUM(1+1)\t-2", language=None), detected_at=None,
)  # fmt: skip
RETRACTION = Retraction(
    event_id="retracted00000000000000001", revision=3, kind="clash", family="conflict", reason="canceled",
    article=article("6", "2024-06-10T07:30:00Z"), model=PLANNED.model, detected_at="2024-06-18T10:00:00.000Z",
)  # fmt: skip

EVENTS = [cloud(data) for data in (PLANNED, POSTPONED, SHELLING, DENIED, BITING)]
