"""Rows that are alike share a key, others do not."""

import numpy

from pipeline.nlp.engine.kinds import kinds


def test_each_row_leads_to_the_first_of_its_kind() -> None:
    rows = numpy.array([[7, 1], [2, 2], [7, 1], [1, 7], [2, 2]], dtype=numpy.uint64)
    keys, first, of_row = kinds(rows)
    assert len(set(keys)) == 3
    assert rows[first][of_row].tolist() == rows.tolist()
    assert sorted(first.tolist()) == [0, 1, 3]


def test_no_rows_are_of_no_kind() -> None:
    keys, first, of_row = kinds(numpy.zeros((0, 3), dtype=numpy.uint64))
    assert (keys, first.tolist(), of_row.tolist()) == ([], [], [])
