"""rules.yaml read: what is sound, and all that is wrong with its lines."""

from datetime import time
from pathlib import Path
from typing import Any

import pytest

from pipeline.alerts.declared import load, read
from pipeline.alerts.rules import Channel, QuietHours, Rule, Ruleset, Throttle, Where
from pipeline.errors import SettingsError

EXAMPLE = Path(__file__).parents[2] / "deploy" / "rules.example.yaml"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
DESK = "channels: {desk: {type: stdout}}\n"


def rule(keys: str) -> tuple[Ruleset, list[tuple[int, str]]]:
    """A rule with these keys besides the needed ones, on line 3."""
    ruleset, wrong = read(DESK + "rules:\n  - {name: one, notify: desk, " + keys + "}\n")
    return ruleset, [(each.line, each.message) for each in wrong]


def test_the_example_is_sound() -> None:
    ruleset = load(EXAMPLE)
    assert [one.name for one in ruleset.rules] == ["ceasefire-libya", "talks-called-off", "strikes", "talks-confirmed"]
    assert [one.type for one in ruleset.channels] == ["slack", "webhook", "smtp", "atom", "stdout"]
    assert ruleset.rules[0] == Rule(
        name="ceasefire-libya",
        line=ruleset.rules[0].line,
        when=(Where(kind=("ceasefire-*",), country=("LBY",), min_confidence=0.5),),
        unless=(Where(provider=("opinion-*",)),),
        notify=("desk", "ops", "feed"),
        quiet_hours=QuietHours(zone="Africa/Tripoli", start=time(23), end=time(6), except_urgency=1),
    )


SOUND: list[tuple[str, dict[str, Any]]] = [
    ("when: {kind: talks.*}", {"when": (Where(kind=("talks-*",)),)}),
    ("when: {kind: [Ceasefire-Agreed, talks-*]}", {"when": (Where(kind=("ceasefire-agreed", "talks-*")),)}),
    ("when: {country: [LY, NO, lby, Libya, UK]}", {"when": (Where(country=("LBY", "NOR", "LBY", "LBY", "GBR")),)}),
    ("when: {type: consult, family: Peace}", {"when": (Where(type=("CONSULT",), family=("peace",)),)}),
    ("when: {max_age: 2d, min_sources: 1}", {"when": (Where(max_age_seconds=172_800, min_sources=1),)}),
    ("when: {family: peace, min_sources: 2}", {"when": (Where(family=("peace",), min_sources=2),)}),
    ("when: [{family: peace}, {text: truce}]", {"when": (Where(family=("peace",)), Where(text=("truce",)))}),
    ("when: {family: peace}, digest: 15m", {"when": (Where(family=("peace",)),), "digest_seconds": 900}),
    ("when: {family: peace}, throttle: 5/h", {"throttle": Throttle(most=5, seconds=3600)}),
    ("when: {family: peace}, throttle: 20 per 15m", {"throttle": Throttle(most=20, seconds=900)}),
]


@pytest.mark.parametrize(("keys", "wanted"), SOUND)
def test_a_sound_rule(keys: str, wanted: dict[str, Any]) -> None:
    ruleset, wrong = rule(keys)
    assert wrong == []
    (one,) = ruleset.rules
    assert {key: getattr(one, key) for key in wanted} == wanted


WRONG = [
    ("when: {kindd: talks-*}", "unknown key 'kindd' in a condition: did you mean kind?"),
    ("when: {kind: talks-x*}", "kind: 'talks-x*' is unknown: did you mean talks-held?"),
    ("when: {country: Atlantis}", "country: 'Atlantis' is no country that we know: write its ISO 3166-1 code, such as LBY"),
    ("when: {kind: []}", "kind: the list is empty: nothing would ever match; leave the key out instead"),
    ("when: {kind: }", "kind: a text is wanted"),
    ("when: {}", "a condition is made of keys: kind, family, type, country, actor, provider, source, language, modality, text, "
     "min_confidence, min_sources, max_age"),
    ("when: {min_confidence: 1.5}", "min_confidence: a number from 0 to 1 is wanted"),
    ("when: {min_confidence: nan}", "min_confidence: a number from 0 to 1 is wanted"),
    ("when: {min_sources: 0}", "min_sources: a whole number from 1 to 1000 is wanted"),
    ("when: {modality: xyz}", "modality: 'xyz' is unknown: there are asserted, future, possible, denied, historical, alleged"),
    ("when: {family: peace}, digest: 15", "digest: a time is wanted, such as 90s, 15m, 2h or 1d"),
    ("when: {family: peace}, digest: 0m", "digest: a time is wanted, such as 90s, 15m, 2h or 1d"),
    ("when: {family: peace}, throttle: 0/h", "throttle: a rate is wanted, such as 5/h or 20/15m"),
    ("when: {family: peace}, colour: red", "unknown key 'colour' in a rule: there are name, when, unless, notify, "
     "quiet_hours, digest, throttle"),
    ("when: {family: peace}, quiet_hours: {tz: Mars/Base, from: 1:00, to: 2:00}",
     "tz: 'Mars/Base' is no time zone: write one such as Africa/Tripoli"),
    ("when: {family: peace}, quiet_hours: {tz: ../../etc/passwd, from: 1:00, to: 2:00}",
     "tz: '../../etc/passwd' is no time zone: write one such as Africa/Tripoli"),
    ("when: {family: peace}, quiet_hours: {tz: UTC, from: 25:00, to: 2:00}", "from: a time of day is wanted, such as 23:00"),
    ("when: {family: peace}, quiet_hours: {tz: UTC, from: 2:00, to: 02:00}",
     "quiet_hours: from and to are the same time: it would be quiet always, or never"),
    ("unless: {family: peace}", "a rule needs when"),
]  # fmt: skip


@pytest.mark.parametrize(("keys", "message"), WRONG)
def test_a_rule_that_cannot_be_meant(keys: str, message: str) -> None:
    ruleset, wrong = rule(keys)
    assert wrong == [(3, message)]
    assert ruleset.rules == ()


def test_all_that_is_wrong_is_said_at_once_in_the_order_of_the_lines() -> None:
    text = (
        "colour: red\n"
        + DESK
        + "rules:\n- name: a\n  when: {kind: x}\n  notify: [desk, nobody]\n- name: a\n  when: {text: x}\n"
    )
    found = [(one.line, one.message.split(":")[0]) for one in read(text)[1]]
    assert found == [
        (1, "unknown key 'colour' in rules.yaml"),
        (5, "kind"),
        (6, "notify"),
        (7, "a rule needs notify"),
        (7, "the name 'a' is taken"),
    ]


@pytest.mark.parametrize("text", ["", "rules:", "rules: []", "rules: {a: 1}", "- a", "just words"])
def test_a_file_without_rules_is_no_file_of_rules(text: str) -> None:
    ruleset, wrong = read(text)
    assert (ruleset.rules, len(wrong)) == ((), 1)


CHANNELS = [
    ("type: webhook, url: 'https://hooks.example/x', secrets: %s", None),
    ("type: webhook, url: 'https://hooks.example/x', secrets: [%s, %s]", None),
    ("type: webhook, url: 'https://hooks.example/x', secrets: [%s, %s, %s]", "secrets: at most 2"),
    ("type: webhook, url: 'https://hooks.example/x', secrets: whsec_c2hvcnQ=", "secrets: a secret is whsec_ and the base64"),
    ("type: webhook, url: 'https://hooks.example/x', secrets: hunter2", "secrets: a secret is whsec_ and the base64"),
    ("type: webhook, url: 'https://hooks.example/x'", "secrets_file: give either secrets or secrets_file"),
    ("type: webhook, secrets: %s", "url_file: give either url or url_file"),
    ("type: slack, url: 'http://hooks.example/x'", "url: hooks.example:80: only https targets are told"),
    ("type: slack, url: 'https://127.0.0.1/x'", "url: 127.0.0.1 has the address 127.0.0.1: not public"),
    ("type: slack, url: 'https://169.254.169.254/x'", "url: 169.254.169.254 has the address"),
    ("type: slack, url: 'https://2130706433/x'", "url: "),
    ("type: slack, url: 'https://a@b.example/x'", "url: "),
    ("type: slack, url: 'ftp://b.example/x'", "url: "),
    ("type: slack, url: 'https://b.example:8443/x'", "url: "),
    ("type: slack, url: 'https://b.example/x', url_file: x", "url_file: give either url or url_file, not both"),
    ("type: slack, url: 'http://127.0.0.1:9000/x'", None),
    ("type: smtp, host: mail.example, from: a@b.example, to: c@d.example", None),
    ("type: smtp, host: mail.example, from: a@b.example, to: nobody", "to: 'nobody' is no e-mail address"),
    ('type: smtp, host: mail.example, from: "a@b.example\\nBcc: x", to: c@d.example', "from: "),
    ("type: smtp, host: m.example, from: a@b.example, to: c@d.example, username: a, password: b, security: none", "security: "),
    ("type: smtp, host: m.example, from: a@b.example, to: c@d.example, username: a", "password_file: give either"),
    ("type: smtp, from: a@b.example, to: c@d.example", "channel one (smtp) needs host"),
    ("type: atom", "channel one (atom) needs path"),
    ("type: stdout, json: perhaps", "json: true or false is wanted"),
    ("type: stdout, json: true", None),
    ("type: pigeon", "channel one needs a type: one of webhook, slack, smtp, atom, stdout, apprise"),
    ("typ: stdout", "channel one needs a type"),
    ("type: apprise", "urls_file: give either urls or urls_file"),
]  # fmt: skip


@pytest.mark.parametrize(("options", "message"), CHANNELS)
def test_channels(options: str, message: str | None) -> None:
    """Those that are wrong are so on their line; a rule that names them is not to blame."""
    options = options.replace("%s", SECRET)
    text = "allow_private: ['127.0.0.1:9000']\nchannels:\n  one: {" + options + "}\n"
    _, wrong = read(text + "rules: [{name: a, when: {family: peace}, notify: one}]\n")
    assert [(one.line, one.message[: len(message or "")]) for one in wrong] == (
        [] if message is None else [(3, message)]
    )


def test_secrets_are_not_shown() -> None:
    """Neither in what is wrong nor in what is read."""
    text = f"channels: {{a: {{type: webhook, url: 'https://h.example/', secrets: [{SECRET}, whsec_abc]}}}}\nrules: []"
    assert "whsec_abc" not in str(read(text)[1])
    assert SECRET not in repr(Channel(name="a", type="webhook", line=1, options={"secrets": (SECRET,)}))


def test_load_says_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text("rules:\n- name: a b\n")
    with pytest.raises(SettingsError) as caught:
        load(path)
    lines = str(caught.value).splitlines()
    assert [line.split(": ")[0] for line in lines] == [f"{path}:2"] * 3


def test_load_says_what_to_do_without_a_file(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="`tickertape rules example`"):
        load(tmp_path / "none.yaml")


def test_load_refuses_what_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match="utf-8"):
        load(path)
