"""What clients who never read cost one who does: `python -m tests.bench.stalled [CLIENTS] [ROUNDS]`.

A gateway in a process of its own, on an embedded Kafka; one healthy SSE client. In pairs of rounds, without and with so many
clients who ask for the stream and read nothing, for so long that their queues are full and stay so: they are not cut off here,
which after ten seconds they otherwise are. Printed: from the producer to the healthy client p50 and p99, and the memory.
"""

import asyncio
import contextlib
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median, quantiles
from urllib.parse import urlsplit

import aiohttp
import psutil

from pipeline import codec
from pipeline.broker.produce import producing
from pipeline.gateway.limits import Limits
from pipeline.gateway.server import Gateway
from pipeline.settings import Settings, environment
from pipeline.topics import EVENTS
from tests.bench.world import kafka
from tests.gateway.events import detected, name

EVENTS_PER_ROUND = 400
PER_SECOND = 40
# Before a round, in both of a pair: so many fill the sockets and the queues (256 messages) of those who do not read. Until
# they are full, nobody is stalled yet.
FIRST = 400
RULE = "x" * 2000
PATIENCE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Round:
    """Milliseconds from the producer to the healthy client, and the gateway's memory at its highest."""

    p50_ms: float
    p99_ms: float
    peak_mb: float


@contextlib.contextmanager
def gateway(settings: Settings) -> Iterator[tuple[str, psutil.Process]]:
    """Its address, and its process."""
    command = [sys.executable, "-m", "tests.bench.stalled", "serve"]
    process = subprocess.Popen(command, env=environment(settings), stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip(), psutil.Process(process.pid)
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE_SECONDS)


async def serve() -> None:
    """A gateway that waits long for who does not read."""
    limits = Limits(write_seconds=3600.0)
    served = Gateway(Settings.from_env(), "127.0.0.1:0", limits=limits)
    await served.start()
    print(served.url, flush=True)  # noqa: T201  # for who started it
    await asyncio.Event().wait()


def stall(url: str, stack: contextlib.ExitStack) -> None:
    """A client that asks for the stream and never reads it."""
    address = urlsplit(url)
    one = stack.enter_context(socket.socket())
    one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    one.connect((address.hostname, address.port))
    one.sendall(b"GET /v1/stream HTTP/1.1\r\nHost: localhost\r\n\r\n")


async def listen(url: str, wanted: set[str], started: asyncio.Event) -> dict[str, float]:
    """When each of the wanted events came."""
    came: dict[str, float] = {}
    timeout = aiohttp.ClientTimeout(total=None)
    async with (
        aiohttp.ClientSession(read_bufsize=2**22, timeout=timeout) as session,
        session.get(f"{url}/v1/stream") as answer,
    ):
        async for line in answer.content:
            if line.startswith(b"id:"):
                started.set()
            if line.startswith(b"data:"):
                event_id = json.loads(line[5:])["data"]["event_id"]
                came.setdefault(event_id, time.monotonic())
            if wanted <= came.keys():
                break
    return came


def send(settings: Settings, numbers: range, per_second: float) -> dict[str, float]:
    """At an even pace; when each was sent."""
    sent: dict[str, float] = {}
    with producing(settings) as producer:
        begin = time.monotonic()
        for number in numbers:
            time.sleep(max(0.0, begin + (number - numbers.start) / per_second - time.monotonic()))
            value = detected(number, rule=RULE)
            sent[name(number)] = time.monotonic()
            producer.produce(settings.topic_prefix + EVENTS.name, codec.decode(value)["partitionkey"].encode(), value)
    return sent


async def round_of(settings: Settings, url: str, process: psutil.Process, first: int, stalled: int) -> Round:
    """One round; the stalled ones go with it."""
    filling, numbers = range(first, first + FIRST), range(first + FIRST, first + FIRST + EVENTS_PER_ROUND)
    started = asyncio.Event()
    with contextlib.ExitStack() as stack:
        for _ in range(stalled):
            stall(url, stack)
        filled = asyncio.create_task(listen(url, {name(number) for number in filling}, started))
        await started.wait()
        await asyncio.to_thread(send, settings, filling, 10 * PER_SECOND)
        await filled
        started.clear()
        hearing = asyncio.create_task(listen(url, {name(number) for number in numbers}, started))
        await started.wait()
        sending = asyncio.create_task(asyncio.to_thread(send, settings, numbers, PER_SECOND))
        peak = 0
        while not hearing.done():
            peak = max(peak, process.memory_info().rss)
            await asyncio.sleep(0.2)
        sent, came = await sending, await hearing
    waits = [1000 * (came[one] - sent[one]) for one in sent]
    return Round(median(waits), quantiles(waits, n=100)[98], peak / 1024**2)


async def rounds_of(settings: Settings, clients: int, rounds: int) -> list[tuple[Round, Round]]:
    """Pairs: without, with."""
    found = []
    with gateway(settings) as (url, process):
        await round_of(settings, url, process, 0, 0)  # the first one is for connecting and compiling
        for number in range(1, rounds + 1):
            first = 2 * number * (FIRST + EVENTS_PER_ROUND)
            without = await round_of(settings, url, process, first, 0)
            found.append((without, await round_of(settings, url, process, first + FIRST + EVENTS_PER_ROUND, clients)))
    return found


def main() -> None:
    """Print the table."""
    if sys.argv[1:] == ["serve"]:
        asyncio.run(serve())
        return
    clients, rounds = (int(text) for text in [*sys.argv[1:], *("200", "5")[len(sys.argv) - 1 :]][:2])
    with kafka() as settings:
        found = asyncio.run(rounds_of(settings, clients, rounds))
    say = sys.stdout.write
    say(f"one healthy client beside {clients} who never read, {rounds} pairs of rounds of {EVENTS_PER_ROUND} events\n")
    say(f"  {'':<10}{'p50 ms':>10}{'p99 ms':>10}{'memory MB':>12}\n")
    for label, column in zip(("without", "with"), zip(*found, strict=True), strict=True):
        figures = [median(getattr(one, field) for one in column) for field in ("p50_ms", "p99_ms", "peak_mb")]
        say(f"  {label:<10}{figures[0]:10.1f}{figures[1]:10.1f}{figures[2]:12.0f}\n")
    ratio = median(with_.p99_ms / without.p99_ms for without, with_ in found)
    more = [with_.peak_mb - without.peak_mb for without, with_ in found]
    # Only the first pair begins with a gateway that has never had a stalled client: what it takes then, it keeps.
    say(
        f"  p99 with ÷ without, median of pairs: {ratio:.2f}; memory, with − without in the first pair: {more[0]:.0f} MB\n"
    )


if __name__ == "__main__":
    main()
