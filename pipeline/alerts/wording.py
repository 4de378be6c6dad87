"""An alert of an event or of a story in words: a title of one line, and some lines of text.

Foreign text comes on one line, without control characters.
"""

from collections.abc import Mapping
from typing import Any

from pipeline.alerts.records import FirstAlert

SENTENCE_CHARS = 500
TITLE_CHARS = 200
MOST_SOURCES = 20
REASONS = {"corrected": "corrected", "canceled": "canceled by the source", "withheld": "withheld by the source"}


def title(data: Mapping[str, Any]) -> str:
    """`ceasefire-agreed in Libya: GNA → LNA (alleged)`."""
    place = f" in {plain(data['location']['name'])}" if data["location"] else ""
    said = ": ".join(part for part in (f"{data['kind']}{place}", _who(data)) if part)
    doubt = "" if data["modality"] == "asserted" else f" ({data['modality']})"
    return _cut(said, TITLE_CHARS) + doubt


def text(data: Mapping[str, Any]) -> str:
    """The sentence, who says so, and where to read it."""
    article, attribution = data["article"], data["attribution"]
    heading = [plain(part) for part in (article["provider"], article["headline"]) if part]
    sure = f"confidence {data['confidence']:.2f}" + (f", says {plain(attribution['source'])}" if attribution else "")
    lines = [f"“{_cut(plain(data['sentence']['text']), SENTENCE_CHARS)}”", sure, ": ".join(heading)]
    return "\n".join([*lines, *([plain(article["url"])] if article["url"] else [])])


def updated(data: Mapping[str, Any], before: tuple[str, str | None], first: FirstAlert) -> tuple[str, str]:
    """(title, text) where kind or modality are no longer those that were told."""
    was = " ".join(part for part in before if part)
    head = f"UPDATED: {title(data)}"
    return head, f"It was {was} in the alert of {_minute(first.fired_at)}.\n{text(data)}"


def retracted(data: Mapping[str, Any], first: FirstAlert) -> tuple[str, str]:
    """(title, text) of a retraction. What was said is not said again: a source may have had to withdraw it."""
    told = _minute(first.fired_at)
    reason = REASONS.get(data["reason"], data["reason"])
    head = f"RETRACTED: {data['kind']}, told on {told}"
    article = plain(data["article"]["key"])
    return head, f"Please disregard the alert {first.alert_id} of {told}: {reason}.\nArticle {article}"


def story_title(story: Mapping[str, Any]) -> str:
    """`ceasefire-agreed in Libya (3 independent sources)`."""
    place = f" in {plain(story['places'][0]['name'])}" if story["places"] else ""
    return f"{_cut(story['kind'] + place, TITLE_CHARS)} ({len(story['sources'])} independent sources)"


def story_text(story: Mapping[str, Any]) -> str:
    """The headline, who tells the story, how many of them tell of its kind, and what others tell instead."""
    sources, told = story["sources"], next(one for one in story["kinds"] if one["name"] == story["kind"])
    names = ", ".join(plain(one) for one in sources[:MOST_SOURCES])
    more = f" and {len(sources) - MOST_SOURCES} more" if len(sources) > MOST_SOURCES else ""
    lines = [_cut(plain(story["headline"]), SENTENCE_CHARS)] if story["headline"] else []
    lines += [
        f"{len(sources)} independent sources in {story['articles']} articles: {names}{more}",
        f"{story['kind']} is told by {told['sources']} of them",
    ]
    rivals = ", ".join(f"{one['name']} ({one['sources']})" for one in story["disagreement"])
    return "\n".join([*lines, *([f"Told instead: {rivals}"] if rivals else [])])


def story_updated(story: Mapping[str, Any], before: str, first: FirstAlert) -> tuple[str, str]:
    """(title, text) where nobody tells the kind any more that was told."""
    return (
        f"UPDATED: {story_title(story)}",
        f"It was {before} in the alert of {_minute(first.fired_at)}.\n{story_text(story)}",
    )


def story_retracted(story_id: str, kind: str, lost: str, first: FirstAlert) -> tuple[str, str]:
    """(title, text) of a retraction; `lost` is what there is no more, in words."""
    told = _minute(first.fired_at)
    text = f"Please disregard the alert {first.alert_id} of {told}: {lost}.\nStory {story_id}"
    return f"RETRACTED: {kind}, told on {told}", text


def plain(foreign: str) -> str:
    """On one line, without what is not printable (control characters, marks that turn the direction of writing)."""
    return "".join(sign for sign in " ".join(foreign.split()) if sign.isprintable())


def _who(data: Mapping[str, Any]) -> str:
    actors, recipients = (", ".join(plain(one["name"]) for one in data[role]) for role in ("actors", "recipients"))
    return " → ".join(part for part in (actors, recipients) if part)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[:most] + "…"


def _minute(instant: str) -> str:
    """2024-06-16 08:00 UTC"""
    return f"{instant[:16].replace('T', ' ')} UTC"
