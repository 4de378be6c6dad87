"""What an Idempotency-Key got is remembered: on disk, for a day, so many a key."""

from pathlib import Path

import pytest

from pipeline.errors import SettingsError
from pipeline.sources.live.push.receipts import Receipts, Remembered

PLACED = Remembered(fingerprint="f", places=[("news.articles.v1", 2, 41), None])


def test_it_is_there_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "new" / "push.sqlite"
    first = Receipts(path)
    first.save("acme", "k", PLACED, 1000)
    first.close()
    second = Receipts(path)
    assert second.find("acme", "k", 2000) == PLACED
    second.close()


def test_keys_of_others_are_others(tmp_path: Path) -> None:
    receipts = Receipts(tmp_path / "push.sqlite")
    receipts.save("acme", "k", PLACED, 1000)
    assert [receipts.find("rival", "k", 1000), receipts.find("acme", "K", 1000)] == [None, None]
    receipts.close()


def test_it_is_forgotten_after_a_while(tmp_path: Path) -> None:
    receipts = Receipts(tmp_path / "push.sqlite", keep_ms=1000)
    receipts.save("acme", "k", PLACED, 1000)
    assert [receipts.find("acme", "k", 2000), receipts.find("acme", "k", 2001)] == [PLACED, None]
    receipts.close()


def test_the_oldest_of_too_many_are_forgotten_and_nobody_else_s(tmp_path: Path) -> None:
    receipts = Receipts(tmp_path / "push.sqlite", most=2)
    receipts.save("rival", "k", PLACED, 1)
    for number in range(4):
        receipts.save("acme", str(number), PLACED, 1000 + number)
    kept = [number for number in range(4) if receipts.find("acme", str(number), 1004)]
    assert (kept, receipts.find("rival", "k", 1004)) == ([2, 3], PLACED)
    receipts.close()


def test_what_is_saved_again_takes_the_place_of_what_was(tmp_path: Path) -> None:
    receipts = Receipts(tmp_path / "push.sqlite")
    receipts.save("acme", "k", PLACED, 1000)
    whole = Remembered(fingerprint="f", places=[("news.articles.v1", 2, 41), ("news.articles.v1", 0, 7)])
    receipts.save("acme", "k", whole, 1001)
    assert receipts.find("acme", "k", 1001) == whole
    receipts.close()


def test_a_file_that_is_no_database_is_said_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "push.sqlite"
    path.write_bytes(b"x" * 4096)
    with pytest.raises(SettingsError, match="move it away"):
        Receipts(path)
