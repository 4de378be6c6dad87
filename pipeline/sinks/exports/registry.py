"""The formats by name."""

from pipeline.sinks.exports.atom import ATOM
from pipeline.sinks.exports.base import Export
from pipeline.sinks.exports.gdelt import GDELT
from pipeline.sinks.exports.geojson import GEOJSON
from pipeline.sinks.exports.ics import ICS
from pipeline.sinks.exports.ndjson import NDJSON
from pipeline.sinks.exports.parquet import PARQUET
from pipeline.sinks.exports.polecat import POLECAT
from pipeline.sinks.exports.table import CSV

EXPORTS: dict[str, Export] = {
    "ndjson": NDJSON,
    "csv": CSV,
    "parquet": PARQUET,
    "geojson": GEOJSON,
    "gdelt": GDELT,
    "polecat": POLECAT,
    "ics": ICS,
    "atom": ATOM,
}
