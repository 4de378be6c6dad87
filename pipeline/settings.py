"""Settings: frozen, read from a mapping of environment variables in one place, all problems reported at once.

Every field's metadata says what it is for; `deploy/env.example` is generated from them (`env_example`).
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from math import isfinite
from pathlib import Path
from typing import Any

from pipeline.errors import SettingsError

PREFIX = "TICKERTAPE_"


def _setting(default: Any, doc: str) -> Any:
    return field(default=default, metadata={"doc": doc})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All of Tickertape's settings; the variable of `pool_workers` is TICKERTAPE_POOL_WORKERS."""

    brokers: str = _setting("", "Kafka bootstrap servers, host:port,host:port; empty: the embedded broker if it runs")
    security_protocol: str = _setting("PLAINTEXT", "PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL")
    ssl_cafile: str = _setting("", "PEM file of the certificate authority (SSL, SASL_SSL)")
    ssl_certfile: str = _setting("", "PEM file of the client's certificate (mutual TLS)")
    ssl_keyfile: str = _setting("", "PEM file of the client's key (mutual TLS)")
    sasl_mechanism: str = _setting("SCRAM-SHA-512", "PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512")
    sasl_username: str = _setting("", "SASL user")
    sasl_password: str = field(
        default="", repr=False, metadata={"doc": "SASL password; or TICKERTAPE_SASL_PASSWORD_FILE with its path"}
    )
    topic_prefix: str = _setting("", "put before every topic and consumer group, for several Tickertapes on one Kafka")
    partitions: int = _setting(
        6, "partitions of each topic when `topics apply` creates it; at least the most workers ever wanted"
    )
    replication: int = _setting(1, "replication factor of created topics; 3 in production")
    pool_workers: int = _setting(0, "NLP processes of a worker; 0: one a core")
    batch_articles: int = _setting(64, "most articles in one NLP batch")
    batch_bytes: int = _setting(262_144, "most input bytes in one NLP batch")
    linger_seconds: float = _setting(0.05, "longest wait for a batch to fill")
    batch_seconds: float = _setting(
        20.0, "time limit of one NLP batch; then its process is killed and the batch bisected"
    )
    window_articles: int = _setting(
        512, "most unacknowledged articles of a stage; bounds memory and what a crash repeats"
    )
    stall_seconds: float = _setting(
        120.0, "lag without progress for this long ends the worker, so that a supervisor restarts it"
    )
    drain_seconds: float = _setting(
        25.0, "longest orderly shutdown after SIGTERM; then the process ends and a restart re-reads"
    )
    article_chars: int = _setting(
        100_000, "longest text that is analysed; the rest is left out and the outcome says so"
    )
    article_bytes: int = _setting(1_000_000, "largest article `ingest` produces and the article topics take")
    # Chosen on the development data: 0.10 takes false events in mere statements from 0.136 to 0.119 of sentences and keeps
    # talks and ceasefires (kind F1 0.855 and 0.851); at 0.25 the latter fall to 0.83 (tests/eval/README.md).
    min_confidence: float = _setting(0.1, "events below this are not published")
    rules: str = _setting("", "rules.yaml with the watch rules of the alerts stage; empty: nobody is told of anything")
    failpoint: str = _setting(
        "", "for tests of crashes only: STEP:NTH:SIGNAL, where a worker sends itself a signal; empty: nowhere"
    )
    state_home: str = _setting("", "folder for the embedded broker's data; empty: XDG_STATE_HOME/tickertape")
    log_format: str = _setting("text", "text or json")
    log_level: str = _setting("info", "debug, info, warning or error")

    @property
    def state_path(self) -> Path:
        """Folder that Tickertape may write to."""
        return Path(self.state_home).expanduser()

    @staticmethod
    def from_env(env: Mapping[str, str] | None = None) -> "Settings":
        """Read settings from `env` (default: the process environment); raises SettingsError with every problem."""
        env = os.environ if env is None else env
        values: dict[str, Any] = {}
        problems: list[str] = []
        for entry in fields(Settings):
            raw = _read(env, entry.name, problems)
            if raw is None or raw == "":
                continue
            try:
                values[entry.name] = _parsed(raw, entry.default)
            except ValueError:
                problems.append(f"{variable(entry.name)}={raw!r} is not {_a(entry.default)}")
        values.setdefault("state_home", _state_home(env))
        known = {variable(entry.name) for entry in fields(Settings)} | {variable("sasl_password") + "_FILE"}
        problems += [
            f"{name} is not a setting" for name in sorted(env) if name.startswith(PREFIX) and name not in known
        ]
        settings = Settings(**values)
        problems += _nonsense(settings)
        if problems:
            raise SettingsError("; ".join(problems) + " (see deploy/env.example)")
        return settings


def limit_math_threads() -> None:
    """Keep the matrix product on one thread, here (before NumPy is imported) and in processes started from here.

    Processes are how Tickertape uses cores: threads of OpenBLAS only get in each other's way. What the environment says
    already stands.
    """
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")


def forget_environment() -> None:
    """Empty this process's environment: for a child that handles foreign bytes, and has no use for passwords."""
    os.environ.clear()


def named_variable(name: str) -> str | None:
    """What a variable holds that a file of ours names, such as an API key; None if it is not set."""
    return os.environ.get(name)


def environment(settings: Settings, **changed: str) -> dict[str, str]:
    """The environment of a child process that is to have these settings, except the `changed` ones."""
    own = {variable(entry.name): str(getattr(settings, entry.name)) for entry in fields(Settings)}
    return {**os.environ, **own, **{variable(name): value for name, value in changed.items()}}


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return PREFIX + name.upper()


def _parsed(raw: str, default: Any) -> Any:
    """The text as the default's type; raises ValueError."""
    return type(default)(raw)


def _a(default: Any) -> str:
    return "a whole number" if isinstance(default, int) else "a number"


def _read(env: Mapping[str, str], name: str, problems: list[str]) -> str | None:
    """The raw value; a NAME_FILE variable names a file that holds the secret."""
    path = env.get(variable(name) + "_FILE") if name == "sasl_password" else None
    if not path:
        return env.get(variable(name))
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        problems.append(f"{variable(name)}_FILE: {error}")
        return None


def _state_home(env: Mapping[str, str]) -> str:
    base = env.get("XDG_STATE_HOME") or str(Path(env.get("HOME") or "~") / ".local" / "state")
    return str(Path(base) / "tickertape")


CHOICES: dict[str, tuple[str, ...]] = {
    "security_protocol": ("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"),
    "sasl_mechanism": ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"),
    "log_format": ("text", "json"),
    "log_level": ("debug", "info", "warning", "error"),
}
# Lowest and highest sensible value; None: no bound.
BOUNDS: dict[str, tuple[float, float | None]] = {
    "partitions": (1, None),
    "replication": (1, None),
    "pool_workers": (0, None),
    "batch_articles": (1, None),
    "batch_bytes": (1, None),
    "linger_seconds": (0, None),
    "batch_seconds": (0.1, None),
    "window_articles": (1, None),
    "stall_seconds": (1, None),
    "drain_seconds": (0.1, None),
    "article_chars": (1, None),
    "article_bytes": (1, None),
    "min_confidence": (0, 1),
}


def _nonsense(settings: Settings) -> list[str]:
    """Values that parse and still cannot be meant."""
    problems = []
    for name, allowed in CHOICES.items():
        if getattr(settings, name) not in allowed:
            problems.append(f"{variable(name)} must be one of {', '.join(allowed)}")
    for name, (low, high) in BOUNDS.items():
        value = getattr(settings, name)
        if not (isfinite(value) and low <= value <= (high if high is not None else value)):
            problems.append(
                f"{variable(name)} must be {low} or more" + (f", and at most {high}" if high is not None else "")
            )
    if settings.security_protocol.startswith("SASL") and not (settings.sasl_username and settings.sasl_password):
        problems.append(
            f"{settings.security_protocol} needs {variable('sasl_username')} and {variable('sasl_password')}"
        )
    return problems


def env_example() -> str:
    """The text of deploy/env.example: every setting, its meaning, its default."""
    lines = ["# Tickertape settings, generated by `tickertape doctor --env-example`. Uncomment what you change.", ""]
    for entry in fields(Settings):
        shown = "" if entry.name == "state_home" else entry.default
        lines += [f"# {entry.metadata['doc']}", f"#{variable(entry.name)}={shown}", ""]
    return "\n".join(lines)
