"""A word in a coloured pill: a state, a priority, a category."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSizePolicy, QWidget

from gcrm.ui.theme.roles import set_role
from gcrm.ui.widgets.safe import PlainLabel

ChipKind = Literal["ok", "warn", "bad", "info", "neutral"]


class Chip(PlainLabel):
    """ok: paid, done; warn: due soon; bad: overdue; info: priority A, calls; neutral: all others."""

    def __init__(self, text: str, kind: ChipKind = "neutral", parent: QWidget | None = None) -> None:
        super().__init__(text, f"chip-{kind}", parent=parent)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def set_kind(self, kind: ChipKind) -> None:
        """Give the chip another colour."""
        set_role(self, f"chip-{kind}")
