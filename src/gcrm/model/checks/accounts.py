"""Numbers of debtors and creditors in the accountant's books.

The personal account has one digit more than the general ledger accounts; debtors begin with 1 to 6, creditors with
7 to 9: with the usual four ledger digits 10000–69999 and 70000–99999. Source: DATEV, account lengths ("Sachkontenlänge"
4 to 8) and number ranges of personal accounts.
"""

from __future__ import annotations

import re
from typing import Literal

from gcrm.i18n import _
from gcrm.model.checks.finding import Finding, hint

Side = Literal["debtor", "creditor"]
LEDGER_DIGITS = range(4, 9)
_FIRST = {"debtor": (1, 7), "creditor": (7, 10)}
_TOO_LONG = 30


def numbers(side: Side, ledger_digits: int = 4) -> range:
    """Return the numbers of one side: `numbers("debtor")` is 10000 up to and with 69999."""
    scale = 10**ledger_digits
    first, after = _FIRST[side]
    return range(first * scale, after * scale)


def check(text: str, side: Side, ledger_digits: int = 4) -> Finding:
    """Check a personal account; other numbers are legal where the accountant does not use DATEV."""
    value = re.sub(r"\s", "", text) if len(text) <= _TOO_LONG else text.strip()
    if not value:
        return Finding("")
    allowed = numbers(side, ledger_digits)
    if value.isascii() and value.isdigit() and int(value) in allowed and value[0] != "0":
        return Finding(value)
    sentence = {
        "debtor": _("Debtor numbers usually run from {first} to {last}."),
        "creditor": _("Creditor numbers usually run from {first} to {last}."),
    }[side]
    return hint(value, sentence.format(first=allowed[0], last=allowed[-1]))
