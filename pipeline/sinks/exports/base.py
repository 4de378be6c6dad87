"""What an export format is, and what every format asks of an event."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline import instants

# A CloudEvent as plain values, as it stands in news.events-current.v1; or a retraction from news.events.v1.
Event = Mapping[str, Any]
RETRACTED = "news.event.retracted.v1"


def everything(_: Event) -> bool:
    """Takes every event."""
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """A format: `render` turns events into pieces of a file, one after the other, holding few at a time.

    `takes` says which events the format can say without saying more than is known; `leaves_out` names the others, for
    people. `retractions`: the format shows them, so `render` may be given some. `binary`: nothing for a terminal.
    """

    media_type: str
    suffix: str
    render: Callable[[Iterable[Event]], Iterator[bytes]]
    takes: Callable[[Event], bool] = everything
    leaves_out: str = ""
    retractions: bool = False
    binary: bool = False


def moment(event: Event) -> str | None:
    """The instant that places an event in time: when its article was published, else when we had it.

    A retraction's is when we had it: the article may be old.
    """
    data = event["data"]
    detected: str | None = data["detected_at"]
    published: str | None = data["article"]["published_at"]
    if event["type"] == RETRACTED:
        return detected or published
    return published if instants.to_ms(published) is not None else detected


def changed(event: Event) -> str | None:
    """The instant of the event's last change: when we had the version of the article that it stands in."""
    detected: str | None = event["data"]["detected_at"]
    return detected or moment(event)


def utc(instant: str | None) -> str | None:
    """The instant in UTC as we write them, None where there is none or it is not in the years 1 to 9999."""
    milliseconds = instants.to_ms(instant)
    try:
        return None if milliseconds is None else instants.from_ms(milliseconds)
    except OverflowError:
        return None


def stated(event: Event) -> bool:
    """Whether the event may stand where nothing can say that it did not, or may not, have happened.

    "Will attack" is coded as a threat, "will meet" as an agreement (detection/coding.py): these are facts.
    """
    return event["data"]["modality"] in ("asserted", "future")


def one_line(text: str | None) -> str:
    """Text for a cell between tabs: white space and control characters become one space, a double quote a single one.

    Readers of tab-separated files differ in whether a quote at the start of a cell begins a quoted one.
    """
    shown = "".join(char if char.isprintable() else " " for char in text or "")
    return " ".join(shown.replace('"', "'").split())
