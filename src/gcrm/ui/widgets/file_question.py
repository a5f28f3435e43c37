"""Asking for files and places. A question is opened, never executed: calls, reminders and the rest go on meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

_Mode = QFileDialog.FileMode


def documents() -> str:
    """Return the folder in which people expect their papers."""
    return QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)


def _question(parent: QWidget | None, title: str, folder: str, kinds: str) -> QFileDialog:
    dialog = QFileDialog(parent, title, folder, kinds)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return dialog


def ask_for_files(
    parent: QWidget | None, title: str, then: Callable[[list[Path]], object], kinds: str = "", *, many: bool = True
) -> QFileDialog:
    """Ask for files that exist, or for one. `kinds` as Qt writes filters: "Pictures (*.png *.jpg)"."""
    dialog = _question(parent, title, "", kinds)
    dialog.setFileMode(_Mode.ExistingFiles if many else _Mode.ExistingFile)
    dialog.filesSelected.connect(lambda names: then([Path(name) for name in names]))
    dialog.open()
    return dialog


def ask_for_folder(parent: QWidget | None, title: str, then: Callable[[Path], object], folder: str = "") -> QFileDialog:
    """Ask for a folder that exists."""
    dialog = _question(parent, title, folder, "")
    dialog.setFileMode(_Mode.Directory)
    dialog.fileSelected.connect(lambda name: then(Path(name)))
    dialog.open()
    return dialog


def ask_where(
    parent: QWidget | None, title: str, then: Callable[[Path], object], proposed: Path, kinds: str = ""
) -> QFileDialog:
    """Ask where to save; `proposed` is folder and name, its ending is added where none is typed."""
    dialog = _question(parent, title, str(proposed.parent), kinds)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(proposed.suffix.removeprefix("."))
    dialog.selectFile(proposed.name)
    dialog.fileSelected.connect(lambda name: then(Path(name)))
    dialog.open()
    return dialog
