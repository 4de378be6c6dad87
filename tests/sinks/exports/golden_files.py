"""The golden files: `python -m tests.sinks.exports.golden_files` writes them; then read the difference."""

from pathlib import Path

from pipeline.sinks.exports.registry import EXPORTS
from tests.sinks.exports.events import EVENTS, RETRACTION, cloud

FOLDER = Path(__file__).parent / "golden"
TEXTS = [name for name, export in EXPORTS.items() if not export.binary]


def golden(name: str) -> Path:
    return FOLDER / f"{name}{EXPORTS[name].suffix}"


def rendered(name: str) -> bytes:
    """The events that the format takes; with a retraction where it shows them."""
    export = EXPORTS[name]
    events = [*EVENTS, cloud(RETRACTION)] if export.retractions else EVENTS
    return b"".join(export.render(event for event in events if export.takes(event)))


if __name__ == "__main__":
    for name in TEXTS:
        golden(name).write_bytes(rendered(name))
