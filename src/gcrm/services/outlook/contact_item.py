"""A contact in Outlook, read into values and written from them.

Pages of Microsoft Learn: "ContactItem object", "ContactItem.Email1AddressType property", "ContactItem.Categories
property". An address inside Exchange (type EX) is no address of the internet; [MS-OXOCNTC] 2.2.1.2.4 keeps that one as
PidLidEmail1OriginalDisplayName.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from gcrm.errors import EnvironmentProblem
from gcrm.model.country import country_code
from gcrm.services.outlook.contact_fields import ADDRESSES, CATEGORIES, PARTS, PLAIN, POINTS, Values, country_words
from gcrm.services.outlook.link import Link, OutlookGone, told_of
from gcrm.services.outlook.object_model import FEMALE, MALE, NORMAL, UNSPECIFIED

_IN_EXCHANGE = "http://schemas.microsoft.com/mapi/id/{00062004-0000-0000-C000-000000000046}/"
_SMTP = {"Email1Address": "8084001F", "Email2Address": "8094001F", "Email3Address": "80A4001F"}
_DAYS = ("Birthday", "Anniversary")
_GENDERS = {MALE: "male", FEMALE: "female"}


def read_contact(link: Link, item: Any) -> Values | None:
    """Return what a contact says, None for one that is private there: it stays there."""
    if link.get(item, "Sensitivity") != NORMAL:
        return None
    found: Values = {name: link.text(item, name).strip() for name in PLAIN if name not in (*_DAYS, "Gender")}
    middle = link.text(item, "MiddleName").strip()
    found["FirstName"] = f"{found['FirstName']} {middle}".strip()
    found["Gender"] = _GENDERS.get(link.get(item, "Gender"), "")
    for name in _DAYS:
        moment = link.moment(item, name)
        found[name] = moment.date().isoformat() if moment is not None else ""
    for slots in POINTS:
        for name in slots.names:
            found[name] = _email(link, item, name) if slots.kind == "email" else link.text(item, name).strip()
    for name in ADDRESSES:
        found[name] = _address(link, item, name)
    found[CATEGORIES] = categories_of(link, item)
    return {name: value for name, value in found.items() if value}


def _email(link: Link, item: Any, name: str) -> str:
    """Return an e-mail address as the internet knows it."""
    told = link.text(item, name).strip()
    if not told or link.text(item, f"{name}Type").upper() != "EX":
        return told
    try:
        kept = str(link.ask(lambda: item.PropertyAccessor.GetProperty(_IN_EXCHANGE + _SMTP[name])) or "")
    except OutlookGone:
        raise
    except EnvironmentProblem:  # it was never kept: somebody who is only known inside Exchange
        return ""
    return kept.strip() if "@" in kept else ""


def _address(link: Link, item: Any, name: str) -> dict[str, str]:
    """Return an address in its parts, the country as its code."""
    parts = {part: link.text(item, f"{name}{part}").strip() for part in PARTS}
    parts["Street"] = "\n".join(line.strip() for line in parts["Street"].split("\n") if line.strip())
    parts["Country"] = country_code(parts["Country"]) or parts["Country"]
    return {part: value for part, value in parts.items() if value}


def categories_of(link: Link, item: Any) -> list[str]:
    """Return the categories of an item, in order."""
    names = link.text(item, CATEGORIES).split(link.separator)
    return sorted({name.strip() for name in names if name.strip()})


def write_categories(link: Link, item: Any, wanted: list[str]) -> None:
    """Give an item categories; it keeps those that it has."""
    names = sorted({*categories_of(link, item), *wanted})
    link.set(item, CATEGORIES, f"{link.separator} ".join(names))


def write_contact(link: Link, item: Any, changes: Mapping[str, Any]) -> None:
    """Set the fields of a contact that changed, without saving it."""
    for name, value in changes.items():
        if name in ADDRESSES:
            _write_address(link, item, name, value or {})
        elif name == CATEGORIES:
            write_categories(link, item, value or [])
        elif name == "Gender":
            link.set(item, name, {"male": MALE, "female": FEMALE}.get(value or "", UNSPECIFIED))
        elif name in _DAYS:
            day = datetime.combine(date.fromisoformat(value), time()) if value else None
            link.set(item, name, told_of(day))
        else:
            link.set(item, name, (value or "").replace("\n", "\r\n"))
            if name == "FirstName":
                link.set(item, "MiddleName", "")


def _write_address(link: Link, item: Any, name: str, parts: Mapping[str, str]) -> None:
    for part in PARTS:
        value = parts.get(part, "")
        words = country_words(value) if part == "Country" else value.replace("\n", "\r\n")
        link.set(item, f"{name}{part}", words)
