-- ClickHouse 23.2 or newer: the flat events as they stand. Read with FINAL.
-- The Kafka engine skips tombstones, so what was taken back comes from news.events.v1, where a retraction is an event.
CREATE TABLE events (
    `event_id` String,
    `revision` Int64,
    `kind` String,
    `family` String,
    `type` String,
    `mode` Nullable(String),
    `modality` String,
    `confidence` Float64,
    `rule` String,
    `quad` String,
    `cameo` Nullable(String),
    `goldstein` Float64,
    `trigger` String,
    `sentence` String,
    `actor` Nullable(String),
    `actor_country` Nullable(String),
    `actor_sector` Nullable(String),
    `recipient` Nullable(String),
    `recipient_country` Nullable(String),
    `recipient_sector` Nullable(String),
    `actors` String,
    `recipients` String,
    `about` String,
    `location` Nullable(String),
    `country` Nullable(String),
    `lat` Nullable(Float64),
    `lon` Nullable(Float64),
    `precision` Nullable(String),
    `start_on` Nullable(String),
    `end_on` Nullable(String),
    `attributed_to` Nullable(String),
    `article_key` String,
    `provider` String,
    `headline` Nullable(String),
    `url` Nullable(String),
    `published_at` Nullable(String),
    `published_ms` Nullable(Int64),
    `detected_at` Nullable(String),
    `detected_ms` Nullable(Int64),
    `is_deleted` UInt8 DEFAULT 0
) ENGINE = ReplacingMergeTree(`revision`, `is_deleted`)
ORDER BY `event_id`;

CREATE TABLE events_queue (
    `event_id` String,
    `revision` Int64,
    `kind` String,
    `family` String,
    `type` String,
    `mode` Nullable(String),
    `modality` String,
    `confidence` Float64,
    `rule` String,
    `quad` String,
    `cameo` Nullable(String),
    `goldstein` Float64,
    `trigger` String,
    `sentence` String,
    `actor` Nullable(String),
    `actor_country` Nullable(String),
    `actor_sector` Nullable(String),
    `recipient` Nullable(String),
    `recipient_country` Nullable(String),
    `recipient_sector` Nullable(String),
    `actors` String,
    `recipients` String,
    `about` String,
    `location` Nullable(String),
    `country` Nullable(String),
    `lat` Nullable(Float64),
    `lon` Nullable(Float64),
    `precision` Nullable(String),
    `start_on` Nullable(String),
    `end_on` Nullable(String),
    `attributed_to` Nullable(String),
    `article_key` String,
    `provider` String,
    `headline` Nullable(String),
    `url` Nullable(String),
    `published_at` Nullable(String),
    `published_ms` Nullable(Int64),
    `detected_at` Nullable(String),
    `detected_ms` Nullable(Int64)
) ENGINE = Kafka
SETTINGS
    kafka_broker_list = 'kafka:9092',
    kafka_topic_list = 'news.events-flat.v1',
    kafka_group_name = 'clickhouse-events',
    kafka_format = 'JSONEachRow';

CREATE MATERIALIZED VIEW events_arrive TO events AS
SELECT *, 0 AS is_deleted FROM events_queue;

CREATE TABLE retractions_queue (
    `message` String
) ENGINE = Kafka
SETTINGS
    kafka_broker_list = 'kafka:9092',
    kafka_topic_list = 'news.events.v1',
    kafka_group_name = 'clickhouse-retractions',
    kafka_format = 'JSONAsString';

CREATE MATERIALIZED VIEW events_leave TO events AS
SELECT
    JSONExtractString(message, 'subject') AS `event_id`,
    JSONExtractInt(message, 'data', 'revision') AS `revision`,
    JSONExtractString(message, 'data', 'kind') AS `kind`,
    JSONExtractString(message, 'data', 'family') AS `family`,
    1 AS `is_deleted`
FROM retractions_queue
WHERE JSONExtractString(message, 'type') = 'news.event.retracted.v1';

-- For example: what stands, by day and kind.
SELECT toDate(fromUnixTimestamp64Milli(`published_ms`)) AS day, `kind`, count() AS happened
FROM events FINAL
GROUP BY day, `kind`
ORDER BY day, happened DESC;
