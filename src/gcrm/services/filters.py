"""Filters as data: a tree of and/or/not over fields, kept as JSON and turned into SQL conditions with bound values.

    {"all": [{"field": "is_customer", "op": "is", "value": true},
             {"any": [{"field": "town", "op": "starts", "value": "Leip"},
                      {"field": "priority", "op": "is", "value": "A"}]},
             {"not": {"field": "category", "op": "is", "value": "Press"}}]}

To add an operator: a line in OPERATORS with its label, the kinds it fits, and its condition in `_compare`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, extract, func, not_, or_, select, true

from gcrm.errors import UserError
from gcrm.i18n import N_, _
from gcrm.model.activity import Activity
from gcrm.model.address import Address
from gcrm.model.category import Category, ContactCategory
from gcrm.model.consent import Consent
from gcrm.model.contact import Contact
from gcrm.model.contact_point import ContactPoint
from gcrm.model.custom_field import CustomField
from gcrm.model.fold import fold, sort_key
from gcrm.services.contact_columns import Column, column_of
from gcrm.services.privacy import visible_to
from gcrm.services.search import like

OPERATORS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "is": (N_("is"), ()),
    "is_not": (N_("is not"), ()),
    "contains": (N_("contains"), ("text", "long_text", "email", "phone", "link")),
    "starts": (N_("starts with"), ("text", "long_text", "email", "phone", "link")),
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


def condition(
    tree: Mapping[str, Any] | None, custom: Mapping[str, CustomField], *, now: datetime, user: int | None = None,
    depth: int = 0,
) -> ColumnElement[bool]:  # fmt: skip
    """Return the SQL condition of a filter tree; an empty tree lets everything through.

    `user` is who looks: private activities of others match nothing. Raises UserError for an operator or field that
    does not exist.
    """
    if not tree:
        return true()
    if depth > MAX_DEPTH:
        raise UserError(_("This filter is nested too deeply."))
    if "all" in tree:
        return and_(true(), *(condition(part, custom, now=now, user=user, depth=depth + 1) for part in tree["all"]))
    if "any" in tree:
        parts = [condition(part, custom, now=now, user=user, depth=depth + 1) for part in tree["any"]]
        return or_(*parts) if parts else true()
    if "not" in tree:
        return not_(condition(tree["not"], custom, now=now, user=user, depth=depth + 1))
    return _leaf(str(tree.get("field", "")), str(tree.get("op", "is")), tree.get("value"), custom, now, user)


def _leaf(
    name: str, operator: str, value: Any, custom: Mapping[str, CustomField], now: datetime, user: int | None
) -> ColumnElement[bool]:
    """Return the condition of one comparison."""
    if operator not in OPERATORS:
        raise UserError(_("The filter uses “{name}”, which does not exist.").format(name=operator))
    if name in _SETS:
        found = _SETS[name](value, user)
        return not_(found) if operator in ("is_not", "empty") else found
    column = column_of(name, custom, user=user)
    if column is None:
        raise UserError(_("The filter uses the field “{name}”, which does not exist any more.").format(name=name))
    return _compare(column, operator, value, now)


def _compare(column: Column, operator: str, value: Any, now: datetime) -> ColumnElement[bool]:
    """Compare one column."""
    expression: ColumnElement[Any] = column.value
    if operator in ("empty", "filled"):
        blank: ColumnElement[bool] = expression.is_(None)
        if column.kind not in ("date", "instant", "number", "money", "percent", "yes_no", "record"):
            blank = or_(blank, expression == "")
        return blank if operator == "empty" else not_(blank)
    if operator in ("contains", "starts"):
        return _text_match(column, operator, str(value))
    if operator == "month":
        return extract("month", expression) == int(value or now.month)
    if operator in ("before_days", "since_days"):
        return _within_days(column, operator, int(value), now)
    wanted = _value(column, value)
    if operator in ("less", "more"):
        compared: ColumnElement[bool] = expression < wanted if operator == "less" else expression > wanted
        return compared
    same: ColumnElement[bool] = expression == wanted if wanted is not None else expression.is_(None)
    return same if operator == "is" else or_(not_(same), expression.is_(None))


def _text_match(column: Column, operator: str, value: str) -> ColumnElement[bool]:
    """Match text on its normalised key where there is one, else without regard to case."""
    keyed = column.name in ("display_name", "town", "person")
    target = column.sort if keyed else func.lower(column.value)
    pattern = like(fold(value) if keyed else value.lower())
    return target.like(pattern[1:] if operator == "starts" else pattern, escape="\\")


def _within_days(column: Column, operator: str, days: int, now: datetime) -> ColumnElement[bool]:
    """Match dates from today on, or up to now."""
    edge = now + timedelta(days=days if operator == "before_days" else -days)
    low, high = (now, edge) if operator == "before_days" else (edge, now)
    if column.kind == "date":
        return column.value.between(low.date(), high.date())
    if operator == "before_days":
        return and_(column.value.is_not(None), column.value <= high)
    return column.value.between(low, high)


def _value(column: Column, value: Any) -> Any:
    """Turn the JSON value of a comparison into one of the column's kind."""
    if value in (None, ""):
        return None if column.kind in ("date", "instant", "record") else value
    if column.kind == "date" and not column.is_custom:
        return date.fromisoformat(str(value))
    if column.kind == "instant":
        moment = datetime.fromisoformat(str(value))
        return moment if moment.tzinfo else datetime.combine(moment.date(), time(), UTC)
    if column.kind == "yes_no" and column.is_custom:
        return "true" if value else "false"
    return value


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
        raise UserError(_("The filter uses “{name}”, which does not exist.").format(name=value))
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
    return (
        select(Address.id)
        .where(Address.contact_id == Contact.id, Address.until_on.is_(None), Address.town != "")
        .exists()
    )


def _may_mail(value: Any, user: int | None) -> ColumnElement[bool]:
    """Match contacts that did not object to a channel: mail, email, phone."""
    refused = select(Consent.id).where(
        Consent.contact_id == Contact.id, Consent.channel == str(value or "mail"), Consent.is_allowed.is_(False)
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
