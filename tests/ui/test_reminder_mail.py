"""Reminders by e-mail while the program runs, and the account for them in the settings."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from gcrm.errors import EnvironmentProblem
from gcrm.model.follow_up import When
from gcrm.services import activity, settings
from gcrm.services.mail.account import Account
from gcrm.ui.context import Context
from gcrm.ui.reminder_mail import EVERY_MS, ReminderMail
from gcrm.ui.settings import SettingsWindow
from gcrm.ui.settings.mail import MailPage
from tests.mail_server import LOGIN, PASSWORD, mail_server
from tests.ui.fake_window import FakeWindow
from tests.ui.office import Office
from tests.ui.turning import settle

START = datetime(2026, 11, 24, 10, 30).astimezone()


class Desk:
    """A clock, and a mail server that may be away."""

    def __init__(self) -> None:
        self.now = START
        self.is_away = False
        self.subjects: list[str] = []

    def clock(self) -> datetime:
        return self.now

    def post(self, account: Account, password: str, message: EmailMessage) -> None:
        if self.is_away:
            raise EnvironmentProblem("The mail server is away.")
        self.subjects.append(message["Subject"])


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def mails(context: Context, office: Office, desk: Desk) -> Iterator[ReminderMail]:
    made = ReminderMail(context, clock=desk.clock, post=desk.post)
    settle(context)
    yield made
    made.stop()
    settle(context)


def test_it_rests_until_it_is_wanted_then_sends_at_the_minute(
    mails: ReminderMail, context: Context, office: Office, desk: Desk
) -> None:
    assert not mails._timer.isActive()
    for key, value in {"mail.sender": LOGIN, "mail.server": "smtp.office.example", "reminders.by_mail": True}.items():
        settings.set(context.database, key, value)
        settle(context)
    assert mails._timer.interval() == EVERY_MS
    assert mails._timer.isActive()
    due = When((START + timedelta(minutes=5)).replace(tzinfo=None), all_day=False)
    activity.log(context.database, office.becker, "Call back", follow_up=due)
    mails.check()
    settle(context)
    assert desk.subjects == []
    desk.now += timedelta(minutes=5)
    desk.is_away = True
    for _turn in range(2):
        mails.check()
        settle(context)
    window = context.window
    assert isinstance(window, FakeWindow)
    assert [error.sentence for error in window.errors] == ["The mail server is away."]
    assert mails._timer.interval() == 4 * EVERY_MS
    desk.is_away = False
    mails.check()
    settle(context)
    assert desk.subjects == ["Reminder: Call back"]


def test_the_account_is_kept_and_tried_over_a_real_line(
    context: Context, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    window = SettingsWindow(context, "mail")
    page = window.page("mail")
    assert isinstance(page, MailPage)
    window.show()
    settle(context)
    with mail_server(tmp_path / "authority") as server:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority" / "office.crt"))
        page.trial_button.click()
        settle(context)
        assert "is not set up" in page.result.message()
        for security, port in (("tls", 465), ("starttls", 587)):
            page.keep(settings.option("mail.security"), security)
            settle(context)
            assert page.rows["mail.port"].value() == port
        told = {"sender": LOGIN, "server": "localhost", "port": server.port, "login": LOGIN}
        for name, value in told.items():
            page.rows[f"mail.{name}"].set_value(value)
            page.keep(settings.option(f"mail.{name}"), value)
        settle(context)
        page.password.setText(PASSWORD)
        page.keep_button.click()
        settle(context)
        assert page.password.text() == ""
        page.trial_button.click()
        settle(context)
        assert page.result.message() == f"The mail server has taken the mail to {LOGIN}."
        assert [mail["Subject"] for mail in server.got] == ["Trial mail of gCRM"]
    window.close()
