"""`tickertape ingest key` and `openapi`."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline import codec
from pipeline.cli import main
from pipeline.sources.live.push import keys, openapi


def ingest(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["ingest", *arguments])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "keys.json"


def test_a_new_key_is_printed_once_and_found_in_the_file(file: Path) -> None:
    """The key alone goes to stdout."""
    done = ingest("key", "new", "acme", "--keys", str(file))
    token = done.stdout.removeprefix("key:    ").rstrip("\n")
    assert (done.exit_code, keys.find(keys.read(file), token.encode())) == (0, keys.read(file)[0])
    assert keys.read(file)[0].providers == ("acme",)
    assert token not in ingest("key", "list", "--keys", str(file)).output
    assert token not in file.read_text()


def test_a_signing_key_for_two_providers_as_json(file: Path) -> None:
    done = ingest("key", "new", "desk", "--provider", "b", "--provider", "a", "--signed", "--json", "--keys", str(file))
    told, stored = codec.decode(done.stdout.encode()), keys.read(file)[0]
    assert (told["name"], told["providers"], told["secret"]) == ("desk", ["b", "a"], stored.secret)
    assert keys.find([stored], told["key"].encode()) == stored


def test_a_revoked_key_stays_in_the_list(file: Path) -> None:
    for name in ("one", "two"):
        ingest("key", "new", name, "--signed", "--keys", str(file))
    assert ingest("key", "revoke", "one", "--keys", str(file)).exit_code == 0
    listed = ingest("key", "list", "--json", "--keys", str(file)).stdout
    told = [codec.decode(line.encode()) for line in listed.splitlines()]
    assert [(one["name"], one["revoked_at"] is None) for one in told] == [("one", False), ("two", True)]
    assert [secret for one in keys.read(file) if (secret := one.secret) and secret in listed] == []
    assert "two" in ingest("key", "list", "--keys", str(file)).stdout


@pytest.mark.parametrize(
    "arguments", [("new", "A B"), ("new", "acme", "--provider", "a|b"), ("revoke", "nobody")], ids=lambda each: each[0]
)
def test_what_cannot_be_done_is_said_and_changes_nothing(file: Path, arguments: tuple[str, ...]) -> None:
    done = ingest("key", *arguments, "--keys", str(file))
    assert (done.exit_code, done.stderr.startswith("tickertape: "), file.exists()) == (2, True, False)


def test_the_document_is_printed_as_it_is_stored() -> None:
    assert codec.decode(ingest("openapi").stdout.encode()) == openapi.document()
