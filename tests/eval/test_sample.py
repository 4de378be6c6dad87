"""A sample that a reader judges: the same events each time, each with the words around it."""

import pytest

from pipeline.records import Article
from tests.eval import sample

ARTICLES = [
    Article(
        provider="test", guid=str(number), text=f"Rebels attacked {town} on Monday. The mayor of {town} visited Cairo."
    )
    for number, town in enumerate(("Sirte", "Misrata", "Derna", "Tobruk"))
]


def test_the_same_seed_draws_the_same_events() -> None:
    """Who judges a sample again sees the same one; another seed gives another."""
    first, again, other = (sample.drawn(ARTICLES, 3, seed) for seed in (1, 1, 2))
    assert first == again != other
    assert [len(drawn) for drawn in (first, other)] == [3, 3]


def test_no_more_is_drawn_than_there_is() -> None:
    """Four articles of two events each, all of them."""
    drawn = sample.drawn(ARTICLES, 100, 1)
    assert sorted((event.kind, text.split()[2]) for event, text in drawn) == sorted(
        (kind, town) for kind in ("assault", "visit") for town in ("Sirte", "Misrata", "Derna", "Tobruk")
    )


def test_line_shows_the_trigger_in_its_words() -> None:
    """Kind, modality, who to whom, and the sentence."""
    (event, text) = next(pair for pair in sample.drawn(ARTICLES[:1], 2, 1) if pair[0].kind == "assault")
    assert sample.line(event, text) == (
        "assault asserted [Rebels] > [Sirte] Rebels «attacked» Sirte on Monday. The mayor of Sirte visited Cairo."
    )


def test_main_prints_numbered_lines(capsys: pytest.CaptureFixture[str]) -> None:
    """A line an event, from one."""
    assert sample.main(["--articles", "30", "--skip", "5", "--events", "2"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["1", "2"]
