"""A finished print in memory, and small parts of the print dialogs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtWidgets import QComboBox, QScrollArea, QWidget
from typing_extensions import override

from gcrm.services.printing.labels import shortened_labels
from gcrm.services.printing.page import without_font

LANGUAGES = (("en", "English"), ("de", "Deutsch"), ("pt", "Português"))


@dataclass(frozen=True, slots=True)
class Built:
    """A print that is ready: the PDF, how many pages, one sentence about it, and what its maker wants to remember.

    Without pages the sentence says why there is nothing to print.
    """

    pdf: bytes
    pages: int
    summary: str
    result: Any = None


def with_notes(summary: str, replaced: str, shortened: int = 0) -> str:
    """Return the sentence about a print, with what is not on paper as it was typed: see PrintResult and LabelRun."""
    notes = [shortened_labels(shortened)] if shortened else []
    if replaced:
        notes.append(without_font(replaced))
    return "\n".join([summary, *notes])


def in_memory(write: Callable[[Path], Any]) -> tuple[bytes, Any]:
    """Have a service write its PDF into a folder that is gone afterwards; return the bytes and its result."""
    with TemporaryDirectory(prefix="gcrm-print-") as folder:
        path = Path(folder) / "print.pdf"
        result = write(path)
        return path.read_bytes(), result


class FormArea(QScrollArea):
    """Fields that scroll downwards where there is no room, and are never cut off at the side."""

    def __init__(self, body: QWidget) -> None:
        super().__init__()
        self._body = body
        self.setWidget(body)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        body.installEventFilter(self)

    @override
    def minimumSizeHint(self) -> QSize:
        bar = self.verticalScrollBar().sizeHint().width()
        return QSize(self._body.minimumSizeHint().width() + bar, super().minimumSizeHint().height())

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)


def language_choice(first: str, chosen: str) -> QComboBox:
    """Return a choice of language; `first` says what the empty choice means."""
    combo = choice()
    combo.addItem(first, "")
    for code, name in LANGUAGES:
        combo.addItem(name, code)
    combo.setCurrentIndex(max(0, combo.findData(chosen)))
    return combo


def choice() -> QComboBox:
    """Return a choice that does not ask for the room of its longest entry."""
    combo = QComboBox()
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    combo.setMinimumContentsLength(10)
    return combo
