"""A mail server on this computer, for programs that send: real sockets, STARTTLS or TLS, log-in, an own authority."""

from __future__ import annotations

import email
import email.policy
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from typing_extensions import override

from gcrm.services.team.authority import Authority

LOGIN, PASSWORD = "anna@office.example", "correct horse"


@dataclass
class Mails:
    """What was handed over, and how: `refuses` lets it take no mail, `trust` is who believes its certificate."""

    port: int = 0
    trust: ssl.SSLContext | None = None
    refuses: bool = False
    got: list[EmailMessage] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    were_safe: list[bool] = field(default_factory=list)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.refuses:
            return "554 5.7.1 Not from you"
        assert isinstance(envelope.content, bytes)
        found: Any = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.got.append(found)
        self.were_safe.append(session.ssl is not None)
        return "250 OK"

    def check(self, server: Any, session: Any, envelope: Any, mechanism: str, told: Any) -> AuthResult:
        """Let one login in."""
        assert isinstance(told, LoginPassword)
        self.logins.append(told.login.decode())
        return AuthResult(success=told == LoginPassword(LOGIN.encode(), PASSWORD.encode()), handled=False)


class Anywhere(Controller):
    """Listens at whatever port is free."""

    @override
    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]  # type: ignore[union-attr]  # it listens by now
        super()._trigger_server()  # type: ignore[no-untyped-call]  # so it is there


@contextmanager
def mail_server(folder: Path) -> Iterator[Mails]:
    """Run a mail server with STARTTLS that wants a log-in."""
    authority = Authority(folder)
    folder.mkdir(parents=True, exist_ok=True)
    authority.create("Mail")
    authority.issue(["localhost"])
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(authority.server_certificate, authority.server_key)
    mails = Mails(trust=ssl.create_default_context(cafile=str(authority.certificate)))
    how: dict[str, Any] = {"tls_context": tls, "require_starttls": True}
    controller = Anywhere(
        mails, "127.0.0.1", 0, authenticator=mails.check, auth_required=True, auth_require_tls=True, **how
    )  # fmt: skip
    controller.start()
    mails.port = controller.port
    try:
        yield mails
    finally:
        controller.stop()
