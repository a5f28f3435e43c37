"""Amounts and numbers: typed with comma or point, shown the way the country writes them, never a float in between."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from gcrm.model.parse import parse_decimal
from gcrm.model.show import format_decimal
from gcrm.ui.widgets.safe import PlainLabel
from gcrm.ui.widgets.typed_edit import TypedEdit, place


class MoneyEdit(TypedEdit):
    """A right-aligned Decimal with its currency inside the field; `decimals=0` makes it a field for whole numbers."""

    def __init__(
        self, currency: str = "", decimals: int = 2, accessible_name: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(accessible_name, parent)
        self._decimals = decimals
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if currency:
            self.add_trailing(PlainLabel(currency, "meta"))

    @override
    def _read(self, typed: str) -> Decimal:
        return parse_decimal(typed, *place(self.locale()), self._decimals)

    @override
    def _show(self, value: Any) -> str:
        return format_decimal(value, *place(self.locale()), self._decimals)
