"""`tickertape worker`, as far as it goes without Kafka."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline.cli import main
from pipeline.stages.registry import STAGES


def run(*words: str, folder: Path, **variables: str) -> Result:
    env = {"TICKERTAPE_BROKERS": "", "TICKERTAPE_STATE_HOME": str(folder), **variables}
    return CliRunner().invoke(main, ["worker", *words], env=env)


def test_a_stage_that_there_is_not(tmp_path: Path) -> None:
    """Named, with those that there are."""
    done = run("anotate", folder=tmp_path)
    assert done.exit_code == 2
    assert done.stderr == f"tickertape: no stage anotate: `tickertape worker` knows {', '.join(STAGES)}\n"


def test_no_kafka(tmp_path: Path) -> None:
    """What to do about it."""
    done = run(folder=tmp_path)
    assert done.exit_code == 3
    assert "tickertape broker start" in done.stderr


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"TICKERTAPE_POOL_WORKERS": "many"}, "TICKERTAPE_POOL_WORKERS"),
        ({"TICKERTAPE_BROKERS": "b:1", "TICKERTAPE_SECURITY_PROTOCOL": "SSL", "TICKERTAPE_SSL_CAFILE": "/no/such"},
         "TICKERTAPE_SSL_CAFILE"),
        ({"TICKERTAPE_SECURITY_PROTOCOL": "SASL_SSL"}, "TICKERTAPE_SASL_USERNAME"),
    ],
    ids=["not a number", "no such certificate", "no user"],
)  # fmt: skip
def test_settings_that_cannot_be_meant(tmp_path: Path, variables: dict[str, str], named: str) -> None:
    """Told before anything is touched."""
    done = run(folder=tmp_path, **variables)
    assert done.exit_code == 2
    assert named in done.stderr
