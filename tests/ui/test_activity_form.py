"""One activity: every field to and fro, recurrences in words, delegation by choosing somebody, unsaved changes kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from threading import Event

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from gcrm.i18n import set_language
from gcrm.model.custom_field import CustomField
from gcrm.model.follow_up import When
from gcrm.model.recurrence import Recurrence, Unit, decode
from gcrm.services import activity, contact, custom_field, delegation, user
from gcrm.services.drafts import DraftStore, activity_key
from gcrm.services.undo import undo_last
from gcrm.ui import activity_form
from gcrm.ui.activity_fields import REPEATS, repeat_words
from gcrm.ui.activity_form import ActivityForm, open_activity
from gcrm.ui.contact_choice import ContactChoice
from gcrm.ui.contact_picker import ContactPicker
from gcrm.ui.context import Context
from gcrm.ui.draft_keeper import DraftKeeper
from gcrm.ui.theme import Theme
from tests.ui.activity_desk import choose, log_call, shown_form, stored
from tests.ui.fake_window import FakeWindow
from tests.ui.office import Office
from tests.ui.turning import settle

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support grabbing the keyboard", extend=True)
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def made(context: Context, office: Office) -> int:
    return log_call(context, office)


@pytest.fixture
def form(context: Context, made: int, qtbot: QtBot) -> Iterator[ActivityForm]:
    with shown_form(context, made, qtbot) as window:
        yield window


def test_it_shows_what_is_there_and_touches_nothing(form: ActivityForm, context: Context, made: int) -> None:
    fields = form.fields
    assert fields.text.toPlainText() == "Agreed to call back"
    assert fields.minutes.value() == 6
    assert fields.direction.currentData() == "out"
    assert fields.touched() == {}
    before = stored(context, made).version
    form.save()
    settle(context)
    assert stored(context, made).version == before


def test_every_field_is_saved(form: ActivityForm, context: Context, made: int, office: Office) -> None:
    with context.database.read() as session:
        person = contact.read(session, office.albrecht).persons[1].id
    fields = form.fields
    fields.subject.setText("Offer AN-2026-0417")
    fields.text.setPlainText("Wants 2 %")
    choose(fields.type, "meeting")
    choose(fields.direction, "")
    choose(fields.person, person)
    fields.day.set_value(date(2026, 11, 20))
    fields.time.set_value(time(14, 30))
    fields.minutes.set_value(90)
    fields.follow_up.set_typed("2030-05-02 14:00")
    choose(fields.repeats, f"3 {Unit.MONTH.value}")
    fields.is_high.setChecked(True)
    fields.is_private.setChecked(True)
    QTest.keyClick(fields.text, Qt.Key.Key_Return, CTRL)
    settle(context)
    found = stored(context, made)
    assert (found.subject, found.text) == ("Offer AN-2026-0417", "Wants 2 %")
    assert (found.type, found.direction) == ("meeting", "")
    assert found.contact_person_id == person
    assert found.at.astimezone().replace(tzinfo=None) == datetime(2026, 11, 20, 14, 30)
    assert found.seconds == 5400
    assert found.follow_up_at is not None
    assert found.follow_up_at.astimezone().replace(tzinfo=None) == datetime(2030, 5, 2, 14)
    assert decode(found.recurrence) == Recurrence(3, Unit.MONTH, date(2030, 5, 2))
    assert (found.state, found.priority, found.is_private) == ("open", "high", True)


def test_saving_can_be_undone_in_one_step(form: ActivityForm, context: Context, made: int) -> None:
    form.fields.text.setPlainText("Something else")
    form.fields.is_high.setChecked(True)
    form.save()
    settle(context)
    undo_last(context.database)
    found = stored(context, made)
    assert (found.text, found.priority) == ("Agreed to call back", "")


@pytest.mark.parametrize("code", ["en", "de", "pt"])
def test_recurrences_are_told_in_words(code: str) -> None:
    set_language(code)
    words = [repeat_words(every, unit) for every, unit, _text in REPEATS]
    assert len(set(words)) == len(words)
    assert "5" in repeat_words(5, Unit.WEEK)


def test_an_unusual_recurrence_stays(context: Context, office: Office, qtbot: QtBot) -> None:
    when = When(datetime(2030, 1, 31), all_day=True)
    odd = activity.repeat_every(when, 5, Unit.WEEK)
    task = activity.log(context.database, office.albrecht, "Odd", type="task", follow_up=when, recurrence=odd)
    form = ActivityForm(context, task, DraftKeeper(context))
    qtbot.addWidget(form)
    settle(context)
    assert form.fields.repeats.currentText() == "Every 5 weeks"
    form.fields.text.setPlainText("Odd, but kept")
    form.save()
    settle(context)
    assert decode(stored(context, task).recurrence) == odd


def test_user_defined_fields_are_shown_kept_and_saved(
    context: Context, made: int, office: Office, qtbot: QtBot
) -> None:
    for label, kind, choices in (("Mood", "choice", ["good", "bad"]), ("Offer worth", "number", [])):
        custom_field.create(
            context.database, CustomField(owner="activity", label=label, kind=kind, choices=choices, options={})
        )
    form = ActivityForm(context, made, DraftKeeper(context))
    qtbot.addWidget(form)
    form.show()
    settle(context)
    assert form.touched() == {}
    mood, worth = (handle.widget for handle in form.custom._handles)
    mood.set_value("good")  # type: ignore[attr-defined]  # a choice is a combo
    worth.setText("12")  # type: ignore[attr-defined]  # a number is a line
    worth.commit()  # type: ignore[attr-defined]  # a number is a line
    form.hide()
    settle(context)
    again = ActivityForm(context, made, DraftKeeper(context))
    qtbot.addWidget(again)
    settle(context)
    assert len(again.custom.touched()) == 2
    again.save()
    settle(context)
    assert sorted(map(str, stored(context, made).custom.values())) == ["12", "good"]


def test_a_contact_is_chosen_from_a_search(context: Context, made: int, office: Office, qtbot: QtBot) -> None:
    told = CustomField(owner="activity", label="Partner", kind="contact", is_required=True)
    key = custom_field.create(context.database, told)
    form = ActivityForm(context, made, DraftKeeper(context))
    qtbot.addWidget(form)
    form.show()
    settle(context)
    partner = form.findChildren(ContactChoice)[0]
    assert partner.accessibleName() == "Partner (required)"
    partner.click()
    settle(context)
    picker = partner.findChildren(ContactPicker)[0]
    picker.search.setText("becker")
    settle(context)
    picker.accept()
    settle(context)
    assert partner.text() == "Becker && Söhne <b>KG</b>"
    form.save()
    settle(context)
    assert stored(context, made).custom == {f"f{key}": office.becker}
    again = ActivityForm(context, made, DraftKeeper(context))
    qtbot.addWidget(again)
    settle(context)
    assert again.findChildren(ContactChoice)[0].accessibleDescription() == "Becker & Söhne <b>KG</b>"
    assert again.touched() == {}


def test_a_field_made_meanwhile_is_shown_at_once(form: ActivityForm, context: Context, made: int) -> None:
    first = custom_field.create(context.database, CustomField(owner="activity", label="Mood", kind="text"))
    settle(context)
    (mood,) = (handle.widget for handle in form.custom._handles)
    mood.setText("good")  # type: ignore[attr-defined]  # a text is a line
    mood.commit()  # type: ignore[attr-defined]  # a text is a line
    custom_field.create(context.database, CustomField(owner="activity", label="Topic", kind="text"))
    settle(context)
    assert [handle.entry.shown_label for handle in form.custom._handles] == ["Mood", "Topic"]
    assert form.custom.touched() == {f"custom.f{first}": "good"}
    form.discard()
    settle(context)


def test_choosing_a_colleague_delegates(form: ActivityForm, context: Context, made: int) -> None:
    bruno = user.add_user(context.database, "bruno", "Bruno")
    form.discard()
    settle(context)
    form.fields.follow_up.set_typed("2030-05-02")
    choose(form.fields.responsible, bruno)
    form.save()
    settle(context)
    found = stored(context, made)
    assert (found.responsible_id, found.delegated_by) == (bruno, context.database.user_id)
    with context.database.read() as session:
        assert delegation.unread_count(session, bruno) == 1


def test_a_day_that_cannot_be_read_is_said_and_nothing_saved(form: ActivityForm, context: Context, made: int) -> None:
    form.fields.follow_up.set_typed("someday")
    form.save()
    settle(context)
    assert form.banner.isVisible()
    assert "someday" in form.banner.message()
    assert stored(context, made).follow_up_at is None


def test_unsaved_changes_survive_and_come_back(form: ActivityForm, context: Context, made: int, qtbot: QtBot) -> None:
    form.fields.text.setPlainText("Half a sen")
    choose(form.fields.type, "visit")
    form.hide()  # another customer is opened, or the program ends
    settle(context)
    kept = DraftStore.of(context.database).get(activity_key(made))
    assert kept is not None
    assert kept.data["contact_id"] == stored(context, made).contact_id
    again = ActivityForm(context, made, DraftKeeper(context))
    qtbot.addWidget(again)
    again.show()
    settle(context)
    assert again.fields.text.toPlainText() == "Half a sen"
    assert again.fields.type.currentData() == "visit"
    assert again.banner.isVisible()
    again.discard()
    settle(context)
    assert again.fields.text.toPlainText() == "Agreed to call back"
    assert DraftStore.of(context.database).get(activity_key(made)) is None


@pytest.mark.parametrize(("answer", "text"), [(0, "Changed"), (1, "Agreed to call back"), (2, "Agreed to call back")])
def test_leaving_asks_only_when_something_was_touched(
    form: ActivityForm, context: Context, made: int, monkeypatch: pytest.MonkeyPatch, answer: int, text: str
) -> None:
    asked: list[int] = []

    def choose_for_me(*_given: object, safe: int) -> int:
        asked.append(safe)
        return answer

    monkeypatch.setattr(activity_form, "choose", choose_for_me)
    closed: list[bool] = []
    form.closed.connect(lambda: closed.append(True))
    form.fields.text.setPlainText("Changed")
    QTest.keyClick(form.fields.text, Qt.Key.Key_Escape)
    settle(context)
    assert asked == [2]  # Enter and Esc keep editing
    assert stored(context, made).text == text
    assert bool(closed) is (answer != 2)
    if answer == 2:
        assert form.fields.text.toPlainText() == "Changed"


def test_an_untouched_form_closes_without_a_question(form: ActivityForm, context: Context) -> None:
    closed: list[bool] = []
    form.closed.connect(lambda: closed.append(True))
    QTest.keyClick(form.fields.text, Qt.Key.Key_Escape)
    assert closed


def test_a_deleted_one_says_so(context: Context, made: int, window: FakeWindow) -> None:
    activity.remove(context.database, [made])
    closed: list[bool] = []
    form = ActivityForm(context, made, DraftKeeper(context))
    form.closed.connect(lambda: closed.append(True))
    settle(context)
    assert closed
    assert window.errors
    form.deleteLater()


def test_it_opens_in_a_window_of_its_own(context: Context, made: int) -> None:
    dialog = open_activity(context, made)
    settle(context)
    assert dialog.isVisible()
    assert not dialog.isModal()
    dialog.close()
    settle(context)


@pytest.mark.parametrize(("scale", "columns"), [(1.0, 2), (1.5, 1)])
def test_fields_stand_below_each_other_where_it_is_narrow(
    form: ActivityForm, context: Context, theme: Theme, scale: float, columns: int
) -> None:
    theme.set_scale(scale)
    form.resize(340, 900)
    settle(context)
    assert form.fields._columns == columns
    for child in form.fields.findChildren(QAbstractButton):
        if child.isVisible():
            assert child.accessibleName() or child.text()
    for field in (form.fields.follow_up, form.fields.repeats, form.fields.person):
        right = field.mapTo(form, field.rect().topRight()).x()
        assert right <= form.width()


def test_tab_goes_through_all_fields(form: ActivityForm) -> None:
    form.fields.subject.setFocus()
    seen = []
    for _step in range(20):
        focus = QApplication.focusWidget()
        assert focus is not None
        seen.append(focus)
        QTest.keyClick(focus, Qt.Key.Key_Tab)
    fields = form.fields
    wanted = [fields.subject, fields.text, fields.follow_up, fields.type, fields.direction, fields.responsible]
    assert set(wanted) <= set(seen)
    assert {form.save_button, form.cancel_button} <= set(seen)


def test_one_that_is_put_away_while_it_saves_is_saved(
    context: Context, made: int, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = ActivityForm(context, made, DraftKeeper(context))
    settle(context)
    real, may_save = activity.save, Event()
    monkeypatch.setattr(activity, "save", lambda *args, **more: may_save.wait(10) and real(*args, **more))
    form.fields.subject.setText("Called")
    form.save()
    form.deleteLater()
    qtbot.waitUntil(lambda: not isValid(form))
    may_save.set()
    settle(context)
    assert stored(context, made).subject == "Called"
    assert DraftStore.of(context.database).get(activity_key(made)) is None
