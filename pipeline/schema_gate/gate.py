"""All checks of `schemas/` together."""

from collections.abc import Iterator
from pathlib import Path

from pipeline import codec, resources
from pipeline.schema_gate import compatibility, released, soundness, tables


def faults(folder: Path | None = None) -> list[str]:
    """Everything that is wrong with the folder's schemas (default: ours), one line each."""
    folder = folder or resources.folder("schemas")
    unsound = list(soundness.bad_schemas(folder))
    if unsound:
        return unsound
    return [*soundness.bad_examples(folder), *released.differences(folder), *incompatible(folder), *stale(folder)]


def incompatible(folder: Path) -> Iterator[str]:
    """Versions that must not follow the one before."""
    files = {path.name: path for path in soundness.schema_files(folder)}
    for name, path in files.items():
        following = files.get(released.successor(name))
        if following is None:
            continue
        for fault in compatibility.breaks(codec.decode(path.read_bytes()), codec.decode(following.read_bytes())):
            yield f"{following.name} cannot follow {name}: {fault}"


def stale(folder: Path) -> Iterator[str]:
    """The field tables, if they are not those of the schemas."""
    readme = folder / tables.FILE
    if not readme.exists() or readme.read_text(encoding="utf-8") != tables.document(folder):
        yield f"{tables.FILE}: not current; run `tickertape schema docs`"
