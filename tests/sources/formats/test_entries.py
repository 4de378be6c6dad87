"""What a feed's entries are called, and how they become articles."""

from dataclasses import replace

import pytest

from pipeline import ids
from pipeline.records import Problem
from pipeline.sources.formats.entries import Entry, Feed, identified, joined, kept, sound, values, web

A, B = "https://wire.example/a", "https://wire.example/b"


def entry(guid: str = "", url: str | None = None, text: str = "Text.", **rest: object) -> Entry:
    return replace(Entry(guid=guid, url=url, text=text), **rest)  # type: ignore[arg-type]


def guids(*entries: Entry) -> list[str]:
    return [one.guid for one in identified(list(entries))]


def test_its_own_guid_else_its_link_else_its_content() -> None:
    nameless = entry()
    assert guids(entry("1", A), entry("", B), nameless) == ["1", B, f"content:{nameless.digest}"]


def test_a_guid_that_stands_for_several_links_is_none() -> None:
    """All of its entries get guid and link: were the first to keep it, each new entry would pass for its correction."""
    before = [entry("feed", A), entry("feed", B)]
    after = [entry("feed", "https://wire.example/new"), *before]
    assert guids(*before) == [f"feed#{A}", f"feed#{B}"]
    assert guids(*after)[1:] == guids(*before)


def test_a_guid_repeated_without_links_is_told_apart_by_content() -> None:
    one, other = entry("feed", text="One."), entry("feed", text="Other.")
    assert guids(one, other) == [f"feed#content:{one.digest}", f"feed#content:{other.digest}"]


def test_of_an_item_given_twice_the_later_version_stays() -> None:
    old = entry("1", A, "Old.", origin={"updated_at": "2024-06-16T08:00:00.000Z"})
    new = entry("1", A, "New.", origin={"updated_at": "2024-06-16T09:00:00.000Z"})
    assert identified([old, new]) == identified([new, old]) == (new,)


def test_a_deleted_entry_goes_before_the_same_entry() -> None:
    gone = entry("1", text="", deleted=True)
    assert identified([entry("1", A), gone]) == identified([gone, entry("1", A)]) == (gone,)


def test_a_guid_too_long_is_a_digest_and_kept() -> None:
    guid = "x" * 600
    (found,) = identified([entry(guid, A)])
    assert (found.guid, found.origin) == (f"digest:{ids.digest(guid)}", {"guid": guid})


def test_an_entry_that_says_nothing_is_none() -> None:
    assert identified([entry("1", A, "")]) == ()


def test_dates_and_links_are_no_content() -> None:
    """Feeds stamp both anew with every request."""
    assert entry("1", A).digest == entry("1", B, published_at="2024-06-16T08:00:00.000Z").digest
    assert entry("1", A).digest != entry("1", A, "Other.").digest
    assert entry("1", A).digest != entry("1", A, headline="Other").digest


def test_values_of_an_article() -> None:
    one = entry("1", A, headline="H", published_at="2024-06-16T08:00:00.000Z", language="en", credit="Other Agency")
    assert values(one, "wire", 3, "2024-06-16T09:00:00.000Z") == {
        "provider": "wire",
        "guid": "1",
        "text": "Text.",
        "version": "3",
        "version_created_at": "2024-06-16T09:00:00.000Z",
        "headline": "H",
        "url": A,
        "published_at": "2024-06-16T08:00:00.000Z",
        "language": "en",
        "status": "usable",
        "credit": "Other Agency",
        "origin": {},
    }


def test_what_is_left_out_is_said() -> None:
    assert Feed(entries=()).left_out == []
    assert Feed(entries=(), beyond=3, empty=1).left_out == [
        Problem(code="too-many-entries", message="3 entries beyond 2,000 not read"),
        Problem(code="empty-entries", message="1 entries with neither headline nor text"),
    ]


@pytest.mark.parametrize("url", [None, 3, "", "javascript:alert(1)", "/a", "https://", "http://[x", "data:,x"])
def test_no_address(url: object) -> None:
    assert web(url) is None


def test_address() -> None:
    assert web(" https://wire.example/a?b#c ") == "https://wire.example/a?b#c"
    assert joined("https://wire.example/x/feed", "../a") == A
    assert (joined(A, None), joined(A, "http://[")) == (None, None)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("x" * 2_000, "x" * 1_000),
        ({"a": {"b": {"c": {"d": 1}}}}, {"a": {"b": {"c": "{'d': 1}"}}}),
        (list(range(30)), list(range(20))),
        (True, True),
        (None, None),
        (2**60, None),
        ("\ud800", "?"),
        (object, None),
    ],
)
def test_kept(value: object, expected: object) -> None:
    """Plain, shallow, short."""
    assert kept(value) == expected


def test_sound() -> None:
    assert sound("a\ud800b") == "a?b"
