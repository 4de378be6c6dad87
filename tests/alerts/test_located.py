"""YAML with lines."""

import pytest

from pipeline.alerts.located import MOST_DEEP, Listing, Mapping, Mistake, Scalar, parse
from pipeline.declarations import Wrong


def test_every_value_has_its_line_and_stays_the_text_that_it_is() -> None:
    """Norway, a time of day and a version are not false, 1350 and 1.1."""
    assert parse("a: NO\nb:\n  - 22:30\n  - '~'\nc: 1.10\n") == Mapping(
        1,
        {"a": 1, "b": 2, "c": 5},
        {
            "a": Scalar(1, "NO"),
            "b": Listing(3, (Scalar(3, "22:30"), Scalar(4, "~", quoted=True))),
            "c": Scalar(5, "1.10"),
        },
    )


@pytest.mark.parametrize(("text", "nothing"), [("", True), ("~", True), ("null", True), ("''", False), ("0", False)])
def test_nothing(text: str, nothing: bool) -> None:
    node = parse(text)
    assert isinstance(node, Scalar)
    assert node.nothing == nothing


def test_a_repeated_key_is_told_and_the_first_one_counts() -> None:
    found = parse("a: 1\nb: 2\na: 3\n")
    assert isinstance(found, Mapping)
    assert found.values["a"] == Scalar(1, "1")
    assert found.repeated == (Wrong(3, "'a' stands here again: line 1"),)


BOMB = "a: &a [x, x]\n" + "\n".join(
    f"{one}: &{one} [*{before}, *{before}]" for before, one in zip("abc", "bcd", strict=True)
)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: 1\nb: [", 2, "not YAML"),
        ("a:\n\t- x", 2, "not YAML"),
        ("a: 1\n--- \nb: 2", 2, "not YAML"),
        (BOMB, 1, "anchors"),
        ("a: 1\nb: *a", 2, "anchors"),
        ("a: \x00", 1, "not YAML"),
        ("[" * (MOST_DEEP + 5) + "]" * (MOST_DEEP + 5), 1, "deep"),
        ("[" * 100_000, 1, "deep|YAML"),
        ("#" * 1_100_000, 1, "bytes"),
    ],
    ids=["open", "tab", "two documents", "bomb", "alias", "NUL", "deep", "very deep", "long"],
)
def test_what_is_not_read(text: str, line: int, words: str) -> None:
    with pytest.raises(Mistake, match=words) as caught:
        parse(text)
    assert caught.value.wrong.line == line


def test_a_python_tag_makes_nothing() -> None:
    """It is text under a tag that nobody reads."""
    found = parse("!!python/object/apply:os.system ['true']")
    assert found == Listing(1, (Scalar(1, "true", quoted=True),))
