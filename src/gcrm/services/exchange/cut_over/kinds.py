"""Which kinds of tables a cut-over knows: how each is recognised by its headings, and what becomes of its rows.

To add a kind (mandates): one `Kind` in KINDS, before those that it might be taken for. `fits` looks at
the headings, `targets` says what each column is read as, `take` turns the rows that were read into records of contacts
(planning.py says how). Window, command, mapping file and sheet follow from the list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gcrm.i18n import N_, _
from gcrm.services.exchange.cut_over import activities, details, open_items, words
from gcrm.services.exchange.cut_over.told_row import HEAD
from gcrm.services.exchange.tables import target_names
from gcrm.services.exchange.tables.choice import Where
from gcrm.services.exchange.tables.facts import ColumnFacts

if TYPE_CHECKING:
    from gcrm.services.exchange.card import CardFile
    from gcrm.services.exchange.cut_over.account import Account
    from gcrm.services.exchange.cut_over.planning import Planning

CONTACT, FILE, LEAVE = "contact", "file", "leave"
_PERSON = ("first_name", "last_name", "full_name")
_NAMES = ("name", "any_name", *_PERSON)
_PLACE = ("postcode", "street", "postcode_town", "whole")


class Heads:
    """The columns of a table, by what their headings say."""

    def __init__(self, columns: Sequence[ColumnFacts]) -> None:
        self.columns = columns
        self.targets = frozenset(column.target for column in columns)
        self.number = self._number()
        self.parts = self._parts(words.part_of)
        self.bill_parts = self._bill_parts()

    def _number(self) -> str:
        """Return the key of the column with the customer number, "" without one."""
        named = [c for c in self.columns if words.is_number(c.heading)]
        told = [c.key for c in sorted(named, key=lambda column: words.may_be_name(column.heading))]
        guessed = [c.key for c in self.columns if c.target in ("number", "debtor_number")]
        return next(iter([*told, *guessed]), "")

    def _parts(self, part_of: Callable[[str], str]) -> dict[str, str]:
        """Return the key of the column of each part that a heading names."""
        found: dict[str, str] = {}
        for column in self.columns:
            part = part_of(column.heading)
            if part and column.key != self.number:
                found.setdefault(part, column.key)
        return found

    def _bill_parts(self) -> Mapping[str, str]:
        """Return the key of the column of each part of an open item; clear headings count before doubtful ones."""
        return {**self._parts(words.may_be_bill), **self._parts(words.bill_part_of)}

    @property
    def has_place(self) -> bool:
        """Tell whether there is a postal address."""
        return any(t.startswith("address") and t.rpartition(".")[2] in _PLACE for t in self.targets)

    @property
    def is_of_bills(self) -> bool:
        """Tell whether the rows are bills: with amount and number, or with one of these and no words of a note."""
        count = sum(words.is_of_bill(column.heading) for column in self.columns)
        return bool(self.number) and not self.has_place and count > bool({"text", "subject"} & self.parts.keys())

    def others(self) -> Iterator[ColumnFacts]:
        """Yield the columns beside the customer number."""
        return (column for column in self.columns if column.key != self.number)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of table; `targets` are by key of column, `take` is None for contacts, which the importer reads.

    `parts` are what its columns can be said to be, where they are no targets of the import.
    """

    key: str
    label: str
    fits: Callable[[Heads], bool]
    targets: Callable[[Heads], dict[str, str]]
    take: Callable[[Planning, Account, CardFile], None] | None = None
    parts: tuple[str, ...] = ()

    def parts_of(self, heads: Heads) -> Mapping[str, str]:
        """Return the key of the column of each part."""
        return {} if not self.parts else heads.bill_parts if self.parts is words.BILL_PARTS else heads.parts


def _is_open_item(heads: Heads) -> bool:
    return heads.is_of_bills


def _is_follow_up(heads: Heads) -> bool:
    return bool(heads.number) and "due" in heads.parts and not heads.has_place


def _is_note(heads: Heads) -> bool:
    is_dated = "at" in heads.parts and bool({"text", "subject"} & heads.parts.keys())
    return bool(heads.number) and is_dated and not heads.has_place


def _is_bank_account(heads: Heads) -> bool:
    return bool(heads.number) and "bank.iban" in heads.targets and not heads.has_place


def _is_person(heads: Heads) -> bool:
    return bool(heads.number) and bool(heads.targets.intersection(_PERSON)) and not heads.has_place


def _is_contact(heads: Heads) -> bool:
    return bool(heads.targets.intersection(_NAMES))


def _as_they_are(_heads: Heads) -> dict[str, str]:
    """Leave it to the importer."""
    return {}


def _activity_targets(heads: Heads) -> dict[str, str]:
    """Read the customer number, the parts of a note, and all other columns under their headings."""
    return _part_targets(heads, heads.parts)


def _bill_targets(heads: Heads) -> dict[str, str]:
    """Read the customer number, the parts of an open item, and all other columns but names under their headings."""
    told = _part_targets(heads, heads.bill_parts)
    named = {c.key for c in heads.others() if c.target in _NAMES} - set(heads.bill_parts.values())
    return told | dict.fromkeys(named, "leave")


def _part_targets(heads: Heads, named: Mapping[str, str]) -> dict[str, str]:
    """Read the customer number, parts, and all other columns under their headings."""
    parts = {key: part for part, key in named.items()}
    told = {c.key: f"own.{HEAD}{parts[c.key]}" if c.key in parts else "keep" for c in heads.others()}
    return {heads.number: "name", **told}


def _person_targets(heads: Heads) -> dict[str, str]:
    """Read a person, whose organisation is the customer number."""
    is_named = bool(heads.targets.intersection(_PERSON))
    turned = {"any_name": "leave" if is_named else "full_name", "name": "leave", "name2": "leave", "number": "keep"}
    return {heads.number: "name", **{c.key: turned.get(c.target, c.target) for c in heads.others()}}


def _bank_targets(heads: Heads) -> dict[str, str]:
    """Read an account; whoever is named beside it without a column for the holder, holds it."""
    told: dict[str, str] = {}
    is_held = "bank.holder" in heads.targets
    for column in heads.others():
        is_account = column.target.startswith("bank")
        told[column.key] = column.target if is_account else "leave" if column.target in _NAMES else "keep"
        if not is_held and column.target in ("any_name", "full_name", "name"):
            told[column.key], is_held = "bank.holder", True
    return {heads.number: "name", **told}


KINDS: tuple[Kind, ...] = (
    Kind("open_item", N_("Open items"), _is_open_item, _bill_targets, open_items.take, words.BILL_PARTS),
    Kind("follow_up", N_("Follow-ups"), _is_follow_up, _activity_targets, activities.take, words.PARTS),
    Kind("note", N_("Notes and chronicle"), _is_note, _activity_targets, activities.take, words.PARTS),
    Kind("bank_account", N_("Bank accounts"), _is_bank_account, _bank_targets, details.take),
    Kind("person", N_("Contact persons"), _is_person, _person_targets, details.take),
    Kind(CONTACT, N_("Contacts"), _is_contact, _as_they_are),
)
_WORDS = {
    "number": N_("Customer number"),
    "at": N_("Date"),
    "time": N_("Time"),
    "due": N_("Due on"),
    "due_time": N_("Due at"),
    "subject": N_("Subject"),
    "text": N_("Text"),
    "type": N_("Kind of activity"),
    "direction": N_("Direction"),
    "responsible": N_("Responsible"),
    "done": N_("Done"),
    "document": N_("Document number"),
    "document_on": N_("Document date"),
    "amount": N_("Amount"),
    "rest": N_("Open amount"),
    "paid": N_("Paid amount"),
    "currency": N_("Currency"),
    "settled_on": N_("Settled on"),
}
_WORDS_OF_BILLS = {"type": N_("Kind"), "text": N_("Note")}
"""Where the same word is something else of an open item."""
_OTHERS = {FILE: N_("File to attach"), LEAVE: N_("Leave out")}


def kind_named(key: str) -> Kind | None:
    """Return a kind of table, None for what is none."""
    return next((kind for kind in KINDS if kind.key == key), None)


def choices() -> list[tuple[str, str]]:
    """Return label and key of everything a table can be taken for, contacts first."""
    return [
        *((_(kind.label), kind.key) for kind in reversed(KINDS)),
        *((_(text), key) for key, text in _OTHERS.items()),
    ]


def label_of(key: str) -> str:
    """Return what a kind is called in the language in force."""
    kind = kind_named(key)
    return _(kind.label if kind else _OTHERS.get(key, key))


def recognise(columns: Sequence[ColumnFacts]) -> str:
    """Return the kind of a table by its headings; one that no kind fits is left out."""
    heads = Heads(columns)
    return next((kind.key for kind in KINDS if kind.fits(heads)), LEAVE)


def belong_together(tables: Iterable[Sequence[ColumnFacts]]) -> bool:
    """Tell whether tables are those of a former program: contacts, and what belongs to them by customer number."""
    found = {recognise(columns) for columns in tables}
    return CONTACT in found and any(kind.take is not None and kind.key in found for kind in KINDS)


def targets_for(key: str, columns: Sequence[ColumnFacts], said: Mapping[str, str]) -> dict[str, str]:
    """Return what each column is read as; `said` are words of the mapping file or the window, by key or heading.

    A part of a note or an open item ("due"), the word "number" or any target of the import window may be said.
    """
    kind = kind_named(key)
    if kind is None:
        return {}
    told = kind.targets(_heads(kind, columns, said))
    for column in columns:
        word = _word(column, said)
        if word and (kind.take is None or word not in ("number", *kind.parts)):
            is_foreign = bool(kind.parts) and word not in (target_names.KEEP, target_names.LEAVE)
            told[column.key] = target_names.KEEP if is_foreign else word
    return told


def shown_targets(key: str, columns: Sequence[ColumnFacts], said: Mapping[str, str]) -> dict[str, str]:
    """Return what each column is taken for, in the words of the mapping file."""
    kind = kind_named(key)
    if kind is None or kind.take is None:
        return {column.key: _word(column, said) or column.target for column in columns}
    heads = _heads(kind, columns, said)
    parts = {key: part for part, key in kind.parts_of(heads).items()}
    told = {**targets_for(key, columns, said), **parts}
    if heads.number:
        told[heads.number] = "number"
    return {column.key: told.get(column.key, column.target) for column in columns}


def column_choices(key: str, where: Where) -> list[tuple[str, str]]:
    """Return name and word of all that a column of a kind can be taken for."""
    kind = kind_named(key)
    if kind is None or kind.take is None:
        return target_names.choices(where)
    names = [(name_of_word(key, word), word) for word in ("number", *kind.parts)]
    if kind.parts:
        return [*names, *((target_names.name_of(word), word) for word in (target_names.KEEP, target_names.LEAVE))]
    return [*names, *(pair for pair in target_names.choices(where) if pair[1] not in ("number", "name"))]


def name_of_word(key: str, word: str) -> str:
    """Return what a word of the mapping file is called for a kind of tables."""
    kind = kind_named(key)
    if kind is not None and kind.take is not None and word in ("number", *kind.parts):
        return _(_WORDS_OF_BILLS.get(word, _WORDS[word]) if kind.parts is words.BILL_PARTS else _WORDS[word])
    return target_names.name_of(word)


def _heads(kind: Kind, columns: Sequence[ColumnFacts], said: Mapping[str, str]) -> Heads:
    """Return the columns as they are said to be; whoever says the customer number takes it from all others."""
    is_told = any(_word(column, said) == "number" for column in columns)
    return Heads([_said(kind, column, _word(column, said), is_number_told=is_told) for column in columns])


def _word(column: ColumnFacts, said: Mapping[str, str]) -> str:
    """Return what is said of a column, "" for nothing."""
    return said.get(column.key) or said.get(column.heading) or ""


def _said(kind: Kind, column: ColumnFacts, word: str, *, is_number_told: bool) -> ColumnFacts:
    """Return a column as it is said to be; "number" and parts by a heading that means them."""
    if word in ("number", *kind.parts):
        heading = words.heading_for(word, is_of_bill=kind.parts is words.BILL_PARTS)
        return ColumnFacts(column.key, heading, word, "choice", column.filled)
    if word:
        return replace(column, heading="", target=word)
    if is_number_told and (words.is_number(column.heading) or column.target == "number"):
        return replace(column, heading="", target="keep")
    return column
