"""The headings of our own tables: the name of each target, in every language of the program.

A table of all fields, whoever's language it was written in, is read again without anything to map (programs.py).
"""

from __future__ import annotations

import re
from functools import cache

from gcrm.i18n import LANGUAGES, N_, _, language
from gcrm.model.fold import fold
from gcrm.services.exchange.tables.program import Program
from gcrm.services.exchange.tables.setters import ADDRESS_PARTS, BANK_PARTS, LINES, POINTS
from gcrm.services.exchange.tables.target_names import name_of
from gcrm.services.exchange.tables.values import contact_fields

NAMES = (
    "kind", "number", "name", "name2", "salutation", "title", "first_name", "last_name", "department", "function",
    "birthday", "anniversary", "language", "categories", "notes",
)  # fmt: skip
PLACE = tuple(part for part in ADDRESS_PARTS if part not in ("postcode_town", "whole"))
RESPONSIBLE = N_("Responsible")
PERSON_PARTS = (("name", N_("Name")), ("function", N_("Function")), ("phone", N_("Phone")), ("email", N_("E-mail")))
"""What a table tells people of further contact persons; an import keeps it as other data."""


def person_heading(number: int, label: str) -> str:
    """Return the heading for a part of a further contact person."""
    return _("{group}: {field}").format(group=_("Contact person") + f" {number}", field=_(label))


def point_parts(kind: str) -> tuple[str, str, str]:
    """Return the targets of a number: the value, its use, its label."""
    return f"{kind}:1", f"{kind}:1.type", f"{kind}:1.service" if kind == "messenger" else f"{kind}:1.label"


@cache
def own_program() -> Program:
    """Return what is known of our own tables."""
    single = [*NAMES, *contact_fields(), *(f"bank.{part}" for part in BANK_PARTS)]
    numbered = [f"address:1.{part}" for part in ("type", *PLACE)]
    numbered += [target for kind in POINTS for target in point_parts(kind)]
    headings, patterns = {"gcrm": LINES}, {}
    for code in LANGUAGES:
        with language(code):
            headings |= {fold(name_of(target)): target for target in single}
            headings[fold(_(RESPONSIBLE))] = "leave"
            for target in numbered:
                patterns[_numbered(name_of(target))] = target.replace(":1", r":\1")
            patterns |= {_numbered(person_heading(1, label)): "keep" for _part, label in PERSON_PARTS}
            for part in BANK_PARTS:
                patterns[rf"{re.escape(fold(name_of(f'bank.{part}')))} (\d+)"] = rf"bank\1.{part}"
    compiled = tuple((re.compile(pattern), target) for pattern, target in patterns.items())
    telling = tuple(pattern for pattern, _target in compiled if ":" in pattern.pattern)  # "E-mail 1" has anybody
    return Program("gCRM", frozenset({"gcrm"}), headings, compiled, frozenset(), numbered=telling)


def _numbered(name: str) -> str:
    """Return the pattern for a name with any number in the place of the 1."""
    before, _one, behind = fold(name).rpartition("1")
    return rf"{re.escape(before)}(\d{{1,3}}){re.escape(behind)}"
