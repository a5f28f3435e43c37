"""No state is told by colour alone: seen in grey, two states of a control still differ (E 50, WCAG 1.4.1).

A picture of the control is taken in both states and turned into grey. Somewhere the two must differ by 3 : 1: a mark,
a bar, a thicker line, bolder letters. A ground in another tint is not enough.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QRect, QStringListModel, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QCheckBox,
    QLineEdit,
    QListView,
    QListWidget,
    QRadioButton,
    QStyle,
    QStyleOptionViewItem,
    QTabBar,
    QTableView,
    QTreeView,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from gcrm.errors import UserError
from gcrm.ui.contact_rows import paint_row_background
from gcrm.ui.follow_up_edit import FollowUpEdit
from gcrm.ui.theme import Theme, current, set_role
from gcrm.ui.today.items import Item
from gcrm.ui.widgets.date_edit import DateEdit
from gcrm.ui.widgets.form_fields import FormField
from gcrm.ui.widgets.icon_label import IconLabel
from gcrm.ui.widgets.nav import NavItem
from gcrm.ui.widgets.safe import PlainLabel
from gcrm.ui.widgets.two_line_list import Line, TwoLineList
from tests.ui.colour_alone import said_by_colour_alone

SEEN, ENOUGH = 3.0, 8
"""The contrast by which a pixel differs, and how many pixels have to."""
Make = Callable[[], tuple[QWidget, Callable[[], object]]]


def luminance(colour: QColor) -> float:
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def pixels_that_differ(one: QImage, other: QImage) -> int:
    """Count the pixels that differ by 3 : 1 when only their lightness is seen."""
    count = 0
    for y in range(min(one.height(), other.height())):
        for x in range(min(one.width(), other.width())):
            if one.pixel(x, y) != other.pixel(x, y):
                light, dark = sorted((luminance(one.pixelColor(x, y)), luminance(other.pixelColor(x, y))))[::-1]
                count += (light + 0.05) / (dark + 0.05) >= SEEN
    return count


def nav(*, rail: bool) -> Make:
    def make() -> tuple[QWidget, Callable[[], object]]:
        item = NavItem("Contacts", "users")
        item.set_rail(rail)
        return item, lambda: item.setChecked(True)

    return make


def check_box() -> tuple[QWidget, Callable[[], object]]:
    box = QCheckBox("Private")
    return box, lambda: box.setChecked(True)


def radio_button() -> tuple[QWidget, Callable[[], object]]:
    button = QRadioButton("Mine")
    return button, lambda: button.setChecked(True)


def tab() -> tuple[QWidget, Callable[[], object]]:
    bar = QTabBar()
    for name in ("Overview", "People"):
        bar.addTab(name)
    return bar, lambda: bar.setCurrentIndex(1)


def check_mark_in_a_list() -> tuple[QWidget, Callable[[], object]]:
    rows = QListWidget()
    rows.addItem("Town")
    rows.item(0).setCheckState(Qt.CheckState.Unchecked)
    return rows, lambda: rows.item(0).setCheckState(Qt.CheckState.Checked)


def row_of_a_list() -> tuple[QWidget, Callable[[], object]]:
    view = QListView()
    view.setModel(QStringListModel(["One", "Two"], view))
    return view, lambda: view.setCurrentIndex(view.model().index(1, 0))


def row_of_a_table() -> tuple[QWidget, Callable[[], object]]:
    view = QTableView()
    model = QStandardItemModel(view)
    for name in ("One", "Two"):
        model.appendRow([QStandardItem(name), QStandardItem("04103")])
    view.setModel(model)
    view.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
    return view, lambda: view.selectRow(1)


def row_of_a_tree() -> tuple[QWidget, Callable[[], object]]:
    view = QTreeView()
    view.setModel(QStringListModel(["One", "Two"], view))
    return view, lambda: view.setCurrentIndex(view.model().index(1, 0))


def row_with_two_lines() -> tuple[QWidget, Callable[[], object]]:
    rows = TwoLineList("Types")
    rows.set_lines([Line(1, "Call", "by telephone", "phone"), Line(2, "Visit", "on site", "hammer")])
    return rows, lambda: rows.setCurrentRow(1)


class Painted(QWidget):
    """A row as the lists of contacts, follow-ups and entries paint their ground."""

    state = QStyle.StateFlag.State_Enabled

    def paintEvent(self, event: object) -> None:
        painter, option = QPainter(self), QStyleOptionViewItem()
        option.state = self.state
        painter.fillRect(self.rect(), QColor(current().surface))
        paint_row_background(painter, QRect(6, 1, self.width() - 12, self.height() - 2), option)
        painter.end()

    def choose(self) -> None:
        self.state |= QStyle.StateFlag.State_Selected
        self.update()


def painted_row() -> tuple[QWidget, Callable[[], object]]:
    row = Painted()
    row.setMinimumSize(200, 56)
    return row, row.choose


def field_with_an_error() -> tuple[QWidget, Callable[[], object]]:
    field = FormField("E-mail", QLineEdit("info@albrecht"))
    return field, lambda: field.set_error("The address has no ending such as “.de”.")


def date_that_cannot_be_read() -> tuple[QWidget, Callable[[], object]]:
    def refuse(text: str) -> None:
        raise UserError(f"{text} is not a date; type it like 23.11.2026.")

    edit = DateEdit(refuse)  # type: ignore[arg-type]  # it reads nothing at all
    edit.setText("32.13.")
    edit.blockSignals(True)  # it is left before the first picture is taken

    def leave() -> None:
        edit.blockSignals(False)
        edit.commit()

    return edit, leave


def follow_up_that_cannot_be_read() -> tuple[QWidget, Callable[[], object]]:
    edit = FollowUpEdit()
    edit.setText("whenever")

    def leave() -> None:
        edit.set_typed("whenever")

    return edit, leave


STATES: dict[str, Make] = {
    "section in the sidebar": nav(rail=False),
    "section in the rail": nav(rail=True),
    "check box": check_box,
    "radio button": radio_button,
    "tab": tab,
    "check mark in a list": check_mark_in_a_list,
    "row of a list": row_of_a_list,
    "row of a table": row_of_a_table,
    "row of a tree": row_of_a_tree,
    "row with two lines": row_with_two_lines,
    "painted row": painted_row,
    "field with an error": field_with_an_error,
    "date": date_that_cannot_be_read,
    "follow-up": follow_up_that_cannot_be_read,
}


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("name", STATES)
def test_e50_a_state_is_seen_without_colour(name: str, mode: str, theme: Theme, qtbot: QtBot) -> None:
    theme.set_mode(mode)
    window, (control, change) = QWidget(), STATES[name]()
    column, other = QVBoxLayout(window), QLineEdit()
    for widget in (control, other):
        column.addWidget(widget)
    window.resize(300, 200)
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    other.setFocus()
    before = control.grab().toImage()
    change()
    assert pixels_that_differ(before, control.grab().toImage()) >= ENOUGH
    assert said_by_colour_alone(window) == []


def test_e50_an_overdue_line_says_so() -> None:
    late = Item("follow_up", "activity:1", "Albrecht Metallbau GmbH", "Call", "Mon 2 Nov", tone="bad", is_bad=True)
    assert "Overdue" in late.spoken


def test_what_a_field_cannot_read_is_described_until_it_can(theme: Theme, qtbot: QtBot) -> None:
    edit = FollowUpEdit()
    qtbot.addWidget(edit)
    usual = edit.accessibleDescription()
    edit.set_typed("whenever")
    assert "whenever" in edit.accessibleDescription()
    edit.set_typed("tomorrow")
    assert edit.accessibleDescription() == usual
    assert [icon.isHidden() for icon in edit.findChildren(IconLabel)] == [True]


def test_what_is_told_by_colour_alone_is_found(theme: Theme, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    edit, rows = QLineEdit(), TwoLineList("Fields")
    edit.setProperty("invalid", True)
    rows.set_lines([Line(1, "Machine", is_faint=True)])
    for widget in (PlainLabel("3", tone="bad"), edit, rows):
        column.addWidget(widget)
    lone = QWidget()
    set_role(lone, "card")
    QVBoxLayout(lone).addWidget(IconLabel("bell", "warn"))
    column.addWidget(lone)
    window.show()
    assert len(said_by_colour_alone(window)) == 4
