"""Importing texts in tests, and looking at what came of it."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import func, select

from gcrm.model.contact import Contact
from gcrm.services import contact as contacts
from gcrm.services import contact_list
from gcrm.services.database import Database
from gcrm.services.exchange import importer
from gcrm.services.exchange.import_plan import ImportPlan, ImportReport, Rule


def card(*lines: str) -> str:
    return "\r\n".join(("BEGIN:VCARD", "VERSION:3.0", *lines, "END:VCARD", ""))


def company(number: int = 0, *more: str) -> str:
    return card(f"FN:Werft {number} GmbH", f"ORG:Werft {number} GmbH", f"TEL:+49 40 5550{number:03d}", *more)


def take(database: Database, tmp_path: Path, text: str, rule: Rule = "skip") -> tuple[ImportPlan, ImportReport]:
    """Import a text; return what was planned and what was done."""
    file = tmp_path / "cards.vcf"
    file.write_text(text, encoding="utf-8", newline="")
    plan = importer.preview(database, [file], duplicates=rule)
    return plan, importer.apply(database, plan)


def count(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(Contact)) or 0


def loaded(database: Database, words: str) -> Contact:
    with database.read() as session:
        _total, rows = contact_list.find(session, words)
    return contacts.load(database, rows[0].id).record
