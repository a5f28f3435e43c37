"""What becomes of a cell by the target of its column: each target is compiled once into a setter.

Targets: `keep`, `leave`, `note`; the names in SIMPLE; `birthday`, `birthday.day`, `anniversary`; a field of a contact
(`payment_terms`); `address.PART` or `address.SLOT.PART` (slots: private, delivery, invoice, other, other2 …);
`phone`, `phone.work`, `phone.other|Pager`; `bank.iban`, `bank2.iban`; `own.LABEL` and `new.KIND` (user-defined
fields); and for kinds in columns of their own `phone:1` beside `phone:1.type`, `address:1.town`, `other:1`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from gcrm.i18n import N_
from gcrm.model.checks import email, iban, vat
from gcrm.model.contact_point import DIALLED, POINT_KINDS
from gcrm.model.fold import fold
from gcrm.services.exchange.card import CardPoint
from gcrm.services.exchange.tables.draft import Draft, keep_area_code, lacks_area_code
from gcrm.services.exchange.tables.names import COMPANY_WORDS, salutation_of
from gcrm.services.exchange.tables.values import (
    YES,
    DoubtfulError,
    Reading,
    Unfit,
    contact_fields,
    read_day,
    reader_of,
    whole_number,
)

Setter = Callable[[Draft, str], None]
"""Puts the text of a cell into a draft. Raises Unfit: then the text is kept as other data."""

SIMPLE = (
    "full_name", "any_name", "salutation", "title", "first_name", "middle_name", "last_name", "suffix", "nickname",
    "name", "department", "function", "notes",
)  # fmt: skip
ADDRESS_PARTS = (
    "street", "house_number", "supplement", "po_box", "postcode", "town", "postcode_town", "region", "country", "whole"
)  # fmt: skip
ADDRESSEE = "addressee"
"""Who receives at an address of its own; several cells are one name, which stands in its supplement."""
_ONE_LINE = frozenset(("postcode", "town", "postcode_town", "region", "country"))
SLOTS = ("private", "delivery", "invoice", "other")
POINTS = tuple(kind for kind, _label in POINT_KINDS if kind != "other")
PURPOSES = ("work", "home", "other")
LINES = "lines"
"""The column that our own tables have for what has no column: content lines, as in a vCard."""
BANK_PARTS = ("iban", "bic", "bank_name", "holder")
DAY_PARTS: Mapping[str, tuple[int, int]] = {"day": (1, 31), "month": (1, 12), "year": (1, 9999)}
NO_LANGUAGE = N_("This is no language")
NO_GENDER = N_("This is no gender")
NO_ROLE = N_("This is neither customer nor supplier nor prospect")
NO_MAIL = N_("This is no e-mail address")
NO_PHONE = N_("This is no telephone number")
NO_IBAN = N_("This IBAN cannot be right")
NO_VAT = N_("This VAT number cannot be right")
_WITH_ZERO = ("", "DE", "AT", "CH")
"""Countries whose area codes begin with a zero."""
_SEPARATED = re.compile(r"\s*(?::::|[\r\n;]+|,\s+(?=\+|0))\s*")
_MAILS = re.compile(r"[\s;,#]+")
_PLAIN_MAIL = re.compile(r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@(?:[A-Za-z0-9][A-Za-z0-9-]*\.)+[A-Za-z]{2,}")
_DIGIT = re.compile(r"[0-9]")
_SIGNS = " -–—./,;:#*_?"
"""What people put into a cell that is empty."""
_LISTED = re.compile(r"\s*(?::::|[;,\r\n])\s*")
_SYSTEM_GROUPS = frozenset(("mycontacts", "my contacts", "* my contacts"))
_ROLES = {
    **dict.fromkeys(["kunde", "kunden", "customer", "customers", "cliente", "debitor", "client"], "is_customer"),
    **dict.fromkeys(["lieferant", "lieferanten", "supplier", "vendor", "fornecedor", "kreditor"], "is_supplier"),
    **dict.fromkeys(["interessent", "interessenten", "prospect", "lead", "potencial"], "is_prospect"),
    **dict.fromkeys(["sonstige", "sonstiger", "other", "andere", "outro", "partner"], "is_other"),
}
_LANGUAGES = {
    **dict.fromkeys(["deutsch", "german", "alemao", "ger", "deu"], "de"),
    **dict.fromkeys(["englisch", "english", "ingles", "eng"], "en"),
    **dict.fromkeys(["portugiesisch", "portuguese", "portugues", "por"], "pt"),
    **dict.fromkeys(["franzosisch", "french", "frances", "fra"], "fr"),
    **dict.fromkeys(["italienisch", "italian", "italiano", "ita"], "it"),
    **dict.fromkeys(["spanisch", "spanish", "espanol", "espanhol", "spa"], "es"),
    **dict.fromkeys(["niederlandisch", "dutch", "holandes", "nld"], "nl"),
}
_PAYMENTS = {
    **dict.fromkeys(["uberweisung", "rechnung", "transfer", "invoice", "transferencia", "fatura"], "transfer"),
    **dict.fromkeys(["lastschrift", "bankeinzug", "einzug", "abbuchung", "sepa", "debit", "debito"], "direct_debit"),
    **dict.fromkeys(["bar", "barzahlung", "cash", "numerario", "dinheiro"], "cash"),
    **dict.fromkeys(["karte", "kreditkarte", "kartenzahlung", "ec", "card", "cartao"], "card"),
    **dict.fromkeys(["vorkasse", "vorauskasse", "vorauszahlung", "prepayment", "advance", "antecipado"], "prepayment"),
}
_GENDER_CODES = {"1": "ms", "2": "mr"}
"""As Outlook and Windows write it."""
_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2}(?:[-_][A-Za-z]{2,4})?")


def setter_of(target: str, heading: str, reading: Reading) -> Setter | None:
    """Return what a target does with cells; None for one that is not known (an older saved mapping)."""
    word, _bar, label = target.partition("|")
    own = _own_setter(word, heading)
    if own is not None:
        return own
    if word in SIMPLE:
        return partial(_text, word)
    if word == "area_code":
        return partial(_area_code, heading, reading)
    if word in _SPECIAL:
        return partial(_SPECIAL[word], reading)
    if ":" in word:
        return _pair_setter(word)
    head, _dot, rest = word.partition(".")
    if head == "address":
        slot, _dot, part = rest.rpartition(".")
        return partial(_address, slot, part) if part in (*ADDRESS_PARTS, ADDRESSEE) else None
    if head == "birthday" and rest in DAY_PARTS:
        return partial(_day_part, rest)
    if head in POINTS and rest in ("", *PURPOSES):
        return partial(_point, head, rest, label)
    if head.rstrip("0123456789") == "bank" and rest in BANK_PARTS:
        return partial(_bank, word, heading)
    field = contact_fields().get(word)
    return _field_setter(word, reader_of(field), reading) if field else None


def slot_of(target: str) -> str:
    """Return whose address a part belongs to: "", "private", "#1"."""
    head, colon, rest = target.partition(":")
    if colon:
        return f"#{rest.partition('.')[0]}"
    return head.partition(".")[2].rpartition(".")[0]


def _own_setter(word: str, heading: str) -> Setter | None:
    """Return what keeps cells under a heading: as other data, in a user-defined field, or in the notes."""
    head, _dot, rest = word.partition(".")
    if word == "keep" or head == "new":
        return lambda draft, value: draft.keep(heading, value)
    if head == "own":
        return lambda draft, value: draft.keep(rest, value)
    return partial(_note, heading) if word == "note" else None


def is_kept(target: str) -> bool:
    """Tell whether the cells of a target count as kept: they have no field."""
    return target == "keep" or target.startswith("other:")


def _text(name: str, draft: Draft, value: str) -> None:
    draft.texts.setdefault(name, []).append(value if name == "notes" else " ".join(value.split()))


def _note(heading: str, draft: Draft, value: str) -> None:
    _text("notes", draft, f"{heading}: {value}")


def _bank(name: str, heading: str, draft: Draft, value: str) -> None:
    """Put a part of a bank account; a second one is kept, an IBAN that cannot be right is told."""
    if draft.told.setdefault(name, value) != value:
        draft.keep(heading, value)
    elif name.endswith(".iban") and iban.check(value).level == "error":
        raise DoubtfulError(NO_IBAN)


def _field_setter(name: str, read: Callable[[str, Reading], object], reading: Reading) -> Setter:
    """Return what puts a cell into a field of the contact; a second column of the same field adds its words."""

    def put(draft: Draft, value: str) -> None:
        found = read(value, reading)
        before = draft.told.get(name)
        if isinstance(before, str) and isinstance(found, str) and found and before != found:
            draft.told[name] = f"{before} {found}"
        elif found is not None and found != "":
            draft.told[name] = found
            if name == "vat_number" and vat.check(value).level == "error":
                raise DoubtfulError(NO_VAT)

    return put


def _address(slot: str, part: str, draft: Draft, value: str) -> None:
    """Put a part of an address; what comes twice goes into the supplement."""
    parts = draft.addresses.setdefault(slot, {})
    value = " ".join(value.split()) if part in _ONE_LINE else value
    if part == ADDRESSEE:
        parts[part] = f"{parts.get(part, '')} {value}".strip()
    elif part in parts:
        joined = "supplement" if part in ("street", "supplement") else part
        parts[joined] = f"{parts[joined]}, {value}" if joined in parts else value
    else:
        parts[part] = value


def _point(kind: str, purpose: str, label: str, draft: Draft, value: str) -> None:
    """Add a number or address, or several that stand in one cell; signs alone are none."""
    if kind == "email":
        _emails(purpose, label, draft, value)
        return
    found = [each for each in _SEPARATED.split(value) if each.strip(_SIGNS)]
    for each in found:
        point = CardPoint(kind, each, purpose, name=label)
        if draft.area_code[0] and lacks_area_code(point):
            point = replace(point, value=f"{draft.area_code[0]} {each}")
            draft.area_code = draft.area_code[0], ""
        draft.points.append(point)
    if kind in DIALLED and not all(map(_DIGIT.search, found)):
        raise DoubtfulError(NO_PHONE)


def _emails(purpose: str, label: str, draft: Draft, value: str) -> None:
    """Add the addresses of a cell: plain, "Name <address>", several, or the link that a spreadsheet makes of one."""
    text = value.strip(_SIGNS)
    if text.count("@") > 1 or "#mailto:" in text:
        found = [each.strip("<>") for each in _MAILS.split(text.replace("#mailto:", " ")) if "@" in each]
    else:
        found = [text] if text else []
    is_wrong = False
    for each in dict.fromkeys(found):
        if _PLAIN_MAIL.fullmatch(each):
            draft.points.append(CardPoint("email", each, purpose, name=label))
            continue
        finding = email.check(each)
        is_wrong = is_wrong or finding.level == "error"
        name = label or finding.proposals.get("name", "")
        draft.points.append(CardPoint("email", finding.value, purpose, name=name))
    if is_wrong:
        raise DoubtfulError(NO_MAIL)


def _area_code(heading: str, reading: Reading, draft: Draft, value: str) -> None:
    """Remember an area code for the numbers that follow; spreadsheets take the zero before it away."""
    lost = value[0].isdigit() and value[0] != "0" and reading.country in _WITH_ZERO
    keep_area_code(draft)
    draft.area_code = f"0{value}" if lost else value, heading


def _pair_setter(word: str) -> Setter | None:
    """Return what collects a value and its kind from two columns, or the parts of a numbered address."""
    head, _colon, rest = word.partition(":")
    number, _dot, part = rest.partition(".")
    if head == "address" and part in (*ADDRESS_PARTS, "type"):
        return partial(_address, f"#{number}", part)
    if head not in (*POINTS, "event", "other") or part not in ("", "type", "service", "label"):
        return None

    def put(draft: Draft, value: str) -> None:
        draft.pairs.setdefault((head, number), {})[part or "value"] = value

    return put


def _day(name: str, reading: Reading, draft: Draft, value: str) -> None:
    day = read_day(value, reading)
    if day is not None:
        draft.days.setdefault(name, day)


def _day_part(part: str, draft: Draft, value: str) -> None:
    lowest, highest = DAY_PARTS[part]
    if value.strip() not in ("0", "00", "0000"):
        draft.parts[part] = whole_number(value, lowest, highest)


def _gender(_reading: Reading, draft: Draft, value: str) -> None:
    found = _GENDER_CODES.get(value, "") or salutation_of(value)
    if not found and fold(value) not in ("unspecified", "keine angabe", "unbekannt", "0"):
        raise Unfit(NO_GENDER)
    if found:
        _text("gender", draft, {"mr": "m", "ms": "f"}.get(found, "o"))


def _language(_reading: Reading, draft: Draft, value: str) -> None:
    words = fold(value).split()
    code = next((_LANGUAGES[word] for word in words if word in _LANGUAGES), "")
    if not code and not _LANGUAGE_TAG.fullmatch(value):
        raise Unfit(NO_LANGUAGE)
    draft.texts.setdefault("language", [code or value])


def _categories(_reading: Reading, draft: Draft, value: str) -> None:
    names = (each.removeprefix("* ").strip() for each in _LISTED.split(value))
    draft.categories.extend(name for name in names if name and fold(name) not in _SYSTEM_GROUPS)


def _kind(_reading: Reading, draft: Draft, value: str) -> None:
    words = set(fold(value).split())
    is_company = bool(words & (COMPANY_WORDS | YES))
    draft.texts.setdefault("kind", ["organisation" if is_company else "person"])


def roles_of(value: str) -> list[str]:
    """Return the fields of the roles that a cell names: customer, supplier, prospect or another."""
    return [_ROLES[word] for word in re.findall(r"[^\W\d_]+", fold(value)) if word in _ROLES]


def _role(_reading: Reading, draft: Draft, value: str) -> None:
    found = roles_of(value)
    if not found:
        raise Unfit(NO_ROLE)
    draft.told.update(dict.fromkeys(found, True))


def _payment(reading: Reading, draft: Draft, value: str) -> None:
    """Take how somebody pays; what tells days, or no way that is known, are terms ("14 Tage netto")."""
    found = {_PAYMENTS[word] for word in re.findall(r"[a-z]+", fold(value)) if word in _PAYMENTS}
    try:
        draft.told["payment_type"] = reader_of(contact_fields()["payment_type"])(value, reading)
    except Unfit:
        if len(found) == 1:
            draft.told["payment_type"] = found.pop()
        elif not any(letter.isalpha() for letter in value):
            raise
        else:
            draft.told.setdefault("payment_terms", value)
            return
        if any(letter.isdigit() for letter in value):
            draft.told.setdefault("payment_terms", value)


def _lines(_reading: Reading, draft: Draft, value: str) -> None:
    draft.kept.extend(line for line in value.splitlines() if line.strip())


_SPECIAL: Mapping[str, Callable[[Reading, Draft, str], None]] = {
    "birthday": partial(_day, "birthday"),
    "anniversary": partial(_day, "anniversary"),
    "gender": _gender,
    "language": _language,
    "categories": _categories,
    "kind": _kind,
    "role": _role,
    "payment_type": _payment,
    LINES: _lines,
}
