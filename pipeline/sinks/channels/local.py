"""The channel that needs nobody else: lines on stdout."""

from collections.abc import Callable

from pipeline import codec
from pipeline.records import Problem
from pipeline.sinks.channels.base import Parcel

Write = Callable[[str], object]


class Lines:
    """A title and indented lines, or JSON Lines of the alerts."""

    def __init__(self, write: Write, *, as_json: bool = False) -> None:
        self._write, self._as_json = write, as_json

    async def send(self, parcel: Parcel, now_ms: int) -> Problem | None:
        """See Channel."""
        if self._as_json:
            said = [codec.encode(one).decode() for one in parcel.alerts]
        else:
            said = [parcel.title, *(f"    {line}" for line in parcel.text.splitlines())]
        try:
            self._write("".join(f"{line}\n" for line in said))
        except OSError as error:
            return Problem(code="unwritable", message=str(error))
        return None

    async def close(self) -> None:
        """Stdout stays open."""
