"""What the worker says about itself: logs (constant messages, data in fields) and a line of figures now and then."""

import logging
import sys
import time
from collections import Counter
from typing import Any

from pipeline import codec
from pipeline.settings import Settings

# What every log record has; the rest came in through `extra`.
STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
# They tell of every partition and every second; their warnings are enough.
HUSH_SECONDS = 10.0
CHATTY = ("aiokafka", "kafka", "faust", "mode")


class Hush(logging.Filter):
    """Lets a chatty logger say the same thing once in HUSH_SECONDS: a client without a connection never stops.

    Its errors are warnings: clients try again by themselves. What ends the worker, the worker says.
    """

    def __init__(self, level: int = logging.NOTSET) -> None:
        super().__init__()
        self._level = level
        self._said_at: dict[tuple[str, str], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether this one is worth a line; messages with other arguments are the same message."""
        if record.name.partition(".")[0] not in CHATTY:
            return True
        if record.levelno == logging.ERROR:
            record.levelno, record.levelname = logging.WARNING, logging.getLevelName(logging.WARNING)
        if record.levelno < self._level:
            return False
        which = (record.name, str(record.msg))
        if record.created - self._said_at.get(which, 0.0) < HUSH_SECONDS:
            return False
        self._said_at[which] = record.created
        return True


class JsonFormatter(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The record with its fields; a value that JSON does not know becomes its `repr`."""
        line: dict[str, Any] = {
            "at": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03}Z",
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **{name: _plain(value) for name, value in _fields(record).items()},
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return codec.encode(line).decode()


class TextFormatter(logging.Formatter):
    """For people: the message, then its fields as name=value."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-8s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:
        """Control characters are escaped, so that no wire item can forge a line."""
        fields = "".join(f" {name}={_shown(value)}" for name, value in _fields(record).items() if value != "")
        return super().formatMessage(record) + fields


def configure(settings: Settings) -> None:
    """Log to standard error in the format and from the level of the settings."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter() if settings.log_format == "json" else TextFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level.upper())
    handler.addFilter(Hush(root.level))
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    return {name: value for name, value in vars(record).items() if name not in STANDARD}


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, str | int | float | bool | dict | list) else repr(value)


def _shown(value: Any) -> str:
    return value if isinstance(value, str) and value.isprintable() and " " not in value else repr(value)


class Counters:
    """What a lane has done; `lag` is set by whoever knows it."""

    def __init__(self) -> None:
        self.messages = 0
        self.lag = 0
        self._outcomes: Counter[str] = Counter()
        self._counted = 0

    def add(self, outcome: str) -> None:
        """One message is done."""
        self.messages += 1
        self._outcomes[outcome] += 1

    def report(self, seconds: float) -> dict[str, Any]:
        """Figures of the last `seconds`: messages a second, the lag as last seen, outcomes since the start."""
        done, self._counted = self.messages - self._counted, self.messages
        return {"per_second": round(done / seconds, 1), "lag": self.lag, "outcomes": dict(self._outcomes)}
