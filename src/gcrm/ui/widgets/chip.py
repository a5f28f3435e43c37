"""A word in a coloured pill: a state, a priority, a category."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSizePolicy, QWidget

from gcrm.ui.theme.roles import set_role
from gcrm.ui.widgets.safe import PlainLabel, set_tip

MOST = 40
"""Letters that a chip shows at most."""
ChipKind = Literal["ok", "warn", "bad", "info", "neutral"]


class Chip(PlainLabel):
    """ok: paid, done; warn: due soon; bad: overdue; info: priority A, calls; neutral: all others."""

    def __init__(self, text: str, kind: ChipKind = "neutral", parent: QWidget | None = None) -> None:
        super().__init__(text, f"chip-{kind}", parent=parent)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def setText(self, text: str) -> None:
        """Show `text`, a very long one shortened: a category that is a whole sentence must not widen the window."""
        is_long = len(text) > MOST
        super().setText(text[: MOST - 1].rstrip() + "…" if is_long else text)
        self._full = text
        self.setAccessibleName(text if is_long else "")
        set_tip(self, text if is_long else "")

    def set_kind(self, kind: ChipKind) -> None:
        """Give the chip another colour."""
        set_role(self, f"chip-{kind}")
