"""Trash and archive: finding what was put away, bringing back, deleting for good."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gcrm.model.contact import Contact
from gcrm.services import contact
from gcrm.ui.context import Context
from gcrm.ui.trash import PutAwayDialog, open_trash
from tests.ui.office import Office
from tests.ui.turning import settle

Make = Callable[[str], PutAwayDialog]


@pytest.fixture
def make(context: Context, qtbot: QtBot) -> Make:
    def build(which: str) -> PutAwayDialog:
        dialog = PutAwayDialog(context, which)
        qtbot.addWidget(dialog)
        dialog.show()
        settle(context)
        return dialog

    return build


def test_an_empty_trash_says_so_and_offers_nothing(make: Make) -> None:
    trash = make("trash")
    assert trash.count.full_text() == "The trash is empty."
    assert not trash.back_button.isEnabled()
    assert not trash.purge_button.isEnabled()


def test_what_was_deleted_is_found_and_comes_back(make: Make, context: Context, office: Office) -> None:
    contact.trash(context.database, [office.becker, office.cardoso])
    trash = make("trash")
    assert trash.count.full_text() == "2 contacts"
    trash.search.setText("joana")
    settle(context)
    assert list(trash.model.ids()) == [office.cardoso]
    trash.search.clear()
    settle(context)
    trash.view.selectAll()
    assert trash.back_button.isEnabled()
    trash.back_button.click()
    settle(context)
    assert trash.count.full_text() == "The trash is empty."
    assert contact.load(context.database, office.becker).record.deleted_at is None


def test_the_archive_has_no_button_that_deletes(make: Make, context: Context, office: Office) -> None:
    contact.archive(context.database, [office.becker])
    archive = make("archived")
    assert not archive.purge_button.isVisible()
    archive.view.selectRow(0)
    archive.back_button.click()
    settle(context)
    assert archive.count.full_text() == "The archive is empty."


@pytest.mark.parametrize("answer", [True, False])
def test_deleting_for_good_waits_for_the_answer(
    make: Make, context: Context, office: Office, monkeypatch: pytest.MonkeyPatch, answer: bool
) -> None:
    asked: list[str] = []

    def ask(_parent: object, _title: str, sentence: str, _verb: str, *, danger: bool) -> bool:
        asked.append(sentence)
        return answer

    monkeypatch.setattr("gcrm.ui.trash.ask", ask)
    contact.trash(context.database, [office.becker, office.cardoso])
    trash = make("trash")
    trash.view.selectAll()
    trash.purge()
    settle(context)
    assert asked == ["Delete 2 contacts for good, with their chronicle and files?"]
    with context.database.read() as session:
        assert (session.get(Contact, office.becker) is None) is answer
    assert trash.model.rowCount() == (0 if answer else 2)


def test_purging_nothing_asks_nothing(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gcrm.ui.trash.ask", lambda *rest, **options: pytest.fail("asked for nothing"))
    make("trash").purge()


def test_it_follows_what_others_delete(make: Make, context: Context, office: Office) -> None:
    trash = make("trash")
    contact.trash(context.database, [office.albrecht])
    settle(context)
    assert list(trash.model.ids()) == [office.albrecht]


def test_it_opens_beside_the_window_and_goes_when_closed(context: Context, qtbot: QtBot) -> None:
    dialog = open_trash(context, "trash")
    assert dialog.isVisible()
    assert dialog.testAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    settle(context)
    with qtbot.waitSignal(dialog.destroyed):
        dialog.close()
