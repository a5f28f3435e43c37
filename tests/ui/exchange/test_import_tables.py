"""Tables in the import window: their columns, rows to correct, and saved mappings."""

from __future__ import annotations

from pathlib import Path
from threading import Event

import pytest
from PySide6.QtWidgets import QMessageBox

from gcrm.services.exchange import importer, mappings
from gcrm.ui.contact.name_dialog import NameDialog
from gcrm.ui.context import Context
from tests.ui.exchange.import_steps import Opener, choose_column, drop, found
from tests.ui.office import Office

TABLE = "Firma;Geburtstag;Hobby\nWerft GmbH;31.02.1990;Segeln\n;1.3.1980;\n"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Give a table with a day that is none, and a row that names nobody."""
    found = tmp_path / "customers.csv"
    found.write_text(TABLE, encoding="utf-8")
    return found


def test_a_table_shows_its_columns_and_reads_them_as_said(context: Context, opened: Opener, table: Path) -> None:
    dialog = opened(table)
    assert [row.action for row in dialog.plan.rows] == ["create", "error"]
    assert dialog.parts.summary.full_text() == "1 new, 0 to fill, 0 to leave out, 1 row with an error"
    columns = dialog.parts.columns
    shown = [columns.model.index(2, part).data() for part in range(4)]
    assert shown == ["Hobby", "Segeln", "50 %", "Other data, under its heading"]
    assert (columns.delimiter.currentData(), columns.header.currentData()) == (";", 1)
    choose_column(dialog, 2)
    columns.target.chosen.emit("new.text")
    context.tasks.wait_idle()
    assert dialog.plan.new_fields() == (("Hobby", "text"),)
    assert columns.target.value() == "new.text"
    columns.delimiter.setCurrentIndex(columns.delimiter.findData(","))
    columns.delimiter.activated.emit(columns.delimiter.currentIndex())
    context.tasks.wait_idle()
    assert columns.model.rowCount() == 1


def test_what_is_being_written_is_not_said_otherwise(
    context: Context, opened: Opener, table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = opened(table)
    real, may_write = importer.apply, Event()
    monkeypatch.setattr(importer, "apply", lambda *args, **more: may_write.wait(10) and real(*args, **more))
    dialog.show()
    assert dialog.parts.columns.isEnabled()
    dialog.run()
    assert (dialog.parts.columns.isEnabled(), dialog.parts.bad_rows.isEnabled()) == (False, False)
    assert not drop(dialog, [table])
    may_write.set()
    context.tasks.wait_idle()
    assert (dialog.parts.columns.isEnabled(), dialog.parts.bad_rows.isEnabled()) == (False, True)


def test_rows_are_corrected_in_place_and_imported(
    context: Context, office: Office, opened: Opener, table: Path, tmp_path: Path
) -> None:
    dialog = opened(table)
    page = dialog.parts.bad_rows
    assert page.model.index(0, 1).data() == "Geburtstag: This is no date"
    dialog.run()
    context.tasks.wait_idle()
    assert dialog.parts.banner.message().endswith("Not imported: 1 row with an error.")
    assert page.model.setData(page.model.index(0, 2), "28.02.1990")
    assert page.model.setData(page.model.index(1, 3), "Reederei AG")
    page.check.click()
    context.tasks.wait_idle()
    assert [(row.name, row.action, row.bad) for row in dialog.plan.rows] == [
        ("Werft GmbH", "update", None),
        ("Reederei AG", "create", None),
    ]
    assert not dialog.parts.tabs.isTabVisible(2)
    dialog.run()
    context.tasks.wait_idle()
    assert found(office, "reederei") == 1


def test_corrected_rows_are_not_lost_before_they_are_read(context: Context, opened: Opener, table: Path) -> None:
    dialog = opened(table)
    page = dialog.parts.bad_rows
    assert page.model.setData(page.model.index(0, 2), "28.02.1990")
    choose_column(dialog, 2)
    dialog.parts.columns.target.chosen.emit("new.text")
    context.tasks.wait_idle()
    assert page.model.index(0, 2).data() == "28.02.1990"
    dialog.run()
    context.tasks.wait_idle()
    assert "read first" in dialog.parts.banner.message()
    assert [row.bad is None for row in dialog.plan.rows] == [True, False]
    dialog.run()
    context.tasks.wait_idle()
    assert dialog.parts.banner.message().startswith("Imported: 1 new")


def test_a_mapping_is_saved_and_taken_again(context: Context, opened: Opener, table: Path) -> None:
    dialog = opened(table)
    columns = dialog.parts.columns
    choose_column(dialog, 2)
    columns.target.chosen.emit("note")
    context.tasks.wait_idle()
    mappings.save(context.database, "Own", columns.choice())
    again = opened(table)
    mapping = again.parts.columns.mapping
    mapping.setCurrentIndex(mapping.findText("Own"))
    mapping.activated.emit(mapping.currentIndex())
    context.tasks.wait_idle()
    assert again.plan.files[0].table is not None
    assert again.plan.files[0].table.columns[2].target == "note"
    assert mapping.currentText() == "Own"
    rename, _delete = again.parts.columns.make_menu().actions()
    rename.trigger()
    box = again.findChildren(NameDialog)[-1]
    box.edit.setText("Ours")
    box.accept()
    context.tasks.wait_idle()
    assert mappings.names(context.database) == ("Ours",)
    mapping.setCurrentIndex(mapping.findText("Ours"))
    mapping.activated.emit(mapping.currentIndex())
    context.tasks.wait_idle()
    again.parts.columns.make_menu().actions()[1].trigger()
    question = again.findChildren(QMessageBox)[-1]
    next(button for button in question.buttons() if button.text() == "Delete").click()
    context.tasks.wait_idle()
    assert (mappings.names(context.database), mapping.currentText()) == ((), "Recognised")
