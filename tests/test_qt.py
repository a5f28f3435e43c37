"""The ground under the windows: Qt for Python as it is installed here."""

from __future__ import annotations

import sys
from importlib.metadata import version

from PySide6.QtWidgets import QApplication, QWidget

CALLS = 300
FLAT = 20  # other parts of the interpreter hold and drop references meanwhile, but far from one per call


def test_a_call_without_result_keeps_the_count_of_none(qapp: QApplication) -> None:
    """PySide6 6.12.0 on Python 3.11 lost one reference to None per call, and the program died after some thousands."""
    widget = QWidget()
    before = sys.getrefcount(None)
    for _ in range(CALLS):
        widget.setEnabled(True)
    assert sys.getrefcount(None) > before - FLAT


def test_the_small_distribution_of_qt_is_enough() -> None:
    assert version("PySide6_Essentials") == version("shiboken6")
