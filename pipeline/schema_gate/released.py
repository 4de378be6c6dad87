"""A released schema never changes: `released.json` holds the SHA-256 of each."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from pipeline import codec
from pipeline.schema_gate.soundness import schema_files

FILE = "released.json"


def read(folder: Path) -> dict[str, str]:
    """{file name: SHA-256} as recorded; empty if nothing was."""
    path = folder / FILE
    return codec.decode_record(dict[str, str], path.read_bytes()) if path.exists() else {}


def digests(folder: Path) -> dict[str, str]:
    """{file name: SHA-256} as the files are."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in schema_files(folder)}


def differences(folder: Path) -> Iterator[str]:
    """Released schemas that changed or are gone, and schemas that were never released."""
    recorded, found = read(folder), digests(folder)
    for name in sorted(recorded.keys() | found.keys()):
        if name not in found:
            yield f"{name}: released, and gone; restore it"
        elif name not in recorded:
            yield f"{name}: not released yet; run `tickertape schema release`"
        elif recorded[name] != found[name]:
            yield f"{name}: released, and changed; restore it and put the change into {successor(name)}"


def release(folder: Path) -> list[str]:
    """Record the schemas that are new; what is recorded already stays as it is. Returns their file names."""
    recorded, found = read(folder), digests(folder)
    new = sorted(found.keys() - recorded.keys())
    if new:
        (folder / FILE).write_bytes(codec.encode_pretty(dict(sorted((found | recorded).items()))))
    return new


def successor(file_name: str) -> str:
    """The file of the next version: event.v1.json → event.v2.json."""
    stem, _, version = file_name.removesuffix(".json").rpartition(".v")
    return f"{stem}.v{int(version) + 1}.json"
