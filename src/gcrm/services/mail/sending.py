"""Handing mails over to the mail server of an account: SMTP (RFC 5321) over TLS (RFC 8314).

Nothing is sent without TLS beyond this computer, and never to a server whose certificate is not trusted.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from gcrm.errors import EnvironmentProblem, UserError
from gcrm.i18n import _
from gcrm.services.mail.account import Account

SECONDS = 30
"""How long the mail server may take for an answer."""
LOOPBACK = ("127.0.0.1", "::1", "localhost")
MOST_ANSWER = 500
MOST_SUBJECT = 200


def written(
    sender: str, to: Sequence[str], subject: str, text: str, at: datetime, *, by_person: bool = False
) -> EmailMessage:
    """Return a mail; one that no person wrote says so (RFC 3834). Raises UserError for an address that is none."""
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"] = address_of(sender), [address_of(each) for each in to]
    message["Subject"] = " ".join(subject.split())[:MOST_SUBJECT]
    message["Date"] = format_datetime(at)
    if not by_person:
        message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    return message


def address_of(text: str) -> Address:
    """Return a mail address as headers carry it (RFC 5322). Raises UserError for anything else."""
    try:
        found = Address(addr_spec=text.strip())
    except (ValueError, HeaderParseError, IndexError) as problem:
        raise UserError(
            _("“{text}” is no e-mail address. Type it as name@company.example.").format(text=text)
        ) from problem
    if not found.username or "." not in found.domain:
        raise UserError(_("“{text}” is no e-mail address. Type it as name@company.example.").format(text=text))
    return found


def send(account: Account, password: str, message: EmailMessage, trust: ssl.SSLContext | None = None) -> None:
    """Send a mail to whom its headers name; `trust` is for authorities of one's own.

    Raises EnvironmentProblem where the server is away or refuses, UserError for settings that cannot be right.
    """
    if account.security == "plain" and account.server not in LOOPBACK:
        raise UserError(_("Mails go to another computer with TLS only. Choose TLS or STARTTLS under Settings, E-mail."))
    _check_name(account)
    with _troubles(account), _connected(account, trust or trusted()) as line:
        if account.login:
            line.login(account.login, password)
        line.send_message(message)


def _check_name(account: Account) -> None:
    """Raise UserError for a server whose name no network can ask for, such as one with two dots in a row."""
    try:
        account.server.encode("idna")
    except UnicodeError as problem:
        sentence = _("“{server}” is no name of a mail server. Check it under Settings, E-mail.")
        raise UserError(sentence.format(server=account.server)) from problem


def trusted() -> ssl.SSLContext:
    """Return who is believed: the authorities of this computer, and those that browsers believe."""
    import certifi

    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


@contextmanager
def _connected(account: Account, trust: ssl.SSLContext) -> Iterator[smtplib.SMTP]:
    """Open a line that is as safe as the account wants it."""
    if account.security == "tls":
        with smtplib.SMTP_SSL(account.server, account.port, timeout=SECONDS, context=trust) as line:
            yield line
        return
    with smtplib.SMTP(account.server, account.port, timeout=SECONDS) as line:
        if account.security == "starttls":
            line.starttls(context=trust)
        yield line


@contextmanager
def _troubles(account: Account) -> Iterator[None]:
    """Say in words what goes wrong; what the server answered goes into the details."""
    try:
        yield
    except smtplib.SMTPAuthenticationError as problem:
        sentence = _(
            "The mail server refuses the log-in of {login}. Enter the password that the provider made for programs."
        )
        raise EnvironmentProblem(sentence.format(login=account.login), details=_answer(problem)) from problem
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as problem:
        sentence = _("The mail server {server} does not take the mail. Check sender and recipient.")
        raise EnvironmentProblem(sentence.format(server=account.server), details=_answer(problem)) from problem
    except smtplib.SMTPNotSupportedError as problem:
        sentence = _(
            "The mail server {server} offers no TLS or no log-in at port {port}. Choose another port or security."
        )
        raise EnvironmentProblem(
            sentence.format(server=account.server, port=account.port), details=_answer(problem)
        ) from problem
    except ssl.SSLCertVerificationError as problem:
        sentence = _("The certificate of {server} is not trusted, so nothing was sent. Check the name of the server.")
        raise EnvironmentProblem(sentence.format(server=account.server), details=_answer(problem)) from problem
    except ssl.SSLError as problem:
        sentence = _("{server} does not speak TLS at port {port}. Choose another port or security.")
        raise EnvironmentProblem(
            sentence.format(server=account.server, port=account.port), details=_answer(problem)
        ) from problem
    except (OSError, smtplib.SMTPException) as problem:
        sentence = _("The mail server {server} cannot be reached at port {port}. Check both, and the line.")
        raise EnvironmentProblem(
            sentence.format(server=account.server, port=account.port), details=_answer(problem)
        ) from problem
    except UnicodeEncodeError as problem:  # RFC 4954 leaves it to the servers, and smtplib sends ASCII
        sentence = _("Login or password for {server} have letters that cannot be sent. Use another password.")
        raise UserError(sentence.format(server=account.server)) from problem


def _answer(problem: Exception) -> str:
    """Return what the server answered, for the details of an error."""
    return str(problem)[:MOST_ANSWER]
