"""From articles of several outlets to one alert of their story, with the pipeline before it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline import codec
from pipeline.alerts.records import Alert, AlertState, FirstAlert, StandingAlert
from pipeline.records import Article, ArticleRef, Message, Problem
from pipeline.settings import Settings
from pipeline.stages.alerts import ALERTS_STAGE, handle
from pipeline.stages.base import Handled, Work
from pipeline.stages.farewells import farewell
from pipeline.stages.letters import dead_letter
from pipeline.stories.story import MOST_ARTICLES
from pipeline.topics import ALERT_STATE, ALERTS, ARTICLES, BACKFILL, STORIES
from tests.alerts.test_story_matching import STORY_ID, make_story
from tests.builders import START_MS, make_article, make_message
from tests.driver import Driver, flaws

RULES = """
channels: {desk: {type: stdout}}
rules:
  - {name: called-off, when: {kind: talks-*, country: Turkey, min_sources: 2}, notify: desk}
  - {name: truce, when: {kind: ceasefire-*, min_sources: 3}, notify: desk}
"""
TALKS = "Turkey and Russia postponed talks on Libya on Sunday."
REUTERS = make_article(provider="reuters", text=TALKS)
DAILY = make_article(provider="daily", text=f"ANKARA, June 16 (Reuters) - {TALKS}")
HERALD = make_article(provider="herald", text=f"{TALKS} More follows.", credit="Reuters")
AP = make_article(provider="ap", text=f"{TALKS} No new date was given.")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """With rules."""
    path = tmp_path / "rules.yaml"
    path.write_text(RULES)
    return Settings(rules=str(path))


def gone(article: Article) -> Article:
    return replace(article, version="2", version_created_at="2024-06-16T12:00:00Z", text="", status="canceled")


def told(driver: Driver) -> list[tuple[str, str]]:
    return [(one["rule"], one["change"]) for one in driver.values(ALERTS)]


FIRST, LAST = ("called-off", "detected"), ("called-off", "retracted")


def test_two_agencies_are_one_alert_and_its_end_is_told_once(settings: Settings) -> None:
    """Also where everything is read again, as after a crash."""
    driver = Driver(settings=settings)
    driver.pipe(REUTERS, DAILY)
    assert told(driver) == []
    driver.pipe(AP, make_article(provider="xinhua", text=f"{TALKS} No reason was given."))
    assert told(driver) == [FIRST]
    driver.pipe(gone(AP))
    assert told(driver) == [FIRST]
    driver.pipe(gone(REUTERS), gone(DAILY))
    assert told(driver) == [FIRST, LAST]
    driver.pipe(gone(make_article(provider="xinhua")))
    assert driver.values(STORIES)[-1] is None
    driver.rewind(ALERTS_STAGE, 0, STORIES)
    driver.run()
    assert told(driver) == [FIRST, LAST]
    assert flaws(driver) == []


def test_copies_of_one_agency_are_none(settings: Settings) -> None:
    driver = Driver(settings=settings)
    driver.pipe(REUTERS, DAILY, HERALD)
    assert (driver.values(STORIES)[-1]["articles"], driver.values(STORIES)[-1]["sources"]) == (3, ["reuters"])
    assert (driver.values(ALERTS), driver.values(ALERT_STATE)) == ([], [])


def test_a_backfill_tells_nobody_and_a_live_article_behind_it_does(settings: Settings) -> None:
    driver = Driver(settings=settings)
    driver.pipe(REUTERS, AP, topic=BACKFILL)
    driver.pipe(make_article(provider="afp", text=f"{TALKS} It said so.", replay_id="r1"), topic=ARTICLES)
    assert driver.values(STORIES)[-1]["sources"] == ["afp", "ap", "reuters"]
    assert driver.values(ALERTS) == []
    driver.pipe(DAILY)
    assert told(driver) == [FIRST]


def test_a_backfill_that_takes_an_article_back_is_told(settings: Settings) -> None:
    driver = Driver(settings=settings)
    driver.pipe(REUTERS, AP)
    driver.pipe(gone(AP), topic=BACKFILL)
    assert told(driver) == [FIRST, LAST]


def message_of(story: dict[str, Any] | bytes | None, **changes: Any) -> Message:
    value = codec.encode(story) if isinstance(story, dict) else story
    made = make_message(topic=f"test.{STORIES.name}", key=STORY_ID.encode())
    return replace(made, value=value, **changes)


def handled(message: Message, settings: Settings, state: bytes | None = None) -> Handled:
    (one,) = handle([Work(message=message, state=state)], settings)
    return one


def test_the_records_whole(settings: Settings) -> None:
    """An alert, its end, and what is remembered of both; the key has rule and story."""
    found = handled(message_of(make_story(), headers=(("urgency", b"2"),)), settings)
    (outgoing,) = found.outgoing
    first = codec.decode_record(Alert, outgoing.value or b"")
    last_article = ArticleRef(
        key="afp|1", provider="afp", guid="1", version="", headline="Ceasefire agreed in Libya", url=None,
        published_at=None, language=None,
    )  # fmt: skip
    assert (outgoing.topic, outgoing.key) == (ALERTS.name, f"truce|{STORY_ID}".encode())
    assert first == Alert(
        alert_id=first.alert_id, rule="truce", event_id=STORY_ID, revision=3, change="detected", kind="ceasefire-agreed",
        family="peace", fired_at="2024-06-16T08:00:00.000Z", channels=["desk"], urgency=2, first=None,
        title="ceasefire-agreed in Tripoli (3 independent sources)",
        text="Ceasefire agreed in Libya\n3 independent sources in 4 articles: afp, ap, reuters\n"
        "ceasefire-agreed is told by 2 of them",
        article=last_article, event=None, story_id=STORY_ID,
    )  # fmt: skip
    remembered = StandingAlert(
        rule="truce", event_id=STORY_ID, alert_id=first.alert_id, fired_at="2024-06-16T08:00:00.000Z", revision=3,
        kind="ceasefire-agreed", modality=None, channels=["desk"], retracted=False, min_sources=3,
    )  # fmt: skip
    assert codec.decode_record(AlertState, found.state or b"") == AlertState(told=[remembered])

    tombstone = message_of(None, headers=farewell(9, "ap|7"), timestamp_ms=START_MS + 1000)
    end = handled(tombstone, settings, found.state)
    last = codec.decode_record(Alert, end.outgoing[0].value or b"")
    assert last == replace(
        first, alert_id=last.alert_id, revision=9, change="retracted", fired_at="2024-06-16T08:00:01.000Z", urgency=None,
        first=FirstAlert(alert_id=first.alert_id, fired_at=first.fired_at), title=last.title, text=last.text,
        article=ArticleRef(
            key="ap|7", provider="ap", guid="7", version="", headline=None, url=None, published_at=None, language=None
        ),
    )  # fmt: skip
    assert last.text.endswith(f"no article tells of it any more.\nStory {STORY_ID}")
    assert "Libya" not in last.title + last.text
    assert codec.decode_record(AlertState, end.state or b"") == AlertState(
        told=[replace(remembered, revision=9, retracted=True)]
    )


def test_nothing_to_tell_changes_nothing(settings: Settings) -> None:
    assert handled(message_of(make_story(sources=["ap"])), settings) == Handled()
    assert handled(message_of(make_story(), headers=(("backfill", b"1"),)), settings) == Handled()
    assert handled(message_of(make_story()), Settings()) == Handled()
    assert handled(message_of(None, headers=farewell(2, "ap|7")), settings) == Handled()


def test_a_full_story_that_forgot_a_source_stands(settings: Settings) -> None:
    """One article fewer, and somebody took it back."""
    state = handled(message_of(make_story()), settings).state
    shrunk = make_story(revision=4, sources=["ap"], articles=MOST_ARTICLES)
    assert handled(message_of(shrunk), settings, state) == Handled()
    (last,) = handled(message_of(shrunk | {"articles": MOST_ARTICLES - 1}), settings, state).outgoing
    assert codec.decode(last.value or b"")["change"] == "retracted"


def test_a_tombstone_of_an_older_release_ends_nothing(settings: Settings) -> None:
    state = handled(message_of(make_story()), settings).state
    assert handled(message_of(None), settings, state) == Handled()


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (message_of(b"["), "invalid-json"),
        (message_of(b"{}"), "invalid-record"),
        (message_of(make_story(article_keys=[])), "invalid-record"),
        (message_of(make_story(article_keys=["nobody's"])), "invalid-record"),
        (message_of(None, key=None), "null-value"),
    ],
)
def test_what_is_no_story_is_a_dead_letter(settings: Settings, message: Message, code: str) -> None:
    (letter,) = handled(message, settings).outgoing
    problem = codec.build(Problem, codec.decode(letter.value or b"")["problem"])
    assert problem.code == code
    assert letter == dead_letter(message, stage="alerts", problem=problem)
