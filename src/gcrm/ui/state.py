"""Where the windows stood: position, panes, columns and last record, kept in an ini file on this computer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QRect, QSettings, QSize, Qt
from PySide6.QtWidgets import QApplication, QHeaderView, QSplitter, QWidget

from gcrm.paths import config_folder

MINIMUM_PANE = 120
"""No pane or column comes back narrower than this, in pixels (unless it was designed narrower)."""
_GRIP = QSize(120, 32)
"""How much of the title bar must be on a screen for the window to be caught with the mouse."""


def fit_on_screens(window: QRect, screens: Sequence[QRect]) -> QRect:
    """Return `window` where its title bar can be reached: unchanged, or middle of the first screen, no larger."""
    for screen in screens:
        size = window.size().boundedTo(screen.size())
        seen = screen.intersected(QRect(window.topLeft(), QSize(size.width(), _GRIP.height())))
        if seen.width() >= _GRIP.width() and seen.height() >= _GRIP.height():
            return QRect(window.topLeft(), size)
    if not screens:
        return window
    size = window.size().boundedTo(screens[0].size())
    back = QRect(screens[0].topLeft(), size)
    back.moveCenter(screens[0].center())
    return back


def widen(sizes: Sequence[int], designed: Sequence[int], minimum: int = MINIMUM_PANE) -> list[int]:
    """Return `sizes` with every part at least `minimum`, or at least its designed size when that is less."""
    return [max(size, min(minimum, plan)) for size, plan in zip(sizes, designed, strict=True)]


class WindowState:
    """Reads and writes the ini file; each window and each list has a name in it."""

    def __init__(self, path: Path | None = None) -> None:
        file = path or config_folder() / "windows.ini"
        self._settings = QSettings(str(file), QSettings.Format.IniFormat)

    def _numbers(self, key: str) -> list[int]:
        """Return a list of whole numbers, empty when there is none or the file was damaged."""
        parts = str(self._settings.value(key, "")).split(" ")
        return [int(part) for part in parts if part.lstrip("-").isdigit()]

    def _write(self, key: str, numbers: Sequence[int]) -> None:
        self._settings.setValue(key, " ".join(str(number) for number in numbers))

    def save_window(self, name: str, window: QWidget) -> None:
        """Remember where a window stands and whether it fills the screen."""
        place = window.normalGeometry() if window.isMaximized() else window.geometry()
        self._write(f"{name}/place", (place.x(), place.y(), place.width(), place.height()))
        self._write(f"{name}/maximized", (int(window.isMaximized()),))

    def restore_window(self, name: str, window: QWidget) -> bool:
        """Put a window where it stood, or on a screen when that place is gone; False when nothing is known."""
        numbers = self._numbers(f"{name}/place")
        if len(numbers) != 4:
            return False
        first = QApplication.primaryScreen()
        screens = sorted(QApplication.screens(), key=lambda screen: screen is not first)
        window.setGeometry(fit_on_screens(QRect(*numbers), [screen.availableGeometry() for screen in screens]))
        if self._numbers(f"{name}/maximized") == [1]:
            window.setWindowState(window.windowState() | Qt.WindowState.WindowMaximized)
        return True

    def save_splitter(self, name: str, splitter: QSplitter) -> None:
        """Remember the widths of the panes."""
        self._write(f"{name}/panes", splitter.sizes())

    def restore_splitter(self, name: str, splitter: QSplitter) -> bool:
        """Give the panes their widths back, none below 120 px; False when nothing fitting is known."""
        sizes = self._numbers(f"{name}/panes")
        if len(sizes) != splitter.count():
            return False
        wide = widen(sizes, [MINIMUM_PANE] * len(sizes))
        # The widest pane pays for it: Qt would take the same share from all, and make the narrow ones narrow again.
        wide[wide.index(max(wide))] -= sum(wide) - sum(sizes)
        splitter.setSizes(wide)
        return True

    def save_columns(self, name: str, header: QHeaderView) -> None:
        """Remember width, order and visibility of the columns and what the list is sorted by."""
        places = range(header.count())
        self._write(f"{name}/widths", [header.sectionSize(column) for column in places])
        self._write(f"{name}/order", [header.logicalIndex(place) for place in places])
        self._write(f"{name}/hidden", [column for column in places if header.isSectionHidden(column)])
        descending = header.sortIndicatorOrder() == Qt.SortOrder.DescendingOrder
        self._write(f"{name}/sort", (header.sortIndicatorSection(), int(descending)))

    def restore_columns(self, name: str, header: QHeaderView) -> bool:
        """Give the columns back what was remembered; False when the list has other columns now."""
        widths, order = self._numbers(f"{name}/widths"), self._numbers(f"{name}/order")
        if len(widths) != header.count() or sorted(order) != list(range(header.count())):
            return False
        hidden = set(self._numbers(f"{name}/hidden"))
        designed = [header.sectionSize(column) for column in range(header.count())]
        for column, width in enumerate(widen(widths, designed)):
            header.setSectionHidden(column, column in hidden)
            header.resizeSection(column, width)
        for place, column in enumerate(order):
            header.moveSection(header.visualIndex(column), place)
        self._restore_sort(name, header)
        return True

    def _restore_sort(self, name: str, header: QHeaderView) -> None:
        sort = self._numbers(f"{name}/sort")
        if len(sort) == 2 and 0 <= sort[0] < header.count():
            order = Qt.SortOrder.DescendingOrder if sort[1] else Qt.SortOrder.AscendingOrder
            header.setSortIndicator(sort[0], order)

    def remember(self, name: str, value: int | None) -> None:
        """Remember a number under `name`: the last record, the section, the scroll place."""
        if value is None:
            self._settings.remove(f"last/{name}")
        else:
            self._write(f"last/{name}", (value,))

    def recall(self, name: str) -> int | None:
        """Return the number remembered under `name`."""
        numbers = self._numbers(f"last/{name}")
        return numbers[0] if numbers else None

    def note(self, name: str, text: str) -> None:
        """Remember a word, such as the language of the windows."""
        self._settings.setValue(f"last/{name}", text)

    def noted(self, name: str) -> str:
        """Return the word remembered under `name`, "" without one."""
        return str(self._settings.value(f"last/{name}", "") or "")

    def remember_words(self, name: str, words: Sequence[str]) -> None:
        """Remember names under `name`, such as the columns of a list; none of them holds a blank."""
        self._settings.setValue(f"words/{name}", " ".join(words))

    def recall_words(self, name: str) -> list[str]:
        """Return the names remembered under `name`."""
        return str(self._settings.value(f"words/{name}", "")).split()

    def add_recent(self, contact: int) -> None:
        """Remember that a contact was open; the newest comes first, twenty are kept."""
        recent = [contact, *(known for known in self.recent_contacts() if known != contact)]
        self._write("recent/contacts", recent[:20])

    def recent_contacts(self) -> list[int]:
        """Return the contacts that were open lately, newest first."""
        return self._numbers("recent/contacts")

    def sync(self) -> None:
        """Write everything to the file now."""
        self._settings.sync()
