"""Alerts by e-mail: smtplib in a thread."""

import asyncio
import logging
import smtplib
import ssl
from collections.abc import Callable
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

from pipeline.alerts import wording
from pipeline.records import Problem
from pipeline.sinks.channels.base import Parcel
from pipeline.sinks.channels.webhook import option
from pipeline.sinks.channels.when import moment

logger = logging.getLogger(__name__)
SECONDS = 20.0
PORTS = {"starttls": 587, "tls": 465, "none": 25}
DOMAIN = "alerts.tickertape.invalid"

Connect = Callable[[str, int, str], smtplib.SMTP]


class Mail:
    """A message a parcel, with an id of its own; corrections refer to what they correct, so that readers thread them."""

    def __init__(self, options: dict[str, Any], connect: Connect | None = None) -> None:
        self._options, self._connect = options, connect or _connected

    async def send(self, parcel: Parcel, now_ms: int) -> Problem | None:
        """See Channel."""
        try:
            await asyncio.to_thread(self._send, message(parcel, self._options, now_ms))
        except (OSError, smtplib.SMTPException, ValueError) as error:
            return Problem(code="unsent", message=f"{type(error).__name__}: {wording.plain(str(error))[:200]}")
        return None

    def _send(self, mail: EmailMessage) -> None:
        options = self._options
        security = options.get("security", "starttls")
        password = option(options, "password") if "username" in options else ""
        if not password.isascii():
            raise ValueError("a password that is not ASCII cannot be sent by SMTP")
        with self._connect(options["host"], options.get("port", PORTS[security]), security) as server:
            if "username" in options:
                server.login(options["username"], password)
            refused = server.send_message(mail)
        for recipient, (code, _) in refused.items():
            # The others have it: sent again, it would be twice with them.
            logger.error(
                "a recipient is refused", extra={"recipient": recipient, "code": code, "mail": mail["Message-ID"]}
            )

    async def close(self) -> None:
        """Nothing stays open."""


def message(parcel: Parcel, options: dict[str, Any], now_ms: int) -> EmailMessage:
    """The e-mail of a parcel."""
    mail = EmailMessage()
    mail["From"], mail["To"] = options["from"], ", ".join(options["to"])
    mail["Subject"] = wording.plain(parcel.title)
    mail["Date"] = format_datetime(moment(now_ms))
    mail["Message-ID"] = f"<{parcel.id}@{DOMAIN}>"
    corrected = dict.fromkeys(f"<{one.first.alert_id}@{DOMAIN}>" for one in parcel.alerts if one.first is not None)
    if corrected:
        mail["References"] = " ".join(corrected)
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(f"{parcel.title}\n\n{parcel.text}\n")
    return mail


def _connected(host: str, port: int, security: str) -> smtplib.SMTP:
    if security == "tls":
        return smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=ssl.create_default_context())
    server = smtplib.SMTP(host, port, timeout=SECONDS)
    if security == "starttls":
        try:
            server.starttls(context=ssl.create_default_context())
        except BaseException:
            server.close()
            raise
    return server
