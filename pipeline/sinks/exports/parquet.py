"""Parquet: the flat event with real types, a row group every ROWS events. Needs pyarrow, the extra `analytics`.

`_at` columns are instants (milliseconds, UTC) and `_on` columns are dates, so a database needs no casts.
"""

import io
from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import date
from itertools import islice
from typing import Any, get_args

from pipeline import instants
from pipeline.errors import SettingsError
from pipeline.records import FlatEvent
from pipeline.sinks.exports.base import Event, Export
from pipeline.stages.route import flat

# A row group of 10,000 events is 9 MB in memory before it is compressed.
ROWS = 10_000
# Python's types by Arrow's names of them; with None the column may be null.
KINDS: dict[Any, str] = {str: "string", int: "int64", float: "float64"}


def render(events: Iterable[Event]) -> Iterator[bytes]:
    """The file, a row group at a time. Raises SettingsError without pyarrow."""
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError as error:
        raise SettingsError("parquet needs pyarrow: run `pip install 'tickertape[analytics]'`") from error
    schema = pyarrow.schema([_column(pyarrow, field.name, field.type) for field in fields(FlatEvent)])
    sink, waiting = _Pipe(), iter(events)
    with parquet.ParquetWriter(sink, schema, compression="zstd") as writer:
        while rows := [row(event) for event in islice(waiting, ROWS)]:
            writer.write_table(pyarrow.Table.from_pylist(rows, schema=schema))
            yield sink.taken()
    yield sink.taken()


def row(event: Event) -> dict[str, Any]:
    """A flat event with dates and instants as such; one that cannot be read is None."""
    flat_event = flat(event["data"])
    return {field.name: _value(field.name, getattr(flat_event, field.name)) for field in fields(FlatEvent)}


def _value(name: str, value: Any) -> Any:
    if name.endswith("_at"):
        return instants.exact_ms(value)
    if name.endswith("_on"):
        return None if value is None else date.fromisoformat(value)
    return value


def _column(pyarrow: Any, name: str, kind: Any) -> Any:
    """The column of a field; null only where the record may be None."""
    if name.endswith("_at"):
        return pyarrow.field(name, pyarrow.timestamp("ms", tz="UTC"))
    if name.endswith("_on"):
        return pyarrow.field(name, pyarrow.date32())
    required = kind in KINDS
    plain = kind if required else get_args(kind)[0]
    return pyarrow.field(name, getattr(pyarrow, KINDS[plain])(), nullable=not required)


class _Pipe(io.RawIOBase):
    """What the writer has written and nobody has taken; it only asks how far it is."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []
        self._written = 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._written

    def write(self, piece: Any) -> int:
        taken = bytes(piece)
        self._pieces.append(taken)
        self._written += len(taken)
        return len(taken)

    def taken(self) -> bytes:
        whole = b"".join(self._pieces)
        self._pieces.clear()
        return whole


PARQUET = Export(media_type="application/vnd.apache.parquet", suffix=".parquet", render=render, binary=True)
