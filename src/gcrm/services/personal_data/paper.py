"""The answer on paper: everything that is kept about somebody as a PDF under the letterhead of the office."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from sqlalchemy.orm import Session

from gcrm.i18n import _
from gcrm.services.home import own_company
from gcrm.services.personal_data.dossier import Dossier, Entry, Section
from gcrm.services.personal_data.words import head_lines, history_line
from gcrm.services.printing.page import Pages, PrintInfo, PrintResult, paper
from gcrm.services.printing.sheet_layout import Letterhead, SheetLayout
from gcrm.services.printing.sources import address_line
from gcrm.services.showing import show_instant

LONGEST = 6000
"""Letters of one text that are printed; the file for machines has all of it."""


def letterhead(session: Session) -> Letterhead:
    """Return name, address and ways to reach the office, as they stand on top; empty where nobody entered them."""
    company = own_company(session)
    reach = " · ".join(part for part in (company.phone, company.email, company.web) if part)
    return Letterhead(company.name, tuple(line for line in (address_line(company), reach) if line))


def write(path: Path, found: Dossier, head: Letterhead, files: dict[int, str] | None = None) -> PrintResult:
    """Write the answer as a PDF; `files` are the places of contents beside it. Raises EnvironmentProblem."""
    title = _("What is kept about {name}").format(name=found.name)
    pages = Pages(PrintInfo(title, head.name), paper("A4"))
    layout = SheetLayout(pages, title, (head.name, ""), found.taken_at.astimezone().date())
    layout.letterhead(head)
    layout.title(title, found.number, ())
    for line in head_lines(found):
        layout.paragraph(line)
    for section in found.sections:
        _draw(layout, section, files or {})
    for line in history_line(found):
        layout.heading(_("History"))
        layout.paragraph(line)
    pages.end_chapter()
    return pages.save(path)


def _draw(layout: SheetLayout, section: Section, files: dict[int, str]) -> None:
    """Draw the records of one kind, each apart from the next."""
    layout.heading(section.title)
    for place, entry in enumerate(section.entries):
        rows = list(_rows(entry, files))
        if place:
            layout.rule(rows)
        layout.pairs(rows, wide_label=True)


def _rows(entry: Entry, files: dict[int, str]) -> Iterable[tuple[str, str]]:
    """Yield label and text of a record."""
    yield from ((fact.label, _short(fact.text)) for fact in entry.facts)
    if entry.made_at is not None:
        yield _("Recorded on"), show_instant(entry.made_at)
    if entry.file in files:
        yield _("Content"), files[entry.file]


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
