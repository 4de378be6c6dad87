"""The table has each half of each part, and every text is in one of them."""

import pytest

from tests.eval.gold import load
from tests.eval.paraphrases import PARTS, is_read, table
from tests.eval.scores import pair


def test_every_text_is_of_a_part_and_half_of_each_is_read() -> None:
    ids = [text.id for text in load("paraphrases")]
    assert {one[0] for one in ids} == set(PARTS)
    for letter in PARTS:
        part = [one for one in ids if one[0] == letter]
        assert sum(map(is_read, part)) * 2 == len(part)


@pytest.mark.parametrize(("text_id", "read"), [("a001", True), ("b200", False)])
def test_halves(text_id: str, read: bool) -> None:
    assert is_read(text_id) is read


def test_a_line_for_each_half() -> None:
    """Where nothing is found nothing is right."""
    lines = table([pair(text, ()) for text in load("paraphrases")]).splitlines()[1:]
    assert [line.split()[-4:] for line in lines] == [[half, "0.00", "0.00", "0.00"] for half in ("read", "unread")] * 4
