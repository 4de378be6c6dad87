"""One text from many outlets: read once, and nobody can tell from what comes out."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import codec, ids, resources
from pipeline.records import Annotation, Article, Event
from pipeline.settings import Settings
from pipeline.stages import annotate as stage
from pipeline.stages.annotate import annotate, handle
from pipeline.stages.base import Work
from pipeline.stages.syndication import ENTRY_BYTES, Syndication
from tests.builders import AMBUSH, TALKS, make_article, make_event, make_message

SETTINGS = Settings()
OUTLETS = ("harbour-wire", "nile-agency", "daily-post", "evening-post", "radio-9")
# Two days: "on Sunday" is another Sunday, so it must be read anew.
DAYS = ("2024-06-16T00:00:00Z", "2024-06-16T23:59:59Z", "2024-06-23T10:00:00Z", None)


class Counting:
    """A detector that takes no time, and remembers what it was asked to read."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def __call__(self, articles: Sequence[Article], _: Settings) -> list[Annotation]:
        self.read += [article.text for article in articles]
        return [Annotation(entities=[], events=_events(article)) for article in articles]


def _events(article: Article) -> list[Event]:
    words = article.text.split()
    named = ids.event_ids(article.key, ((word, [], []) for word in words))
    return [make_event(event_id=one, kind=word, actors=[]) for one, word in zip(named, words, strict=True)]


def story(provider: str, text: str, published_at: str | None = DAYS[0], **changes: str) -> Article:
    return make_article(provider=provider, guid=f"{provider}/1", text=text, published_at=published_at, **changes)


def seed_texts() -> list[str]:
    """The articles of the demonstration, the long one among them."""
    folder = resources.folder("seeds")
    lines = (folder / "wire.jsonl").read_bytes().splitlines()
    wire = [codec.decode(line)["text"] for line in lines if line.endswith(b"}")]
    return [*wire, *(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.txt")))]


def test_real_articles_from_five_outlets_are_annotated_as_if_each_were_read() -> None:
    """To the byte, with other keys, headlines and days, whatever confidence is asked for."""
    texts = [*seed_texts(), TALKS, f"{TALKS} {TALKS} {AMBUSH}"]
    articles = [
        story(outlet, text, DAYS[number % 4], headline=outlet)
        for number, outlet in enumerate(OUTLETS)
        for text in texts
    ]
    for settings in (SETTINGS, replace(SETTINGS, min_confidence=0.6), replace(SETTINGS, article_chars=100)):
        found = Syndication().annotate(articles, settings, stage._find)
        assert codec.encode(stage._confident(found, settings)) == codec.encode(annotate(articles, settings))


def test_the_stage_reads_a_text_once_and_says_the_same_of_each() -> None:
    """Five articles in one batch, one by one, and again when the text is known: the same to the byte."""
    text = f"{AMBUSH} Syndicated to all."
    works = [Work(message=make_message(story(one, text), offset=n)) for n, one in enumerate(OUTLETS)]
    honest = handle(works, SETTINGS, annotate=annotate)
    assert handle(works, SETTINGS) == honest
    assert [handle([work], SETTINGS)[0] for work in reversed(works)] == honest[::-1]
    assert len({one.final.value for one in honest if one.final}) == len(OUTLETS)


def test_a_text_is_read_once_in_a_batch_and_not_again_in_the_next() -> None:
    find, syndication = Counting(), Syndication()
    first = [story(one, "A B A") for one in OUTLETS]
    assert syndication.annotate(first, SETTINGS, find) == Counting()(first, SETTINGS)
    again = [story("late-edition", "A B A"), story("late-edition", "C")]
    assert syndication.annotate(again, SETTINGS, find) == Counting()(again, SETTINGS)
    assert syndication.annotate([], SETTINGS, find) == []
    assert find.read == ["A B A", "C"]


@pytest.mark.parametrize(
    ("article", "settings"),
    [
        (story("a", "A "), SETTINGS),
        (story("a", "A", DAYS[2]), SETTINGS),
        (story("a", "A", None), SETTINGS),
        (story("a", "A"), replace(SETTINGS, article_chars=99)),
    ],
)
def test_another_text_day_or_limit_is_read_anew(article: Article, settings: Settings) -> None:
    find, syndication = Counting(), Syndication()
    syndication.annotate([story("a", "A")], SETTINGS, find)
    syndication.annotate([article], settings, find)
    assert find.read == ["A", article.text]


def test_the_least_recently_seen_text_is_forgotten_first() -> None:
    """The memory holds about two of them."""
    find, syndication = Counting(), Syndication(most_bytes=2 * ENTRY_BYTES + 1_100)
    for text in ("A", "B", "A", "C", "A", "B"):
        syndication.annotate([story("a", text)], SETTINGS, find)
    assert find.read == ["A", "B", "C", "B"]


def test_what_is_larger_than_the_memory_is_not_remembered_and_still_right() -> None:
    find, syndication = Counting(), Syndication(most_bytes=1)
    articles = [story(one, "A B") for one in OUTLETS]
    for _ in range(2):
        assert syndication.annotate(articles, SETTINGS, find) == Counting()(articles, SETTINGS)
    assert find.read == ["A B", "A B"]


@given(
    st.lists(st.builds(story, st.sampled_from(OUTLETS), st.sampled_from(["A", "B A", "A A", "C"]), st.sampled_from(DAYS))),
    st.lists(st.integers(1, 4), min_size=1),
    st.integers(0, 5_000),
)  # fmt: skip
def test_neither_order_nor_batches_nor_memory_change_a_byte(
    articles: list[Article], sizes: list[int], most_bytes: int
) -> None:
    syndication, found, rest = Syndication(most_bytes), list[Annotation](), list(articles)
    while rest:
        size = sizes[len(rest) % len(sizes)]
        found += syndication.annotate(rest[:size], SETTINGS, Counting())
        rest = rest[size:]
    assert codec.encode(found) == codec.encode(Counting()(articles, SETTINGS))
