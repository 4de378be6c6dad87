"""Alerts to people: the outbox, which never forgets, and the channels. The edge behind news.alerts.v1."""
