"""Keeps PySide from reading the source of every module that Python loads.

PySide reads them to learn which modules may ask for its `__feature__` switch (snake_case names), and Python keeps what
was read: 70 ms at start and 25 MB with SQLAlchemy. No module of gCRM asks for it, so each is told to need nothing.
Where a later PySide does it otherwise, this does nothing.
"""

from __future__ import annotations

import sys
from types import ModuleType

import PySide6.QtCore  # noqa: F401  # loads what is changed here

SCANNER, QUESTION = "shibokensupport.feature", "_mod_uses_pyside"


def _never(module: ModuleType) -> bool:
    """Answer that a module asks for no feature."""
    return False


def stop() -> None:
    """Let nothing be read from now on."""
    scanner = sys.modules.get(SCANNER)
    if hasattr(scanner, QUESTION):
        setattr(scanner, QUESTION, _never)
