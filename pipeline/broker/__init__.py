"""Kafka from the outside: produce, consume, administer, and a real broker of our own for tests and the demo."""
