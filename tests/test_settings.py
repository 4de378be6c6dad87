"""Settings: read once, every problem at once, secrets from files, and their own documentation."""

import os
from dataclasses import fields, replace
from pathlib import Path

import pytest

from pipeline.errors import SettingsError
from pipeline.settings import Settings, env_example, environment, limit_math_threads, variable

ENV_EXAMPLE = Path(__file__).parents[1] / "deploy" / "env.example"
HOME = {"HOME": "/home/someone"}


def problems(env: dict[str, str]) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        Settings.from_env(env)
    message = str(caught.value)
    assert message.endswith(" (see deploy/env.example)")
    return message.removesuffix(" (see deploy/env.example)").split("; ")


def test_nothing_set_is_the_defaults() -> None:
    assert Settings.from_env(HOME) == Settings(state_home="/home/someone/.local/state/tickertape")


def test_everything_can_be_set() -> None:
    wanted = Settings(
        brokers="a:1,b:2", security_protocol="SASL_SSL", ssl_cafile="ca", ssl_certfile="cert", ssl_keyfile="key",
        sasl_mechanism="PLAIN", sasl_username="me", sasl_password="secret", topic_prefix="p.", partitions=1,
        replication=3, pool_workers=2, batch_articles=4, batch_bytes=5, linger_seconds=0.5, batch_seconds=6.5,
        window_articles=7, stall_seconds=8.0, drain_seconds=9.5, article_chars=10, article_bytes=11, min_confidence=0.5,
        state_home="/var/lib/tickertape", log_format="json", log_level="debug",
    )  # fmt: skip
    env = {variable(entry.name): str(getattr(wanted, entry.name)) for entry in fields(Settings)}
    assert Settings.from_env(env) == wanted


def test_an_empty_variable_is_not_set() -> None:
    env = {variable(entry.name): "" for entry in fields(Settings)}
    assert Settings.from_env(HOME | env) == Settings.from_env(HOME)


def test_every_problem_is_told_at_once() -> None:
    env = {
        "TICKERTAPE_PARTITIONS": "many", "TICKERTAPE_LINGER_SECONDS": "soon", "TICKERTAPE_LOG_LEVEL": "loud",
        "TICKERTAPE_MIN_CONFIDENCE": "2", "TICKERTAPE_BROKER": "b:1", "TICKERTAPE_SECURITY_PROTOCOL": "SASL_SSL",
    }  # fmt: skip
    assert problems(env) == [
        "TICKERTAPE_PARTITIONS='many' is not a whole number",
        "TICKERTAPE_LINGER_SECONDS='soon' is not a number",
        "TICKERTAPE_BROKER is not a setting",
        "TICKERTAPE_LOG_LEVEL must be one of debug, info, warning, error",
        "TICKERTAPE_MIN_CONFIDENCE must be 0 or more, and at most 1",
        "SASL_SSL needs TICKERTAPE_SASL_USERNAME and TICKERTAPE_SASL_PASSWORD",
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PARTITIONS", "0"), ("POOL_WORKERS", "-1"), ("BATCH_ARTICLES", "0"), ("WINDOW_ARTICLES", "1.5"),
        ("LINGER_SECONDS", "-1"), ("BATCH_SECONDS", "nan"), ("DRAIN_SECONDS", "inf"), ("MIN_CONFIDENCE", "-0.1"),
        ("SECURITY_PROTOCOL", "ssl"), ("SASL_MECHANISM", "GSSAPI"), ("LOG_FORMAT", "xml"),
    ],
)  # fmt: skip
def test_values_that_cannot_be_meant(name: str, value: str) -> None:
    (problem,) = problems({f"TICKERTAPE_{name}": value})
    assert problem.startswith(f"TICKERTAPE_{name}")


@pytest.mark.parametrize(
    ("name", "value"),
    [("PARTITIONS", "1"), ("POOL_WORKERS", "0"), ("LINGER_SECONDS", "0"), ("BATCH_SECONDS", "0.1"), ("MIN_CONFIDENCE", "1")],
)  # fmt: skip
def test_values_at_the_edge_of_sense(name: str, value: str) -> None:
    assert Settings.from_env({f"TICKERTAPE_{name}": value})


def test_other_programs_variables_are_no_business_of_ours() -> None:
    assert Settings.from_env(HOME | {"TICKER": "1", "PARTITIONS": "x"}) == Settings.from_env(HOME)


def test_a_password_from_a_file(tmp_path: Path) -> None:
    """Without its line break; before the variable with the password itself."""
    secret = tmp_path / "secret"
    secret.write_text("hush\n")
    env = {"TICKERTAPE_SASL_PASSWORD_FILE": str(secret), "TICKERTAPE_SASL_PASSWORD": "other"}
    assert Settings.from_env(env).sasl_password == "hush"


@pytest.mark.parametrize("content", [None, b"\xff\xfe"], ids=["no such file", "no text"])
def test_a_password_file_that_cannot_be_read(tmp_path: Path, content: bytes | None) -> None:
    secret = tmp_path / "secret"
    if content is not None:
        secret.write_bytes(content)
    (problem,) = problems({"TICKERTAPE_SASL_PASSWORD_FILE": str(secret)})
    assert problem.startswith("TICKERTAPE_SASL_PASSWORD_FILE: ")


def test_the_password_is_not_shown() -> None:
    """Neither in logs, nor in messages."""
    assert "hush" not in repr(Settings(sasl_password="hush"))
    assert "hush" not in str(problems({"TICKERTAPE_SASL_PASSWORD": "hush", "TICKERTAPE_PARTITIONS": "0"}))


@pytest.mark.parametrize(
    ("env", "path"),
    [
        ({"XDG_STATE_HOME": "/xdg", "HOME": "/home/someone"}, Path("/xdg/tickertape")),
        ({"HOME": "/home/someone"}, Path("/home/someone/.local/state/tickertape")),
        ({}, Path("~/.local/state/tickertape").expanduser()),
        ({"TICKERTAPE_STATE_HOME": "/data", "XDG_STATE_HOME": "/xdg"}, Path("/data")),
    ],
)
def test_where_state_is_kept(env: dict[str, str], path: Path) -> None:
    assert Settings.from_env(env).state_path == path


def test_a_child_process_has_the_settings_of_its_parent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Except those that are changed for it; what is no setting of ours it inherits."""
    monkeypatch.setenv("SOMETHING_ELSE", "1")
    monkeypatch.setenv("TICKERTAPE_BROKERS", "old:1")
    mine = Settings(brokers="new:1", linger_seconds=0.25, pool_workers=3, state_home="/data")
    env = environment(mine, log_level="warning")
    assert Settings.from_env(env) == replace(mine, log_level="warning")
    assert env["SOMETHING_ELSE"] == "1"


def test_one_thread_a_process_unless_somebody_said_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "environ", {"OMP_NUM_THREADS": "4"})
    limit_math_threads()
    assert os.environ == {"OMP_NUM_THREADS": "4", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def test_the_example_shows_every_setting_with_its_default() -> None:
    """Uncommented, it changes nothing."""
    lines = env_example().splitlines()
    shown = dict(line[1:].split("=", 1) for line in lines if line.startswith("#TICKERTAPE_"))
    assert shown.keys() == {variable(entry.name) for entry in fields(Settings)}
    assert Settings.from_env(HOME | shown) == Settings.from_env(HOME)


def test_the_example_in_the_repository_is_current() -> None:
    assert ENV_EXAMPLE.read_text() == env_example(), "run `tickertape doctor --env-example > deploy/env.example`"
