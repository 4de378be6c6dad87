"""What holds when versions come in any order, more than once, and when the worker crashes anywhere.

Delivered late, duplicated or shuffled: the view shows what the winner says, the highest version that was read or canceled,
and nothing else. Not that it shows it byte for byte: revisions count what was published on the way, and an event that a
later version leaves alone keeps the reference to the version that first said so.
Delivered again after a crash: everything is the same to the byte, as long as an item has no more than RECENT_INPUTS inputs
among those that are delivered again.
"""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from pipeline import codec
from pipeline.records import Article, Event
from pipeline.settings import Settings
from pipeline.stages.annotate import ANNOTATE, annotate
from pipeline.stages.outputs import RECENT_INPUTS
from pipeline.topics import ARTICLES, CURRENT, EVENTS, FLAT, STATE, TOPICS
from tests.builders import AMBUSH, QUIET, TALKS, make_article
from tests.driver import Driver

KINDS: list[dict[str, Any]] = [
    {}, {"text": AMBUSH}, {"text": f"{AMBUSH} {TALKS}"}, {"text": QUIET}, {"text": ""}, {"language": "de"},
    {"status": "canceled"}, {"status": "withheld"}, {"embargo_until": "tomorrow"},
]  # fmt: skip
VERSIONS = st.lists(st.sampled_from(KINDS), min_size=1, max_size=5)


def numbered(kinds: list[dict[str, Any]]) -> list[Article]:
    return [make_article(version=str(number), **kind) for number, kind in enumerate(kinds)]


def decides(article: Article) -> bool:
    """Whether a version can win: one that is held or skipped leaves what stands."""
    readable = bool(article.text) and article.language == "en" and article.embargo_until is None
    return article.status != "usable" or readable


def said(events: list[dict[str, Any]]) -> set[bytes]:
    """What events say, without revision, article and time of detection."""
    return {codec.encode({name: event[name] for name in Event.__dataclass_fields__}) for event in events}


@settings(deadline=None, max_examples=60)
@given(st.data(), VERSIONS)
def test_in_any_order_the_view_shows_what_the_highest_version_says(
    data: st.DataObject, kinds: list[dict[str, Any]]
) -> None:
    versions = numbered(kinds)
    again = data.draw(st.lists(st.sampled_from(versions), max_size=3))
    driver = Driver()
    driver.pipe(*data.draw(st.permutations([*versions, *again])))
    winner = max(filter(decides, versions), key=lambda article: int(article.version), default=None)
    wanted = annotate([winner], Settings())[0].events if winner is not None and winner.status == "usable" else []
    shown = [codec.decode(value)["data"] for value in driver.view(CURRENT).values()]
    assert said(shown) == said([codec.plain(event) for event in wanted])
    assert driver.view(FLAT).keys() == driver.view(CURRENT).keys()
    assert all(len(found) == 1 for found in driver.outcomes().values())


class Crashes(RuleBasedStateMachine):
    """A worker that crashes between any two confirmations, beside one that nothing happens to."""

    def __init__(self) -> None:
        super().__init__()
        self.driver = Driver(stages=(ANNOTATE,))
        self.acknowledged = 0

    @property
    def position(self) -> int:
        return self.driver.positions[ANNOTATE.name, ARTICLES.name]

    @property
    def end(self) -> int:
        return len(self.driver.logs[ARTICLES.name])

    @precondition(lambda self: self.end - self.acknowledged < RECENT_INPUTS)
    @rule(kind=st.sampled_from(KINDS), version=st.integers(0, 5), guid=st.sampled_from(["1", "2"]))
    def a_version_comes_in(self, kind: dict[str, Any], version: int, guid: str) -> None:
        self.driver.append(make_article(version=str(version), guid=guid, **kind))

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

    def _handle(self, *, outgoing: bool, final: bool, state: bool) -> None:
        work = self.driver.next_work(ANNOTATE)
        (handled,) = ANNOTATE.handle([work], self.driver.settings)
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
        """In the end nobody can tell that it crashed."""
        calm = Driver()
        calm.logs[ARTICLES.name] = list(self.driver.logs[ARTICLES.name])
        calm.run()
        self.driver.stages = calm.stages
        self.driver.run()
        assert self.driver.outcomes() == calm.outcomes()
        assert self.driver.states == calm.states
        for topic in (one for one in TOPICS if one is not STATE):
            assert self.driver.view(topic) == calm.view(topic), topic.name
            assert {one.value for one in self.driver.logs[topic.name]} == {one.value for one in calm.logs[topic.name]}


TestCrashes = Crashes.TestCase
TestCrashes.settings = settings(deadline=None, max_examples=25, stateful_step_count=25)
