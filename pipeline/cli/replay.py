"""`tickertape replay`: archives, topics or dead letters through the backfill topic, at a pace, and never twice."""

import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import click

from pipeline import codec, dead_letters, instants
from pipeline.broker.admin import cluster_id
from pipeline.broker.offsets import begin_offsets, group_lag
from pipeline.broker.produce import Producer, connect
from pipeline.cli import topic_names
from pipeline.cli.ages import WANTED, milliseconds
from pipeline.cli.reading import reading, say_rejected
from pipeline.cli.replay_view import Meter, listing, shown, summary
from pipeline.doctor.cluster import group_name
from pipeline.errors import BrokerError
from pipeline.replay.candidates import Found, of_dead_letters, of_items, of_topic, records_between
from pipeline.replay.manifest import all_runs, folder, run_id
from pipeline.replay.outcomes import Outcomes
from pipeline.replay.pace import Pace
from pipeline.replay.run import Counts, Nowhere, Run, Task
from pipeline.replay.selection import Selection
from pipeline.replay.session import Session, session
from pipeline.settings import Settings
from pipeline.sources.files import Options, read
from pipeline.sources.items import Rejected
from pipeline.stages.annotate import ANNOTATE
from pipeline.stages.articles import REPROCESS
from pipeline.topics import BACKFILL

COMPRESSION = "lz4"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """The command line, as it was given."""

    paths: tuple[str, ...]
    topic: str | None
    dead_letters: bool
    since: int | None
    until: int | None
    languages: tuple[str, ...]
    providers: tuple[str, ...]
    reading: dict[str, Any]
    limit: int | None
    rate: float | None
    max_lag: int
    reprocess: bool
    again: bool
    dry_run: bool
    wait: bool
    as_json: bool

    def identity(self) -> dict[str, Any]:
        """What makes it this run and no other: what is read, and which of it; not how fast."""
        return {
            "paths": [str(Path(path).resolve()) for path in self.paths], "topic": self.topic,
            "dead_letters": self.dead_letters, "since_ms": self.since, "until_ms": self.until,
            "languages": sorted(self.languages), "providers": sorted(self.providers), "reading": self.reading,
            "reprocess": self.reprocess,
        }  # fmt: skip

    def selection(self) -> Selection:
        """The filters. A topic is filtered by time where it is read: by when Kafka took a record in."""
        by_date = self.topic is None
        return Selection(
            since_ms=self.since if by_date else None, until_ms=self.until if by_date else None,
            languages=frozenset(one.lower() for one in self.languages), providers=frozenset(self.providers),
        )  # fmt: skip


def _time(ctx: click.Context, parameter: click.Parameter, given: str | None) -> int | None:
    if given is None:
        return None
    found = milliseconds(given, now_seconds=time.time())
    if found is None:
        raise click.BadParameter(f"wanted is {WANTED}")
    return found


def _list(ctx: click.Context, parameter: click.Parameter, given: bool) -> None:
    if given:
        for line in listing(all_runs(Settings.from_env().state_path)):
            click.echo(line)
        ctx.exit()


@click.command()
@click.argument("paths", metavar="PATH...", nargs=-1)
@click.option("--topic", metavar="TOPIC", help="Replay this topic of articles (articles, backfill or a full name).")
@click.option("--dead-letters", is_flag=True, help="Replay the original messages of all dead letters.")
@click.option("--from", "since", metavar="TIME", callback=_time, help="Not before: an instant, a day, or an age (2d).")
@click.option("--to", "until", metavar="TIME", callback=_time, help="Before this time.")
@click.option(
    "--language", "languages", metavar="TAG", multiple=True, help="Only these (en; und: not said). Repeatable."
)
@click.option("--source", "providers", metavar="NAME", multiple=True, help="Only these providers. Repeatable.")
@reading
@click.option("--limit", metavar="N", type=click.IntRange(min=1), help="Stop after N articles.")
@click.option("--rate", metavar="N", type=click.FloatRange(min=0, min_open=True), help="At most N articles a second.")
@click.option("--max-lag", metavar="N", type=click.IntRange(min=0), default=20_000, show_default=True,
              help="Wait while more than N articles wait for the workers; 0: never wait.")  # fmt: skip
@click.option("--reprocess", is_flag=True, help="Annotate again what was annotated before, as after a model change.")
@click.option("--again", is_flag=True, help="Forget what this run has sent, and send everything anew.")
@click.option("--dry-run", is_flag=True, help="Read, count and send nothing.")
@click.option("--wait", is_flag=True, help="Wait until every article has its outcome, and count those.")
@click.option("--json", "as_json", is_flag=True, help="Print the sum as JSON.")
@click.option("--list", is_flag=True, expose_value=False, is_eager=True, callback=_list, help="The runs there were.")
def replay(**given: Any) -> None:
    """Replay an archive through the backfill topic, which gives way to live articles.

    PATH is a file or folder that `tickertape ingest` reads, or - for JSON Lines on stdin. --from and --to are about the
    articles' own dates; of a --topic, about when Kafka took a record in.

    Killed or ended, the same command goes on where it was: what Kafka confirmed is not sent again. A run keeps its
    progress, a manifest and what it rejected in its folder below TICKERTAPE_STATE_HOME.

    Exit code 0: all went in; 1: something was rejected; 3: Kafka did not confirm everything.
    """
    order = Order(**given)
    if (bool(order.paths), order.topic is not None, order.dead_letters).count(True) != 1:
        raise click.UsageError("give PATHs, --topic or --dead-letters (one of them)")
    settings = Settings.from_env()
    counts = Counts()
    report = _dry(order, settings, counts) if order.dry_run else _real(order, settings, counts)
    _sum_up(order, counts, report)
    if counts.rejected:
        click.get_current_context().exit(1)


def _dry(order: Order, settings: Settings, counts: Counts) -> dict[str, Any]:
    """Everything but the sending; an archive is read without any Kafka."""
    nowhere = Nowhere()
    pace = Pace(rate=None, most_lag=None, lag=int, now=time.monotonic, sleep=time.sleep)
    run = Run(_task(order, settings, "dry-run"), nowhere, nowhere, pace, say_rejected, counts)
    meter = _meter(order, settings)
    for _ in shown(run(_found(order, settings, meter)), counts, pace, meter):
        pass
    return {"run": None, "topic": settings.topic_prefix + BACKFILL.name}


def _real(order: Order, settings: Settings, counts: Counts) -> dict[str, Any]:
    command = order.identity() | {"cluster": cluster_id(settings), "prefix": settings.topic_prefix}
    run = run_id(command)
    place = folder(settings.state_path, run)
    with session(place, run, command, counts, again=order.again, now=_now) as ours:
        producer = connect(settings, COMPRESSION)
        try:
            _send(order, settings, producer, ours, counts)
        finally:
            producer.disconnect()  # every record is settled: `counts` has those that are not confirmed
        topic = settings.topic_prefix + BACKFILL.name
        report: dict[str, Any] = {
            "run": run,
            "topic": topic,
            "manifest": str(place.manifest),
            "rejects": str(place.rejects),
        }
        if order.wait:
            report["outcomes"] = _outcomes(settings, ours, topic)
        return report


def _send(order: Order, settings: Settings, producer: Producer, ours: Session, counts: Counts) -> None:
    pace = Pace(
        rate=order.rate, most_lag=order.max_lag or None, lag=partial(_lag, settings), now=time.monotonic,
        sleep=time.sleep,
    )  # fmt: skip

    def report(rejected: Rejected) -> None:
        ours.reject(rejected)
        say_rejected(rejected)

    run = Run(_task(order, settings, ours.folder.path.name), producer, ours.progress, pace, report, counts)
    meter = _meter(order, settings)
    for _ in shown(run(_found(order, settings, meter)), counts, pace, meter):
        pass


def _task(order: Order, settings: Settings, run: str) -> Task:
    headers = ((REPROCESS, run.encode()),) if order.reprocess else ()
    return Task(
        topic=settings.topic_prefix + BACKFILL.name, replay_id=run, selection=order.selection(), limit=order.limit,
        headers=headers,
    )  # fmt: skip


def _found(order: Order, settings: Settings, meter: Meter) -> Iterable[Found]:
    if order.paths:
        options = Options(**order.reading, article_bytes=settings.article_bytes, metered=meter.read)
        return of_items(read(order.paths, options, sys.stdin.buffer))
    if order.topic is not None:
        return of_topic(settings, _topic(order, settings), order.since, order.until, lambda _: meter.read())
    return of_dead_letters(settings, partial(dead_letters.fetch, settings))


def _topic(order: Order, settings: Settings) -> str:
    assert order.topic is not None
    return settings.topic_prefix + topic_names.find(order.topic, settings).name


def _meter(order: Order, settings: Settings) -> Meter:
    """How much there is to read, where that is known: the bytes of files, the records of a topic."""
    if order.paths:
        return Meter(None if "-" in order.paths else sum(map(_file_bytes, order.paths)))
    if order.topic is None or order.since is not None:
        return Meter(None)
    topic = _topic(order, settings)
    return Meter(records_between(settings, topic, begin_offsets(settings, [topic])))


def _file_bytes(name: str) -> int:
    """What is on disk below a path; what cannot be looked at counts nothing."""
    path = Path(name)
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.is_file())


def _lag(settings: Settings) -> int:
    """Articles in the backfill topic that no worker has settled."""
    lags = group_lag(settings, group_name(settings, ANNOTATE.name), [settings.topic_prefix + BACKFILL.name])
    return sum(one.lag for one in lags)


def _outcomes(settings: Settings, ours: Session, topic: str) -> dict[str, int]:
    """What became of all that the run has sent, since it was first begun."""
    found = Outcomes(ours.progress)
    for _ in found.count(settings, topic, instants.to_ms(ours.since_at) or 0, wait=True):
        pass
    return dict(sorted(found.kinds.items()))


def _now() -> str:
    return instants.from_ms(time.time_ns() // 1_000_000)


def _sum_up(order: Order, counts: Counts, report: dict[str, Any]) -> None:
    if order.as_json:
        click.echo(codec.encode(report | {"dry_run": order.dry_run} | counts.plain()).decode())
    else:
        for line in summary(counts, report["topic"], dry_run=order.dry_run):
            click.echo(line)
        if report.get("outcomes"):
            click.echo("outcomes: " + ", ".join(f"{kind} {count:,}" for kind, count in report["outcomes"].items()))
        if report["run"]:
            click.echo(f"run {report['run']}: {report['manifest']}")
    if counts.unconfirmed:
        raise BrokerError(f"{counts.unconfirmed} articles were not confirmed; the same command sends them again")
