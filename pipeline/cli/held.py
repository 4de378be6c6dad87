"""`tickertape held`: articles under embargo listed, and released by hand."""

import click

from pipeline import codec, embargoes
from pipeline.broker.produce import producing
from pipeline.cli.terminal import printable
from pipeline.embargoes import Held
from pipeline.errors import TickertapeError
from pipeline.records import Message
from pipeline.settings import Settings
from pipeline.stages.held import release_by_hand

HEADLINE_CHARS = 80


@click.group()
def held() -> None:
    """Articles under embargo. The worker releases them when their time has come; what it cannot read waits for you."""


@held.command("list")
@click.option("--json", "as_json", is_flag=True, help="JSON Lines, without the texts.")
def list_(as_json: bool) -> None:
    """One line an article that waits: until when, its key, its version, what the provider says, its headline."""
    found = embargoes.embargoes(Settings.from_env(), _unreadable)
    for one in found:
        click.echo(_json(one) if as_json else _line(one))
    if not as_json:
        click.echo(f"{len(found):,} wait" + ("; let one out: `tickertape held release KEY`" if found else ""), err=True)


@held.command()
@click.argument("keys", metavar="KEY...", nargs=-1, required=True)
@click.option("--dry-run", is_flag=True, help="Say what would be sent, send nothing.")
def release(keys: tuple[str, ...], dry_run: bool) -> None:
    """Send what waits under each KEY (provider|guid) in again without its embargo, which its origin then tells of."""
    settings = Settings.from_env()
    found = {one.key: one for one in embargoes.embargoes(settings, _unreadable)}
    unknown = [key for key in keys if key not in found]
    if unknown:
        raise TickertapeError(
            f"nothing waits under {printable(', '.join(unknown))}; `tickertape held list` shows what does"
        )
    with producing(settings) as producer:
        for key in dict.fromkeys(keys):
            sent = release_by_hand(found[key].record)
            if not dry_run:
                producer.produce(settings.topic_prefix + sent.topic, sent.key, sent.value, sent.headers)
            click.echo(
                f"{_line(found[key])}  {'would go' if dry_run else 'goes'} to {settings.topic_prefix}{sent.topic}"
            )
    click.echo(f"{producer.confirmed:,} confirmed", err=True)


def _unreadable(message: Message, error: codec.DecodeError) -> None:
    click.echo(f"{message.topic} {message.partition}:{message.offset} is no state: {error.code}: {error}", err=True)


def _line(one: Held) -> str:
    record, article = one.record, one.record.article
    until = (record.until or "until you say so").replace("T", " ")[:16]
    said = f"{record.problem.code}: {record.problem.message}"
    headline = printable(article.headline or article.text[:HEADLINE_CHARS])[:HEADLINE_CHARS]
    return f"{until:<16}  {printable(one.key)}  v{printable(article.version)}  {printable(said)}  {headline}"


def _json(one: Held) -> bytes:
    plain = codec.plain(one.record)
    return codec.encode({"key": one.key} | plain | {"article": plain["article"] | {"text": None}})
