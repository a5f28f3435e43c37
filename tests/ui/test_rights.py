"""What a person may not do is not offered, with the reason; in a file too the hidden is not shown."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from gcrm.model.rights import GROUPS
from gcrm.services import activity, appointment, calendar, contact, contact_columns, contact_list
from gcrm.services.change_feed import ChangeWatcher
from gcrm.services.changes import contact_history
from gcrm.services.contact_list import ContactQuery
from gcrm.services.database import Database
from gcrm.services.exchange.exporter import cards
from gcrm.services.opening import open_office
from gcrm.services.team import logins, rights
from gcrm.ui.activity_form import ActivityForm
from gcrm.ui.calendar.page import CalendarPage
from gcrm.ui.changes import ChangeFeed
from gcrm.ui.command_palette import Entry, EntryRole, open_palette
from gcrm.ui.contact.value_row import ValueRow
from gcrm.ui.context import Context
from gcrm.ui.draft_keeper import DraftKeeper
from gcrm.ui.files import FilesTab
from gcrm.ui.main_window import MainWindow
from gcrm.ui.printing import print_contact_sheets
from gcrm.ui.trash import PutAwayDialog
from gcrm.ui.widgets.safe import PlainLabel
from tests.ui.fake_window import FakeWindow
from tests.ui.office import Office
from tests.ui.turning import settle

DELETE = "Your group does not have the right “Contacts: delete”. Ask an administrator for it: anna, root."


@pytest.fixture
def boss(office: Office) -> Database:
    """Give the office as its administrator has it open: with groups, a note, and a reader called Lotta."""
    known = rights.ensure_groups(office.database)
    loaded = contact.load(office.database, office.albrecht)
    loaded.record.notes = "Pays late"
    contact.save(office.database, loaded)
    logins.add_user(office.database, "lotta", "Lotta Lang", known["read-only"])
    return office.database


@pytest.fixture
def desk(boss: Database, context: Context) -> Iterator[Context]:
    """Give the surroundings of Lotta's windows; her program has opened the same file."""
    mine, others = open_office(boss.url.render_as_string(), user="lotta"), context.feed
    watcher = ChangeWatcher(mine)
    watcher.start()
    context.database, context.feed = mine, ChangeFeed(mine, context.tasks, watcher)
    yield context
    context.tasks.wait_idle()
    context.feed.stop()
    context.feed = others
    mine.close()


@pytest.fixture
def frame(desk: Context, office: Office, qtbot: QtBot) -> Iterator[MainWindow]:
    made = MainWindow(desk.theme, desk.state)
    qtbot.addWidget(made)
    desk.window = made
    made.attach(desk)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    settle(desk)
    made.open_contact(office.albrecht)
    settle(desk)
    yield made
    made.close()


def give(boss: Database, desk: Context, *more: str, hidden: frozenset[str] | None = None) -> None:
    """Let the administrator give Lotta's group more rights, at another desk; her program hears of it by itself."""
    group = rights.ensure_groups(boss)["read-only"]
    kept = GROUPS["read-only"]
    rights.set_rights(boss, group, kept.rights | set(more), kept.hidden if hidden is None else hidden)
    desk.feed.look_now()
    settle(desk)


def row(frame: MainWindow, name: str) -> ValueRow | None:
    found = frame.contacts.page.overview.findChildren(ValueRow)
    return next((one for one in found if one.spec.label == name and one.isVisibleTo(frame)), None)


def test_a_refused_command_stays_in_its_menu_and_says_why(frame: MainWindow, desk: Context) -> None:
    delete = frame.actions_.action("delete")
    assert delete in frame.actions_.menu("contact").actions()
    assert not delete.isEnabled()
    assert "Contacts: delete" in delete.toolTip()
    delete.hover()
    assert frame.status.message() == DELETE
    assert frame.actions_.action("print_sheet").isEnabled()
    box = open_palette(desk, frame.actions_)
    settle(desk)
    assert "Delete" not in [entry.title for entry in _entries(box)]
    box.input.setText("delete")
    settle(desk)
    assert [entry.refusal for entry in _entries(box) if entry.title == "Delete"] == [DELETE]
    QTest.keyClick(box.input, Qt.Key.Key_Return)
    assert frame.status.message() == DELETE


def _entries(box: object) -> list[Entry]:
    items = box.list  # type: ignore[attr-defined]  # the palette
    return [items.item(place).data(EntryRole) for place in range(items.count())]


def test_a_record_that_may_not_be_changed_is_only_shown(frame: MainWindow, office: Office) -> None:
    page, section = frame.contacts.page, frame.contacts
    assert page.rights.message().startswith("Your group does not have the right “Contacts: change”.")
    assert page.rights.isVisible()
    assert "“Contacts: export”" in page.header.avatar.toolTip()
    assert page.header.avatar.cursor().shape() != Qt.CursorShape.OpenHandCursor, "it offers no drag"
    street = row(frame, "Street")
    assert street is not None
    assert not street.open_editor()
    assert not [one for one in page.findChildren(ValueRow) if one.spec.commands or one.spec.can_edit]
    assert not section.pane.new_button.isEnabled()
    assert not page.header.log.wide.isEnabled()
    assert section.rail.box.text.isReadOnly()
    assert "Activities" in section.rail.box.hint.text()
    section.rail.box.text.setPlainText("typed all the same")
    section.rail.box.submit()
    section.rail.view.setCurrentIndex(section.rail.model.index(0))
    shut = {action.text().split("\t")[0] for action in section.rail.view.make_menu().actions() if action.text()}
    assert shut >= {"Delete", "Attach files…"}
    QTest.keyClick(section.rail.view, Qt.Key.Key_Delete)
    assert "Activities" in frame.status.message()


def test_hidden_fields_are_left_out_everywhere(frame: MainWindow, desk: Context, office: Office) -> None:
    assert row(frame, "VAT number") is not None
    assert row(frame, "Payment terms") is None
    page = frame.contacts.page
    page.open_tab("terms")
    assert "DE89370400440532013000" not in "".join(one.spec.text for one in page.findChildren(ValueRow))
    with desk.database.read() as session:
        names = {column.name for column in contact_columns.all_columns(session)}
        told = {entry.field for entry in contact_history(session, office.albrecht, user=desk.database.user_id)}
        tree = {"field": "payment_terms", "op": "filled"}
        found = contact_list.count(session, ContactQuery(conditions=tree))
        listed = contact_list.rows(session, [office.albrecht], ("display_name", "discount"))
    assert names.isdisjoint({"payment_terms", "discount", "debtor_number"})
    assert "name" in told
    assert told.isdisjoint({"payment_terms", "iban"})
    assert not found
    assert set(listed[office.albrecht].values) == {"display_name"}


def test_notes_are_hidden_in_files_and_exports_and_saving_keeps_them(
    boss: Database, desk: Context, office: Office
) -> None:
    give(boss, desk, "contacts.change", hidden=frozenset({"notes", "bank"}))
    loaded = contact.load(desk.database, office.albrecht)
    assert (loaded.record.notes, loaded.record.bank_accounts) == ("", [])
    with desk.database.read() as session:
        assert "Pays late" not in "".join(map(str, cards(session, [office.albrecht])))
    loaded.record.name = "Albrecht AG"
    saved = contact.save(desk.database, loaded)
    assert saved.record.notes == ""
    kept = contact.load(boss, office.albrecht).record
    assert (kept.name, kept.notes, len(kept.bank_accounts)) == ("Albrecht AG", "Pays late", 1)


def test_rights_that_change_at_another_desk_are_followed_and_nothing_typed_is_lost(
    frame: MainWindow, boss: Database, desk: Context
) -> None:
    give(boss, desk, "contacts.change", "activities.create")
    vat = row(frame, "VAT number")
    assert vat is not None
    assert vat.open_editor()
    editor = QApplication.focusWidget()
    assert editor is not None
    QTest.keyClicks(editor, "DE811569869")
    box = frame.contacts.rail.box
    box.text.setPlainText("Wants an offer")
    give(boss, desk)
    assert vat.texts() == ["DE811569869"]
    assert box.text.toPlainText() == "Wants an offer"
    assert not box.button.isEnabled()
    assert not frame.actions_.action("log").isEnabled()
    vat.commit()
    settle(desk)
    assert vat.texts() == ["DE811569869"]
    give(boss, desk, "contacts.change", "activities.create", "contacts.delete")
    assert not frame.contacts.page.rights.isVisible()
    assert frame.actions_.action("log").isEnabled()
    vat.commit()
    settle(desk)
    assert contact.load(boss, frame.shown()).record.vat_number == "DE811569869"


def test_other_windows_offer_only_what_is_allowed(
    desk: Context, office: Office, qtbot: QtBot, window: FakeWindow
) -> None:
    trash = PutAwayDialog(desk, "archived")
    logged = activity.log(office.database, office.albrecht, "Called")
    form = ActivityForm(desk, logged, DraftKeeper(desk, trash))
    files = FilesTab(desk)
    for widget in (trash, form, files):
        qtbot.addWidget(widget)
    settle(desk)
    assert not trash.back_button.isEnabled()
    assert "Contacts: change" in trash.back_button.toolTip()
    assert not form.fields.isEnabled()
    assert not form.save_button.isEnabled()
    assert form.banner.message().startswith("Your group does not have the right")
    assert files.empty.button is not None
    assert files.empty.button.isHidden()
    assert not files.attach_button.isEnabled()
    dialog = print_contact_sheets(desk, [office.albrecht])
    qtbot.addWidget(dialog)
    settle(desk)
    assert not window.errors


def test_a_sheet_needs_the_right_to_print_and_its_note_the_right_to_log(boss: Database, desk: Context) -> None:
    from gcrm.services.printing.for_contact import log_printed

    log_printed(desk.database, [1])
    group = rights.ensure_groups(boss)["read-only"]
    rights.set_rights(boss, group, {"contacts.see"}, ())
    desk.feed.look_now()
    settle(desk)
    dialog = print_contact_sheets(desk, [1])
    settle(desk)
    assert not dialog.print_button.isEnabled()
    assert [text for text in _texts(dialog) if "Contacts: print" in text]
    dialog.close()


def _texts(window: QWidget) -> list[str]:
    return [label.full_text() for label in window.findChildren(PlainLabel)]


def test_a_calendar_that_may_not_be_changed_is_only_shown(frame: MainWindow, desk: Context, boss: Database) -> None:
    appointment.book(boss, "2026-11-23T09:00:00", "2026-11-23T10:00:00", zone="UTC", subject="Offer")
    frame.open_section("calendar")
    settle(desk)
    page = frame.findChild(CalendarPage)
    assert page is not None
    assert not page.new_button.isEnabled()
    page.new_appointment()
    assert page.opener.form is None
    assert "Activities, follow-ups and calls: create" in frame.status.message()
    with desk.database.read() as session:
        day, me = date(2026, 11, 23), desk.database.user_id
        entry = next(iter(calendar.entries(session, me, day, day, [boss.user_id])))
    page.opener.delete(entry)
    assert "Activities, follow-ups and calls: delete" in frame.status.message()
    give(boss, desk, "activities.create")
    assert page.new_button.isEnabled()
