"""`tickertape demo`: an embedded Kafka, a worker, the seed articles; events out on the terminal."""

import socket
import subprocess
import sys
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from pipeline import codec, interrupts, resources
from pipeline.broker import admin
from pipeline.broker.consume import consume
from pipeline.broker.embedded import EmbeddedBroker
from pipeline.broker.offsets import end_offsets
from pipeline.cli import demo_view as view
from pipeline.cli.demo_feed import Feed, poll
from pipeline.cli.demo_process import folder, start
from pipeline.errors import BrokerError
from pipeline.records import Message
from pipeline.settings import Settings, environment, variable
from pipeline.stages.registry import STAGES
from pipeline.topics import ARTICLES, EVENTS, OUTCOMES, SOURCE_STATE

# Two partitions show that order is kept by key, not by topic; more only take longer to create.
PARTITIONS = 2
# A limit for what is broken, not for a busy machine.
ANSWER_SECONDS = 120.0
GATEWAY_PORT = 8089


@click.command()
@click.option("--once", is_flag=True, help="End with exit code 0 when the events are out.")
def demo(once: bool) -> None:
    """See it work: a real Kafka, a worker, articles in, events out. Ctrl-C leaves nothing behind."""
    interrupts.end_in_order()
    with ExitStack() as stack:
        try:
            _show(stack, once)
        finally:
            interrupts.ignore()


def _show(stack: ExitStack, once: bool) -> None:
    """All of it; what is started ends with the stack."""
    console = Console(highlight=False)
    settings = replace(Settings.from_env(), brokers="", partitions=PARTITIONS, replication=1, topic_prefix="")
    with console.status("starting Kafka"):
        broker = stack.enter_context(EmbeddedBroker.temporary(settings, console.print))
        settings = replace(settings, brokers=broker.bootstrap)
        admin.apply_topics(settings)
    console.print(f"Kafka is up on {broker.bootstrap} (real, embedded, gone when this ends)")
    with console.status("starting the worker: Faust, a pool of spaCy processes"):
        process = start(stack, settings, "worker").process
    console.print(f"worker is up: stages {', '.join(STAGES)}")
    page = dashboard(settings, stack)
    console.print(f"dashboard: {page}")
    run_ingest(settings, console)
    with console.status("reading articles"):
        wait_for_outcomes(settings, process)
    outcomes = follow_feed(stack, settings, process, console)
    events = [_value(message) for message in consume(settings, [EVENTS.name])]
    view.show(console, events, outcomes)
    if not once:
        console.print(f"\nThe same on a map and a timeline: {page}", style="bold")
        stay(settings, process, console)


def dashboard(settings: Settings, stack: ExitStack) -> str:
    """The gateway's address, with a store of its own that goes with it."""
    home = folder(stack, "tickertape-gateway-")
    gateway = start(stack, settings, "gateway", "--listen", _listen(), state_home=str(home))
    return next(word for word in gateway.said.split() if word.startswith("http"))


def _listen() -> str:
    """The gateway's usual port if nobody has it."""
    with socket.socket() as taken:
        return "127.0.0.1:0" if taken.connect_ex(("127.0.0.1", GATEWAY_PORT)) == 0 else f"127.0.0.1:{GATEWAY_PORT}"


def run_ingest(settings: Settings, console: Console) -> None:
    """The seed articles go in as anyone's would: `tickertape ingest`. A line that cannot be read goes in as it stands."""
    paths = sorted(str(path) for path in Path(resources.folder("seeds")).iterdir() if path.suffix in (".txt", ".jsonl"))
    command = [sys.executable, "-m", "pipeline", "ingest", "--provider", "demo", "--raw", *paths]
    done = subprocess.run(command, env=environment(settings), capture_output=True, text=True, check=False)
    for line in (done.stderr + done.stdout).splitlines():
        console.print("  " + line, style="dim", markup=False)
    if done.returncode > 1:
        raise BrokerError("the seed articles did not go in; run `tickertape doctor`")


def follow_feed(
    stack: ExitStack, settings: Settings, process: "subprocess.Popen[bytes]", console: Console
) -> list[dict[str, Any]]:
    """A feed is polled while its publisher changes it; returns all outcomes, those of the seed articles too."""
    states = sorted(Path(resources.folder("seeds")).glob("feed/*.atom"))
    feed, articles = Feed([path.read_bytes() for path in states]), 0
    polling = stack.enter_context(ExitStack())
    poll(polling, feed, settings)
    for path in states:
        before = end_offsets(settings, [EVENTS.name])
        with console.status(f"polling a feed: {path.stem}"):
            came = wait_for_feed(settings, more_than=articles)
            outcomes = wait_for_outcomes(settings, process)
        changed = Counter(
            _value(message)["type"].split(".")[-2] for message in consume(settings, [EVENTS.name], before)
        )
        said = ", ".join(f"{count} {change}" for change, count in sorted(changed.items()))
        console.print(f"  feed, {path.stem}: {came - articles} articles polled, events: {said}", style="dim")
        articles = came
        if feed.left:
            feed.advance()
    polling.close()
    return outcomes


def wait_for_feed(settings: Settings, *, more_than: int) -> int:
    """How many articles of the feed Kafka has confirmed, once they are more; raises BrokerError when none come."""
    deadline = time.monotonic() + ANSWER_SECONDS
    while time.monotonic() < deadline:
        states = [_value(message) for message in consume(settings, [SOURCE_STATE.name])]
        count: int = max((state["articles"] for state in states), default=0)
        if count > more_than:
            return count
        time.sleep(0.1)
    raise BrokerError("nothing came from the feed; run `tickertape doctor`")


def wait_for_outcomes(settings: Settings, process: "subprocess.Popen[bytes]") -> list[dict[str, Any]]:
    """One outcome for each input, in the order of the inputs; raises BrokerError when they do not come."""
    wanted = sum(end_offsets(settings, [ARTICLES.name]).values())
    deadline = time.monotonic() + ANSWER_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if sum(end_offsets(settings, [OUTCOMES.name]).values()) >= wanted:
            found = [_value(message) for message in consume(settings, [OUTCOMES.name])]
            return sorted(found, key=lambda outcome: (outcome["recorded_at"], outcome["input"]["offset"]))
        time.sleep(0.1)
    raise BrokerError("outcomes are missing; run `tickertape doctor --audit`")


def stay(settings: Settings, process: "subprocess.Popen[bytes]", console: Console) -> None:
    """Run on until Ctrl-C, with the commands that may be tried in another terminal."""
    console.print("\nKafka and the worker run on. In another terminal:", style="bold")
    for command in ("tail --from beginning", "tail outcomes --from beginning", "dlq list", "doctor --audit"):
        console.print(f"  {variable('brokers')}={settings.brokers} .venv/bin/tickertape {command}")
    console.print("Ctrl-C stops everything and leaves nothing behind.")
    try:
        code = process.wait()
    except KeyboardInterrupt:
        console.print("stopping …")
        return
    raise BrokerError(f"the worker ended with code {code}; run `tickertape doctor`")


def _value(message: Message) -> dict[str, Any]:
    value: dict[str, Any] = codec.decode(message.value or b"null")
    return value
