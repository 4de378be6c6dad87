"""`tickertape explain`: what is found in a text, and why, for people."""

import re
import sys
from collections.abc import Iterator
from typing import TextIO

import click
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from pipeline import instants
from pipeline.cli.lines import FAMILY_STYLE, MODALITY_STYLE
from pipeline.cli.terminal import printable
from pipeline.records import Annotation, Article, Event
from pipeline.settings import Settings, limit_math_threads

ROLE_STYLE = {"trigger": "bold reverse", "actor": "bold green", "recipient": "bold red", "about": "bold blue",
              "place": "bold cyan", "time": "bold yellow", "source": "bold magenta"}  # fmt: skip
MARK = {"trigger": "!", "actor": "A", "recipient": "R", "about": "~", "place": "@", "time": "t", "source": "s"}


@click.command()
@click.argument("text", required=False)
@click.option("--published-at", metavar="DATE", help='The day that "last week" counts from, such as 2020-06-14.')
@click.option(
    "--html",
    type=click.File("w", encoding="utf-8", errors="replace"),
    metavar="FILE",
    help="Write a page for the browser instead; - is stdout.",
)
def explain(text: str | None, published_at: str | None, html: TextIO | None) -> None:
    """Show what is found in TEXT (or on stdin), and why.

    Each event is shown in its sentence: the trigger, who did it (A) to whom (R), about what (~), where (@), when (t) and
    who says so (s); below it the rule of the lexicon that found it.
    """
    if published_at is not None and instants.day(published_at) is None:
        raise click.BadParameter("no date, such as 2020-06-14", param_hint="--published-at")
    limit_math_threads()
    from pipeline.stages.annotate import annotate

    given = text if text is not None else sys.stdin.buffer.read().decode("utf-8", "replace")
    article = Article(provider="explain", guid="1", text=given, published_at=published_at)
    (annotation,) = annotate([article], Settings.from_env())
    if html is None:
        show(given, annotation, Console(highlight=False))
    else:
        from pipeline.cli.explain_page import page

        html.write(page(given, annotation))


def show(text: str, annotation: Annotation, console: Console) -> None:
    """Print every event of the annotation in its sentence."""
    for event in annotation.events:
        console.print(headline(event))
        console.print(Padding(sentence(text, event), (0, 0, 0, 2)))
        for line in reasons(event):
            console.print(Padding(Text(line), (0, 0, 0, 2)))
        console.print()
    if not annotation.events:
        console.print("No event: no trigger of the lexicon stands here with what its rule asks for.")
    named = sorted({f"{mention.name or mention.text} ({mention.label})" for mention in annotation.entities})
    if named:
        console.print(Text("Entities: " + printable(", ".join(named)), style="dim"))


def headline(event: Event) -> Text:
    """Kind, modality, type and confidence in one line."""
    mode = f"/{event.mode}" if event.mode else ""
    return Text.assemble(
        (event.kind, FAMILY_STYLE.get(event.family, "bold")), "  ",
        (event.modality, MODALITY_STYLE.get(event.modality, "")), "  ",
        (f"{event.type}{mode}  confidence {event.confidence:.2f}", "dim"),
    )  # fmt: skip


def parts(event: Event) -> Iterator[tuple[str, int, int]]:
    """(role, start, end) of every span of the event, the trigger last so that it wins where spans meet."""
    if event.location is not None:
        yield "place", event.location.start, event.location.end
    if event.time is not None:
        yield from _time_span(event, event.time.text)
    if event.attribution is not None:
        yield "source", event.attribution.start, event.attribution.end
    for role, found in (("about", event.about), ("recipient", event.recipients), ("actor", event.actors)):
        for participant in found:
            yield role, participant.start, participant.end
    yield "trigger", event.trigger.start, event.trigger.end


def _time_span(event: Event, words: str) -> Iterator[tuple[str, int, int]]:
    """The time expression nearest to the trigger; the model may have read "ON SUNDAY" in small letters."""
    begin, trigger = event.sentence.start, event.trigger.start
    stands = [begin + found.start() for found in re.finditer(re.escape(words), event.sentence.text, re.IGNORECASE)]
    for start in sorted(stands, key=lambda start: abs(start - trigger))[:1]:
        yield "time", start, start + len(words)


def sentence(text: str, event: Event) -> Text:
    """The sentence with its parts coloured and, where colour is off, marked by letters in brackets."""
    start, end = event.sentence.start, event.sentence.end
    role_at = [""] * (end - start)
    for role, first, last in parts(event):
        for index in range(max(first, start), min(last, end)):
            role_at[index - start] = role
    shown = Text()
    for index, role in enumerate(role_at):
        opens = role and (index == 0 or role_at[index - 1] != role)
        closes = role and (index == len(role_at) - 1 or role_at[index + 1] != role)
        letter = " " if text[start + index].isspace() else printable(text[start + index])
        shown.append(("[" if opens else "") + letter, ROLE_STYLE.get(role, ""))
        if closes:
            shown.append(f"]{MARK[role]}", ROLE_STYLE.get(role, "") + " dim")
    return shown


def reasons(event: Event) -> Iterator[str]:
    """Why, line by line."""
    for title, said in why(event):
        yield f"{title:<10} {said}"


def why(event: Event) -> Iterator[tuple[str, str]]:
    """Why, as (title, words): each argument by name, and the rule."""
    for title, found in (("actor", event.actors), ("recipient", event.recipients), ("about", event.about)):
        for participant in found:
            who = ", ".join(part for part in (participant.country, participant.sector) if part)
            yield title, printable(participant.name) + (f" ({who})" if who else "")
    if event.location is not None:
        yield "where", f"{printable(event.location.name)} ({event.location.precision})"
    if event.time is not None:
        yield "when", f"{printable(event.time.text)} = {_dates(event.time.start_on, event.time.end_on)}"
    if event.attribution is not None:
        yield "says who", printable(event.attribution.source)
    yield "rule", event.rule


def _dates(start_on: str | None, end_on: str | None) -> str:
    if start_on is None:
        return "unresolved (say --published-at)"
    return start_on if start_on == end_on else f"{start_on} … {end_on}"
