-- Flink SQL: the flat events as a table that changes. A tombstone deletes its row, so retracted events leave every result.
CREATE TABLE events (
    `event_id` STRING NOT NULL,
    `revision` BIGINT NOT NULL,
    `kind` STRING NOT NULL,
    `family` STRING NOT NULL,
    `type` STRING NOT NULL,
    `mode` STRING,
    `modality` STRING NOT NULL,
    `confidence` DOUBLE NOT NULL,
    `rule` STRING NOT NULL,
    `quad` STRING NOT NULL,
    `cameo` STRING,
    `goldstein` DOUBLE NOT NULL,
    `trigger` STRING NOT NULL,
    `sentence` STRING NOT NULL,
    `actor` STRING,
    `actor_country` STRING,
    `actor_sector` STRING,
    `recipient` STRING,
    `recipient_country` STRING,
    `recipient_sector` STRING,
    `actors` STRING NOT NULL,
    `recipients` STRING NOT NULL,
    `about` STRING NOT NULL,
    `location` STRING,
    `country` STRING,
    `lat` DOUBLE,
    `lon` DOUBLE,
    `precision` STRING,
    `start_on` STRING,
    `end_on` STRING,
    `attributed_to` STRING,
    `article_key` STRING NOT NULL,
    `provider` STRING NOT NULL,
    `headline` STRING,
    `url` STRING,
    `published_at` STRING,
    `published_ms` BIGINT,
    `detected_at` STRING,
    `detected_ms` BIGINT,
    `published` AS TO_TIMESTAMP_LTZ(`published_ms`, 3),
    PRIMARY KEY (`event_id`) NOT ENFORCED
) WITH (
    'connector' = 'upsert-kafka',
    'topic' = 'news.events-flat.v1',
    'properties.bootstrap.servers' = 'kafka:9092',
    'properties.group.id' = 'flink-events',
    'properties.isolation.level' = 'read_committed',
    'key.format' = 'raw',
    'value.format' = 'json'
);

-- For example: what stands, by country and kind.
SELECT `country`, `kind`, COUNT(*) AS happened
FROM events
WHERE `modality` = 'asserted' AND `confidence` >= 0.5
GROUP BY `country`, `kind`;
