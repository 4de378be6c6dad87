"""What can go wrong with the world.

    TickertapeError               base: the command line prints it in one line and exits with `exit_code`
    ├── SettingsError             a setting is missing or nonsense                     exit 2
    ├── ReplayError               a replay cannot begin or go on                       exit 2
    ├── BrokerError               Kafka does not answer, refuses, or loses a topic     exit 3
    ├── EmbeddedBrokerError       the embedded Kafka cannot be had or started          exit 3
    ├── ModelError                the spaCy model or a data file cannot be loaded      exit 4
    ├── PoolError                 the NLP pool cannot be kept alive                    exit 5
    └── AuditError                inputs and outcomes do not balance                   exit 6

Bad *data* is never an exception outside the module that finds it: it is a record (see `records.DeadLetter`).
Foreign exceptions are turned into these once, at the door they come through.
"""

from typing import ClassVar


class TickertapeError(Exception):
    """Base of all; the message says what happened and which command to run next."""

    exit_code: ClassVar[int] = 1


class SettingsError(TickertapeError):
    """A setting is missing or nonsense. Raised at start, before anything is touched; all problems in one message."""

    exit_code = 2


class ReplayError(TickertapeError):
    """A replay cannot begin: another process is at it, or its progress file is damaged. Nothing was sent."""

    exit_code = 2


class BrokerError(TickertapeError):
    """Kafka does not answer or refuses. The worker acknowledges nothing and exits; a restart reads again."""

    exit_code = 3


class EmbeddedBrokerError(TickertapeError):
    """The embedded Kafka cannot be fetched, started or stopped. Nothing was produced to it."""

    exit_code = 3


class ModelError(TickertapeError):
    """The spaCy model or a bundled data file is missing or damaged. The worker does not start."""

    exit_code = 4


class PoolError(TickertapeError):
    """NLP processes die or hang even on harmless work. The worker acknowledges nothing and exits."""

    exit_code = 5


class AuditError(TickertapeError):
    """An input has no outcome, or more than one kind of outcome. Raised by `tickertape doctor --audit` only."""

    exit_code = 6
