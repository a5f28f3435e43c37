"""The list of unfinished texts: what, whose, when; going on and discarding."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from gcrm.services import activity
from gcrm.services.drafts import DraftStore, log_key, record_key
from gcrm.ui import activity_form, contact_picker, unfinished
from gcrm.ui.activity_form import ActivityForm, open_activity
from gcrm.ui.context import Context
from gcrm.ui.merge.dialog import MergeDialog
from gcrm.ui.unfinished import UnfinishedDialog
from tests.ui.fake_window import FakeWindow
from tests.ui.office import Office
from tests.ui.turning import settle


@pytest.fixture
def store(context: Context) -> DraftStore:
    return DraftStore.of(context.database)


def show(context: Context, qtbot: QtBot) -> UnfinishedDialog:
    dialog = UnfinishedDialog(context)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.show()
    settle(context)
    return dialog


def test_newest_first_with_contact_beginning_and_moment(
    context: Context, office: Office, store: DraftStore, qtbot: QtBot
) -> None:
    old, new = datetime(2026, 11, 2, 9, 0, tzinfo=UTC), datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
    store.put("log:1", {"contact_id": office.albrecht, "text": "He asked\nwhether"}, at=old)
    store.put("contact/new", {"title": "Neumann GmbH"}, at=new)
    dialog = show(context, qtbot)
    spoken = [dialog.list.item(row).text() for row in range(dialog.list.count())]
    assert spoken[0].startswith("Neumann GmbH, New contact")
    assert spoken[1].startswith("Albrecht Metallbau GmbH, He asked whether, Log entry")
    dialog.grab()


def test_enter_goes_on_with_a_log_entry(
    context: Context, office: Office, store: DraftStore, qtbot: QtBot, window: FakeWindow
) -> None:
    store.put("log:1", {"contact_id": office.becker, "text": "He asked"})
    dialog = show(context, qtbot)
    dialog.go_on()
    assert window.calls == [("open_contact", office.becker, "", True)]
    assert not dialog.isVisible()


def test_changes_of_an_activity_open_it(
    context: Context, office: Office, store: DraftStore, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = activity.log(context.database, office.becker, "Before")
    kept = {"contact_id": office.becker, "activity_id": made, "text": "After", "fields": {"text": "After"}}
    store.put(f"activity:{made}", kept)
    opened: list[QDialog] = []
    monkeypatch.setattr(activity_form, "open_activity", lambda *given: opened.append(open_activity(*given)))
    show(context, qtbot).go_on()
    settle(context)
    form = opened[0].findChild(ActivityForm)
    assert isinstance(form, ActivityForm)
    assert form.fields.text.toPlainText() == "After"
    opened[0].close()
    settle(context)


def test_discarding_asks_and_removes(
    context: Context, office: Office, store: DraftStore, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.put("log:1", {"contact_id": office.becker, "text": "He asked"})
    dialog = show(context, qtbot)
    for answer, left in ((False, 1), (True, 0)):
        monkeypatch.setattr(unfinished, "ask", lambda *_given, answer=answer, **_named: answer)
        QTest.keyClick(dialog.list, Qt.Key.Key_Delete)
        settle(context)
        assert len(store.unfinished()) == left
    assert dialog.body.currentWidget() is dialog.empty
    assert not dialog.open_button.isEnabled()


def test_a_contact_that_is_gone_leaves_the_text_which_is_copied_or_given_to_another(
    context: Context, office: Office, store: DraftStore, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch,
    window: FakeWindow,
) -> None:  # fmt: skip
    whole = "For somebody deleted " * 30
    store.put("log:999", {"contact_id": 999, "text": whole})
    dialog = show(context, qtbot)
    row = dialog.chosen()
    assert row is not None
    assert row.contact_id is None
    assert "For somebody deleted" in dialog.list.item(0).text()
    assert dialog.text.toPlainText() == whole
    assert dialog.gone.isVisible()
    dialog.go_on()
    assert dialog.isVisible()
    assert window.calls == []
    dialog.copy_button.click()
    assert QGuiApplication.clipboard().text() == whole
    monkeypatch.setattr(contact_picker, "pick_contact", lambda _context, _title, take, _parent: take(office.becker))
    dialog.choose_button.click()
    settle(context)
    assert not dialog.gone.isVisible()
    dialog.go_on()
    assert window.calls == [("open_contact", office.becker, "", True)]
    kept = store.get(log_key(office.becker))
    assert kept is not None
    assert kept.data["text"] == whole
    assert store.get("log:999") is None


def test_a_field_of_a_record_opens_where_it_was_typed(
    context: Context, office: Office, store: DraftStore, qtbot: QtBot, window: FakeWindow
) -> None:
    row = f"contact:{office.becker}:notes"
    kept = {"contact_id": office.becker, "tab": "notes", "row": row, "label": "Notes", "text": "Half a note"}
    store.put(record_key(office.becker, row), {**kept, "texts": ["Half a note"]})
    dialog = show(context, qtbot)
    assert "Notes: Half a note, Field of a record" in dialog.list.item(0).text()
    dialog.go_on()
    assert window.calls == [("resume_typing", office.becker, "notes", row)]


def test_merging_takes_the_texts_along(context: Context, office: Office, store: DraftStore, qtbot: QtBot) -> None:
    store.put(log_key(office.cardoso), {"contact_id": office.cardoso, "text": "half said"})
    dialog = MergeDialog(context, [office.becker, office.cardoso])
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    settle(context)
    dialog.go_on()
    settle(context)
    assert [draft.key for draft in store.unfinished()] == [log_key(office.becker)]
