"""`tickertape dlq`: dead letters listed, shown, and sent again as they were."""

import functools
from collections.abc import Iterable, Iterator

import click

from pipeline import codec, dead_letters
from pipeline.broker.produce import producing
from pipeline.cli.condition import where_option
from pipeline.cli.lines import dead_letter_line
from pipeline.cli.terminal import printable, printable_lines
from pipeline.dead_letters import Letter, Original
from pipeline.errors import TickertapeError
from pipeline.records import Message, Problem
from pipeline.settings import Settings
from pipeline.topics import TOPICS
from pipeline.where import Condition

SHOWN_BYTES = 4_000


@click.group()
def dlq() -> None:
    """Dead letters: messages that could not be used, kept whole. Their ID is partition:offset, as `list` shows it."""


@dlq.command("list")
@where_option
@click.option("--json", "as_json", is_flag=True, help="JSON Lines, without the messages themselves.")
def list_(where: Condition | None, as_json: bool) -> None:
    """One line a dead letter: when, ID, code, stage, size, key, problem."""
    settings = Settings.from_env()
    count = 0
    for letter in dead_letters.letters(settings, _unreadable):
        plain = codec.plain(letter.record)
        if where is not None and not where(plain):
            continue
        count += 1
        if as_json:
            click.echo(codec.encode({"id": letter.id} | plain | {"value_base64": None}))
        else:
            click.echo(dead_letter_line(letter.message, plain).plain)
    if not as_json:
        click.echo(f"{count:,} dead letters" + ("; see one: `tickertape dlq show ID`" if count else ""), err=True)


@dlq.command()
@click.argument("id_", metavar="ID")
@click.option("--raw", is_flag=True, help="Write the original bytes to stdout, and nothing else.")
@click.option("--json", "as_json", is_flag=True, help="Print the record.")
def show(id_: str, raw: bool, as_json: bool) -> None:
    """What a dead letter was, and what was wrong with it."""
    settings = Settings.from_env()
    letter = _letter(settings, id_)
    if as_json:
        click.echo(codec.encode({"id": letter.id} | codec.plain(letter.record)))
        return
    found = dead_letters.original(letter.record, functools.partial(dead_letters.fetch, settings))
    if raw:
        if isinstance(found, Problem):
            raise TickertapeError(found.message)
        click.echo(found.value or b"", nl=False)
        return
    for line in _described(letter):
        click.echo(line)
    click.echo(_shown(found, letter.id))


@dlq.command()
@click.argument("ids", metavar="ID...", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Every dead letter; equal messages once.")
@where_option
@click.option("--dry-run", is_flag=True, help="Say what would be sent, send nothing.")
@click.pass_context
def retry(ctx: click.Context, ids: tuple[str, ...], everything: bool, where: Condition | None, dry_run: bool) -> None:
    """Send the original bytes and key again to the topic they came from.

    The dead letters stay where they are; what fails again becomes a new one. Exit code 1: something could not be sent.
    """
    if bool(ids) == everything:
        raise click.UsageError("give IDs (`tickertape dlq list` shows them), or --all")
    settings = Settings.from_env()
    named = (_letter(settings, one) for one in ids)
    chosen = named if ids else dead_letters.letters(settings, _unreadable)
    wanted = (one for one in chosen if where is None or where(codec.plain(one.record)))
    refused = 0
    with producing(settings) as producer:
        for letter in wanted if ids else _distinct(wanted):
            found = _sendable(settings, letter)
            if isinstance(found, Problem):
                refused += 1
                click.echo(f"{letter.id}: {found.code}: {found.message}", err=True)
                continue
            if not dry_run:
                producer.produce(found.topic, found.key, found.value)
            verb = "would go" if dry_run else "go"
            click.echo(f"{letter.id}: {len(found.value or b''):,} bytes {verb} to {found.topic}")
    click.echo(f"{producer.confirmed:,} messages confirmed, {refused:,} not sent", err=True)
    ctx.exit(1 if refused else 0)


def _unreadable(message: Message, error: codec.DecodeError) -> None:
    click.echo(f"{message.partition}:{message.offset} is no dead letter: {error.code}: {error}", err=True)


def _letter(settings: Settings, given: str) -> Letter:
    place = dead_letters.parse_id(given, settings)
    if place is None:
        raise TickertapeError(f"{given!r} is no partition:offset; `tickertape dlq list` shows them")
    message = dead_letters.fetch(settings, place)
    if message is None or message.value is None:
        raise TickertapeError(f"there is no dead letter {given}; `tickertape dlq list` shows them")
    try:
        return dead_letters.letter(message)
    except codec.DecodeError as error:
        raise TickertapeError(f"{given} is no dead letter: {error.code}: {error}") from None


def _distinct(letters: Iterable[Letter]) -> Iterator[Letter]:
    """Of letters with the same message the first: else every retry of what fails again would double them."""
    first: dict[tuple[str, str | None, str | None], str] = {}
    for letter in letters:
        record = letter.record
        same = first.setdefault((record.input.topic, record.key_base64, record.value_sha256), letter.id)
        if same == letter.id:
            yield letter
        else:
            click.echo(f"{letter.id}: the same message as {same}", err=True)


def _sendable(settings: Settings, letter: Letter) -> Original | Problem:
    """The original message, unless it is gone or goes nowhere."""
    found = dead_letters.original(letter.record, functools.partial(dead_letters.fetch, settings))
    if isinstance(found, Problem):
        return found
    if found.topic not in {settings.topic_prefix + topic.name for topic in TOPICS}:
        return Problem(code="foreign-topic", message=f"{found.topic} is none of our topics")
    if found.key is None and found.value is None:
        return Problem(code="empty", message="it had neither key nor value: there is nothing to send")
    return found


def _described(letter: Letter) -> Iterator[str]:
    record = letter.record
    key = dead_letters.key(record)
    yield f"id        {letter.id}"
    yield f"when      {record.recorded_at}"
    yield f"stage     {record.stage}"
    yield f"problem   {record.problem.code}: {printable(record.problem.message)}"
    yield f"input     {record.input.topic} {record.input.partition}:{record.input.offset}"
    yield f"key       {'(none)' if key is None else printable(key.decode('utf-8', 'backslashreplace'))}"
    yield f"model     {record.model.name} {record.model.version}"
    yield f"value     {record.value_bytes:,} bytes, SHA-256 {record.value_sha256 or '(none: null)'}"


def _shown(found: Original | Problem, id_: str) -> str:
    """The original, safe to look at: bytes that are no UTF-8, and control characters, as escapes."""
    if isinstance(found, Problem):
        return f"({found.message})"
    value = found.value or b""
    text = printable_lines(value[:SHOWN_BYTES].decode("utf-8", "backslashreplace"))
    more = len(value) - SHOWN_BYTES
    return f"{text}\n… {more:,} more bytes: `tickertape dlq show {id_} --raw`" if more > 0 else text
