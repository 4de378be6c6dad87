"""The emergency exit: nothing acknowledged, nothing committed, no unwinding."""

import logging
import os
import sys
from typing import NoReturn

from pipeline.errors import TickertapeError

logger = logging.getLogger(__name__)


def fatal(error: BaseException) -> NoReturn:
    """Say why and end the process, now, with the error's exit code (1 for a bug).

    Not by raising: any orderly unwinding of a Faust stream acknowledges and commits on its way out.
    """
    expected = isinstance(error, TickertapeError)
    logger.critical("the worker ends: %s", error, exc_info=None if expected else error)
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(error.exit_code if isinstance(error, TickertapeError) else 1)
