"""The form of an appointment: read, filled, kept, saved beside a colleague, and invitations sent and answered."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import delete, isValid

from gcrm.model.appointment import Participant
from gcrm.services import appointment, undo
from gcrm.services.mail import invite, notices
from gcrm.ui.calendar import files, telling
from gcrm.ui.calendar.called_off import InviteAgain
from gcrm.ui.calendar.files import CalendarFiles
from gcrm.ui.calendar.form import AppointmentForm
from gcrm.ui.calendar.form_reading import Start
from gcrm.ui.calendar.page import CalendarPage
from gcrm.ui.conflict import ConflictDialog
from gcrm.ui.context import Context
from tests.ui.calendar.steps import CTRL, MONDAY, SHIFT, at, book, page_of, press, shown, view_of
from tests.ui.fake_window import FakeWindow
from tests.ui.office import Office


def test_what_cannot_be_read_stays_in_the_form(context: Context, qtbot: QtBot, office: Office) -> None:
    form = AppointmentForm(context, None, start=Start(at(9), at(10), contact=office.albrecht))
    qtbot.addWidget(form)
    form.show()
    context.tasks.wait_idle()
    form.save()
    assert form.banner.isVisible()
    form.fields.subject.setText("Visit")
    form.fields.begin.setText("noon-ish")
    form.save()
    context.tasks.wait_idle()
    assert shown(context) == []
    form.fields.begin.setText("11")
    form.fields.begin.commit()
    assert form.fields.end.value() == at(12).time()
    form.fields.end.setText("1")
    form.fields.end.commit()
    assert form.fields.last_day.value() == date(2026, 11, 24)
    form.fields.end.setText("12")
    form.fields.end.commit()
    assert form.fields.last_day.value() == MONDAY
    form.fields.repeats.kind.setCurrentIndex(form.fields.repeats.kind.findData("workdays"))
    form.fields.repeats.until.setText("2026-11-25")
    form.fields.people.email.setText("bruno@office.example")
    form.save()
    context.tasks.wait_idle()
    assert [entry.begins.day for entry in shown(context)] == [23, 24, 25]
    booking = appointment.load(context.database, shown(context)[0].activity_id or 0)
    assert [one.email for one in booking.participants] == ["bruno@office.example"]
    assert (booking.appointment.rule, booking.activity.contact_id) == (
        "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;UNTIL=20261125T235959Z", office.albrecht,
    )  # fmt: skip


def test_what_was_typed_comes_back(context: Context, qtbot: QtBot) -> None:
    made = book(context)
    for activity in (None, made):
        form = AppointmentForm(context, activity, start=Start(at(9), at(10)))
        qtbot.addWidget(form)
        form.show()
        context.tasks.wait_idle()
        form.fields.subject.setText("Half")
        form.fields.is_private.setChecked(True)
        form.hide()  # as when the program ends, or another customer is shown
        context.tasks.wait_idle()
        again = AppointmentForm(context, activity, start=Start(at(9), at(10)))
        qtbot.addWidget(again)
        again.show()
        context.tasks.wait_idle()
        assert (again.fields.subject.text(), again.fields.is_private.isChecked()) == ("Half", True)
        again.discard()
        context.tasks.wait_idle()
        assert again.fields.subject.text() == ("Offer" if activity else "")


def test_two_who_change_the_same_are_asked(context: Context, qtbot: QtBot) -> None:
    made = book(context)
    form = AppointmentForm(context, made)
    qtbot.addWidget(form)
    form.show()
    context.tasks.wait_idle()
    other = appointment.load(context.database, made)
    other.appointment.location, other.appointment.starts = "Room 1", "2026-11-23T09:30:00"
    appointment.save(context.database, other)
    form.fields.location.setText("Room 2")
    form.fields.begin.setText("8")
    form.fields.begin.commit()
    form.save()
    context.tasks.wait_idle()
    (dialog,) = (each for each in QApplication.topLevelWidgets() if isinstance(each, ConflictDialog))
    labels = [conflict.field for conflict in dialog._conflicts]
    dialog.choose(labels.index("location"), mine=False)
    dialog.choose(labels.index("starts"), mine=True)
    dialog.accept()
    context.tasks.wait_idle()
    (entry,) = shown(context)
    assert (entry.location, entry.begins) == ("Room 1", at(8))


def test_the_form_says_who_is_busy_and_finds_a_free_time(context: Context, qtbot: QtBot) -> None:
    book(context)
    form = AppointmentForm(context, None, start=Start(at(9), at(10)))
    qtbot.addWidget(form)
    form.show()
    context.tasks.wait_idle()
    assert form.clash.label.full_text() == "At the same time: anna · 09:00 – 10:00 · Offer"
    form.clash.next_button.click()
    context.tasks.wait_idle()
    assert (form.fields.begin.value(), form.fields.end.value()) == (at(10).time(), at(11).time())
    assert not form.clash.isVisible()


def test_an_invitation_is_sent_after_it_was_asked_who_gets_it(
    context: Context, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from gcrm.model.appointment import Participant
    from gcrm.services import settings, user
    from gcrm.services.mail import sending

    sent: list[str] = []
    asked: list[str] = []

    def answer(_parent: object, _title: str, sentence: str, _verb: str) -> bool:
        asked.append(sentence)
        return len(asked) == 2

    monkeypatch.setattr(sending, "send", lambda account, password, mail: sent.append(mail["To"]))
    monkeypatch.setattr("gcrm.ui.calendar.files.ask", answer)
    user.change(context.database, context.database.user_id, "Anna", "anna@office.example")
    settings.set(context.database, "mail.server", "smtp.office.example")
    book(context, participants=[Participant(name="Bruno", email="bruno@office.example")])
    page = page_of(context, qtbot, "week")
    view = view_of(page)
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    menu = page.files.make_menu((MONDAY, MONDAY))
    page.files.export_one(page.selected().activity_id or 0, tmp_path / "one.ics")  # type: ignore[union-attr]  # chosen
    context.tasks.wait_idle()
    assert b"SUMMARY:Offer" in (tmp_path / "one.ics").read_bytes()
    (send,) = [action for action in menu.actions() if action.text().startswith("Send")]
    assert send.isEnabled()
    for times in (0, 1):
        send.trigger()
        context.tasks.wait_idle()
        assert len(sent) == times
    assert asked == ["The invitation goes to bruno@office.example."] * 2
    assert sent == ["bruno@office.example"]
    assert moved_and_deleted(context, page, monkeypatch) == ["Tell who is invited", "Call off", "Invite again"]
    assert len(sent) == 4


def moved_and_deleted(context: Context, page: CalendarPage, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Move the chosen appointment twice, tell of it, and delete it; return what was asked."""
    asked: list[str] = []

    def choose(_parent: object, title: str, _sentence: str, verbs: list[str], safe: int) -> int:
        assert (verbs, safe) == (["Send", "Save as a file…", "Do not tell"], 2)
        asked.append(title)
        return 0

    monkeypatch.setattr("gcrm.ui.calendar.telling.choose", choose)
    press(context, page, Qt.Key.Key_Down, CTRL | SHIFT)
    press(context, page, Qt.Key.Key_Down, CTRL | SHIFT)
    banner = page.opener.untold
    assert banner.message() == "Those invited to “Offer” do not know the new time yet."
    banner.tell()
    context.tasks.wait_idle()
    assert not banner.isVisible()
    press(context, page, Qt.Key.Key_Delete)
    assert shown(context) == []
    inviting = InviteAgain(context)
    undo.undo_last(context.database)
    context.tasks.wait_idle()
    inviting.deleteLater()
    return asked


def test_an_invitation_of_others_is_answered_in_the_form(
    context: Context, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from gcrm.services import settings, user
    from gcrm.services.mail import sending

    sent: list[str] = []
    monkeypatch.setattr(sending, "send", lambda account, password, mail: sent.append(mail["To"]))
    monkeypatch.setattr("gcrm.ui.calendar.invited.choose", lambda *_words, **_more: 0)
    user.change(context.database, context.database.user_id, "Anna", "anna@office.example")
    guest = Participant(name="Anna", email="anna@office.example", user_id=context.database.user_id)
    form = AppointmentForm(context, book(context, participants=[guest], organizer="boss@example.com"))
    qtbot.addWidget(form)
    form.show()
    context.tasks.wait_idle()
    assert form.invited.isVisible()
    form.invited.answering.answer("tentative", tmp_path / "answer.ics")
    context.tasks.wait_idle()
    assert b"PARTSTAT=TENTATIVE" in (tmp_path / "answer.ics").read_bytes()
    assert not form._keeper._waiting  # what came with the answer was typed by nobody
    form.fields.text.setPlainText("By hand")
    settings.set(context.database, "mail.server", "smtp.office.example")
    form.invited.buttons["declined"].click()
    context.tasks.wait_idle()
    assert sent == ["boss@example.com"]
    assert [one.answer for one in form.fields.people.people] == ["declined"]
    assert not form.fields.is_busy.isChecked()
    assert form.fields.text.toPlainText() == "By hand"


def test_who_is_told_is_asked_one_after_the_other(
    context: Context, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def choose(_parent: object, title: str, _sentence: str, verbs: list[str], safe: int) -> int:
        asked.append(title)
        return verbs.index("Save as a file…")

    places = [QDialog(), QDialog()]
    waiting = iter(places)
    monkeypatch.setattr(telling, "choose", choose)
    monkeypatch.setattr(telling, "ask_where", lambda *_args: next(waiting))
    told = [notices.Notice(kind, "Offer", "", ("dora@office.example",), b"") for kind in ("changed", "without")]
    telling.offer_to_tell(context, told)
    context.tasks.wait_idle()
    assert asked == ["Tell who is invited"]
    places[0].reject()
    qtbot.waitUntil(lambda: asked == ["Tell who is invited", "Take off the invitation"])


def test_contact_people_and_zone_come_back_too(context: Context, qtbot: QtBot, office: Office) -> None:
    form = AppointmentForm(context, None, start=Start(at(9), at(10)))
    qtbot.addWidget(form)
    form.show()
    context.tasks.wait_idle()
    form.fields.contact._take(office.albrecht)
    context.tasks.wait_idle()
    form.fields.person.setCurrentIndex(1)
    form.fields.people.email.setText("bruno@office.example")
    form.fields.people.take_typed()
    form.fields.people.email.setText("clara@office")
    form.fields.zone.set_value("America/New_York")
    form.hide()
    context.tasks.wait_idle()
    again = AppointmentForm(context, None, start=Start(at(9), at(10)))
    qtbot.addWidget(again)
    again.show()
    context.tasks.wait_idle()
    fields = again.fields
    assert (fields.contact.value(), fields.zone.value()) == (office.albrecht, "America/New_York")
    assert fields.person.currentData() == form.fields.person.currentData() is not None
    assert [one.email for one in fields.people.people] == ["bruno@office.example"]
    assert fields.people.email.text() == "clara@office"


def test_a_form_that_is_put_away_while_it_saves_is_saved(
    context: Context, qtbot: QtBot, window: FakeWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    book(context)
    page = page_of(context, qtbot, "week")
    real, may_save = notices.save, Event()

    def slow(*args: Any, **more: Any) -> list[notices.Notice]:
        may_save.wait(10)
        return real(*args, **more)

    monkeypatch.setattr(notices, "save", slow)
    form = opened(context, page)
    form.fields.subject.setText("Other")
    form.save()
    page.opener.make(at(14), at(15), all_day=False)
    other = page.opener.form
    form.closed.emit()  # as when it is saved before it is gone
    qtbot.waitUntil(lambda: not isValid(form))
    may_save.set()
    context.tasks.wait_idle()
    assert (page.opener.form, window.said) == (other, ["Appointment saved"])
    form = opened(context, page)
    assert (form.title.full_text(), form.banner.isVisible()) == ("Other", False)


def test_an_answer_arrives_after_its_form_was_closed(
    context: Context, qtbot: QtBot, window: FakeWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_send = Event()
    monkeypatch.setattr(invite, "send_answer", lambda *_args: may_send.wait(10) and "dora@office.example")
    made = book(context)
    page = page_of(context, qtbot, "week")
    form = opened(context, page)
    form.invited.answering.take(made, "dora@office.example")
    form.invited.answering.send("accepted")
    page.opener.close()
    qtbot.waitUntil(lambda: not isValid(form))
    may_send.set()
    context.tasks.wait_idle()
    assert window.said[-1] == "The answer went to dora@office.example."


def test_what_an_import_left_out_is_told_after_its_page_was_closed(
    context: Context, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[Any, ...]] = []
    monkeypatch.setattr(files, "tell", lambda *args: told.append(args))
    file = tmp_path / "broken.ics"
    file.write_text("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
    page = QWidget()
    CalendarFiles(context, page).bring_in([file])
    delete(page)
    context.tasks.wait_idle()
    assert [each[0] for each in told] == [None]


def test_undo_is_offered_where_something_was_written(
    context: Context, qtbot: QtBot, window: FakeWindow, tmp_path: Path
) -> None:
    book(context)
    page = page_of(context, qtbot, "week")
    opened(context, page).save()
    context.tasks.wait_idle()
    file = tmp_path / "nothing.ics"
    file.write_text("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n")
    page.files.bring_in([file])
    context.tasks.wait_idle()
    assert (len(window.said), window.undoable) == (2, [])
    form = opened(context, page)
    form.fields.subject.setText("Other")
    form.save()
    context.tasks.wait_idle()
    assert window.undoable == ["Appointment saved"]


def opened(context: Context, page: CalendarPage) -> AppointmentForm:
    page.opener.open(shown(context)[0])
    context.tasks.wait_idle()
    assert isinstance(page.opener.form, AppointmentForm)
    return page.opener.form
