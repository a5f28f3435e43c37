"""Filters as data: a tree of and/or/not over fields, kept as JSON and turned into SQL conditions with bound values.

    {"all": [{"field": "is_customer", "op": "is", "value": true},
             {"any": [{"field": "town", "op": "starts", "value": "Leip"},
                      {"field": "priority", "op": "is", "value": "A"}]},
             {"not": {"field": "category", "op": "is", "value": "Press"}}]}

To add an operator: a line in OPERATORS with its label, the kinds it fits, and its condition in `_compare`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Float,
    Select,
    and_,
    cast,
    extract,
    func,
    literal,
    literal_column,
    not_,
    null,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session

from gcrm.errors import UserError
from gcrm.i18n import N_, _
from gcrm.model.activity import Activity
from gcrm.model.address import Address, present
from gcrm.model.category import Category, ContactCategory
from gcrm.model.consent import Consent, is_current
from gcrm.model.contact import Contact
from gcrm.model.contact_point import ContactPoint
from gcrm.model.custom_field import CustomField
from gcrm.model.fold import fold, sort_key
from gcrm.model.types import Scaled
from gcrm.services.column import TEXTS, Column
from gcrm.services.contact_columns import column_of, custom_fields, unseen_columns
from gcrm.services.filter_values import as_day, as_days, as_flag, as_id, as_month, as_number, as_span
from gcrm.services.folded import folded
from gcrm.services.privacy import viewer, visible_to
from gcrm.services.search_shape import like

_TYPED = ("text", "long_text", "email", "phone", "link", "contact", "iban", "bic", "vat")
OPERATORS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "is": (N_("is"), ()),
    "is_not": (N_("is not"), ()),
    "contains": (N_("contains"), (*_TYPED, "choices")),
    "starts": (N_("starts with"), _TYPED),
    "less": (N_("is less than"), ("number", "money", "percent", "date", "instant")),
    "more": (N_("is more than"), ("number", "money", "percent", "date", "instant")),
    "empty": (N_("is empty"), ()),
    "filled": (N_("is filled in"), ()),
    "before_days": (N_("lies within the next days"), ("date", "instant")),
    "since_days": (N_("lies within the last days"), ("date", "instant")),
    "month": (N_("is in the month"), ("date",)),
}
"""Name → label and the kinds of field it is offered for (empty: all)."""
MAX_DEPTH = 12
_TURNED = {"is_not": "is", "empty": "filled"}


def condition(
    tree: Mapping[str, Any] | None, custom: Mapping[str, CustomField], *, now: datetime, user: int | None = None,
    unseen: frozenset[str] = frozenset(), depth: int = 0,
) -> ColumnElement[bool]:  # fmt: skip
    """Return the SQL condition of a filter tree; an empty tree lets everything through.

    `user` is who looks: private activities of others match nothing, and columns that are `unseen` hold nothing. Raises
    UserError for an operator or field that does not exist.
    """
    if not tree:
        return true()
    if depth > MAX_DEPTH:
        raise UserError(_("This filter is nested too deeply. Take a group out of another one."))
    inner = partial(condition, custom=custom, now=now, user=user, unseen=unseen, depth=depth + 1)
    if "all" in tree:
        return and_(true(), *map(inner, tree["all"]))
    if "any" in tree:
        parts = list(map(inner, tree["any"]))
        return or_(*parts) if parts else true()
    if "not" in tree:
        return not_(inner(tree["not"]))
    name, operator = str(tree.get("field", "")), str(tree.get("op", "is"))
    return _leaf(name, operator, tree.get("value"), custom, now, user, unseen)


def seen_condition(session: Session, tree: Mapping[str, Any], now: datetime) -> ColumnElement[bool]:
    """Return the SQL condition of a filter tree as the person sees it for whom a session reads."""
    return condition(
        tree, custom_fields(session), now=now, user=viewer(session), unseen=unseen_columns(session)
    )  # fmt: skip


def _leaf(
    name: str, operator: str, value: Any, custom: Mapping[str, CustomField], now: datetime, user: int | None,
    unseen: frozenset[str],
) -> ColumnElement[bool]:  # fmt: skip
    """Return the condition of one comparison."""
    if operator not in OPERATORS:
        raise UserError(
            _("The filter uses “{name}”, which does not exist. Take this condition out.").format(name=operator)
        )
    if name in _SETS:
        found = _SETS[name](value, user)
        return not_(found) if operator in ("is_not", "empty") else found
    column = column_of(name, custom, user=user)
    if column is None:
        raise UserError(
            _("The filter uses the field “{name}”, which does not exist any more. Take this condition out.").format(
                name=name
            )
        )
    if name in unseen:
        nothing = cast(null(), column.value.type)
        column = replace(column, value=nothing, sort=nothing, elements=None)
    return _compare(column, operator, value, now)


def _compare(column: Column, operator: str, value: Any, now: datetime) -> ColumnElement[bool]:
    """Compare one column; of addresses and contact persons any one may fit, and none for what is turned round."""
    if column.anywhere is None:
        return _compare_row(column, operator, value, now)
    inner, rows = column.anywhere
    turned = _TURNED.get(operator)
    found = rows.where(_compare_row(inner, turned or operator, value, now)).exists()
    return not_(found) if turned else found


def _compare_row(column: Column, operator: str, value: Any, now: datetime) -> ColumnElement[bool]:
    """Compare the value of one row."""
    if operator in ("empty", "filled") or (operator in ("is", "is_not") and value in (None, "")):
        blank: ColumnElement[bool] = column.value.is_(None)
        if column.kind in TEXTS:
            blank = or_(blank, column.value == "")
        return blank if operator in ("empty", "is") else not_(blank)
    if operator == "month":
        return _in_month(column, as_month(value or now.month))
    if operator in ("before_days", "since_days"):
        return _within_days(column, operator, as_days(value), now)
    if operator in ("contains", "starts"):
        return _text_match(column, operator, "" if value is None else str(value))
    if operator in ("less", "more"):
        return _further(column, operator, value)
    same = _same(column, value)
    return same if operator == "is" else or_(not_(same), column.value.is_(None))


def _same(column: Column, value: Any) -> ColumnElement[bool]:
    """Return the condition that a column has a value; of several choices one is enough."""
    if column.elements is not None:
        found: Select[Any] = select(literal_column("1")).select_from(column.elements)
        return found.where(folded(column.elements.c.value) == fold(str(value))).exists()
    if column.kind in TEXTS:
        wanted = fold(str(value))
        if column.name == "town":
            return column.sort == sort_key(wanted)
        return folded(column.value) == wanted
    if column.kind == "yes_no":
        return column.value.is_(as_flag(value))
    if column.kind == "instant":
        begin, end = as_span(value)
        return and_(column.sort >= begin, or_(column.sort < end, column.sort == begin))
    same: ColumnElement[bool] = column.sort == _value(column, value)
    return same


def _further(column: Column, operator: str, value: Any) -> ColumnElement[bool]:
    """Compare what is less or more; a day is less or more than all of another day."""
    if column.kind == "instant":
        begin, end = as_span(value)
        return column.sort < begin if operator == "less" else and_(column.sort >= end, column.sort > begin)
    wanted = _value(column, value)
    compared: ColumnElement[bool] = column.sort < wanted if operator == "less" else column.sort > wanted
    return compared


def _text_match(column: Column, operator: str, value: str) -> ColumnElement[bool]:
    """Match text by its key: neither case nor accents count."""
    pattern = like(fold(value))
    pattern = pattern[1:] if operator == "starts" else pattern
    keys = [column.sort] if column.has_key else []
    if column.name != "town":
        keys.append(folded(column.value))
    return or_(*(key.like(pattern, escape="\\") for key in keys))


def _in_month(column: Column, month: int) -> ColumnElement[bool]:
    """Match dates of any year in a month; user-defined ones are kept as ISO text."""
    if column.is_custom:
        return func.substr(column.value, 6, 2) == f"{month:02}"
    return extract("month", column.value) == month


def _within_days(column: Column, operator: str, days: int, now: datetime) -> ColumnElement[bool]:
    """Match dates from today on, or up to now."""
    edge = now + timedelta(days=days if operator == "before_days" else -days)
    low, high = (now, edge) if operator == "before_days" else (edge, now)
    if column.kind == "date":
        first, last = low.astimezone().date(), high.astimezone().date()
        if column.is_custom:
            return column.value.between(first.isoformat(), last.isoformat())
        return column.value.between(first, last)
    if operator == "before_days":
        return and_(column.value.is_not(None), column.value <= high)
    return column.value.between(low, high)


def _value(column: Column, value: Any) -> Any:
    """Turn the JSON value of a comparison into one of the column's kind. Raises UserError with a sentence."""
    if column.kind == "date":
        day = as_day(value)
        return day.isoformat() if column.is_custom else day
    if column.kind == "record":
        return literal(as_id(value), BigInteger())
    number = as_number(value)
    if isinstance(column.sort.type, Scaled):
        return number
    return literal(int(number), BigInteger()) if number == int(number) else literal(float(number), Float())


def _has_category(value: Any, user: int | None) -> ColumnElement[bool]:
    """Match contacts that carry the category of this name (any category when no name is given)."""
    found = select(ContactCategory.id).where(ContactCategory.contact_id == Contact.id)
    if value:
        named = select(Category.id).where(Category.name_key == sort_key(str(value)))
        found = found.where(ContactCategory.category_id.in_(named))
    return found.exists()


def _has_role(value: Any, user: int | None) -> ColumnElement[bool]:
    """Match contacts in a role: customer, supplier, prospect, other."""
    attribute = Contact.__table__.c.get(f"is_{value}")
    if attribute is None:
        raise UserError(
            _("The filter uses “{name}”, which does not exist. Take this condition out.").format(name=value)
        )
    return attribute.is_(True)


def _has_open_follow_up(value: Any, user: int | None) -> ColumnElement[bool]:
    """Match contacts with an open follow-up that `user` may see."""
    mine = (Activity.contact_id == Contact.id, Activity.state == "open", visible_to(user))
    return select(Activity.id).where(*mine).exists()


def _has_email(value: Any, user: int | None) -> ColumnElement[bool]:
    """Match contacts with an e-mail address."""
    return select(ContactPoint.id).where(ContactPoint.contact_id == Contact.id, ContactPoint.kind == "email").exists()


def _has_address(value: Any, user: int | None) -> ColumnElement[bool]:
    """Match contacts with a town to write to."""
    return select(Address.id).where(Address.contact_id == Contact.id, present(), Address.town != "").exists()


def _may_mail(value: Any, user: int | None) -> ColumnElement[bool]:
    """Match contacts that did not object to a channel of model/consent.py, or said yes since."""
    refused = select(Consent.id).where(
        Consent.contact_id == Contact.id,
        Consent.contact_person_id.is_(None),
        Consent.channel == str(value or "mail"),
        Consent.is_allowed.is_(False),
        is_current(),
    )
    return not_(refused.exists())


_SETS = {
    "category": _has_category,
    "role": _has_role,
    "open_follow_up": _has_open_follow_up,
    "has_email": _has_email,
    "has_address": _has_address,
    "allowed_channel": _may_mail,
}
SET_LABELS: Mapping[str, str] = {
    "category": N_("Category"),
    "role": N_("Role"),
    "open_follow_up": N_("Has an open follow-up"),
    "has_email": N_("Has an e-mail address"),
    "has_address": N_("Has an address"),
    "allowed_channel": N_("May be reached by"),
}
"""Conditions over what belongs to a contact, offered beside the columns."""
