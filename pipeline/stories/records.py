"""What travels of stories; the schemas are its mirror, as of records.py."""

from dataclasses import dataclass

from pipeline.records import ArticleRef


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedPlace:
    """A place that articles name; degrees WGS 84."""

    name: str
    country: str | None
    lat: float | None
    lon: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What one article tells: each kind, participant and place once, in text order; denied and past events are left out."""

    kinds: list[str]
    participants: list[str]
    places: list[NamedPlace]
    event_ids: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """Value of news.signatures.v1: one article version as the search for its story sees it.

    `source` is who reported it first (an agency, not the outlet). `tells` None: the article was taken back. `terms` are
    stems with weights, a vector of length 1000.
    """

    article: ArticleRef
    source: str
    tells: Telling | None
    terms: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryIndex:
    """Value of news.story-index.v1. Under the key `language|story_id`: a story of the last days, packed into a line by
    `stories/packing.py`. Under the key `language`: the `seal`, which stands for all of them (version 1: no seal, all lines).
    """

    stories: list[str]
    seal: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryArticle:
    """Value of news.story-articles.v1: an article joined a story, changed in it, or left it (`tells` None)."""

    story_id: str
    article: ArticleRef
    source: str
    tells: Telling | None
    seen_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A count of the articles of a story that tell the same, and of the independent sources among them."""

    name: str
    articles: int
    sources: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Value of news.stories.v1: what many articles tell of one happening.

    Seen at: when an article was published, by its own account, else when it came in. `sources` are the independent ones:
    original agencies, not outlets. `kind` is what most of them tell (None: no event); `disagreement` are its rivals: what
    articles tell of the same matter instead. Lists are bounded, counts are not.
    """

    story_id: str
    revision: int
    headline: str | None
    kind: str | None
    kinds: list[Told]
    disagreement: list[Told]
    first_seen_at: str
    last_seen_at: str
    articles: int
    sources: list[str]
    places: list[NamedPlace]
    participants: list[Told]
    article_keys: list[str]
    event_ids: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryState:
    """Value of news.story-state.v1: the articles of a story by key, in order of arrival, and what was published of it last.

    `story` None: nothing stands of it any more; `revision` then still counts on.
    """

    revision: int
    articles: dict[str, StoryArticle]
    story: Story | None
