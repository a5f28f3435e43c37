"""The frame: sections, trail, banner, status line, sidebar, and the windows that Help and File open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from pytestqt.qtbot import QtBot

from gcrm.errors import ConflictError, EnvironmentProblem
from gcrm.model.follow_up import When
from gcrm.services import activity, check, contact, contact_list
from gcrm.services.contact_list import ContactQuery
from gcrm.ui.changes import ChangeFeed
from gcrm.ui.check_dialog import CheckDialog, open_check
from gcrm.ui.context import Context
from gcrm.ui.help import open_guide
from gcrm.ui.main_window import WIDE, MainWindow
from gcrm.ui.navigation import LENGTH, Trail
from tests.ui.office import Office
from tests.ui.turning import settle


@pytest.fixture
def frame(context: Context, qtbot: QtBot) -> Iterator[MainWindow]:
    made = MainWindow(context.theme, context.state)
    qtbot.addWidget(made)
    context.window = made
    made.attach(context)
    made.show()
    settle(context)
    yield made
    made.close()


@pytest.fixture
def bare(context: Context, qtbot: QtBot) -> MainWindow:
    """A window whose office is not open yet."""
    made = MainWindow(context.theme, context.state)
    qtbot.addWidget(made)
    made.show()
    return made


# --- before the office is open ---------------------------------------------------------------------------------------
def test_before_the_office_is_open_nothing_can_be_done_wrong(bare: MainWindow) -> None:
    assert bare.current_contact() is None
    for key in ("today", "contacts", "palette"):
        if key != "palette":
            bare.sidebar.item(key).click()
    bare.fail(EnvironmentProblem("The office cannot be opened."))
    assert bare.banner.isVisible()
    assert bare.banner.message() == "The office cannot be opened."
    with pytest.raises(RuntimeError):
        _ = bare.office
    with pytest.raises(RuntimeError):
        bare.shown()


# --- sections and trail ----------------------------------------------------------------------------------------------
def test_sections_are_made_when_first_shown(frame: MainWindow, context: Context) -> None:
    assert list(frame._pages) == ["contacts"]
    frame.sidebar.item("today").click()
    settle(context)
    assert list(frame._pages) == ["contacts", "today"]
    assert frame.sidebar.item("today").isChecked()
    frame.open_section("table")
    assert frame.sidebar.item("contacts").isChecked()


def test_the_trail_goes_back_over_contacts_and_sections(frame: MainWindow, context: Context, office: Office) -> None:
    frame.open_contact(office.becker)
    frame.open_section("today")
    frame.open_contact(office.cardoso)
    settle(context)
    frame.back()
    assert frame.stack.currentWidget() is frame._pages["today"]
    frame.back()
    settle(context)
    assert frame.current_contact() == office.becker
    assert frame.can_go_forward()
    frame.forward()
    frame.forward()
    settle(context)
    assert frame.current_contact() == office.cardoso
    assert not frame.can_go_forward()


def test_a_new_place_cuts_off_what_lay_ahead() -> None:
    trail = Trail()
    for place in ("a", "b", "c"):
        trail.go(("section", place))
    trail.go(("section", "c"))
    assert trail.back() == ("section", "b")
    trail.go(("section", "d"))
    assert not trail.can_go_forward()
    assert trail.back() == ("section", "b")
    with trail.paused():
        trail.go(("section", "x"))
    assert trail.forward() == ("section", "d")
    assert trail.forward() is None


def test_the_trail_does_not_grow_without_end() -> None:
    trail = Trail()
    for number in range(3 * LENGTH):
        trail.go(("contact", str(number)))
    steps = 0
    while trail.back() is not None:
        steps += 1
    assert steps == LENGTH - 1
    assert trail.back() is None


def test_a_tab_of_a_contact_can_be_opened_and_the_log_reached(
    frame: MainWindow, context: Context, office: Office
) -> None:
    frame.open_contact(office.becker, tab="people", focus_log=True)
    settle(context)
    page = frame.contacts.page
    assert page.bar.tabData(page.bar.currentIndex()) == "people"
    assert frame.focusWidget() is frame.contacts.rail.box.text


# --- what others ask of the window -----------------------------------------------------------------------------------
def test_chosen_rows_else_the_shown_contact(frame: MainWindow, context: Context, office: Office) -> None:
    assert frame.selected_contacts() == [office.albrecht]
    frame.contacts.pane.select_all()
    assert len(frame.selected_contacts()) == 3
    frame.open_section("today")
    assert frame.selected_contacts() == [office.albrecht]


def test_the_query_is_the_one_of_the_list_in_front(frame: MainWindow, context: Context) -> None:
    frame.contacts.pane.search.setText("joana")
    settle(context)
    assert frame.current_query().words == "joana"
    frame.open_section("table")
    settle(context)
    table = frame.list_in_front()
    table.search.setText("becker")
    settle(context)
    assert frame.current_query().words == "becker"
    frame.show_query(ContactQuery(sort=("-town",)), "By town", ("town",))
    settle(context)
    assert frame.current_columns() == ("town",)
    frame.open_section("contacts")
    frame.show_query(ContactQuery(sort=("-town",)), "By town")
    assert frame.contacts.pane.title.full_text() == "By town"


def test_a_write_says_what_was_done_and_offers_undo(frame: MainWindow, context: Context, office: Office) -> None:
    got: list[object] = []
    frame.write(lambda: contact.set_field(context.database, [office.becker], "priority", "C"), got.append)
    settle(context)
    assert got == [None]
    assert frame.status.message().endswith("Contact “Becker & Söhne <b>KG</b>” changed")
    frame.status.undo_button.click()
    settle(context)
    assert contact.load(context.database, office.becker).record.priority == "B"
    assert frame.status.message() == "Undone: Contact “Becker & Söhne <b>KG</b>” changed"


@pytest.mark.parametrize(
    ("error", "role"),
    [(EnvironmentProblem("The disk is full."), "banner-bad"), (ConflictError("Somebody was first."), "banner-warn")],
)
def test_an_error_stands_in_the_banner(frame: MainWindow, context: Context, error: Exception, role: str) -> None:
    def write() -> None:
        raise error

    frame.write(write)
    settle(context)
    assert frame.banner.isVisible()
    assert frame.banner.message() == str(error)
    assert frame.banner.property("role") == role
    assert frame.banner.accessibleName() == str(error)


def test_a_fault_is_told_with_details_to_copy(frame: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[str, str]] = []
    monkeypatch.setattr(
        "gcrm.ui.widgets.message.tell", lambda parent, title, sentence, details="": told.append((sentence, details))
    )
    frame.crash("Something went wrong.", "Traceback …")
    assert told == [("Something went wrong.", "Traceback …")]


def test_lost_and_found(frame: MainWindow, context: Context) -> None:
    context.feed._on_failed(EnvironmentProblem("The team database cannot be reached."))
    assert frame.banner.message() == "The team database cannot be reached."
    context.feed._on_failed(EnvironmentProblem("The team database cannot be reached."))
    context.feed._on_looked(frozenset())
    settle(context)
    assert not frame.banner.isVisible()


def test_what_changed_much_reaches_every_table(context: Context) -> None:
    from gcrm.services.changed import Changed

    heard: list[frozenset[Changed]] = []
    context.feed.changed.connect(heard.append)
    assert isinstance(context.feed, ChangeFeed)
    context.feed._on_heard(1, frozenset({Changed("", 0, None, "")}))
    context.feed._on_heard(2, frozenset({Changed("address", 7, 3, "U")}))
    assert {"contact", "activity", "setting", "category"} <= {one.table for one in heard[0]}
    assert heard[1] == frozenset({Changed("address", 7, 3, "U")})


# --- sidebar ---------------------------------------------------------------------------------------------------------
def test_the_sidebar_counts_and_lists(frame: MainWindow, context: Context, office: Office) -> None:
    frame.pin_sidebar(True)
    assert frame.sidebar.item("contacts").accessibleName() == "Contacts, 3"
    assert frame.sidebar.item("today").accessibleName() == "Today, 1"
    contact.create(context.database, contact.empty(name="Fourth"))
    activity.log(context.database, office.becker, "Call", follow_up=When(datetime.now(), all_day=True))
    settle(context)
    assert frame.sidebar.item("contacts").accessibleName() == "Contacts, 4"
    assert frame.sidebar.item("today").accessibleName() == "Today, 2"
    query = ContactQuery(conditions={"all": [{"field": "priority", "op": "is", "value": "A"}]})
    saved = contact_list.save_filter(context.database, "Best", query, user_id=None)
    settle(context)
    frame.sidebar.item(f"list:{saved}").click()
    settle(context)
    assert frame.contacts.pane.title.full_text() == "Best"
    assert frame.contacts.pane.model.rowCount() == 1
    assert frame.sidebar.item(f"list:{saved}").isChecked()


def test_the_sidebar_is_a_rail_where_it_is_narrow_unless_pinned(frame: MainWindow, context: Context) -> None:
    frame.resize(WIDE + 40, 900)
    assert not frame.sidebar.is_rail()
    frame.resize(WIDE - 40, 900)
    assert frame.sidebar.is_rail()
    frame.actions_.action("sidebar").trigger()
    assert not frame.sidebar.is_rail()
    frame.resize(WIDE - 100, 900)
    assert not frame.sidebar.is_rail()
    assert frame.actions_.action("sidebar").isChecked()


def test_warnings_about_the_office_are_said_once_it_is_open(context: Context, qtbot: QtBot) -> None:
    made = MainWindow(context.theme, context.state)
    qtbot.addWidget(made)
    context.window = made
    context.database.warnings.append("The office lies in a folder that is synchronised.")
    made.attach(context)
    made.show()
    assert made.banner.message() == "The office lies in a folder that is synchronised."
    settle(context)


# --- help, check, other offices --------------------------------------------------------------------------------------
def test_a_sound_office_is_in_order(frame: MainWindow, context: Context, qtbot: QtBot) -> None:
    dialog = open_check(context)
    settle(context)
    assert dialog.summary.full_text().startswith("Everything is in order")
    assert not dialog.repair_button.isVisible()
    assert not dialog.bar.isVisible()
    dialog.close()


@pytest.fixture
def repairs(context: Context, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> tuple[CheckDialog, list[bool]]:
    """Give the check of an office with one finding that can be repaired, and whether it was asked to."""
    finding = check.Finding("index", "contact:1", "The search index does not fit contact 1.")
    asked: list[bool] = []

    def pretend(_database: object, *, repair: bool = False, has_backup: bool = False) -> check.Report:
        asked.append(repair)
        if not repair:
            return check.Report(False, (finding,))
        return check.Report(True, (replace(finding, repaired=True),), "/offices/copy.gcrm", 1)

    monkeypatch.setattr("gcrm.ui.check_dialog.check", pretend)
    dialog = CheckDialog(context)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.run()
    settle(context)
    return dialog, asked


def test_findings_are_listed_and_repaired(context: Context, repairs: tuple[CheckDialog, list[bool]]) -> None:
    dialog, asked = repairs
    assert dialog.summary.full_text() == "1 finding"
    item = dialog.findings.item(0)
    assert item is not None
    assert item.text() == "The search index does not fit contact 1."
    assert dialog.repair_button.isVisible()
    dialog.repair_button.click()
    settle(context)
    assert asked == [False, True]
    assert not dialog.repair_button.isVisible()
    said = dialog.summary.full_text()
    assert said.startswith("1 finding was repaired. The office as it was before: /offices/copy.gcrm Everything is in")
    item = dialog.findings.item(0)
    assert item is not None
    assert item.text() == "Repaired: The search index does not fit contact 1."


def test_where_no_backup_can_be_made_another_one_is_asked_for(
    context: Context, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []

    def refuse(_database: object, *, repair: bool = False, has_backup: bool = False) -> check.Report:
        asked.append(has_backup)
        if repair and not has_backup:
            raise check.NoBackup("The backup before the repair failed.")
        return check.Report(True)

    answers = [False, True]
    monkeypatch.setattr("gcrm.ui.check_dialog.check", refuse)
    monkeypatch.setattr("gcrm.ui.check_dialog.ask", lambda *args: answers.pop(0))
    dialog = CheckDialog(context)
    qtbot.addWidget(dialog)
    dialog.show()
    for _turn in range(2):
        dialog.repair_button.click()
        settle(context)
        assert dialog.banner.message() == "The backup before the repair failed."
    assert asked == [False, False, True]
    assert dialog.summary.full_text().startswith("Everything is in order")


def test_a_check_that_cannot_run_says_why(context: Context, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_database: object) -> check.Report:
        raise EnvironmentProblem("The disk cannot be read.")

    monkeypatch.setattr("gcrm.ui.check_dialog.check", fails)
    dialog = CheckDialog(context)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.run()
    settle(context)
    assert dialog.banner.message() == "The disk cannot be read."


def test_the_guide_is_opened_or_its_place_is_told(bare: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    opened: list[QUrl] = []
    monkeypatch.setattr("gcrm.ui.help.tell", lambda parent, title, sentence: told.append(sentence))

    def refuse(url: QUrl) -> bool:
        opened.append(url)
        return False

    monkeypatch.setattr(QDesktopServices, "openUrl", refuse)
    open_guide(bare)
    assert len(told) == 1
    assert "guide" in told[0]
