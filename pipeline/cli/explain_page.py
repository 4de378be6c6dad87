"""`tickertape explain --html`: the same for a browser: one page that needs nothing else, in light and dark.

displaCy draws one layer of labels over a whole Doc; an event is a sentence of its own with parts that may lie in each other,
so the page is our own. All text of strangers is escaped.
"""

from collections.abc import Iterator
from html import escape

from pipeline.cli.explain import parts, why
from pipeline.records import Annotation, Event

ROLES = ("trigger", "actor", "recipient", "about", "place", "time", "source")
MEANING = {
    "trigger": "what says it", "actor": "who", "recipient": "to whom", "about": "about what", "place": "where",
    "time": "when", "source": "who says so",
}  # fmt: skip
# Hue of each role, in degrees: far enough apart to be told from each other; the label says it too.
HUES = {"trigger": 268, "actor": 145, "recipient": 8, "about": 215, "place": 188, "time": 42, "source": 318}
STYLE = """
:root { color-scheme: light dark; --ink: #1c2128; --dim: #5d6673; --paper: #f6f5f2; --card: #fff; --line: #dedbd4;
  --wash: 90%; --mark: 34%; --soft: 62%; }
@media (prefers-color-scheme: dark) { :root { --ink: #e7e5e0; --dim: #9aa3ae; --paper: #14171b; --card: #1d2127;
  --line: #333942; --wash: 22%; --mark: 74%; --soft: 42%; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 54rem; padding: 2.5rem 1.25rem 4rem; background: var(--paper); color: var(--ink);
  font: 16px/1.6 system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; }
header h1 { font-size: 1.05rem; margin: 0; letter-spacing: .02em; }
header p { margin: .1rem 0 1.25rem; color: var(--dim); font-size: .9rem; }
.legend { display: flex; flex-wrap: wrap; gap: .4rem .5rem; margin: 0 0 1.75rem; padding: 0; list-style: none; }
.legend li { font-size: .8rem; color: var(--dim); }
article { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 1.1rem 1.35rem 1.2rem;
  margin: 0 0 1.1rem; overflow-wrap: anywhere; }
h2 { display: flex; flex-wrap: wrap; align-items: baseline; gap: .3rem .7rem; margin: 0 0 .6rem; font-size: 1.05rem; }
h2 small { font-weight: 400; font-size: .8rem; color: var(--dim); }
h2 .sure { margin-left: auto; font-variant-numeric: tabular-nums; }
.modality { border: 1px solid currentColor; border-radius: 99px; padding: 0 .6em; font-size: .75rem; font-weight: 600; }
.asserted { color: hsl(145 55% var(--mark)); } .future { color: hsl(205 65% var(--mark)); }
.possible, .alleged { color: hsl(38 75% var(--mark)); } .denied { color: hsl(4 65% var(--mark)); }
.historical { color: var(--dim); }
blockquote { margin: 0 0 .9rem; font-size: 1.1rem; line-height: 2.15; }
mark { color: inherit; border-radius: 5px; padding: .16em .3em; box-decoration-break: clone; -webkit-box-decoration-break: clone;
  background: hsl(var(--hue) var(--soft) var(--wash)); border-bottom: 2px solid hsl(var(--hue) 55% var(--mark)); }
mark b { margin-left: .45em; font-size: .62em; font-weight: 700; letter-spacing: .05em; text-transform: uppercase;
  color: hsl(var(--hue) 60% var(--mark)); white-space: nowrap; }
.legend mark { font-size: .85rem; color: var(--ink); }
dl { display: grid; grid-template-columns: 5rem 1fr; gap: .1rem 1rem; margin: 0; font-size: .88rem; }
dt { color: var(--dim); } dd { margin: 0; }
.rule { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: .82rem; }
.none { color: var(--dim); }
"""


def page(text: str, annotation: Annotation) -> str:
    """The page of all events of a text, in text order."""
    cards = "\n".join(card(text, event) for event in annotation.events)
    count = len(annotation.events)
    said = f"{count} event{'' if count == 1 else 's'} in {len(text):,} characters"
    nothing = '<p class="none">No event: no trigger of the lexicon stands here with what its rule asks for.</p>'
    hues = "\n".join(f".{role} {{ --hue: {HUES[role]}; }}" for role in ROLES)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>Tickertape: events, explained</title>\n'
        f"<style>{STYLE}{hues}\n</style>\n</head>\n<body>\n<header>\n<h1>Tickertape</h1>\n<p>{said}</p>\n</header>\n"
        f"{legend()}\n<main>\n{cards or nothing}\n</main>\n</body>\n</html>\n"
    )


def legend() -> str:
    """Every role with its colour and its meaning."""
    items = (f'<li><mark class="{role}">{role}</mark> {MEANING[role]}</li>' for role in ROLES)
    return f'<ul class="legend">{"".join(items)}</ul>'


def card(text: str, event: Event) -> str:
    """One event: what and how sure, its sentence, and why."""
    mode = f" / {event.mode}" if event.mode else ""
    return (
        f'<article id="{escape(event.event_id)}">\n<h2>{escape(event.kind)} <span class="modality {event.modality}">'
        f"{event.modality}</span> <small>{escape(event.family)} · {escape(event.type + mode)}</small>"
        f'<small class="sure">confidence {event.confidence:.2f}</small></h2>\n'
        f"<blockquote>{sentence(text, event)}</blockquote>\n<dl>{''.join(_reasons(event))}</dl>\n</article>"
    )


def sentence(text: str, event: Event) -> str:
    """The sentence with its parts marked and named."""
    return "".join(
        f'<mark class="{role}">{escape(words)}<b>{role}</b></mark>' if role else escape(words)
        for role, words in stretches(text, event)
    )


def stretches(text: str, event: Event) -> Iterator[tuple[str, str]]:
    """(role or "", words) from the sentence's start to its end; where parts meet the later of `parts` wins."""
    start, end = event.sentence.start, event.sentence.end
    role_at: list[tuple[str, int]] = [("", -1)] * (end - start)
    for role, first, last in parts(event):
        for index in range(max(first, start), min(last, end)):
            role_at[index - start] = (role, first)
    begun = 0
    for index in range(1, len(role_at) + 1):
        if index == len(role_at) or role_at[index] != role_at[begun]:
            yield role_at[begun][0], text[start + begun : start + index]
            begun = index


def _reasons(event: Event) -> Iterator[str]:
    for title, said in why(event):
        yield f"<dt>{escape(title)}</dt><dd{RULE if title == 'rule' else ''}>{escape(said)}</dd>"


RULE = ' class="rule"'
