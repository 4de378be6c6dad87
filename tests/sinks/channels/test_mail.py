"""E-mail on a real SMTP server (aiosmtpd): in the clear, with STARTTLS and over TLS, with a password and without."""

import asyncio
import email
import email.policy
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from pipeline.records import Problem
from pipeline.sinks.channels.base import Parcel
from pipeline.sinks.channels.mail import Mail
from tests.sinks.channels.alerts import make_alert, make_correction

AT = 1_718_524_800_000
ALERT = make_alert(title="“Waffenruhe” in Tripolis · gemeldet")
PARCEL = Parcel(id="0a6qm94cmdqcb1pcyr9v2zw9es", rule="one", alerts=(ALERT,))
TO = ("b@news.example", "c@news.example")
PASSWORD = "some pass"


class Server:
    """Keeps what it gets; refuses the addresses that it is told to, with their answer."""

    def __init__(self) -> None:
        self.refused: dict[str, str] = {}
        self.got: list[Envelope] = []
        self.logins: list[tuple[bytes, bytes]] = []
        self.port = 0

    async def handle_RCPT(  # aiosmtpd's name
        self, _: SMTP, __: Session, envelope: Envelope, address: str, ___: list[str]
    ) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _: SMTP, __: Session, envelope: Envelope) -> str:
        self.got.append(envelope)
        return "250 OK"

    def authenticated(self, _: SMTP, __: Session, ___: Envelope, ____: str, found: Any) -> AuthResult:
        assert isinstance(found, LoginPassword)
        self.logins.append((found.login, found.password))
        return AuthResult(success=found.password == PASSWORD.encode(), handled=False)

    def mail(self) -> EmailMessage:
        """The one message."""
        (envelope,) = self.got
        content = envelope.content
        assert isinstance(content, bytes)
        return email.message_from_bytes(content, policy=email.policy.default)


Serve = Callable[..., Awaitable[Server]]


@pytest.fixture(autouse=True)
def named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who greets a server says its own full name, which may take seconds to find out."""
    monkeypatch.setattr("socket.getfqdn", lambda: "localhost")


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
async def serve(authority: trustme.CA) -> AsyncIterator[Serve]:
    """Starts servers: `security` as in the rules; with `login` they take mail only of those who logged in."""
    running: list[asyncio.Server] = []
    loop = asyncio.get_running_loop()

    async def started(security: str = "none", *, login: bool = False) -> Server:
        server = Server()
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        authority.issue_cert("localhost").configure_cert(context)
        options: dict[str, Any] = {"authenticator": server.authenticated, "loop": loop, "hostname": "localhost"}
        if security == "tls":
            options |= {"auth_require_tls": False}  # it cannot know that it is encrypted already
        if security == "starttls":
            options |= {"auth_required": login, "tls_context": context, "require_starttls": True}
        listening = await loop.create_server(
            lambda: SMTP(server, **options), "127.0.0.1", 0, ssl=context if security == "tls" else None
        )
        running.append(listening)
        server.port = listening.sockets[0].getsockname()[1]
        return server

    yield started
    for listening in running:
        listening.close()


@pytest.fixture
def trusting(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """This machine trusts the server's authority."""
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))


async def send(server: Server, parcel: Parcel = PARCEL, **options: Any) -> Problem | None:
    given = {"host": "localhost", "port": server.port, "security": "none", "from": "a@news.example", "to": TO}
    return await Mail(given | options).send(parcel, AT)


async def test_it_arrives_as_it_was_meant(serve: Serve) -> None:
    """Envelope, headers, and text in any script."""
    server = await serve()
    assert await send(server) is None
    (envelope,) = server.got
    assert (envelope.mail_from, tuple(envelope.rcpt_tos)) == ("a@news.example", TO)
    assert (server.mail()["Subject"], server.mail()["To"]) == (ALERT.title, ", ".join(TO))
    assert server.mail()["Message-ID"] == f"<{PARCEL.id}@alerts.tickertape.invalid>"
    assert server.mail().get_content().replace("\r\n", "\n") == f"{PARCEL.title}\n\n{PARCEL.text}\n"


async def test_a_retraction_is_threaded_under_its_alert(serve: Serve) -> None:
    server = await serve()
    assert await send(server, Parcel(id="p", rule="one", alerts=(make_correction(),))) is None
    assert server.mail()["References"] == f"<{make_alert().alert_id}@alerts.tickertape.invalid>"


@pytest.mark.usefixtures("trusting")
@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_encrypted_and_with_a_password(serve: Serve, security: str, tmp_path: Path) -> None:
    """From a file; a wrong one is a problem that does not repeat it."""
    server = await serve(security, login=True)
    file = tmp_path / "password"
    file.write_text(PASSWORD + "\n", encoding="utf-8")
    assert await send(server, security=security, username="tick", password_file=file) is None
    assert (len(server.got), server.logins) == (1, [(b"tick", PASSWORD.encode())])
    found = await send(server, security=security, username="tick", password="wr0ng")
    assert found is not None
    assert (found.code, found.message.split(":")[0], len(server.got)) == ("unsent", "SMTPAuthenticationError", 1)
    assert "wr0ng" not in found.message
    found = await send(server, security=security, username="tick", password="schlüssel")
    assert found == Problem(code="unsent", message="ValueError: a password that is not ASCII cannot be sent by SMTP")


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_nothing_is_said_to_a_server_whose_name_nobody_vouches_for(serve: Serve, security: str) -> None:
    server = await serve(security, login=True)
    found = await send(server, security=security, username="tick", password=PASSWORD)
    assert found is not None
    assert (found.code, found.message.split(":")[0]) == ("unsent", "SSLCertVerificationError")
    assert (server.got, server.logins) == ([], [])


async def test_nothing_is_said_in_the_clear_where_encryption_was_asked_for(serve: Serve) -> None:
    """A server, or somebody before it, that does not offer STARTTLS."""
    server = await serve()
    found = await send(server, security="starttls", username="tick", password=PASSWORD)
    assert found is not None
    assert (found.message.split(":")[0], server.got, server.logins) == ("SMTPNotSupportedError", [], [])


async def test_one_address_that_is_refused_keeps_the_mail_from_nobody_else(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    """It is logged: to send again would tell the others twice."""
    server = await serve()
    server.refused = {"b@news.example": "550 no such user"}
    assert await send(server) is None
    assert server.got[0].rcpt_tos == ["c@news.example"]
    assert [vars(record)["recipient"] for record in caplog.records if record.name.startswith("pipeline.")] == [
        "b@news.example"
    ]


@pytest.mark.parametrize("answer", ["450 later", "550 never"])
async def test_all_addresses_refused_is_a_problem(serve: Serve, answer: str) -> None:
    server = await serve()
    server.refused = dict.fromkeys(TO, answer)
    found = await send(server)
    assert found is not None
    assert (found.code, found.message.split(":")[0], server.got) == ("unsent", "SMTPRecipientsRefused", [])


async def test_nobody_listens(serve: Serve) -> None:
    found = await send(await serve(), port=1)
    assert found is not None
    assert (found.code, found.message.split(":")[0]) == ("unsent", "ConnectionRefusedError")
