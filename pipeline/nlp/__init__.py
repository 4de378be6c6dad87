"""Text to Doc to entities and places. Pure: no Kafka, no clock, no network."""
