-- The table of jdbc-sink.json: the flat events (schemas/flat-event.v1.json), a row an event, as it stands.
CREATE TABLE events (
    "event_id" text NOT NULL,
    "revision" bigint NOT NULL,
    "kind" text NOT NULL,
    "family" text NOT NULL,
    "type" text NOT NULL,
    "mode" text,
    "modality" text NOT NULL,
    "confidence" double precision NOT NULL,
    "rule" text NOT NULL,
    "quad" text NOT NULL,
    "cameo" text,
    "goldstein" double precision NOT NULL,
    "trigger" text NOT NULL,
    "sentence" text NOT NULL,
    "actor" text,
    "actor_country" text,
    "actor_sector" text,
    "recipient" text,
    "recipient_country" text,
    "recipient_sector" text,
    "actors" text NOT NULL,
    "recipients" text NOT NULL,
    "about" text NOT NULL,
    "location" text,
    "country" text,
    "lat" double precision,
    "lon" double precision,
    "precision" text,
    "start_on" text,
    "end_on" text,
    "attributed_to" text,
    "article_key" text NOT NULL,
    "provider" text NOT NULL,
    "headline" text,
    "url" text,
    "published_at" text,
    "published_ms" bigint,
    "detected_at" text,
    "detected_ms" bigint,
    PRIMARY KEY ("event_id")
);
CREATE INDEX events_published ON events ("published_ms");

-- Instants and days as such, for Grafana, Superset and Metabase.
CREATE VIEW events_timed AS
SELECT *,
    to_timestamp("published_ms" / 1000.0) AS published,
    to_timestamp("detected_ms" / 1000.0) AS detected,
    CAST("start_on" AS date) AS starts,
    CAST("end_on" AS date) AS ends
FROM events;
