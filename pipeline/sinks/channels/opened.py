"""Channels as declared, opened."""

import sys
from collections.abc import Callable
from functools import partial

from pipeline.alerts.channels import ATOM_ENTRIES
from pipeline.alerts.rules import Channel as Declared
from pipeline.sinks.channels import webhook
from pipeline.sinks.channels.apprise import Apprise
from pipeline.sinks.channels.atom import Atom, History
from pipeline.sinks.channels.base import Channel
from pipeline.sinks.channels.local import Lines
from pipeline.sinks.channels.mail import Mail
from pipeline.sinks.channels.webhook import Post, Slack, Webhook
from pipeline.sources.guards.addresses import Allowed


def opened(declared: Declared, allowed: Allowed, post: Post, history: Callable[[int], History]) -> Channel:
    """The channel; `history` gives the most alerts of this channel that were sent last."""
    options = declared.options
    if declared.type == "webhook":
        return Webhook(lambda: (webhook.option(options, "url"), webhook.secrets(options)), allowed, post)
    if declared.type == "slack":
        return Slack(partial(webhook.option, options, "url"), allowed, post)
    if declared.type == "smtp":
        return Mail(options)
    if declared.type == "atom":
        entries = options.get("entries", ATOM_ENTRIES)
        return Atom(options["path"], options.get("title", "Tickertape alerts"), entries, history(entries))
    if declared.type == "apprise":
        return Apprise(options, allowed)
    return Lines(_write, as_json=options.get("json", False))


def _write(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()
