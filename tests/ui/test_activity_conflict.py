"""One activity edited by two people at once, and the keys of its form."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QRadioButton
from pytestqt.qtbot import QtBot

from gcrm.model.follow_up import When
from gcrm.services import activity
from gcrm.services.database import Database
from gcrm.services.drafts import DraftStore, activity_key
from gcrm.services.moment import instant_of, when_of
from gcrm.ui.activity_form import ActivityForm
from gcrm.ui.conflict import ConflictDialog
from gcrm.ui.context import Context
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
    bruno = Database.open(str(office.database.path), user="Bruno")
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
