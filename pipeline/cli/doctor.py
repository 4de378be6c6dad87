"""`tickertape doctor`: what works, what does not, and what to do about it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn

from pipeline import codec
from pipeline.cli.terminal import printable
from pipeline.doctor import books, cluster, installation
from pipeline.doctor.balance import Balance
from pipeline.doctor.books import Audit
from pipeline.doctor.check import Check
from pipeline.doctor.intervals import Interval, size
from pipeline.errors import AuditError, BrokerError, SettingsError
from pipeline.settings import Settings, env_example

MARKS = {True: ("✓", "green"), False: ("✗", "red"), None: ("–", "yellow")}
SHOWN = 20


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--audit", is_flag=True, help="Read all inputs and outcomes and prove: inputs − outcomes = lag.")
@click.option("--env-example", "example", is_flag=True, help="Print every setting with its meaning and default.")
@click.pass_context
def doctor(ctx: click.Context, as_json: bool, audit: bool, example: bool) -> None:
    """Check the installation, the settings and Kafka; with --audit the books instead.

    Exit code 0: all is well; 1: a check failed; 2: settings; 3: Kafka (--audit); 6: the books do not balance.
    """
    if example:
        click.echo(env_example(), nl=False)
    elif audit:
        _audit(Settings.from_env(), as_json=as_json)
    else:
        _examine(ctx, as_json=as_json)


def _examine(ctx: click.Context, *, as_json: bool) -> None:
    found = []
    for check in checks():
        found.append(check)
        if not as_json:
            _show(check)
    if as_json:
        click.echo(codec.encode({"ok": all(check.ok is not False for check in found), "checks": found}))
    ctx.exit(1 if any(check.ok is False for check in found) else 0)


def checks() -> Iterator[Check]:
    """Every check, each when it is done; those that need Kafka only if Kafka answers."""
    try:
        settings = Settings.from_env()
    except SettingsError as error:
        yield Check(name="settings", ok=False, detail=str(error), next_step="tickertape doctor --env-example")
        return
    yield Check(name="settings", ok=True, detail="understood")
    for check in installation.CHECKS.values():
        yield check(settings)
    for name, check in cluster.CHECKS.items():
        try:
            yield check(settings)
        except BrokerError as error:
            yield Check(name=name, ok=False, detail=str(error))
            if name == "kafka":
                return


def _show(check: Check) -> None:
    mark, colour = MARKS[check.ok]
    click.echo(f"{click.style(mark, fg=colour)} {check.name:<9} {printable(check.detail)}")
    if check.next_step:
        click.echo(f"  {'':<9} → {check.next_step}")


def _audit(settings: Settings, *, as_json: bool) -> None:
    """Print the books; raises AuditError if they do not balance."""
    with _progress() as progress:
        audit = books.audit(settings, progress)
    if as_json:
        click.echo(codec.encode({"balanced": audit.balanced} | codec.plain(audit)))
    else:
        for line in described(audit):
            click.echo(line)
    if not audit.balanced:
        raise AuditError("the books do not balance: stop the worker, keep the topics, see the offsets above")


@contextmanager
def _progress() -> Iterator[Callable[[str, int], None]]:
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("reading")
        yield lambda what, count: bar.update(task, description=f"{count:,} {what}")


def described(audit: Audit) -> Iterator[str]:
    """The books in words; every offset that is wrong is named, the first SHOWN intervals of a kind."""
    inputs, outcomes, lag = (
        sum(getattr(one, name) for one in audit.balances) for name in ("inputs", "outcomes", "lag")
    )
    yield f"{inputs:,} inputs − {outcomes:,} outcomes = {inputs - outcomes:,}; lag {lag:,}"
    kinds = ", ".join(f"{kind} {count:,}" for kind, count in audit.kinds.items())
    yield f"outcomes: {kinds or 'none'}"
    repeats, expired = (sum(getattr(one, name) for one in audit.balances) for name in ("repeats", "expired"))
    if repeats:
        yield f"{repeats:,} outcomes repeat another to the byte (delivered again after a restart)"
    if expired:
        yield f"{expired:,} outcomes are of inputs that retention has removed"
    for balance in audit.balances:
        yield from _faults(balance)
    for place in audit.foreign[:SHOWN]:
        yield f"✗ {place}: outcomes of a partition that is no input"
    for place in audit.unreadable[:SHOWN]:
        yield f"✗ {place}: no outcome can be read there"
    yield "✓ the books balance" if audit.balanced else "✗ the books do not balance"


def _faults(balance: Balance) -> Iterator[str]:
    place = f"{balance.topic} {balance.partition}"
    conflicting = [(offset, offset + 1) for offset in balance.conflicting]
    for offsets, what in (
        (balance.missing, "acknowledged without an outcome (lost)"),
        (balance.unknown, "have an outcome and do not exist"),
        (conflicting, "have outcomes that differ"),
    ):
        if offsets:
            yield f"✗ {place}: {size(offsets):,} inputs {what}: {_intervals(offsets)}"


def _intervals(offsets: list[Interval]) -> str:
    shown = [f"{start}" if end - start == 1 else f"{start}–{end - 1}" for start, end in offsets[:SHOWN]]
    return ", ".join(shown) + (f" and {len(offsets) - SHOWN} more intervals" if len(offsets) > SHOWN else "")
