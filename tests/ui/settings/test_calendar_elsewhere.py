"""The page of the calendar elsewhere: found, connected, brought in step also by itself, disconnected."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import date, timedelta
from threading import Event

import pytest

from gcrm.services import appointment, secret_store, settings
from gcrm.services.dav import account, finding
from gcrm.services.dav.peer import Peer
from gcrm.ui.calendar_clock import CalendarClock
from gcrm.ui.context import Context
from gcrm.ui.settings import SettingsWindow
from gcrm.ui.settings.calendar_elsewhere import ElsewherePage
from tests.services.dav.radicale_peer import radicale
from tests.ui.fake_window import FakeWindow

DAY = date.today() + timedelta(days=3)


@pytest.fixture
def peer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peer]:
    with radicale(tmp_path_factory.mktemp("peer")) as found:
        yield found


@pytest.fixture
def page(context: Context) -> Iterator[ElsewherePage]:
    window = SettingsWindow(context, "calendar_elsewhere")
    window.show()
    context.tasks.wait_idle()
    found = window.page("calendar_elsewhere")
    assert isinstance(found, ElsewherePage)
    yield found
    window.close()


def settle(context: Context) -> None:
    for _turn in range(6):
        context.tasks.wait_idle()


def test_a_calendar_is_found_connected_and_let_go(page: ElsewherePage, context: Context, peer: Peer) -> None:
    database, form = context.database, page.connecting
    appointment.book(database, f"{DAY}T09:00:00", f"{DAY}T10:00:00", subject="Visit")
    assert "account.apple.com" in form.hint.full_text()
    form.provider.set_value("google")
    assert (form.find_button.isHidden(), "not by a password" in form.hint.full_text()) == (True, True)
    form.provider.set_value("other")
    form.find_button.click()
    assert form.error.full_text() == "Enter address, login and password first."
    form.address.setText(peer.address.removesuffix("anna/home/"))
    form.login.setText("anna")
    form.password.setText("secret")
    form.find_button.click()
    settle(context)
    assert form.calendar.count() == 1
    form.connect_button.click()
    settle(context)
    assert page.result.message() == "Brought in step: 1 sent."
    assert page.last.full_text().startswith("Last round: Today")
    assert len(peer.listing()) == 1
    page.often.set_value(60)
    page.way.set_value("out")
    page.keep()
    settle(context)
    known = account.account_of(database)
    assert known is not None
    assert (known.way, known.every) == ("out", 60)
    page.end_button.click()
    assert page.form is not None
    page.form.submit_button.click()
    settle(context)
    assert account.account_of(database) is None
    assert page.present.isHidden()
    assert len(peer.listing()) == 1


def test_an_answer_about_another_account_is_not_shown(
    page: ElsewherePage, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    form, may_answer = page.connecting, Event()
    form.provider.set_value("other")
    for edit, text in ((form.address, "https://a.example"), (form.login, "anna"), (form.password, "secret")):
        edit.setText(text)
    answer = [finding.Found("https://a.example/home/", "Home")]
    monkeypatch.setattr(finding, "calendars", lambda *_asked: may_answer.wait(10) and answer)
    form.find_button.click()
    form.login.textEdited.emit("bruno")
    assert form.find_button.isEnabled()
    may_answer.set()
    settle(context)
    assert (form.choice.isHidden(), form.find_button.isHidden()) == (True, False)
    form.find_button.click()
    settle(context)
    assert form.calendar.currentText() == "Home"


def test_while_the_program_runs_it_is_brought_in_step_when_that_is_due(
    context: Context, peer: Peer, window: FakeWindow
) -> None:
    database = context.database
    clock = CalendarClock(context)
    clock.check()
    settle(context)
    known = account.Account(peer.address, "anna")
    account.connect(database, known, "secret")
    for subject in ("Visit", "Call"):
        appointment.book(database, f"{DAY}T09:00:00", f"{DAY}T10:00:00", subject=subject)
        clock.check()
        settle(context)
        assert len(peer.listing()) == 1  # the second one is not due yet
    long_ago = {"at": "2026-01-01T00:00:00+00:00"}
    settings.set(database, account.ROUND, long_ago)
    clock.check()
    settle(context)
    assert len(peer.listing()) == 2
    # what stops it is said once
    settings.set(database, account.KEY, asdict(replace(known, address=f"{peer.address}gone/")))
    secret_store.put(account.SERVICE, f"anna@{peer.address}gone/", "secret")
    for _turn in range(2):
        settings.set(database, account.ROUND, long_ago)
        clock.check()
        settle(context)
    assert [error.sentence for error in window.errors] == [
        "There is no calendar at this address any more. Look for the calendars again and choose one."
    ]
    clock.stop()
