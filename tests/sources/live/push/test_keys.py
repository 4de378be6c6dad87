"""API keys: made, stored as hashes, found, revoked."""

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.errors import SettingsError
from pipeline.sources.live.push import keys
from pipeline.sources.live.push.keys import Issued, Keys

NOW = "2024-06-16T08:00:00.000Z"
LATER = "2024-06-17T08:00:00.000Z"


def issued(name: str = "acme", *, signed: bool = False) -> Issued:
    return keys.issue(name, ["acme", "acme"], signed=signed, now=NOW, random=lambda size: f"random-{size}")


def test_a_key_is_made_of_256_random_bits_and_kept_as_a_hash() -> None:
    made = issued(signed=True)
    assert made.token == "tt_random-32"
    assert (made.key.providers, made.key.secret, made.key.created_at) == (("acme",), "tts_random-32", NOW)
    assert len(made.key.sha256) == 64
    assert "random" not in repr(made)


def test_two_keys_differ() -> None:
    made = [keys.issue("acme", ["acme"], signed=True, now=NOW) for _ in range(2)]
    assert len({one.token for one in made} | {one.key.secret for one in made}) == 4
    assert all(len(one.token) >= 40 for one in made)


@pytest.mark.parametrize("name", ["", "Acme", "-acme", "a b", "a" * 65, "a/b", "a\n"])
def test_a_name_that_cannot_be_one_is_refused(name: str) -> None:
    with pytest.raises(SettingsError, match="no name of a key"):
        keys.issue(name, ["acme"], signed=False, now=NOW)


@pytest.mark.parametrize("providers", [[], [""], ["a|b"], ["a", "b\n"], ["x" * 513]])
def test_a_provider_that_cannot_be_one_is_refused(providers: list[str]) -> None:
    with pytest.raises(SettingsError, match="provider"):
        keys.issue("acme", providers, signed=False, now=NOW)


def test_a_stored_key_is_found_by_its_token_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "keys.json"
    for name in ("one", "two"):
        keys.add(path, keys.issue(name, [name], signed=False, now=NOW, random=lambda size, n=name: n).key)  # type: ignore[misc]
    stored = Keys(path).active()
    found = [keys.find(stored, token) for token in (b"tt_two", b"tt_one", b"two", b"", b"\xff")]
    assert [one and one.name for one in found] == ["two", "one", None, None, None]


def test_the_file_is_its_owner_s_alone_and_holds_no_token(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    keys.add(path, issued().key)
    assert path.stat().st_mode & 0o777 == 0o600
    assert "tt_random" not in path.read_text()


def test_a_name_is_given_once(tmp_path: Path) -> None:
    """Not even after it was revoked: receipts go by the name."""
    path = tmp_path / "keys.json"
    keys.add(path, issued().key)
    keys.revoke(path, "acme", now=LATER)
    with pytest.raises(SettingsError, match="another name"):
        keys.add(path, issued().key)
    assert keys.read(path) == (replace(issued().key, revoked_at=LATER),)


@pytest.mark.parametrize("name", ["nobody", "gone"])
def test_only_what_is_there_is_revoked(tmp_path: Path, name: str) -> None:
    path = tmp_path / "keys.json"
    keys.add(path, issued("gone").key)
    keys.revoke(path, "gone", now=LATER)
    with pytest.raises(SettingsError, match="key list"):
        keys.revoke(path, name, now=LATER)


def test_changes_of_the_file_are_seen(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    stored = Keys(path)
    seen = [len(stored.active())]
    keys.add(path, issued().key)
    seen.append(len(stored.active()))
    keys.revoke(path, "acme", now=LATER)
    seen += [len(stored.active()), len(stored.current())]
    path.unlink()
    assert [*seen, len(stored.current())] == [0, 1, 0, 1, 0]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"keys": [{"name": "acme"}]}'])
def test_a_damaged_file_is_said_and_not_taken_for_an_empty_one(tmp_path: Path, content: str) -> None:
    path = tmp_path / "keys.json"
    path.write_text(content)
    with pytest.raises(SettingsError, match="damaged"):
        Keys(path).active()
    with pytest.raises(SettingsError, match="damaged"):
        keys.add(path, issued().key)
    assert path.read_text() == content
