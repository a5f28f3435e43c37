"""The first start: at most three pages, each skippable, once; sample data come and go with one click."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gcrm.services import company, contact, sample_data, settings
from gcrm.services.change_feed import ChangeWatcher
from gcrm.services.opening import open_office
from gcrm.ui import first_start
from gcrm.ui.changes import ChangeFeed
from gcrm.ui.context import Context
from gcrm.ui.first_start import FirstStart, maybe_first_start
from gcrm.ui.state import WindowState
from gcrm.ui.tasks import Tasks
from gcrm.ui.theme import Theme
from gcrm.ui.widgets.banner import Banner
from tests.databases import SqliteOffices
from tests.services.offices import enter_company
from tests.ui.fake_window import FakeWindow


@pytest.fixture
def new_office(
    sqlite_offices: SqliteOffices, data_folder: Path, theme: Theme, window: FakeWindow, tmp_path: Path
) -> Iterator[Context]:
    """Give everything a window is given, in an office that nobody has worked in."""
    with sqlite_offices.migrated(data_folder) as url:
        database = open_office(url)
        tasks = window.tasks = Tasks()
        watcher = ChangeWatcher(database)
        watcher.start()
        feed = ChangeFeed(database, tasks, watcher)
        yield Context(database, tasks, theme, feed, WindowState(tmp_path / "windows.ini"), window)
        tasks.close()
        feed.stop()
        database.close()


def settle(context: Context) -> None:
    for _ in range(3):
        context.tasks.wait_idle()


def shown(app: QApplication) -> list[FirstStart]:
    return [widget for widget in app.topLevelWidgets() if isinstance(widget, FirstStart) and widget.isVisible()]


def is_open(dialog: FirstStart) -> bool:
    """Tell whether a dialog is still shown; a closed one may be deleted already."""
    return any(widget is dialog and widget.isVisible() for widget in QApplication.topLevelWidgets())


def count(context: Context) -> int:
    with context.database.read() as session:
        return contact.count(session)


def kept(context: Context, key: str) -> Any:
    with context.database.read() as session:
        return settings.get(session, key, context.database.user_id)


def test_it_is_shown_in_an_empty_office_and_never_again(new_office: Context, qapp: QApplication) -> None:
    maybe_first_start(new_office)
    settle(new_office)
    dialogs = shown(qapp)
    assert len(dialogs) == 1
    assert not dialogs[0].isModal()
    dialogs[0].reject()
    maybe_first_start(new_office)
    settle(new_office)
    assert not shown(qapp)


def test_an_office_with_contacts_never_sees_it(new_office: Context, qapp: QApplication) -> None:
    made = contact.create(new_office.database, contact.empty(name="Albrecht"))
    contact.trash(new_office.database, [made])
    maybe_first_start(new_office)
    settle(new_office)
    assert not shown(qapp)


def test_three_pages_can_all_be_skipped_and_leave_no_trace(new_office: Context) -> None:
    dialog = FirstStart(new_office)
    dialog.show()
    assert dialog.stack.count() == 3
    for _page in range(dialog.stack.count()):
        dialog.skip_button.click()
    assert not is_open(dialog)
    settle(new_office)
    own = company.main_company(new_office.database)
    assert (own.record.name, own.version) == ("", 1)
    assert kept(new_office, "phone.box_enabled") is False


def test_what_is_entered_is_kept_by_keys_alone(new_office: Context) -> None:
    dialog = FirstStart(new_office)
    dialog.show()
    page: Any = dialog.step()
    page.country.set_value("AT")
    page.language.set_value("de")
    QTest.keyClicks(page.name, "Costa GmbH")
    QTest.keyClick(page.name, Qt.Key.Key_Return)
    settle(new_office)
    own = company.main_company(new_office.database)
    assert (own.record.name, own.record.country) == ("Costa GmbH", "AT")
    assert new_office.database.home.country == "AT"
    assert kept(new_office, "ui.language") == "de"
    assert dialog.stack.currentIndex() == 1
    dialog.go_on()
    page = dialog.step()
    page.host.setText("192.168.178.1")
    page.listen.setChecked(True)
    dialog.next_button.click()
    settle(new_office)
    assert kept(new_office, "phone.box_enabled") is True
    assert kept(new_office, "phone.box_host") == "192.168.178.1"
    assert not is_open(dialog)


def test_going_back_and_on_again_changes_the_same_company(new_office: Context) -> None:
    dialog = FirstStart(new_office)
    dialog.show()
    page: Any = dialog.step()
    for name in ("Costa GmbH", "Costa & Söhne GmbH"):
        page.name.setText(name)
        dialog.go_on()
        settle(new_office)
        dialog.back_button.click()
    with new_office.database.read() as session:
        assert [row.name for row in company.companies(session)] == ["Costa & Söhne GmbH"]
    dialog.reject()


def test_the_country_alone_is_kept_and_the_name_is_still_asked_for(new_office: Context) -> None:
    dialog = FirstStart(new_office)
    dialog.show()
    page: Any = dialog.step()
    page.country.set_value("AT")
    dialog.go_on()
    settle(new_office)
    own = company.main_company(new_office.database).record
    assert (own.name, own.country) == ("", "AT")
    dialog.back_button.click()
    settle(new_office)
    assert page.name.text() == ""
    dialog.reject()


def test_a_company_that_a_colleague_entered_is_shown(new_office: Context) -> None:
    enter_company(new_office.database, name="Costa Lda", country="PT")
    dialog = FirstStart(new_office)
    dialog.show()
    settle(new_office)
    page: Any = dialog.step()
    assert (page.name.text(), page.country.value()) == ("Costa Lda", "PT")
    dialog.go_on()
    settle(new_office)
    assert company.main_company(new_office.database).version == 2
    dialog.reject()


def test_a_wrong_address_is_told_on_the_page(new_office: Context) -> None:
    dialog = FirstStart(new_office)
    dialog.show()
    dialog.show_step(2)
    page: Any = dialog.step()
    page.host.setText("no box here!")
    page.listen.setChecked(True)
    dialog.next_button.click()
    settle(new_office)
    assert dialog.isVisible()
    assert "name or number in the network" in dialog.banner.message()
    assert dialog.next_button.isEnabled()
    dialog.reject()


def test_sample_data_come_with_one_click_and_go_with_one(new_office: Context, window: FakeWindow) -> None:
    banner = window.banner = Banner()  # type: ignore[attr-defined]  # as the main window has one
    dialog = FirstStart(new_office)
    dialog.show()
    dialog.sample_button.click()
    settle(new_office)
    assert count(new_office) == sample_data.CONTACTS
    assert not is_open(dialog)
    assert window.calls[-1] == ("open_section", "contacts")
    assert not banner.isHidden()
    banner._buttons[0].click()
    settle(new_office)
    assert count(new_office) == 0
    assert banner.isHidden()
    assert window.said[-1] == "Sample data removed."


def test_the_removal_is_offered_again_at_the_next_start(new_office: Context, window: FakeWindow) -> None:
    dialog = FirstStart(new_office)
    dialog.take_samples()
    settle(new_office)
    banner = window.banner = Banner()  # type: ignore[attr-defined]  # as the main window has one
    maybe_first_start(new_office)
    settle(new_office)
    assert banner.message() == "These are sample data to try everything on."
    sample_data.remove(new_office.database)
    banner.hide()
    maybe_first_start(new_office)
    settle(new_office)
    assert banner.isHidden()


def test_a_sample_that_was_edited_stays(new_office: Context) -> None:
    sample_data.add(new_office.database)
    with new_office.database.read() as session:
        from gcrm.services.contact_list import ContactQuery, ids

        first = int(ids(session, ContactQuery(), 1)[0])
    loaded = contact.load(new_office.database, first)
    loaded.record.notes = "My own note"
    contact.save(new_office.database, loaded)
    assert sample_data.remove(new_office.database) > 0
    assert count(new_office) == 1
    assert contact.load(new_office.database, first).record.notes == "My own note"


def test_importing_hands_over_to_the_import(new_office: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    from gcrm.ui import exchange

    opened: list[Any] = []
    monkeypatch.setattr(exchange, "open_import", lambda context, paths: opened.append(paths))
    dialog = FirstStart(new_office)
    dialog.show()
    dialog.show_step(1)
    page: Any = dialog.step()
    page.import_button.click()
    assert opened == [[]]
    assert not is_open(dialog)


def test_each_office_is_remembered_by_itself(new_office: Context) -> None:
    mine = first_start._mark(new_office, "first_start")
    assert mine != first_start._mark(new_office, "sample")
    assert "/" not in mine
