"""What becomes of a file of a watched folder once Kafka has confirmed all that was in it: it is moved, or deleted."""

from pathlib import Path

from pipeline.records import Problem
from pipeline.sources.items import shown
from pipeline.sources.live.settling import Entry

# Beside it in the folder, so that moving is renaming: at once, or not at all.
DONE = "done"
MOST_NAMESAKES = 10_000


def done(root: Path) -> Path:
    """The folder of what is done; nothing in it is read."""
    return root / DONE


def put_away(root: Path, entry: Entry, after: str) -> Problem | None:
    """Move the file below done/ under its own name, or delete it; why that cannot be, where it cannot."""
    try:
        state = entry.path.stat()
        if (state.st_size, state.st_mtime_ns) != entry.stamp:
            return None  # written again this very moment: it will be read again
        if after == "delete":
            entry.path.unlink()
            return None
        return _move(entry.path, done(root) / entry.name, root)
    except FileNotFoundError:
        return None  # somebody else did
    except OSError as error:
        message = f"{shown(entry.path)}: {error.strerror or error}; let Tickertape write there, or set after to keep"
        return Problem(code="not-put-away", message=message)


def _move(path: Path, target: Path, root: Path) -> Problem | None:
    if not target.parent.resolve().is_relative_to(root.resolve()):
        message = f"{shown(target.parent)} leads out of the folder: make it a folder of its own"
        return Problem(code="not-put-away", message=message)
    target.parent.mkdir(parents=True, exist_ok=True)
    path.rename(_free(target))
    return None


def _free(target: Path) -> Path:
    """The name, or the first of its namesakes that is free: what was done before is not written over."""
    names = (target, *(target.with_name(f"{target.name}.{number}") for number in range(2, MOST_NAMESAKES)))
    return next(name for name in names if not name.is_symlink() and not name.exists())
