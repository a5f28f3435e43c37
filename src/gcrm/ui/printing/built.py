"""A finished print in memory, and small parts of the print dialogs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from PySide6.QtWidgets import QComboBox

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


def in_memory(write: Callable[[Path], Any]) -> tuple[bytes, Any]:
    """Have a service write its PDF into a folder that is gone afterwards; return the bytes and its result."""
    with TemporaryDirectory(prefix="gcrm-print-") as folder:
        path = Path(folder) / "print.pdf"
        result = write(path)
        return path.read_bytes(), result


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
