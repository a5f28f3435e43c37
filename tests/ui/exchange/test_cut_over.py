"""The cut-over window: the sheet before and after, other kinds, Cancel and Undo."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from gcrm.ui.context import Context
from gcrm.ui.exchange import open_cut_over
from gcrm.ui.exchange.cut_over_dialog import CutOverDialog
from gcrm.ui.widgets.safe import PlainLabel
from tests.services.exchange.importing import count
from tests.ui.office import Office
from tests.ui.register_exchange import old_folder


def lines(dialog: CutOverDialog) -> dict[str, list[str]]:
    """Return the lines of the sheet that the window shows, by group."""
    found: dict[str, list[str]] = {}
    for place in range(dialog.parts.sheet.topLevelItemCount()):
        head = dialog.parts.sheet.topLevelItem(place)
        assert head is not None
        rows = [head.child(row) for row in range(head.childCount())]
        found[head.text(0)] = [" ".join(filter(None, (row.text(c) for c in range(6)))) for row in rows if row]
    return found


def test_a_folder_is_looked_at_taken_over_and_given_back(context: Context, office: Office, qtbot: QtBot) -> None:
    before = count(context.database)
    dialog = open_cut_over(context)
    dialog.take_folder(old_folder())
    context.tasks.wait_idle()
    shown = lines(dialog)
    assert shown["Each file"][1:] == ["Kunden.csv Contacts 2 1 0 1", "Notizen.csv Notes and chronicle 2 2 0 0"]
    assert shown["Files without a contact"] == ["ohne Nummer.pdf No customer number in the name of file or folder"]
    notes = next(combo for path, combo in dialog.parts.kinds.items() if path.name == "Notizen.csv")
    notes.setCurrentIndex(notes.findData("leave"))
    notes.activated.emit(notes.currentIndex())
    context.tasks.wait_idle()
    assert "Notizen.csv Leave out 2 0 0 2" in lines(dialog)["Each file"]
    assert count(context.database) == before
    say_columns(dialog, context)
    dialog.run()
    dialog.cancel()
    context.tasks.wait_idle()
    assert (count(context.database), dialog.parts.banner.message()) == (before, "Stopped. Nothing was taken over.")
    dialog.run()
    context.tasks.wait_idle()
    assert count(context.database) == before + 1
    assert dialog.parts.go.text() == "Close"
    sheet = dialog.print_sheet()
    context.tasks.wait_idle()
    assert sheet is not None
    assert sheet.summary.text() == "1 page"
    sheet.reject()
    dialog._undo()
    context.tasks.wait_idle()
    assert (count(context.database), dialog.parts.banner.message()) == (before, "Everything was taken back.")
    dialog.reject()
    assert not dialog.isVisible()


def test_what_was_said_of_a_table_holds_the_next_time(context: Context, office: Office, qtbot: QtBot) -> None:
    for turn in range(2):
        dialog = open_cut_over(context)
        dialog.take_folder(old_folder())
        context.tasks.wait_idle()
        path = next(path for path in dialog.parts.kinds if path.name == "Notizen.csv")
        if turn:
            assert "Notizen.csv Notes and chronicle 2 0 0 2" in lines(dialog)["Each file"]
            names = [label.full_text() for label in dialog.parts.area.findChildren(PlainLabel)]
            assert "Notizen.csv · 2 rows · as last time" in names
        columns = dialog.show_columns(path)
        assert columns is not None
        assert columns.said[columns.model.column(2).key] == ("number" if turn else "type")
        columns.table.selectRow(2)
        columns.target.chosen.emit("number")
        columns.take.click()
        context.tasks.wait_idle()
        dialog.reject()


def say_columns(dialog: CutOverDialog, context: Context) -> None:
    """Take the kind of an activity for the customer number, and take it back again."""
    path = next(path for path in dialog.parts.kinds if path.name == "Notizen.csv")
    notes = dialog.parts.kinds[path]
    notes.setCurrentIndex(notes.findData("note"))
    for row, left_out in ((2, 2), (0, 0)):
        columns = dialog.show_columns(path)
        assert columns is not None
        columns.table.selectRow(row)
        columns.target.chosen.emit("number")
        shown = [columns.model.index(place, 3).data() for place in range(4)]
        assert shown.count("Customer number") == 1
        columns.take.click()
        context.tasks.wait_idle()
        assert f"Notizen.csv Notes and chronicle 2 {2 - left_out} 0 {left_out}" in lines(dialog)["Each file"]
