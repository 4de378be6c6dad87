"""The demo's two tables: what was found, and what became of every article."""

from collections.abc import Iterator, Sequence
from typing import Any

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.cli.lines import FAMILY_STYLE, MODALITY_STYLE, OUTCOME_STYLE
from pipeline.cli.terminal import printable

LONGEST_SIDE = 90


def show(console: Console, events: Sequence[dict[str, Any]], outcomes: Sequence[dict[str, Any]]) -> None:
    """Events by article in the order in which they were published, then the outcomes."""
    by_article: dict[str, list[dict[str, Any]]] = {}
    for event in events:
        by_article.setdefault(event["data"]["article"]["key"], []).append(event)
    for key, found in sorted(by_article.items()):
        console.print(_article_table(key, found))
    console.print(_outcome_table(outcomes))


def _article_table(key: str, events: Sequence[dict[str, Any]]) -> Table:
    headline = next((e["data"]["article"]["headline"] for e in events if e["data"]["article"]["headline"]), None)
    table = Table(
        title=Text(printable(headline or key), "bold"),
        title_justify="left",
        expand=True,
        show_lines=True,
        box=SIMPLE,
    )
    table.add_column("event", no_wrap=True, min_width=19)
    table.add_column("who, where, when, who says so", ratio=2)
    table.add_column("sentence", ratio=3)
    for event in events:
        table.add_row(*_row(event))
    return table


def _row(event: dict[str, Any]) -> tuple[Text, Text, Text]:
    data = event["data"]
    kind = Text(data["kind"], FAMILY_STYLE.get(data["family"], ""))
    if event["type"] == "news.event.retracted.v1":
        return (
            kind.append("\nretracted", "bold magenta"),
            Text(),
            Text(f"taken back: the article was {data['reason']}", "dim"),
        )
    kind.append("\n" + data["modality"], MODALITY_STYLE.get(data["modality"], ""))
    if event["type"] == "news.event.updated.v1":
        kind.append(", updated", "bold magenta")
    return kind, Text("\n".join(_facts(data))), _sentence(data)


def _facts(data: dict[str, Any]) -> Iterator[str]:
    actors, recipients, about = (
        ", ".join(printable(one["name"]) for one in data[side]) for side in ("actors", "recipients", "about")
    )
    if actors or recipients:
        yield (actors or "?") + (f" → {recipients}" if recipients else "")
    if about:
        yield f"about {about}"
    location, time = data["location"], data["time"]
    place = [("near " if location["precision"] == "near" else "in ") + printable(location["name"])] if location else []
    moment = [time["start_on"] or printable(time["text"])] if time else []
    if place or moment:
        yield ", ".join(place + moment)
    if data["attribution"]:
        yield f"says {printable(data['attribution']['source'])}"


def _sentence(data: dict[str, Any]) -> Text:
    """The sentence around its trigger, which stands out."""
    sentence, trigger = data["sentence"], data["trigger"]
    first, last = trigger["start"] - sentence["start"], trigger["end"] - sentence["start"]
    before, after = sentence["text"][:first], sentence["text"][last:]
    if len(before) > LONGEST_SIDE:
        before = "…" + before[-LONGEST_SIDE:]
    if len(after) > LONGEST_SIDE:
        after = after[:LONGEST_SIDE] + "…"
    gap = " " if before[-1:].isspace() else ""
    return Text.assemble((printable(before) + gap, "dim"), (printable(trigger["text"]), "bold"), (_rest(after), "dim"))


def _rest(after: str) -> str:
    return (" " if after[:1].isspace() else "") + printable(after)


def _outcome_table(outcomes: Sequence[dict[str, Any]]) -> Table:
    table = Table(title="Every article has exactly one outcome", title_justify="left", title_style="bold")
    table.add_column("article")
    table.add_column("version")
    table.add_column("outcome")
    table.add_column("events", justify="right")
    table.add_column("why")
    for outcome in outcomes:
        problem = outcome["problem"]
        table.add_row(
            Text(printable(outcome["article_key"] or "?")),
            Text(printable(outcome["version"] or "")),
            Text(outcome["outcome"], OUTCOME_STYLE.get(outcome["outcome"], "")),
            str(len(outcome["event_ids"])),
            Text(printable(f"{problem['code']}: {problem['message']}")[:60] if problem else ""),
        )
    return table
