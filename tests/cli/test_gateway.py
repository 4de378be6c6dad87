"""`tickertape gateway`: keys, the description, and what it refuses."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline import codec
from pipeline.cli import main
from pipeline.gateway import openapi


def run(path: Path, *arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["gateway", *arguments], env={"TICKERTAPE_STATE_HOME": str(path)})
    return done.exit_code, done.output


def test_keys_are_made_listed_and_revoked(tmp_path: Path) -> None:
    """The key is shown once; what is stored is its hash."""
    code, said = run(tmp_path, "key", "new", "wall")
    token = said.split("\n")[0].removeprefix("key: ")
    assert (code, token[:3]) == (0, "tt_")
    assert token not in (tmp_path / "gateway-keys.json").read_text(encoding="utf-8")
    assert run(tmp_path, "key", "list")[1].startswith("wall: made ")
    assert run(tmp_path, "key", "revoke", "wall") == (0, "wall is revoked\n")
    assert ", revoked " in run(tmp_path, "key", "list")[1]
    assert run(tmp_path, "key", "revoke", "wall")[0] == 2


def test_description(tmp_path: Path) -> None:
    """As it stands in deploy/."""
    assert run(tmp_path, "openapi") == (0, codec.encode_pretty(openapi.document()).decode())


@pytest.mark.parametrize(
    ("listen", "said"),
    [("nowhere", "is no host:port"), ("0.0.0.0:0", "gateway key new"), ("192.0.2.1:1", "gateway key new")],
)
def test_what_cannot_be_served_is_refused(tmp_path: Path, listen: str, said: str) -> None:
    """Exit code 2, and the next step."""
    code, output = run(tmp_path, "--listen", listen)
    assert (code, said in output) == (2, True)
