"""The window as a record of lines."""

import pytest

from pipeline.stories.packing import Recall, pack, unpack
from pipeline.stories.records import StoryIndex
from pipeline.stories.window import Window

STORY_ID = "1qjcmmgtbnzy84khva2z9dd3cs"


def test_a_line() -> None:
    """Term and weight are six bytes in base64."""
    window = Window()
    place = window.place("a", "1", {"talk": 800, "libya": 600}, at_ms=5, seen_ms=7)
    (line,) = pack(window).stories
    story_id, first, last, seen, articles, members, centroid = line.split(" ")
    assert (story_id, first, last, seen, articles) == (place.story_id, "5", "5", "7", "1")
    assert (len(members), len(centroid)) == (24, 16)
    assert next(iter(unpack(pack(window)).clusters.values())) == window.clusters[story_id]


def test_the_empty_window() -> None:
    assert pack(Window()) == StoryIndex(stories=[])
    assert unpack(StoryIndex(stories=[])).clusters == {}


def test_a_window_is_recalled_once_and_the_oldest_is_forgotten() -> None:
    """Who takes it changes it: after that its record must be unpacked."""
    recall, windows = Recall(most=2), [Window(), Window(), Window()]
    for name, window in zip((b"1", b"2", b"3"), windows, strict=True):
        recall.keep(name, window)
    assert recall.take(b"1") is None
    assert recall.take(b"2") is windows[1]
    assert recall.take(b"2") is None
    assert recall.take(b"3") is windows[2]


@pytest.mark.parametrize("line", ["", STORY_ID, f"{STORY_ID} 1 1 1 1 abc AAAA", f"{STORY_ID} x 1 1 1  AAAAAAAA"])
def test_a_line_that_is_none_of_ours_is_no_window(line: str) -> None:
    """A state that was damaged ends the worker: nothing is acknowledged on its account."""
    with pytest.raises(Exception, match=r"unpack|invalid|requires|shorter|padding|multiple"):
        unpack(StoryIndex(stories=[line]))
