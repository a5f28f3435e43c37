"""The page for printing: printers and label sheets, the office's own among them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from PySide6.QtWidgets import QComboBox

from gcrm.paths import data_folder
from gcrm.shipped import resource
from gcrm.ui.context import Context
from gcrm.ui.settings import SettingsWindow
from gcrm.ui.settings.list_card import ListCard
from gcrm.ui.settings.printing import PrintingPage
from tests.ui.turning import settle


@pytest.fixture
def dialog(context: Context) -> Any:
    made = SettingsWindow(context)
    made.show()
    context.tasks.wait_idle()
    yield made
    made.close()


def titles(card: ListCard) -> list[str]:
    return [card.list.item(row).text() for row in range(card.list.count())]


def test_a_printer_is_adjusted_and_forgotten(
    dialog: SettingsWindow, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    from PySide6.QtPrintSupport import QPrinterInfo

    monkeypatch.setattr(QPrinterInfo, "availablePrinterNames", staticmethod(lambda: ["Laser"]))
    page = dialog.page("printing")
    assert isinstance(page, PrintingPage)
    settle(context)
    assert titles(page.printers) == ["Laser, Not adjusted"]
    box = page.adjust("Laser")
    assert box is not None
    box.right.setValue(1.5)
    box.down.setValue(-0.5)
    box.taken.emit(box.adjustment())
    box.reject()
    settle(context)
    assert titles(page.printers) == ["Laser, 1.5 mm to the right, -0.5 mm down, 100 %"]
    page.printers.remove_button.click()
    settle(context)
    assert titles(page.printers) == ["Laser, Not adjusted"]


def test_the_label_sheet_is_chosen_by_name(dialog: SettingsWindow, context: Context) -> None:
    page = dialog.page("printing")
    assert isinstance(page, PrintingPage)
    settle(context)
    combo = page.rows["labels.sheet"].editor.widget
    assert isinstance(combo, QComboBox)
    assert combo.currentData() == "L7163"
    assert "Avery" in combo.currentText()
    assert combo.findData("L7160") >= 0


def test_own_label_sheets_are_offered_and_read_beside_the_windows(dialog: SettingsWindow, context: Context) -> None:
    folder = data_folder() / "labels"
    folder.mkdir(parents=True)
    own = json.loads((resource("labels") / "L7163.json").read_text(encoding="utf-8"))
    (folder / "own.json").write_text(json.dumps({**own, "id": "own", "name": "Our sheet"}), encoding="utf-8")
    page = dialog.page("printing")
    assert isinstance(page, PrintingPage)
    settle(context)
    combo = page.rows["labels.sheet"].editor.widget
    assert isinstance(combo, QComboBox)
    assert "Our sheet" in combo.itemText(combo.findData("own"))
    assert combo.currentData() == "L7163"
