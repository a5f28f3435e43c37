"""What the tests of the import window get: the window, opened with files."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gcrm.ui.context import Context
from gcrm.ui.exchange import open_import
from gcrm.ui.exchange.import_dialog import ImportDialog
from tests.ui.exchange.import_steps import Opener


@pytest.fixture
def opened(context: Context, qtbot: QtBot) -> Opener:
    """Give a function that opens the window with files and waits until they are read."""

    def make(*paths: Path) -> ImportDialog:
        dialog = open_import(context, paths)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        qtbot.addWidget(dialog)
        context.tasks.wait_idle()
        return dialog

    return make
