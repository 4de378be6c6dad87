"""What holds when versions come in any order, more than once, late and early, and when the worker crashes anywhere.

Delivered in any order: once everything has come in, every embargo is over and an editor has released what cannot be read,
the views are those of a delivery in order, to the byte, but for what tells the history of the delivery:

- `revision` (and with it the CloudEvent's `id`, and `type`, which says whether it is the first): how often it was published;
- `detected_at` (`time`, `detected_ms`) and `traceparent`: which input made it so;
- `article.version`, only where several versions have that very content: the first of them that came in. To keep it right
  every refile would have to update every event, and a feed refiles all day.

Delivered again after a crash: everything is the same to the byte, as long as an item has no more than RECENT_INPUTS inputs
among those that are delivered again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from pipeline import codec, ids
from pipeline.records import Annotation, Article, Event
from pipeline.settings import Settings
from pipeline.stages.annotate import ANNOTATE, handle
from pipeline.stages.base import Stage
from pipeline.stages.held import release_by_hand, waiting
from pipeline.stages.route import ROUTE
from pipeline.topics import ARTICLES, CURRENT, EVENTS, FLAT, STATE, TOPICS
from pipeline.wire.states import RECENT_INPUTS
from pipeline.wire.versions import content, rank, version_of
from tests.builders import AMBUSH, QUIET, START_MS, TALKS, make_article, make_event
from tests.driver import Driver

HOUR_MS = 3_600_000
NINE, TEN = "2024-06-16T11:00:00+02:00", "2024-06-16T10:00:00Z"
END_MS = START_MS + 24 * HOUR_MS


def find(articles: Sequence[Article], _: Settings) -> list[Annotation]:
    """A detector that takes no time: every word of the text is an event, whose first letter is its kind."""
    return [Annotation(entities=[], events=_events(article)) for article in articles]


def _events(article: Article) -> list[Event]:
    words = article.text.split()
    named = ids.event_ids(article.key, ((word[0], [], []) for word in words))
    return [
        make_event(event_id=event_id, kind=word[0], rule=word, family="conflict" if word[0] < "C" else "diplomacy")
        for event_id, word in zip(named, words, strict=True)
    ]


QUICK = replace(ANNOTATE, handle=partial(handle, annotate=find))
# What articles may say; in most places most of them say what most wires do.
SAYINGS: dict[str, list[Any]] = {
    "guid": ["1", "1", "2"],
    "version": ["1", "01", "2", "10", "A"],
    "version_created_at": ["2024-06-16T07:30:00Z", "2024-06-16T08:30:00+01:00", "2024-06-16T07:40:00Z", None],
    "text": ["A1", "A2", "A1 B1", "B1 C1 C1", "C2 A1", "", "-"],
    "headline": ["Talks", "Talks", "Better", "TEST TEST"],
    "url": ["https://news.example/1", "https://news.example/1", None],
    "language": ["en", "en", "en", "en-GB", "de"],
    "status": ["usable", "usable", "usable", "usable", "canceled", "withheld"],
    "purpose": ["news", "news", "news", "news", "advisory"],
    "embargo_until": [None, None, NINE, TEN, "noon"],
}
FIRST = make_article(**{name: sayings[0] for name, sayings in SAYINGS.items()})
CHANGES = st.fixed_dictionaries({}, optional={name: st.sampled_from(sayings) for name, sayings in SAYINGS.items()})


def settle(driver: Driver) -> None:
    """Everything is handled, every embargo ends, and an editor releases the others."""
    driver.run()
    driver.wait_until(END_MS)
    for state in list(driver.states.values()):
        held = waiting(state)
        if held is not None:
            sent = release_by_hand(held)
            driver.pipe((sent.key, sent.value), headers=sent.headers)
    assert [held for state in driver.states.values() if (held := waiting(state))] == []


def in_order(articles: Iterable[Article], annotate: Stage) -> Driver:
    """A driver to which they were delivered in order."""
    driver = Driver(stages=(annotate, ROUTE))
    driver.append(*sorted(articles, key=lambda one: rank(version_of(one))))
    settle(driver)
    return driver


def views(driver: Driver, articles: Iterable[Article]) -> dict[str, bytes]:
    """Both views, without the history of the delivery."""
    contents: dict[tuple[str, str], set[str]] = {}
    for one in articles:
        contents.setdefault((one.key, content(one)), set()).add(one.version)
    twins = {(key, version) for (key, _), versions in contents.items() if len(versions) > 1 for version in versions}
    shown = {}
    for event_id, value in driver.view(CURRENT).items():
        event = codec.decode(value)
        article = event["data"]["article"]
        if (article["key"], article["version"]) in twins:
            article["version"] = "one of those with this content"
        event["data"] |= {"revision": 0, "detected_at": None}
        shown[event_id] = codec.encode(event | {"id": "", "type": "", "time": None, "traceparent": ""})
    for event_id, value in driver.view(FLAT).items():
        shown[f"{event_id} flat"] = codec.encode(
            codec.decode(value) | {"revision": 0, "detected_at": None, "detected_ms": 0}
        )
    return shown


KINDS: list[dict[str, Any]] = [
    {}, {"text": AMBUSH}, {"text": f"{AMBUSH} {TALKS}"}, {"text": QUIET}, {"headline": "Better"}, {"text": ""},
    {"language": "de"}, {"status": "canceled"}, {"embargo_until": "noon"}, {"embargo_until": NINE, "text": AMBUSH},
]  # fmt: skip


@settings(deadline=None, max_examples=40)
@given(st.data(), st.lists(st.sampled_from(KINDS), min_size=1, max_size=5))
def test_in_any_order_the_views_end_the_same(data: st.DataObject, kinds: list[dict[str, Any]]) -> None:
    """With the real detector; the machine below tries far more."""
    articles = [make_article(version=str(number), **kind) for number, kind in enumerate(kinds)]
    again = data.draw(st.lists(st.sampled_from(articles), max_size=3))
    driver = Driver(stages=(ANNOTATE, ROUTE))
    driver.pipe(*data.draw(st.permutations([*articles, *again])))
    settle(driver)
    assert views(driver, articles) == views(in_order(articles, ANNOTATE), articles)
    assert all(len(found) == 1 for found in driver.outcomes().values())


FEW_CHANGES = st.dictionaries(st.sampled_from(sorted(SAYINGS)), st.integers(0, 6), max_size=3)


@settings(deadline=None, max_examples=600)
@given(st.lists(FEW_CHANGES, min_size=2, max_size=4), st.randoms(use_true_random=False), st.integers(0, 4))
def test_in_any_order_and_at_any_time_versions_that_differ_in_little_end_the_same(
    changes: list[dict[str, int]], random: Random, again: int
) -> None:
    """Most of them are ties, or nearly: where an order is not one, this finds it."""
    articles = [
        replace(FIRST, **{name: SAYINGS[name][number % len(SAYINGS[name])] for name, number in one.items()})
        for one in changes
    ]
    delivered = [*articles, *random.choices(articles, k=again)]
    random.shuffle(delivered)
    driver = Driver(stages=(QUICK, ROUTE))
    for article in delivered:
        driver.pipe(article)
        driver.wait_until(driver.now_ms + random.choice([0, 0, HOUR_MS]))
    settle(driver)
    assert views(driver, articles) == views(in_order(articles, QUICK), articles)


class Wire(RuleBasedStateMachine):
    """Versions of two items in any order, time that passes, and a worker that crashes between any two confirmations."""

    def __init__(self) -> None:
        super().__init__()
        self.driver = Driver(stages=(QUICK,))
        self.articles: list[Article] = []
        self.acknowledged = 0

    @property
    def position(self) -> int:
        return self.driver.positions[ANNOTATE.name, ARTICLES.name]

    @property
    def end(self) -> int:
        return len(self.driver.logs[ARTICLES.name])

    def room(self, inputs: int = 1) -> bool:
        """Whether a crash now would repeat no more than what is remembered."""
        return self.end + inputs - self.acknowledged <= RECENT_INPUTS

    @initialize(changes=CHANGES)
    def a_first_version_is_there(self, changes: dict[str, Any]) -> None:
        self._comes_in(replace(FIRST, **changes))

    @precondition(lambda self: self.room())
    @rule(changes=CHANGES)
    def a_version_comes_in(self, changes: dict[str, Any]) -> None:
        self._comes_in(replace(FIRST, **changes))

    @precondition(lambda self: self.room())
    @rule(data=st.data(), name=st.sampled_from(sorted(SAYINGS)))
    def one_comes_in_that_differs_in_one_thing(self, data: st.DataObject, name: str) -> None:
        before = data.draw(st.sampled_from(self.articles))
        self._comes_in(replace(before, **{name: data.draw(st.sampled_from(SAYINGS[name]))}))

    @precondition(lambda self: self.room())
    @rule(data=st.data())
    def one_comes_in_again(self, data: st.DataObject) -> None:
        self._comes_in(data.draw(st.sampled_from(self.articles)))

    @precondition(lambda self: self.room(2))
    @rule(minutes=st.sampled_from([0, 30, 60]))
    def time_passes(self, minutes: int) -> None:
        """What is due is sent, and sent again as long as it was not handled."""
        self.driver.now_ms += minutes * 60_000
        self.driver.send_releases()

    @precondition(lambda self: self.position < self.end)
    @rule()
    def one_is_handled(self) -> None:
        self._handle(outgoing=True, final=True, state=True)

    @precondition(lambda self: self.position < self.end)
    @rule(outgoing=st.booleans(), final=st.booleans(), state=st.booleans())
    def the_worker_crashes_in_the_middle_of_one(self, outgoing: bool, final: bool, state: bool) -> None:
        """Outcome and state go out together, when all else is confirmed: either, both or none of them may arrive."""
        self._handle(outgoing=outgoing, final=outgoing and final, state=outgoing and state)
        self.driver.rewind(ANNOTATE, self.acknowledged)

    @rule()
    def what_was_handled_is_acknowledged(self) -> None:
        self.acknowledged = self.position

    def _comes_in(self, article: Article) -> None:
        self.articles.append(article)
        self.driver.append(article)

    def _handle(self, *, outgoing: bool, final: bool, state: bool) -> None:
        work = self.driver.next_work(ANNOTATE)
        (handled,) = QUICK.handle([work], self.driver.settings)
        for record in (*(handled.outgoing if outgoing else ()), *((handled.final,) if final else ())):
            assert record is not None
            self.driver.store(record.topic, record.key, record.value, record.headers)
        if state and handled.state is not None:
            self.driver.states[ANNOTATE.name, work.message.key or b""] = handled.state
        self.driver.rewind(ANNOTATE, self.position + 1)

    @invariant()
    def no_input_has_two_different_outcomes(self) -> None:
        outcomes = self.driver.outcomes()
        assert all(len(found) <= 1 for found in outcomes.values())
        assert all(len(outcomes[ARTICLES.name, offset]) == 1 for offset in range(self.position))

    @invariant()
    def no_event_id_means_two_things(self) -> None:
        values: dict[str, bytes] = {}
        for message in self.driver.logs[EVENTS.name]:
            value = message.value or b""
            assert values.setdefault(codec.decode(value)["id"], value) == value

    def teardown(self) -> None:
        """Nobody can tell that it crashed; and in the end nobody can tell in which order they came."""
        stages = (QUICK, ROUTE)
        calm = Driver(stages=stages)
        calm.logs[ARTICLES.name] = list(self.driver.logs[ARTICLES.name])
        calm.run()
        self.driver.stages = stages
        self.driver.run()
        assert self.driver.outcomes() == calm.outcomes()
        assert self.driver.states == calm.states
        for topic in (one for one in TOPICS if one is not STATE):
            assert self.driver.view(topic) == calm.view(topic), topic.name
            assert {one.value for one in self.driver.logs[topic.name]} == {one.value for one in calm.logs[topic.name]}
        settle(self.driver)
        assert views(self.driver, self.articles) == views(in_order(self.articles, QUICK), self.articles)


TestWire = Wire.TestCase
TestWire.settings = settings(deadline=None, max_examples=60, stateful_step_count=30)
