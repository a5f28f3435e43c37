"""Windows come back where they stood, but always where they can be reached."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QSplitter, QTableView, QWidget
from pytestqt.qtbot import QtBot

from gcrm.ui.state import MINIMUM_PANE, WindowState, fit_on_screens, widen

SCREEN = QRect(0, 0, 1920, 1080)
RIGHT = QRect(1920, 0, 1280, 1024)
number = st.integers(-5000, 5000)
size = st.integers(200, 4000)


@pytest.mark.parametrize("place", [QRect(100, 100, 800, 600), QRect(2000, 50, 800, 600), QRect(-600, 0, 800, 600)])
def test_a_window_that_can_be_reached_stays(place: QRect) -> None:
    assert fit_on_screens(place, [SCREEN, RIGHT]) == place


@pytest.mark.parametrize("place", [QRect(4000, 100, 800, 600), QRect(100, -500, 800, 600), QRect(100, 1070, 800, 600)])
def test_a_window_that_cannot_be_reached_comes_back(place: QRect) -> None:
    assert SCREEN.contains(fit_on_screens(place, [SCREEN, RIGHT]))


@given(number, number, size, size)
@example(-1801, 0, 1921, 200)  # in reach only as long as it is wider than its screen
def test_the_title_bar_is_always_within_reach(x: int, y: int, width: int, height: int) -> None:
    place = fit_on_screens(QRect(x, y, width, height), [SCREEN, RIGHT])
    title = QRect(place.x(), place.y(), place.width(), 1)
    assert any(screen.intersected(title).width() >= 120 for screen in (SCREEN, RIGHT))
    assert place.width() <= SCREEN.width()
    assert place.height() <= SCREEN.height()


def test_no_part_comes_back_narrower_than_its_plan() -> None:
    assert widen([70, 300, 10, 0], [328, 300, 60, 200]) == [120, 300, 60, 120]


def test_window_and_record_are_remembered(qtbot: QtBot, tmp_path: Path) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.setGeometry(40, 50, 500, 400)
    file = tmp_path / "windows.ini"
    state = WindowState(file)
    assert not state.restore_window("main", window)
    state.save_window("main", window)
    state.remember("contact", 4711)
    state.sync()
    other = QWidget()
    qtbot.addWidget(other)
    again = WindowState(file)
    assert again.restore_window("main", other)
    assert other.geometry() == QRect(40, 50, 500, 400)
    assert again.recall("contact") == 4711
    again.remember("contact", None)
    assert again.recall("contact") is None


def test_panes_never_come_back_as_slits(qtbot: QtBot, tmp_path: Path) -> None:
    splitter = QSplitter()
    qtbot.addWidget(splitter)
    for _pane in range(3):
        splitter.addWidget(QWidget())
    splitter.resize(1000, 300)
    splitter.show()
    state = WindowState(tmp_path / "windows.ini")
    splitter.setSizes([70, 600, 330])
    state.save_splitter("main", splitter)
    assert state.restore_splitter("main", splitter)
    assert min(splitter.sizes()) >= MINIMUM_PANE
    splitter.addWidget(QWidget())
    assert not state.restore_splitter("main", splitter)


def test_columns_come_back_with_width_order_and_sort(qtbot: QtBot, tmp_path: Path) -> None:
    table = QTableView()
    qtbot.addWidget(table)
    model = QStandardItemModel(0, 4, table)
    table.setModel(model)
    header = table.horizontalHeader()
    for column, width in enumerate((200, 150, 60, 300)):
        header.resizeSection(column, width)
    state = WindowState(tmp_path / "windows.ini")
    header.resizeSection(0, 5)
    header.resizeSection(3, 250)
    header.moveSection(3, 0)
    header.hideSection(1)
    header.setSortIndicator(3, Qt.SortOrder.DescendingOrder)
    state.save_columns("contacts", header)

    other = QTableView()
    qtbot.addWidget(other)
    other.setModel(model)
    fresh = other.horizontalHeader()
    for column, width in enumerate((200, 150, 60, 300)):
        fresh.resizeSection(column, width)
    assert state.restore_columns("contacts", fresh)
    assert [fresh.sectionSize(column) for column in (0, 2, 3)] == [120, 60, 250]
    assert fresh.logicalIndex(0) == 3
    assert fresh.isSectionHidden(1)
    assert fresh.sortIndicatorSection() == 3
    assert fresh.sortIndicatorOrder() == Qt.SortOrder.DescendingOrder
    model.setColumnCount(5)
    assert not state.restore_columns("contacts", fresh)


def test_a_damaged_file_is_no_obstacle(qtbot: QtBot, tmp_path: Path) -> None:
    file = tmp_path / "windows.ini"
    file.write_bytes(b"[main]\nplace=one two \xff\xfe 4\npanes=\n")
    window = QWidget()
    qtbot.addWidget(window)
    assert not WindowState(file).restore_window("main", window)


def test_the_file_lies_in_the_config_folder(data_folder: Path) -> None:
    state = WindowState()
    state.remember("contact", 1)
    state.sync()
    assert (data_folder / "config" / "windows.ini").is_file()
