"""Opening another office: the program starts anew with it, so that nothing of the former one stays behind."""

from __future__ import annotations

import sys

from PySide6.QtCore import QProcess, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from gcrm.i18n import _
from gcrm.paths import data_folder
from gcrm.ui.widgets.message import tell


def choose_office(window: QWidget) -> QFileDialog:
    """Ask for an office file, existing or new, and open it in a window of its own."""
    dialog = QFileDialog(window, _("Open another office"), str(data_folder()), _("Offices (*.gcrm);;All files (*)"))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile)
    dialog.setDefaultSuffix("gcrm")
    dialog.setLabelText(QFileDialog.DialogLabel.Accept, _("Open"))
    dialog.fileSelected.connect(lambda path: _start(window, path))
    dialog.open()
    return dialog


def program_with(arguments: list[str]) -> tuple[str, list[str]]:
    """Return program and arguments that start gCRM once more, built or from Python."""
    if getattr(sys, "frozen", False):
        return sys.executable, arguments
    return sys.executable, ["-m", "gcrm", *arguments]


def _start(window: QWidget, path: str) -> None:
    """Start gCRM with an office."""
    program, arguments = program_with(["--database", path])
    started, _pid = QProcess.startDetached(program, arguments)
    if not started:
        tell(window, _("Open another office"), _("A second window could not be started."))
