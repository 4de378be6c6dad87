"""The gazetteer's rows are written as they are read."""

import gzip

from pipeline.nlp import tables
from pipeline.nlp.build_data import HEADER, TARGET, row


def test_a_row_has_the_columns_of_the_header() -> None:
    city = {"name": "Lome", "latitude": 6.12874, "longitude": 1.22154, "population": 749700, "admin1code": "24"}
    assert row(city, "TGO") == "Lome\tTGO\t6.129\t1.222\t749700\t24\n"


def test_the_bundled_file_was_built_by_this_program() -> None:
    raw = TARGET.read_bytes()
    assert gzip.decompress(raw).decode().startswith(HEADER)
    populations = [int(fields[4]) for fields in tables.rows(TARGET.name)]
    assert populations == sorted(populations, reverse=True)
    assert len(populations) > 30_000
