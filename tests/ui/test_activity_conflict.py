"""One activity edited by two people at once, and the keys of its form."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QRadioButton
from pytestqt.qtbot import QtBot

from gcrm.model.follow_up import When
from gcrm.services import activity, delegation, user
from gcrm.services.drafts import DraftStore, activity_key
from gcrm.services.moment import instant_of, when_of
from gcrm.services.opening import open_office
from gcrm.ui.activity_form import ActivityForm
from gcrm.ui.conflict import ConflictDialog
from gcrm.ui.context import Context
from gcrm.ui.draft_keeper import DraftKeeper
from tests.ui.activity_desk import AT, choose, log_call, shown_form, stored
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


def as_colleague(office: Office, made: int, **values: object) -> None:
    bruno = open_office(str(office.database.path), user="Bruno")
    theirs = activity.load(bruno, made)
    for name, value in values.items():
        setattr(theirs.record, name, value)
    activity.save(bruno, theirs)
    bruno.close()


def asked() -> ConflictDialog:
    found = [one for one in QApplication.topLevelWidgets() if isinstance(one, ConflictDialog) and one.isVisible()]
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize(("mine", "text"), [(True, "Mine"), (False, "Theirs")])
def test_where_a_colleague_was_quicker_one_chooses(
    form: ActivityForm, context: Context, office: Office, made: int, window: FakeWindow, mine: bool, text: str
) -> None:
    closed: list[bool] = []
    form.closed.connect(lambda: closed.append(True))
    as_colleague(office, made, text="Theirs")
    form.fields.text.setPlainText("Mine")
    form.fields.subject.setText("Only mine")
    form.save()
    settle(context)
    assert stored(context, made).text == "Theirs"
    assert not window.errors
    dialog = asked()
    assert {button.text() for button in dialog.findChildren(QRadioButton)} == {"Mine", "Theirs"}
    dialog.choose(0, mine)
    dialog.accept()
    settle(context)
    found = stored(context, made)
    assert (found.text, found.subject) == (text, "Only mine")
    assert closed
    assert "changed" in window.said[-1]
    assert DraftStore.of(context.database).get(activity_key(made)) is None


def test_keeping_on_editing_leaves_everything_as_it_is(
    form: ActivityForm, context: Context, office: Office, made: int
) -> None:
    as_colleague(office, made, text="Theirs")
    form.fields.text.setPlainText("Mine")
    form.save()
    settle(context)
    asked().reject()
    assert form.fields.text.toPlainText() == "Mine"
    form.fields.text.setPlainText("Agreed to call back")  # taken back by hand: theirs stays
    form.fields.subject.setText("Mine")
    form.save()
    settle(context)
    found = stored(context, made)
    assert (found.text, found.subject) == ("Theirs", "Mine")


def test_the_parts_of_a_follow_up_go_together(form: ActivityForm, context: Context, office: Office, made: int) -> None:
    when = When(datetime(2030, 5, 2, 14), all_day=False)
    as_colleague(office, made, follow_up_at=instant_of(when), follow_up_all_day=False, state="open")
    form.fields.follow_up.set_typed("2031-01-07")
    form.save()
    settle(context)
    dialog = asked()
    fields = [conflict.field for conflict in dialog._conflicts]
    dialog.choose(fields.index("follow_up_at"), mine=False)
    dialog.accept()
    settle(context)
    found = stored(context, made)
    assert when_of(found.follow_up_at, found.follow_up_all_day) == when


def test_done_saves_what_was_touched_and_asks_where_it_must(
    form: ActivityForm, context: Context, office: Office, made: int
) -> None:
    as_colleague(office, made, text="Theirs", state="open", done_at=None, follow_up_at=AT, follow_up_all_day=True)
    form.fields.text.setPlainText("Mine")
    form._complete()
    settle(context)
    asked().accept()
    settle(context)
    found = stored(context, made)
    assert (found.text, found.state) == ("Mine", "done")


def test_keys_are_told_in_words_where_one_chooses(
    form: ActivityForm, context: Context, office: Office, made: int
) -> None:
    as_colleague(office, made, type="visit")
    choose(form.fields.type, "meeting")
    form.save()
    settle(context)
    dialog = asked()
    assert {button.text() for button in dialog.findChildren(QRadioButton)} == {"Meeting", "Visit"}
    dialog.reject()


# --- a text that was typed before ---------------------------------------------------------------------------------
def left_and_opened_again(
    form: ActivityForm, context: Context, office: Office, made: int, qtbot: QtBot, **theirs: object
) -> ActivityForm:
    """Leave half-typed changes, let a colleague change the activity, and open it again."""
    form.hide()
    settle(context)
    as_colleague(office, made, **theirs)
    again = ActivityForm(context, made, DraftKeeper(context))
    qtbot.addWidget(again)
    again.show()
    settle(context)
    return again


@pytest.mark.parametrize("mine", [True, False])
def test_a_text_typed_before_a_colleagues_change_is_not_laid_over_it(
    form: ActivityForm, context: Context, office: Office, made: int, qtbot: QtBot, mine: bool
) -> None:
    form.fields.text.setPlainText("Mine")
    form.fields.minutes.setText("9")
    form.fields.minutes.commit()
    again = left_and_opened_again(form, context, office, made, qtbot, text="Theirs", subject="Theirs too")
    assert again.fields.text.toPlainText() == "Mine"
    assert again.fields.subject.text() == "Theirs too"
    assert "changed meanwhile" in again.banner.message()
    again.save()
    settle(context)
    assert stored(context, made).text == "Theirs"
    assert DraftStore.of(context.database).get(activity_key(made)) is not None
    dialog = asked()
    assert {button.text() for button in dialog.findChildren(QRadioButton)} == {"Mine", "Theirs"}
    dialog.choose(0, mine)
    dialog.accept()
    settle(context)
    found = stored(context, made)
    assert (found.text, found.subject, found.seconds) == ("Mine" if mine else "Theirs", "Theirs too", 540)
    assert DraftStore.of(context.database).get(activity_key(made)) is None


def test_it_is_asked_however_often_the_text_is_left(
    form: ActivityForm, context: Context, office: Office, made: int, qtbot: QtBot
) -> None:
    form.fields.day.setText("2026-11-20")
    form.fields.day.commit()
    form.fields.follow_up.set_typed("2031-01-07")
    when = When(datetime(2030, 5, 2, 14), all_day=False)
    theirs = {"at": AT.replace(day=2), "follow_up_at": instant_of(when), "follow_up_all_day": False, "state": "open"}
    again = left_and_opened_again(form, context, office, made, qtbot, **theirs)
    again = left_and_opened_again(again, context, office, made, qtbot, subject="Later")
    again.save()
    settle(context)
    dialog = asked()
    assert {"at", "follow_up_at"} <= {conflict.field for conflict in dialog._conflicts}
    dialog.reject()


def test_where_nobody_changed_anything_nothing_is_asked(
    form: ActivityForm, context: Context, office: Office, made: int, qtbot: QtBot
) -> None:
    form.fields.text.setPlainText("Mine")
    form.fields.follow_up.set_typed("2031-01-07")
    again = left_and_opened_again(form, context, office, made, qtbot, subject="Theirs")
    assert "changed meanwhile" not in again.banner.message()
    again.save()
    settle(context)
    found = stored(context, made)
    assert (found.text, found.subject) == ("Mine", "Theirs")
    assert found.follow_up_at is not None


@pytest.mark.parametrize("mine", [True, False])
def test_whom_it_was_given_to_meanwhile_is_asked_too(
    form: ActivityForm, context: Context, office: Office, made: int, qtbot: QtBot, mine: bool
) -> None:
    anna, carla = (user.add_user(office.database, name, name) for name in ("Anna", "Carla"))
    settle(context)
    again = ActivityForm(context, made, DraftKeeper(context))
    qtbot.addWidget(again)
    again.show()
    settle(context)
    choose(again.fields.responsible, anna)
    bruno = open_office(str(office.database.path), user="Bruno")
    delegation.delegate(bruno, made, carla)
    bruno.close()
    again.save()
    settle(context)
    dialog = asked()
    assert {button.text() for button in dialog.findChildren(QRadioButton)} == {"Anna", "Carla"}
    dialog.choose(0, mine)
    dialog.accept()
    settle(context)
    assert stored(context, made).responsible_id == (anna if mine else carla)
