"""What a channel is given, and what it answers."""

from dataclasses import dataclass
from typing import Protocol

from pipeline.alerts.records import Alert
from pipeline.records import Problem

# The code of a Problem that closes a channel: its owner does not want to be told any more.
GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One message to one channel: an alert, or those of a digest or of quiet hours; `suppressed` were only counted.

    `id` is the same at every attempt: who gets it twice can know.
    """

    id: str
    rule: str
    alerts: tuple[Alert, ...]
    suppressed: int = 0

    @property
    def title(self) -> str:
        """One line."""
        if len(self.alerts) == 1:
            return self.alerts[0].title
        return f"{self.rule}: {len(self.alerts)} alerts" if self.alerts else f"{self.rule}: {self._more}"

    @property
    def text(self) -> str:
        """All of it as plain text, without the title of a single one."""
        alone = len(self.alerts) == 1
        parts = [one.text if alone else f"{one.title}\n{one.text}" for one in self.alerts]
        return "\n\n".join([*parts, *([self._more] if self.suppressed else [])])

    @property
    def _more(self) -> str:
        return f"{self.suppressed} more suppressed"


class Channel(Protocol):
    """Sends parcels; opened before the first, closed after the last."""

    async def send(self, parcel: Parcel, now_ms: int) -> Problem | None:
        """None: it was taken. A Problem: it was not, and is tried again; with the code `gone` never again. Raises nothing."""

    async def close(self) -> None:
        """Let go of what is open."""
