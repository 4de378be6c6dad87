"""The bundled tables: tab-separated, a comment line, a header line, then rows; read once, when first asked for."""

import gzip
from pathlib import Path

from pipeline.errors import ModelError

DATA = Path(__file__).with_name("data")


def rows(name: str) -> list[list[str]]:
    """The rows of a table as lists of fields; raises ModelError."""
    path = DATA / name
    try:
        raw = path.read_bytes()
        text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise ModelError(f"the table {name} cannot be read: {error}; install Tickertape again") from error
    _, header, *lines = text.splitlines()
    width = header.count("\t") + 1
    table = [line.split("\t") for line in lines]
    if bad := [number for number, row in enumerate(table, 3) if len(row) != width]:
        raise ModelError(f"{name}, line {bad[0]}: not {width} fields; install Tickertape again")
    return table


def several(field: str) -> list[str]:
    """The values of a field that holds several: "UK|Britain"."""
    return field.split("|") if field else []
