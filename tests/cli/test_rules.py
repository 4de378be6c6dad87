"""`tickertape rules`: lint, example; `test` on messages."""

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.alerts.declared import read
from pipeline.cli import main
from pipeline.cli.rules import as_live, would_tell
from pipeline.stages.farewells import farewell
from tests.alerts.test_story_matching import make_story
from tests.builders import make_event_data
from tests.stages.test_alerts import published
from tests.stages.test_story_alerts import message_of
from tests.test_envelope import make_retraction

DEPLOYED = Path(__file__).parents[2] / "deploy" / "rules.example.yaml"


def run(*words: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, ["rules", *words])
    return result.exit_code, result.stdout, result.stderr


def test_the_example_is_the_deployed_one_and_sound() -> None:
    code, out, _ = run("example")
    assert (code, out) == (0, DEPLOYED.read_text(encoding="utf-8")), (
        "run `tickertape rules example > deploy/rules.example.yaml`"
    )
    assert run("lint", str(DEPLOYED)) == (0, f"{DEPLOYED}: 4 rules and 5 channels are sound\n", "")


def test_lint_says_every_line_that_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text("channels: {a: {type: stdout}}\nrules:\n- name: x\n  when: {kinds: y}\n  notify: b\n")
    code, out, err = run("lint", str(path))
    assert (code, out) == (2, "")
    assert [line.rpartition("rules.yaml:")[2].split(":")[0] for line in err.splitlines()] == ["4", "5"]


@pytest.mark.parametrize("words", [("lint", "nowhere.yaml"), ("test", "nowhere.yaml")])
def test_without_a_file(words: tuple[str, str]) -> None:
    code, _, err = run(*words)
    assert (code, "`tickertape rules example`" in err) == (2, True)


def test_an_age_that_is_none() -> None:
    code, _, err = run("test", str(DEPLOYED), "--since", "yesterday")
    assert (code, "an age" in err) == (2, True)


def test_what_rules_would_have_told() -> None:
    """A message of another article, a backfill, and what is no event tell nothing."""
    ruleset, wrong = read("channels: {a: {type: stdout}}\nrules: [{name: x, when: {kind: talks-*}, notify: a}]")
    assert wrong == []
    first = published(make_event_data())
    gone = published(replace(make_retraction(), event_id=make_event_data().event_id, revision=2), "retracted")
    old = published(make_event_data(event_id="0" * 26), headers=(("backfill", b"1"),))
    found = list(would_tell(ruleset, [first, old, replace(first, value=b"[]"), first, gone]))
    assert [(message, alert.change) for message, alert in found] == [(first, "detected"), (gone, "retracted")]


def test_what_rules_of_stories_would_have_told() -> None:
    """Beside events: a story of two sources is too small, that of a backfill passed over, its end told."""
    ruleset, wrong = read(
        "channels: {a: {type: stdout}}\nrules: [{name: x, when: {kind: ceasefire-*, min_sources: 3}, notify: a}]"
    )
    assert wrong == []
    small, grown = message_of(make_story(sources=["ap", "afp"])), message_of(make_story(revision=4))
    old = message_of(make_story(story_id="0" * 26), key=b"0" * 26, headers=(("backfill", b"1"),))
    end = message_of(None, headers=(("backfill", b"1"), *farewell(5, "ap|1")))
    messages = [small, published(make_event_data()), old, grown, grown, end]
    found = list(would_tell(ruleset, messages))
    assert [(message, alert.change) for message, alert in found] == [(grown, "detected"), (end, "retracted")]
    live = list(would_tell(ruleset, map(as_live, messages)))
    assert [alert.change for _, alert in live] == ["detected", "detected", "retracted"]
