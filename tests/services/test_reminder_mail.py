"""Reminders by e-mail: once, with what is needed to act, over a line that nobody reads, and none lost."""

from __future__ import annotations

import functools
import ssl
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from gcrm.errors import EnvironmentProblem, UserError
from gcrm.services import activity, reminder_mail, settings
from gcrm.services.database import Database
from gcrm.services.mail import account as accounts
from gcrm.services.mail import sending
from gcrm.services.mail.account import Account
from tests.mail_server import LOGIN, PASSWORD, Mails, mail_server
from tests.services.chronicle_office import MONDAY, at, customer, timed


class Box:
    """Takes mails, or refuses them."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.is_away = False

    def __call__(self, account: Account, password: str, message: EmailMessage) -> None:
        if self.is_away:
            raise EnvironmentProblem("away")
        self.mails.append(message)


def set_up(database: Database, **told: Any) -> None:
    chosen = {"sender": "anna@office.example", "server": "smtp.office.example", **told}
    for name, value in chosen.items():
        settings.set(database, f"mail.{name}", value)
    settings.set(database, "reminders.by_mail", True)
    reminder_mail.begin(database, at(7))


def test_what_is_due_goes_out_once_and_is_written_to_be_acted_on(database: Database) -> None:
    set_up(database)
    number = customer(database, "Müller & Söhne GmbH")
    activity.log(database, number, "Call back about\nthe offer", phone="+49 30 1234", follow_up=timed(MONDAY, 10))
    activity.log(database, number, "later", follow_up=timed(MONDAY, 11))
    box = Box()
    assert reminder_mail.send_due(database, at(9, 59), post=box) == 0
    assert reminder_mail.send_due(database, at(10), post=box) == 1
    assert reminder_mail.send_due(database, at(10, 1), post=box) == 0
    assert reminder_mail.send_due(database, at(11), post=box) == 1
    first, second = box.mails
    assert (first["To"], first["Subject"]) == ("anna@office.example", "Reminder: Call back about the offer")
    assert first["Auto-Submitted"] == "auto-generated"
    text = first.get_content()
    assert "Müller & Söhne GmbH · +49 30 1234\n16/06/2025" in text
    assert "later" not in text
    assert first["Message-ID"] != second["Message-ID"]


def test_nothing_is_read_or_sent_for_who_does_not_want_it(database: Database) -> None:
    activity.log(database, customer(database), "Call back", follow_up=timed(MONDAY, 10))
    assert reminder_mail.waiting(database, at(12)) is None
    settings.set(database, "reminders.by_mail", True)
    with pytest.raises(UserError, match="not set up"):
        reminder_mail.waiting(database, at(12))


def test_what_could_not_be_sent_is_sent_by_the_next_one(database: Database) -> None:
    set_up(database)
    activity.log(database, customer(database), "Call back", follow_up=timed(MONDAY, 10))
    box = Box()
    box.is_away = True
    with pytest.raises(EnvironmentProblem):
        reminder_mail.send_due(database, at(10), post=box)
    box.is_away = False
    assert reminder_mail.send_due(database, at(10, 1), post=box) == 1


def test_two_programs_send_one_mail_and_one_that_died_is_made_up_for(database: Database) -> None:
    set_up(database)
    activity.log(database, customer(database), "Call back", follow_up=timed(MONDAY, 10))
    box, during, died = Box(), [], []

    def slow(account: Account, password: str, message: EmailMessage) -> None:
        during.append(reminder_mail.send_due(database, at(10, 1), post=box))
        died.append(message)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reminder_mail.send_due(database, at(10), post=slow)
    assert during == [0]
    assert reminder_mail.send_due(database, at(10, 9), post=box) == 0
    assert reminder_mail.send_due(database, at(10, 11), post=box) == 1
    assert box.mails[0]["Message-ID"] == died[0]["Message-ID"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mails]:
    with mail_server(tmp_path_factory.mktemp("mail")) as mails:
        yield mails


def mail() -> EmailMessage:
    return sending.written(LOGIN, ["bruno@office.example"], "Größe\r\nBcc: x@y.z", "Schöne Grüße\n", at(10))


def test_a_mail_goes_over_a_real_line_that_is_encrypted(server: Mails, tmp_path: Path) -> None:
    account = Account("localhost", server.port, "starttls", LOGIN, LOGIN)
    sending.send(account, PASSWORD, mail(), server.trust)
    assert server.were_safe == [True]
    assert server.got[0]["Subject"] == "Größe Bcc: x@y.z"
    assert "Bcc" not in server.got[0]
    assert server.got[0].get_content().strip() == "Schöne Grüße"
    server.refuses = True
    with pytest.raises(EnvironmentProblem, match="does not take the mail") as caught:
        sending.send(account, PASSWORD, mail(), server.trust)
    assert "Not from you" in caught.value.details


def test_what_goes_wrong_on_the_line_is_said_and_nothing_goes_out_unprotected(server: Mails) -> None:
    account = functools.partial(Account, "localhost", server.port)
    seen = len(server.logins)
    with pytest.raises(EnvironmentProblem, match="not trusted"):
        sending.send(account("starttls", LOGIN, LOGIN), PASSWORD, mail())
    with pytest.raises(EnvironmentProblem, match="does not speak TLS"):
        sending.send(account("tls", LOGIN, LOGIN), PASSWORD, mail(), server.trust)
    with pytest.raises(UserError, match="no name of a mail server"):
        sending.send(Account("smtp..example", 465, "tls", "", LOGIN), "", mail())
    with pytest.raises(UserError, match="TLS only"):
        sending.send(Account("smtp.office.example", 25, "plain", "", LOGIN), "", mail())
    assert len(server.logins) == seen
    with pytest.raises(EnvironmentProblem, match="refuses the log-in"):
        sending.send(account("starttls", LOGIN, LOGIN), "wrong", mail(), server.trust)
    with pytest.raises(EnvironmentProblem, match="cannot be reached"):
        sending.send(Account("localhost", 1, "starttls", LOGIN, LOGIN), PASSWORD, mail(), ssl.create_default_context())
    with pytest.raises(UserError, match="no e-mail address"):
        sending.written("anna", [LOGIN], "", "", datetime.now().astimezone() + timedelta())


def test_the_password_lies_in_the_store_of_this_computer_alone(database: Database) -> None:
    set_up(database, login=LOGIN)
    with database.read() as session:
        account = accounts.read_account(session, database.user_id)
    with pytest.raises(UserError, match="not kept here"):
        accounts.password_of(account)
    accounts.keep_password(account, PASSWORD)
    assert accounts.password_of(account) == PASSWORD
    with database.read() as session:
        kept = settings.read_all(session, database.user_id)
    assert PASSWORD not in repr(kept)
