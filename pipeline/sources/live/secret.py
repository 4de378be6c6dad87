"""A key that a source needs, in a file or a variable that sources.toml names; read at every use, so that it can be changed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.records import Problem
from pipeline.sources.guards import addresses
from pipeline.sources.guards.addresses import Allowed, Target

MOST_CHARS = 4_096
# What is shorter could stand in an answer by accident (see `without`).
FEWEST_CHARS = 8


@dataclass(frozen=True, slots=True)
class Secret:
    """`path` of a file that holds nothing else, or the name of a `variable`; `lookup` reads the environment."""

    path: Path | None
    variable: str
    lookup: Callable[[str], str | None] = field(repr=False)

    def read(self) -> str | Problem:
        """The key; the Problem `no-key` says what to do, and never shows it."""
        where = str(self.path) if self.path else f"${self.variable}"
        try:
            key = self._found().strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not text"
            return Problem(code="no-key", message=f"{where}: {reason}; put the key there, alone")
        if not FEWEST_CHARS <= len(key) <= MOST_CHARS or not (key.isascii() and key.isprintable()):
            message = f"{where} must hold the key alone: {FEWEST_CHARS} to {MOST_CHARS:,} characters in one line"
            return Problem(code="no-key", message=message)
        return key

    def _found(self) -> str:
        if self.path is None:
            return self.lookup(self.variable) or ""
        with self.path.open(encoding="utf-8") as file:
            return file.read(MOST_CHARS + 2)


def is_for(url: str, declared: str, allow_private: tuple[str, ...]) -> bool:
    """Whether a URL is at the server of the declared one: nobody else gets the key."""
    allowed = Allowed.of(allow_private)
    found, own = addresses.target(url, allowed), addresses.target(declared, allowed)
    return isinstance(found, Target) and isinstance(own, Target) and found.origin == own.origin


def without(body: bytes, key: str) -> bytes:
    """An answer without the key, which some servers write into the links they give: it is sent in a header only, and must not
    get into an article, a memory or a log."""
    return body.replace(key.encode(), b"")
