"""The contact sheet: one contact on paper, in the order of its page on the screen.

Sections come ready from the caller, already in the customer's language; this file knows no field. `half` sections
stand two beside each other as cards, the others run over the whole width and over as many pages as they need.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path

from gcrm.errors import UserError
from gcrm.i18n import _, language
from gcrm.services.printing.page import Pages, PrintInfo, PrintResult, paper
from gcrm.services.printing.sheet_layout import SheetLayout
from gcrm.services.printing.table import Column


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened: when, what kind ("Call, 6 min"), the words, and by whom."""

    moment: datetime | date
    title: str
    text: str = ""
    who: str = ""


@dataclass(frozen=True, slots=True)
class SheetTable:
    """A table inside a section, for instance the contact persons."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A titled part of the sheet: rows of label and value, then a table, then text, then chronicle entries."""

    key: str
    title: str
    rows: tuple[tuple[str, str], ...] = ()
    table: SheetTable | None = None
    text: str = ""
    entries: tuple[Entry, ...] = ()
    half: bool = False

    def is_empty(self) -> bool:
        """Tell whether nothing would be printed below the title."""
        return not (any(value for _label, value in self.rows) or self.text.strip() or self.entries or self._has_table())

    def _has_table(self) -> bool:
        return self.table is not None and bool(self.table.rows)


@dataclass(frozen=True, slots=True)
class ContactSheet:
    """A contact as it shall be printed; `chips` are categories, priority and roles, `company` is one's own firm.

    `language` is the customer's ("": the one in force); `company_line` is one line of address or phone for the foot.
    """

    name: str
    number: str = ""
    chips: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    company: str = ""
    company_line: str = ""
    printed_on: date = field(default_factory=date.today)
    language: str = ""
    paper: str = "A4"

    def chosen(self, keys: Iterable[str]) -> ContactSheet:
        """Return the sheet with only the sections of these keys, in its own order."""
        wanted = frozenset(keys)
        return replace(self, sections=tuple(section for section in self.sections if section.key in wanted))


def print_contact_sheets(path: Path, sheets: Iterable[ContactSheet]) -> PrintResult:
    """Write one PDF with every contact beginning a page and counted on its own ("Page 1 of 2").

    The first sheet decides the paper. Raises UserError without any sheet, EnvironmentProblem for the disk.
    """
    pages: Pages | None = None
    for sheet in sheets:
        with language(sheet.language) if sheet.language else nullcontext():
            if pages is None:
                pages = Pages(PrintInfo(_title(sheet), sheet.company), paper(sheet.paper))
            else:
                pages.new_chapter()
            _draw(pages, sheet)
            pages.end_chapter()
    if pages is None:
        raise UserError(_("There is no contact to print. Choose one first."))
    return pages.save(path)


def print_contact_sheet(path: Path, sheet: ContactSheet) -> PrintResult:
    """Write the sheet of one contact as a PDF at `path`. Raises EnvironmentProblem where it cannot be written."""
    return print_contact_sheets(path, [sheet])


def _title(sheet: ContactSheet) -> str:
    return _("Contact sheet {name}").format(name=sheet.name)


def _draw(pages: Pages, sheet: ContactSheet) -> None:
    layout = SheetLayout(pages, sheet.name, (sheet.company, sheet.company_line), sheet.printed_on)
    layout.title(sheet.name, sheet.number, sheet.chips)
    sections = [section for section in sheet.sections if not section.is_empty()]
    place = 0
    while place < len(sections):
        section = sections[place]
        following = sections[place + 1] if place + 1 < len(sections) else None
        if section.half and following is not None and following.half and layout.cards(_card(section), _card(following)):
            place += 2
            continue
        _draw_wide(layout, section)
        place += 1


def _card(section: Section) -> tuple[str, tuple[tuple[str, str], ...]]:
    rows = section.rows + ((("", section.text),) if section.text.strip() else ())
    return section.title, rows


def _draw_wide(layout: SheetLayout, section: Section) -> None:
    layout.heading(section.title)
    layout.pairs(section.rows)
    if section.table is not None and section.table.rows:
        layout.table(section.table.columns, section.table.rows)
    if section.text.strip():
        layout.paragraph(section.text)
    for entry in sorted(section.entries, key=_sort_key, reverse=True):
        layout.entry(entry.moment, entry.title, entry.text, entry.who)


def _sort_key(entry: Entry) -> tuple[date, str]:
    """Order entries by day and clock; a day without time comes before its hours."""
    moment = entry.moment
    if isinstance(moment, datetime):
        return moment.date(), moment.strftime("%H:%M:%S.%f")
    return moment, ""
