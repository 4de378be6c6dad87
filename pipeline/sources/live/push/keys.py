"""API keys of those who push: random, shown once, kept as hashes in a file; each speaks for its providers only.

A key has 256 random bits, so a plain SHA-256 is as good a hash as a slow one. The secret of a signing key stands in the file
as it is, for HMAC needs it: the file is its owner's alone (mode 0600).
"""

import fcntl
import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from pipeline import codec
from pipeline.errors import SettingsError

FILE = "push-keys.json"
PREFIX = "tt_"
SECRET_PREFIX = "tts_"
RANDOM_BYTES = 32
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
PROVIDER = re.compile(r"[^|\x00-\x1f]{1,512}")
NEW = "run `tickertape ingest key new NAME --provider PROVIDER`"


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One key: whose it is, for which providers it speaks (the first is that of articles that name none)."""

    name: str
    sha256: str
    providers: tuple[str, ...]
    created_at: str
    revoked_at: str | None = None
    secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """A new key, and what only its owner may know."""

    key: Key
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    keys: tuple[Key, ...]


class Keys:
    """The keys of a file, read again when it changes: a revoked key is refused from the next request on."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, ...] | None = None
        self._keys: tuple[Key, ...] = ()

    def current(self) -> tuple[Key, ...]:
        """All keys, revoked ones too; none where there is no file. Raises SettingsError when it is damaged."""
        try:
            found = self._path.stat()
        except FileNotFoundError:
            self._seen, self._keys = None, ()
            return ()
        except OSError as error:
            raise SettingsError(f"{self._path}: {error.strerror}") from None
        stamp = (found.st_mtime_ns, found.st_size, found.st_ino)
        if stamp != self._seen:
            self._keys = read(self._path)
            self._seen = stamp
        return self._keys

    def active(self) -> tuple[Key, ...]:
        """Those that are not revoked."""
        return tuple(key for key in self.current() if key.revoked_at is None)


def find(keys: Sequence[Key], token: bytes) -> Key | None:
    """The key that `token` is; every key is compared, in constant time, so that time tells nothing."""
    digest = hashlib.sha256(token).hexdigest()
    found = None
    for key in keys:
        if hmac.compare_digest(key.sha256, digest):
            found = key
    return found


def read(path: Path) -> tuple[Key, ...]:
    """All keys of the file, none if there is no file. Raises SettingsError when it is damaged."""
    try:
        return codec.decode_record(_File, path.read_bytes()).keys
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}") from None
    except codec.DecodeError as error:
        raise SettingsError(f"{path} is damaged ({error}): move it away and {NEW}") from None


def issue(
    name: str,
    providers: Sequence[str],
    *,
    signed: bool,
    now: str,
    random: Callable[[int], str] = secrets.token_urlsafe,
) -> Issued:
    """A new key, not yet stored. Raises SettingsError when a name cannot be one."""
    if not NAME.fullmatch(name):
        raise SettingsError(f"{name!r} is no name of a key: lower-case letters, digits, '.', '_' and '-', at most 64")
    wrong = next((one for one in providers if not PROVIDER.fullmatch(one)), None)
    if wrong is not None or not providers:
        raise SettingsError(f"{wrong!r} is no provider: 1 to 512 characters, no '|'")
    token = PREFIX + random(RANDOM_BYTES)
    key = Key(
        name=name,
        sha256=hashlib.sha256(token.encode()).hexdigest(),
        providers=tuple(dict.fromkeys(providers)),
        created_at=now,
        secret=SECRET_PREFIX + random(RANDOM_BYTES) if signed else None,
    )
    return Issued(key=key, token=token)


def add(path: Path, key: Key) -> None:
    """Store a key. Raises SettingsError when the name was ever used: receipts and logs are told apart by it."""
    with _changing(path) as keys:
        if any(one.name == key.name for one in keys):
            raise SettingsError(
                f"there is, or was, a key {key.name}: choose another name (`tickertape ingest key list`)"
            )
        keys.append(key)


def revoke(path: Path, name: str, *, now: str) -> None:
    """Refuse the key from now on. Raises SettingsError when there is none of that name."""
    with _changing(path) as keys:
        for place, key in enumerate(keys):
            if key.name == name and key.revoked_at is None:
                keys[place] = replace(key, revoked_at=now)
                return
        raise SettingsError(f"there is no key {name} that could be revoked: run `tickertape ingest key list`")


@contextmanager
def _changing(path: Path) -> Iterator[list[Key]]:
    """The keys as a list; what the block makes of it is stored. One at a time, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_name(path.name + ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        keys = list(read(path))
        yield keys
        _store(path, _File(keys=tuple(keys)))


def _store(path: Path, content: _File) -> None:
    beside = path.with_name(path.name + ".new")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(codec.encode_pretty(content))
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
