"""Files that people write to declare things: all that is wrong with one is said at once, each with its line."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pipeline.errors import SettingsError

Declared = TypeVar("Declared")


@dataclass(frozen=True, slots=True)
class Wrong:
    """Something that cannot be meant, and its line, counted from 1."""

    line: int
    message: str


def load(path: Path, read: Callable[[str], tuple[Declared, list[Wrong]]], *, missing: str) -> Declared:
    """What a file declares, by `read`: (what is sound, what is wrong). Raises SettingsError with all that is wrong, a line
    each: path:line: what. `missing` says what to do where there is no such file.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise SettingsError(f"there is no {path}: {missing}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: {error}") from None
    found, wrong = read(text)
    if wrong:
        raise SettingsError("\n".join(f"{path}:{one.line}: {one.message}" for one in wrong))
    return found
