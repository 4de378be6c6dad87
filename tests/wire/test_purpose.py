"""What is for newsrooms only, and what merely looks so."""

from typing import Any

import pytest

from pipeline.wire.purpose import purpose
from tests.builders import TALKS, make_article


@pytest.mark.parametrize("said", ["advisory", "test"])
def test_what_the_format_says_counts(said: Any) -> None:
    assert purpose(make_article(purpose=said)) == said


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("TEST TEST TEST", "test"), ("TEST, TEST -- please ignore", "test"), ("TEST: PLEASE DISREGARD", "test"),
        ("*** THIS IS A TEST ***", "test"), ("TEST MESSAGE - IGNORE", "test"), ("THIS IS ONLY A TEST", "test"),
        ("MEDIA ADVISORY: Minister visits Lima", "advisory"), ("EDITORS' ADVISORY", "advisory"),
        ("ADVISORY TO EDITORS: new style", "advisory"), ("ATTENTION EDITORS - delayed", "advisory"),
        ("DAYBOOK for Monday", "advisory"), ("WASHINGTON DAYBOOK", "advisory"), ("Photo advisory", "news"),
        ("ADVISORY: Flash floods expected in Punjab", "news"), ("TRAVEL ADVISORY ISSUED FOR KENYA", "news"),
        ("TEST OF MISSILE TROUBLES TOKYO", "news"), ("TESTS SHOW LEAD IN WATER", "news"), ("Test: ignore", "news"),
        ("NORTH KOREA TEST TEST-FIRES MISSILE", "news"), ("TEST IGNORED BY TEHRAN", "news"), ("THE DAYBOOK OF A SPY", "news"),
        ("TEST MATCH: England beat India", "news"), ("PROTESTERS: THIS IS A TEST OF DEMOCRACY", "news"),
        ("MEDIA ADVISORY BOARD RESIGNS", "news"),
        ("THIS IS A TEST OF OUR WILL, SAYS KYIV", "news"), ("MEDIA ADVISORY", "advisory"), ("", "news"),
    ],
)  # fmt: skip
def test_the_first_line_where_no_story_begins_so(line: str, wanted: str) -> None:
    """The headline; without one the text's first line, and no other."""
    assert purpose(make_article(headline=line or None)) == wanted
    assert purpose(make_article(headline=None, text=f"\n {line}\n{TALKS}")) == wanted
    assert purpose(make_article(headline="Talks", text=f"{line}\n{TALKS}")) == "news"
    assert purpose(make_article(headline=None, text=f"{TALKS}\n{line}")) == "news"
