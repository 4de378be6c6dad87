"""One record → one line for people, as rich text: what a colour says is said by words too."""

from base64 import b64decode
from collections.abc import Callable
from typing import Any

from rich.text import Text

from pipeline import codec, topics
from pipeline.cli.terminal import printable
from pipeline.records import Message

MODALITY_STYLE = {
    "asserted": "green",
    "future": "cyan",
    "possible": "yellow",
    "alleged": "yellow",
    "denied": "red",
    "historical": "dim",
}
FAMILY_STYLE = {
    "conflict": "bold red",
    "unrest": "bold magenta",
    "diplomacy": "bold blue",
    "peace": "bold green",
    "assistance": "bold cyan",
}
OUTCOME_STYLE = {"events": "green", "dead-letter": "red", "held": "yellow", "retracted": "magenta"}
NOBODY = "–"
SENTENCE_CHARS = 120


def line(schema: str, message: Message, value: Any) -> Text:
    """The line of a record of that schema; a tombstone and a shape we do not know have a line too."""
    if value is None:
        return Text.assemble((_key(message), "dim"), "  (removed)")
    return LINES.get(schema, _plain)(message, value)


def event_line(message: Message, event: dict[str, Any]) -> Text:
    """When, what, who → whom, where, how sure, who says so, and the sentence."""
    data = event["data"]
    change = event["type"].split(".")[2]
    if change == "retracted":
        return _retraction_line(data)
    attribution = data["attribution"]
    said_by = f"  says {printable(attribution['source'])}" if attribution else ""
    place = f"  @ {printable(data['location']['name'])}" if data["location"] else ""
    corrected = "  (corrected)" if change == "updated" else ""
    return Text.assemble(
        _when(data), "  ",
        (f"{data['kind']:<20}", FAMILY_STYLE.get(data["family"], "")), "  ",
        (f"{data['modality']:<10}", MODALITY_STYLE.get(data["modality"], "")), "  ",
        _participants(data), (place, "cyan"), f"  {data['confidence']:.2f}", (said_by, "italic"), corrected, "  ",
        (_quoted(data["sentence"]["text"]), "dim"),
    )  # fmt: skip


def _quoted(sentence: str) -> str:
    text = printable(sentence)
    return f"“{text}”" if len(text) <= SENTENCE_CHARS else f"“{text[:SENTENCE_CHARS]}…”"


def _retraction_line(data: dict[str, Any]) -> Text:
    about = printable(data["article"]["headline"] or data["article"]["key"])
    return Text.assemble(
        _when(data), "  ", (f"{data['kind']:<20}", "dim"), "  ", ("retracted ", "red"),
        f"  {data['event_id']}  ({data['reason']})  {about}",
    )  # fmt: skip


def _participants(data: dict[str, Any]) -> str:
    sides = [", ".join(printable(one["name"]) for one in data[side]) for side in ("actors", "recipients", "about")]
    actors, recipients, about = sides
    said = actors or NOBODY
    if recipients:
        said += f" → {recipients}"
    return f"{said} (about {about})" if about else said


def flat_line(message: Message, row: dict[str, Any]) -> Text:
    """The same of one flat row."""
    who = printable(row["actors"] or NOBODY) + (f" → {printable(row['recipients'])}" if row["recipients"] else "")
    place = f"  @ {printable(row['location'])}" if row["location"] else ""
    return Text.assemble(
        _when(row), "  ",
        (f"{row['kind']:<20}", FAMILY_STYLE.get(row["family"], "")), "  ",
        (f"{row['modality']:<10}", MODALITY_STYLE.get(row["modality"], "")), "  ",
        who, (place, "cyan"), f"  {row['confidence']:.2f}  ", (_quoted(row["sentence"]), "dim"),
    )  # fmt: skip


def outcome_line(message: Message, outcome: dict[str, Any]) -> Text:
    """What became of an input, and where it stood."""
    stood, problem = outcome["input"], outcome["problem"]
    count = f"  {len(outcome['event_ids'])} events" if outcome["event_ids"] else ""
    why = f"  {problem['code']}: {printable(problem['message'])}" if problem else ""
    return Text.assemble(
        _minute(outcome["recorded_at"]), "  ", (f"{outcome['outcome']:<11}", OUTCOME_STYLE.get(outcome["outcome"], "")),
        f"  {stood['topic']} {stood['partition']}:{stood['offset']}  {printable(outcome['article_key'] or NOBODY)}",
        count or why,
    )  # fmt: skip


def dead_letter_line(message: Message, letter: dict[str, Any]) -> Text:
    """When, its id for `tickertape dlq`, code, stage, size, key, and what was wrong."""
    problem = letter["problem"]
    key = printable(b64decode(letter["key_base64"] or "").decode("utf-8", "backslashreplace")) or NOBODY
    return Text.assemble(
        _minute(letter["recorded_at"]), f"  {message.partition}:{message.offset}  ", (problem["code"], "red"),
        f"  {letter['stage']}  {letter['value_bytes']:,} bytes  {key}  {printable(problem['message'])}",
    )  # fmt: skip


def entities_line(message: Message, mentions: dict[str, Any]) -> Text:
    """The article, and its names by label."""
    names = dict.fromkeys(f"{printable(one['name'] or one['text'])}/{one['label']}" for one in mentions["entities"])
    article = mentions["article"]
    found = f"  {', '.join(names)}" if names else ""
    return Text.assemble((printable(article["headline"] or article["key"]), "bold"), found)


def article_line(message: Message, article: dict[str, Any]) -> Text:
    """Key, version, headline or the beginning of the text."""
    said = article.get("headline") or article["text"][:200]
    key, version = printable(f"{article['provider']}|{article['guid']}"), printable(article.get("version", "1"))
    return Text.assemble(_minute(article.get("published_at")), "  ", (key, "bold"), f"  v{version}  {printable(said)}")


def state_line(message: Message, state: dict[str, Any]) -> Text:
    """The item, its version, how many events it stands for, and what waits."""
    settled, held = state["settled"], state["held"]
    standing = sum(not event["retracted"] for event in state["events"].values())
    version = f"  v{printable(settled['version'])}" if settled else ""
    waits = (
        f"  v{printable(held['article']['version'])} held until {held['until'] or 'somebody decides'}" if held else ""
    )
    return Text.assemble((_key(message), "bold"), f"{version}  {standing} events", (waits, "yellow"))


def source_line(message: Message, state: dict[str, Any]) -> Text:
    """When it was last tried, the source, what it has brought, and what is wrong with it."""
    problem = state["problem"]
    wrong = f"  {problem['code']}: {printable(problem['message'])}" if problem else ""
    return Text.assemble(
        _minute(state["last_attempt_at"]), "  ", (printable(state["source"]), "bold"),
        f"  {state['type']}  {state['articles']:,} articles", (wrong, "red"),
    )  # fmt: skip


def alert_line(message: Message, alert: dict[str, Any]) -> Text:
    """When, which rule, what it says, and whom it tells."""
    return Text.assemble(
        _minute(alert["fired_at"]), "  ", (f"{alert['rule']:<20}", FAMILY_STYLE.get(alert["family"], "")), "  ",
        printable(alert["title"]), (f"  → {', '.join(alert['channels'])}", "cyan"),
    )  # fmt: skip


def alert_state_line(message: Message, state: dict[str, Any]) -> Text:
    """The article, and how many alerts of which rules stand."""
    rules = dict.fromkeys(one["rule"] for one in state["told"])
    standing = sum(not one["retracted"] for one in state["told"])
    return Text.assemble(
        (_key(message), "bold"), f"  {standing} alerts stand of {len(state['told'])}: {', '.join(rules)}"
    )


def story_line(message: Message, story: dict[str, Any]) -> Text:
    """When it was last told, what happened, how many tell it, from how many sources, and where."""
    places = ", ".join(printable(place["name"]) for place in story["places"])
    told = f"{story['articles']} articles, {len(story['sources'])} sources"
    disputed = (
        f"  also told as {', '.join(one['name'] for one in story['disagreement'])}" if story["disagreement"] else ""
    )
    return Text.assemble(
        _minute(story["last_seen_at"]), "  ", (f"{story['kind'] or NOBODY:<20}", "bold"), f"  {told}",
        (f"  @ {places}" if places else "", "cyan"), (disputed, "yellow"),
        f"  {printable(story['headline'] or story['story_id'])}",
    )  # fmt: skip


def told_line(message: Message, told: dict[str, Any]) -> Text:
    """An article on its way to a story: what it tells."""
    article, tells = told["article"], told["tells"] or {"kinds": []}
    kinds = ", ".join(tells["kinds"]) or NOBODY
    return Text.assemble((_key(message), "dim"), "  ", (printable(article["key"]), "bold"), f"  {kinds}")


def _plain(message: Message, value: Any) -> Text:
    return Text(f"{_key(message)}  {printable(codec.encode(value).decode())}")


def _key(message: Message) -> str:
    return printable((message.key or b"").decode("utf-8", "replace"))


def _when(record: dict[str, Any]) -> str:
    """When the article was published; else when we had it."""
    article = record.get("article", record)
    return _minute(article["published_at"] or record["detected_at"])


def _minute(instant: str | None) -> str:
    return f"{(instant or '').replace('T', ' ')[:16]:<16}"


LINES: dict[str, Callable[[Message, Any], Text]] = {
    topics.EVENTS.schema: event_line,
    topics.FLAT.schema: flat_line,
    topics.OUTCOMES.schema: outcome_line,
    topics.DEAD_LETTERS.schema: dead_letter_line,
    topics.ENTITIES.schema: entities_line,
    topics.ARTICLES.schema: article_line,
    topics.STATE.schema: state_line,
    topics.SOURCE_STATE.schema: source_line,
    topics.ALERTS.schema: alert_line,
    topics.ALERT_STATE.schema: alert_state_line,
    topics.STORIES.schema: story_line,
    topics.SIGNATURES.schema: told_line,
    topics.STORY_ARTICLES.schema: told_line,
    topics.STORY_INDEX.schema: _plain,
    topics.STORY_STATE.schema: _plain,
}
