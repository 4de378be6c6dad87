"""The store's tables. Whoever changes them raises VERSION: a file of another version is thrown away and filled anew."""

VERSION = 2

# `events`: as they stand, and those taken back, with the data as it is answered. `revisions`: all that news.events.v1 holds, in
# the order in which it was read (`seq`). `latest`: the last value of each key of the compacted topics that are followed;
# `tellings`: which of them, that are stories, tell which events.
# `offsets`: where each partition is to be read on, where our knowledge of it begins, and the time of its last message.
TABLES = (
    """CREATE TABLE events (
        id INTEGER PRIMARY KEY, event_id TEXT NOT NULL UNIQUE, revision INTEGER NOT NULL, at_ms INTEGER NOT NULL,
        confidence REAL NOT NULL, lat REAL, lon REAL, article_key TEXT NOT NULL, written_ms INTEGER NOT NULL, value BLOB NOT NULL
    )""",
    "CREATE INDEX events_by_time ON events (at_ms, event_id)",
    "CREATE INDEX events_by_article ON events (article_key)",
    "CREATE TABLE facets (field TEXT, value TEXT, id INTEGER, PRIMARY KEY (field, value, id)) WITHOUT ROWID",
    "CREATE INDEX facets_by_event ON facets (id)",
    "CREATE VIRTUAL TABLE texts USING fts5 (words, tokenize = 'ascii', detail = 'none', columnsize = 0)",
    "CREATE VIRTUAL TABLE places USING rtree (id, west, east, south, north)",
    """CREATE TABLE revisions (
        seq INTEGER PRIMARY KEY, partition INTEGER NOT NULL, offset INTEGER NOT NULL, timestamp_ms INTEGER NOT NULL,
        event_id TEXT NOT NULL, revision INTEGER NOT NULL, value BLOB NOT NULL,
        UNIQUE (partition, offset), UNIQUE (event_id, revision)
    )""",
    """CREATE TABLE outcomes (
        topic TEXT, partition INTEGER, offset INTEGER, article_key TEXT, written_ms INTEGER, value BLOB NOT NULL,
        PRIMARY KEY (topic, partition, offset)
    ) WITHOUT ROWID""",
    "CREATE INDEX outcomes_by_article ON outcomes (article_key)",
    "CREATE TABLE latest (topic TEXT, key TEXT, at_ms INTEGER, value BLOB, PRIMARY KEY (topic, key)) WITHOUT ROWID",
    "CREATE INDEX latest_by_time ON latest (topic, at_ms, key)",
    "CREATE TABLE tellings (event_id TEXT, story_id TEXT, PRIMARY KEY (event_id, story_id)) WITHOUT ROWID",
    "CREATE INDEX tellings_by_story ON tellings (story_id)",
    """CREATE TABLE offsets (
        topic TEXT, partition INTEGER, next INTEGER NOT NULL, first INTEGER NOT NULL, timestamp_ms INTEGER,
        PRIMARY KEY (topic, partition)
    ) WITHOUT ROWID""",
    "CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID",
)
NAMES = ("events", "facets", "texts", "places", "revisions", "outcomes", "latest", "tellings", "offsets", "about")
