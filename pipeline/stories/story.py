"""The articles of a story to what they tell together."""

import heapq
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain
from operator import attrgetter

from pipeline.stories.records import NamedPlace, Story, StoryArticle, StoryState, Telling, Told

NEW = StoryState(revision=0, articles={}, story=None)
# A story keeps so many of its articles, the last to come in: a state of a third of a megabyte at most.
MOST_ARTICLES = 400
MOST_LISTED = 50
MOST_EVENTS = 200
MOST_NAMES = 12


def revised(state: StoryState, change: StoryArticle) -> StoryState:
    """The state after an article joined, changed or left; its revision is higher if its story changed by that."""
    articles = {key: one for key, one in state.articles.items() if key != change.article.key}
    if change.tells is not None:
        articles[change.article.key] = change
    kept = dict(list(articles.items())[-MOST_ARTICLES:])
    story = told(change.story_id, state.revision, kept)
    if story == state.story:
        return replace(state, articles=kept)
    revision = state.revision + 1
    return StoryState(
        revision=revision, articles=kept, story=None if story is None else replace(story, revision=revision)
    )


def told(story_id: str, revision: int, articles: Mapping[str, StoryArticle]) -> Story | None:
    """What the articles tell; None: there are none. It does not depend on the order in which they came."""
    ordered = sorted(articles.values(), key=attrgetter("seen_at", "article.key"))
    if not ordered:
        return None
    kinds = counted((kind, one) for one in ordered for kind in _tells(one).kinds)
    kind = kinds[0].name if kinds else None
    places = Counter(place for one in ordered for place in _tells(one).places)
    return Story(
        story_id=story_id,
        revision=revision,
        headline=next((one.article.headline for one in ordered if one.article.headline), None),
        kind=kind,
        kinds=kinds,
        disagreement=[] if kind is None else rivals(kind, ordered),
        first_seen_at=ordered[0].seen_at,
        last_seen_at=ordered[-1].seen_at,
        articles=len(ordered),
        sources=sorted({one.source for one in ordered}),
        places=sorted(places, key=lambda place: (-places[place], _ordered(place)))[:MOST_NAMES],
        participants=counted(((name, one) for one in ordered for name in _tells(one).participants), MOST_NAMES),
        article_keys=[one.article.key for one in ordered[-MOST_LISTED:]],
        event_ids=list(chain.from_iterable(_tells(one).event_ids for one in ordered))[-MOST_EVENTS:],
    )


def counted(pairs: Iterable[tuple[str, StoryArticle]], most: int | None = None) -> list[Told]:
    """What the articles tell, each with how many do; what most independent sources tell first, then what most articles do,
    then what was told last."""
    tellers: dict[str, _Tellers] = {}
    for place, (name, article) in enumerate(pairs):
        found = tellers.get(name)
        if found is None:
            found = tellers[name] = _Tellers(name)
        found.articles += 1
        found.sources.add(article.source)
        found.last = place
    ranked = heapq.nsmallest(len(tellers) if most is None else most, tellers.values(), key=_Tellers.rank)
    return [Told(name=one.name, articles=one.articles, sources=len(one.sources)) for one in ranked]


@dataclass(slots=True)
class _Tellers:
    """Who tells a name: how many articles, of which sources, and which came last."""

    name: str
    articles: int = 0
    sources: set[str] = field(default_factory=set)
    last: int = 0

    def rank(self) -> tuple[int, int, int]:
        return -len(self.sources), -self.articles, -self.last


def rivals(kind: str, articles: Iterable[StoryArticle]) -> list[Told]:
    """What is told of the same matter (talks, a ceasefire …) by articles that do not tell `kind`."""
    others = [one for one in articles if kind not in _tells(one).kinds]
    return counted((rival, one) for one in others for rival in _tells(one).kinds if matter(rival) == matter(kind))


def matter(kind: str) -> str:
    """What a kind is about: "talks" of talks-postponed."""
    return kind.partition("-")[0]


def _tells(article: StoryArticle) -> Telling:
    if article.tells is None:
        raise AssertionError("an article of a story tells something")
    return article.tells


def _ordered(place: NamedPlace) -> tuple[str, str]:
    return place.name, place.country or ""
