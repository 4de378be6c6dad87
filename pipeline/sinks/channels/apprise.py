"""Whatever apprise knows, an extra: `pip install 'tickertape[alerts]'`."""

import asyncio
import sys
from typing import Any

from pipeline.alerts import wording
from pipeline.records import Problem
from pipeline.sinks.channels import apprise_child
from pipeline.sinks.channels.apprise_child import Exit
from pipeline.sinks.channels.base import Parcel
from pipeline.sinks.channels.webhook import option
from pipeline.sources.guards.addresses import Allowed

SECONDS = 60.0
COMMAND = (sys.executable, "-m", apprise_child.__name__)
PROBLEMS = {
    Exit.UNSENT: Problem(code="unsent", message="apprise could not tell all of its targets"),
    Exit.UNKNOWN_URL: Problem(code="unreadable-option", message="urls: apprise does not know one of them"),
    Exit.NOT_INSTALLED: Problem(
        code="not-installed", message="apprise is missing: run `pip install 'tickertape[alerts]'`"
    ),
}


class Apprise:
    """Everything that apprise has a URL for, as far as `allowed` lets it."""

    def __init__(self, options: dict[str, Any], allowed: Allowed) -> None:
        self._options, self._allowed = options, allowed

    async def send(self, parcel: Parcel, now_ms: int) -> Problem | None:
        """See Channel."""
        try:
            urls = tuple(self._options.get("urls") or option(self._options, "urls").split())
        except ValueError as error:
            return Problem(code="unreadable-option", message=str(error))
        task = apprise_child.task(urls, wording.plain(parcel.title), parcel.text, self._allowed)
        child = await asyncio.create_subprocess_exec(
            *COMMAND, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
        )
        try:
            async with asyncio.timeout(SECONDS):
                said, _ = await child.communicate(task.encoded())
        except TimeoutError:
            return Problem(code="unsent", message=f"apprise took longer than {SECONDS:.0f} s")
        finally:
            if child.returncode is None:
                child.kill()
                await child.wait()
        return _problem(child.returncode, said.decode(errors="replace"))

    async def close(self) -> None:
        """Nothing stays open."""


def _problem(code: int | None, said: str) -> Problem | None:
    """What the child's exit code means; None: it was told."""
    if code == Exit.TOLD:
        return None
    if code == Exit.REFUSED:
        message = f"{said} is not public; if it is meant, add host:port or its network to allow_private"
        return Problem(code="refused-address", message=message)
    known = {int(one): problem for one, problem in PROBLEMS.items()}
    return known.get(code or 0, Problem(code="unsent", message=f"apprise ended with {code}"))
