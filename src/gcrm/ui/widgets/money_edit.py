"""Amounts: typed with comma or point, shown the way the country writes them, never a float in between."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtWidgets import QWidget

from gcrm.ui.theme.roles import set_state
from gcrm.ui.widgets.safe import PlainLabel
from gcrm.ui.widgets.side_edit import SideEdit

_SPACES = dict.fromkeys(map(ord, " \u00a0\u202f\u2009'’_"))
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:[.,]\d{3})+")
MAX_DIGITS = 15


def parse_decimal(text: str, locale: QLocale | None = None) -> Decimal | None:
    """Return the number a person meant, None when it is not one.

    With point and comma the last one is the decimal sign; a sign that stands more than once groups thousands.
    A single sign is what it is in the locale when it could be both ("1.234" in German: 1234), else decimal.
    """
    plain = text.strip().translate(_SPACES).replace("\u2212", "-")
    point = _decimal_sign(plain, (locale or QLocale()).decimalPoint())
    if point is None:
        return None
    other = "," if point == "." else "."
    number = plain.replace(other, "").replace(point, ".")
    if not _NUMBER.fullmatch(number) or sum(map(str.isdigit, number)) > MAX_DIGITS:
        return None
    return Decimal(number)


def _decimal_sign(plain: str, local: str) -> str | None:
    """Return which of "." and "," is the decimal sign in `plain`, None when the signs make no sense."""
    points, commas = plain.count("."), plain.count(",")
    if points and commas:
        last = "." if plain.rfind(".") > plain.rfind(",") else ","
        whole = plain[: plain.rfind(last)]
        return last if last not in whole and _GROUPED.fullmatch(whole) else None
    if points + commas > 1:
        sign = "." if points else ","
        return ("," if sign == "." else ".") if _GROUPED.fullmatch(plain) else None
    if points + commas == 1:
        sign = "." if points else ","
        return local if sign != local and _GROUPED.fullmatch(plain) else sign
    return "."


def format_decimal(number: Decimal, decimals: int = 2, locale: QLocale | None = None) -> str:
    """Return `number` with the signs of the locale and at least `decimals` places, rounded half up to them."""
    where = locale or QLocale()
    rounded = number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    whole, _point, places = f"{abs(rounded):,f}".partition(".")
    shown = whole.replace(",", where.groupSeparator())
    if places:
        shown += where.decimalPoint() + places
    return ("\u2212" if rounded < 0 else "") + shown


class MoneyEdit(SideEdit):
    """A right-aligned amount with its currency; `changed` carries the new Decimal or None.

    More places than `decimals` are refused, not rounded: what was typed stays and `has_error` is true.
    """

    changed = Signal(object)

    def __init__(
        self, currency: str = "", decimals: int = 2, accessible_name: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._decimals = decimals
        self._value: Decimal | None = None
        self.setAccessibleName(accessible_name)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if currency:
            self.add_trailing(PlainLabel(currency, "meta"))
        self.editingFinished.connect(self.commit)

    def value(self) -> Decimal | None:
        """Return the amount, None when the field is empty or cannot be understood."""
        return self._value

    def set_value(self, amount: Decimal | None) -> None:
        """Show an amount without telling anybody."""
        self._value = amount
        self.setText("" if amount is None else format_decimal(amount, self._decimals, self.locale()))
        set_state(self, "invalid", False)

    def has_error(self) -> bool:
        """Whether the text is not an amount."""
        return self._value is None and bool(self.text().strip())

    def commit(self) -> None:
        """Read what was typed; the field then shows it in the form of the locale."""
        typed = self.text().strip()
        former = self._value
        amount = parse_decimal(typed, self.locale()) if typed else None
        if amount is not None and amount != round(amount, self._decimals):
            amount = None
        self._value = amount
        if amount is not None or not typed:
            self.set_value(amount)
        set_state(self, "invalid", self.has_error())
        if amount != former:
            self.changed.emit(amount)
