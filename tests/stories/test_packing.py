"""The window as a record of each story."""

import pytest

from pipeline.stories.packing import line, take_changes, unpack
from pipeline.stories.records import StoryIndex
from pipeline.stories.window import Window
from tests.stories.written import Written

STORY_ID = "1qjcmmgtbnzy84khva2z9dd3cs"
TALKS, RAIN = {"talk": 800, "libya": 600}, {"rain": 1000}


def test_a_line() -> None:
    """Term and weight are six bytes in base64."""
    window, written = Window(), Written()
    place = window.place("a", "1", TALKS, at_ms=5, seen_ms=7, offset=9)
    written.write(window)
    ((packed,),) = (part.stories for part in written.parts.values())
    story_id, first, last, seen, articles, members, centroid, joined = packed.split(" ")
    assert (story_id, first, last, seen, articles, joined) == (place.story_id, "5", "5", "7", "1", "9")
    assert (len(members), len(centroid)) == (24, 16)
    assert written.read().clusters == window.clusters


def test_the_empty_window() -> None:
    assert take_changes(Window()) == {}
    assert unpack(StoryIndex(stories=[]), []).clusters == {}


def test_only_what_changed_is_written_and_once() -> None:
    window = Window()
    talks = window.place("a", "1", TALKS, at_ms=5, seen_ms=7).story_id or ""
    take_changes(window)
    rain = window.place("b", "1", RAIN, at_ms=5, seen_ms=7).story_id or ""
    assert take_changes(window) == {rain: line(window.clusters[rain])}
    window.place("a", "2", RAIN, at_ms=5, seen_ms=7)
    assert take_changes(window) == {talks: None, rain: line(window.clusters[rain])}
    assert take_changes(window) == {}


def test_a_seal_stands_for_all_that_was_ever_written() -> None:
    """The same last change of another window has another seal; what changes nothing has the same."""
    seals = []
    for first in (TALKS, RAIN):
        window = Window()
        window.place("a", "1", first, at_ms=5, seen_ms=7)
        take_changes(window)
        window.place("b", "1", {"war": 1000}, at_ms=5, seen_ms=7)
        take_changes(window)
        seals.append(window.seal)
        assert take_changes(window) == {}
        assert window.seal == seals[-1]
    assert len({*seals, ""}) == 3


def test_the_order_of_the_stories_is_that_of_the_articles_not_of_the_records() -> None:
    window, written = Window(), Written()
    for offset, (key, terms) in enumerate([("a", TALKS), ("b", RAIN), ("c", TALKS), ("d", {"war": 1000})]):
        window.place(key, "1", terms, at_ms=5, seen_ms=7, offset=offset)
    written.write(window)
    assert list(written.read().clusters.values()) == list(window.clusters.values())


def test_the_window_of_an_older_release_is_read_and_written_anew() -> None:
    """Its record held all lines, in order and without offsets; what was written since is newer."""
    window, written = Window(), Written()
    for offset, (key, terms) in enumerate([("a", TALKS), ("b", RAIN), ("c", TALKS)]):
        window.place(key, "1", terms, at_ms=5, seen_ms=7, offset=offset)
    lines = [line(one).rpartition(" ")[0] for one in window.clusters.values()]
    old = unpack(StoryIndex(stories=lines), [])
    assert [(one.story_id, one.members, one.joined) for one in old.clusters.values()] == [
        (one.story_id, one.members, joined) for one, joined in zip(window.clusters.values(), (-2, -1), strict=True)
    ]
    assert not old.has_seen(0, 7)
    assert old.place("d", "1", RAIN, at_ms=5, seen_ms=8, offset=0).story_id == next(iter(window.clusters))
    written.write(old)
    assert list(written.read().clusters.values()) == list(old.clusters.values())
    half = unpack(StoryIndex(stories=lines), [StoryIndex(stories=[line(one)]) for one in old.clusters.values()])
    assert list(half.clusters.values()) == list(old.clusters.values())


@pytest.mark.parametrize("packed", ["", STORY_ID, f"{STORY_ID} 1 1 1 1 abc AAAA", f"{STORY_ID} x 1 1 1  AAAAAAAA 1"])
def test_a_line_that_is_none_of_ours_is_no_window(packed: str) -> None:
    """A state that was damaged ends the worker: nothing is acknowledged on its account."""
    with pytest.raises(Exception, match=r"unpack|invalid|requires|shorter|padding|multiple"):
        unpack(StoryIndex(stories=[]), [StoryIndex(stories=[packed])])
