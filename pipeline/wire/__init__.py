"""Versions of wire items: what is new, what is stale, what a correction changes. Pure, before and after any NLP."""
