"""The values of a filter's comparisons, read out of JSON; what cannot be read is refused with a sentence.

Windows write dates as ISO, numbers with a point. Who writes a filter by hand may also type them as in a form.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from gcrm.errors import UserError
from gcrm.i18n import _
from gcrm.model.parse import parse_date, parse_decimal
from gcrm.model.user_field import Definition, Place, parse
from gcrm.services.showing import here

MOST_DAYS = 36_525
"""Days that a comparison may look ahead or back: a hundred years."""
_LARGEST = Decimal(10) ** 15


def as_day(value: Any) -> date:
    """Return the date of a comparison. Raises UserError with a sentence."""
    return value if type(value) is date else parse_date(str(value), *here())


def as_span(value: Any) -> tuple[datetime, datetime]:
    """Return begin and end of the day of a comparison in this computer's time, twice the same for an exact instant."""
    text = str(value)
    if "T" in text:
        try:
            exact = datetime.fromisoformat(text).astimezone()
        except (ValueError, OverflowError):
            exact = None
        if exact is not None:
            return exact, exact
    day = as_day(value)
    try:
        return datetime.combine(day, time()).astimezone(), datetime.combine(day + timedelta(1), time()).astimezone()
    except OverflowError as problem:
        raise UserError(_("This date lies too far away.")) from problem


def as_number(value: Any) -> Decimal:
    """Return the number of a comparison. Raises UserError with a sentence."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        number = parse_decimal(str(value), *here())
    if not number.is_finite() or abs(number) >= _LARGEST:
        raise UserError(_("This number is too large."))
    return number


def as_days(value: Any) -> int:
    """Return how many days a comparison looks ahead or back. Raises UserError with a sentence."""
    number = as_number(value)
    if number != number.to_integral_value() or not 0 <= number <= MOST_DAYS:
        raise UserError(_("Enter a whole number of days up to {most}.").format(most=MOST_DAYS))
    return int(number)


def as_month(value: Any) -> int:
    """Return the month of a comparison, 1 to 12. Raises UserError with a sentence."""
    text = str(value).strip()
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:3]) <= 12):
        raise UserError(_("“{text}” is not a month; months are numbers from 1 to 12.").format(text=text))
    return int(text)


def as_flag(value: Any) -> bool:
    """Return whether a comparison is with yes. Raises UserError with a sentence."""
    return value if isinstance(value, bool) else bool(parse(Definition("", "yes_no"), str(value), Place()))


def as_id(value: Any) -> int:
    """Return the id of a comparison. Raises UserError with a sentence."""
    text = str(value).strip()
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise UserError(_("The filter uses “{name}”, which does not exist. Take this condition out.").format(name=text))
    return int(text)
