"""Cleaning keeps every offset, blanks what it must, and survives any text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.nlp.clean import KEPT_OF_RUN, LONGEST_RUN, Cleaned, clean, merged


def test_a_text_without_furniture_is_untouched() -> None:
    text = "Two ministers met in Oslo on Monday.\n\nThey will meet again."
    assert clean(text) == Cleaned(text=text, masked=(), dateline=None)


def test_caption_dateline_and_page_furniture_go_and_the_rest_keeps_its_place() -> None:
    news = "Rebels shelled the town on Monday."
    text = f"Two men shake hands.Source of the photo:\n\nOSLO (AP) - {news}\n\nPost a comment"
    cleaned = clean(text)
    assert cleaned.text.split() == news.split()
    assert cleaned.text.index(news) == text.index(news)
    assert cleaned.dateline is not None
    assert (cleaned.dateline.place, cleaned.dateline.agency) == ("Oslo", "AP")
    assert [text[start:end] for start, end in cleaned.masked] == [
        "Two men shake hands.Source of the photo:",
        "OSLO (AP) - ",
        "Post a comment",
    ]


def test_a_dateline_is_looked_for_at_the_top_only() -> None:
    text = "One.\nTwo.\nThree.\nFour.\nOSLO (AP) - Five."
    assert clean(text).dateline is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<p>Troops left.</p>", "   Troops left.    "),
        ('<a href="x.html">Troops</a> left.', "                 Troops     left."),
        ("AT&amp;T", "AT&    T"),
        ("a&nbsp;b", "a      b"),
        ("&#8220;No&#8221;", "“      No”      "),
        ("He said x < y and y > z.", "He said x < y and y > z."),
        ("Q&A; R&D; &bogus;", "Q&A; R&D;        "),
        ("<script>var x = 1;</script>Done.", "                           Done."),
        ("<!-- ad -->Done.", "           Done."),
        ("bell\x07 null\x00.", "bell  null ."),
        ("lone \ud800 surrogate", "lone   surrogate"),
    ],
)
def test_markup_is_blanked_in_place(text: str, expected: str) -> None:
    assert clean(text).text == expected


@pytest.mark.parametrize("run", ["(" * 5000, "☃" * 5000, "_-" * 2500, "😀" * 5000])
def test_long_runs_that_choke_the_tokenizer_are_cut(run: str) -> None:
    text = f"Before {run} after."
    cleaned = clean(text)
    assert cleaned.text == f"Before {run[:KEPT_OF_RUN]}{' ' * (len(run) - KEPT_OF_RUN)} after."


@pytest.mark.parametrize("run", ["-" * (LONGEST_RUN - 1), "a" * 5000, "1." * 2000])
def test_runs_that_do_no_harm_stay(run: str) -> None:
    text = f"Before {run} after."
    assert clean(text).text == text


def test_merged_joins_what_overlaps_or_touches() -> None:
    assert merged([(5, 9), (0, 2), (2, 4), (8, 12)]) == [(0, 4), (5, 12)]


@given(st.text(alphabet=st.characters(), max_size=400))
@settings(max_examples=200, deadline=None)
def test_any_text_keeps_its_length_and_its_unmasked_letters(text: str) -> None:
    cleaned = clean(text)
    assert len(cleaned.text) == len(text)
    assert list(cleaned.masked) == merged(cleaned.masked)
    assert all(not cleaned.text[start:end].strip() for start, end in cleaned.masked)
    assert clean(text) == cleaned


@pytest.mark.parametrize(
    "piece", ["(", "A ", "A", "share ", "<a ", "&amp", "AP/", "(in story,", "Reporting by A ", "1", "<script "]
)
def test_two_hundred_thousand_characters_of_a_pattern_are_cleaned(piece: str) -> None:
    """A rule that backtracks without bound would hang here (pytest's own time limit ends it)."""
    text = (piece * 200_000)[:200_000]
    assert len(clean(text).text) == len(text)
