"""The export of any list into one file: what is shown or all fields, in the form that its reader takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

from sqlalchemy.orm import Session

from gcrm.errors import UserError
from gcrm.i18n import _
from gcrm.services import contact_list
from gcrm.services.atomic_file import replacing, usual_mode
from gcrm.services.contact_columns import DEFAULT_COLUMNS, seen_names
from gcrm.services.contact_list import ContactQuery
from gcrm.services.database import Database
from gcrm.services.exchange.exporter import note_export
from gcrm.services.exchange.out.cells import OutTable, Purpose
from gcrm.services.exchange.out.csv_file import write_csv
from gcrm.services.exchange.out.json_file import row_objects, whole_objects, write_json
from gcrm.services.exchange.out.ldif_file import write_ldif
from gcrm.services.exchange.out.ods_file import write_ods
from gcrm.services.exchange.out.shown_table import shown_table
from gcrm.services.exchange.out.whole import wholes
from gcrm.services.exchange.out.whole_table import whole_table
from gcrm.services.exchange.out.xlsx_file import write_xlsx
from gcrm.services.progress import Progress

Format = Literal["csv", "xlsx", "ods", "json", "ldif"]
FORMATS: tuple[Format, ...] = ("csv", "xlsx", "ods", "json", "ldif")


@dataclass(frozen=True, slots=True)
class Form:
    """How contacts are written; without `columns` all fields are. LDIF has the fields of its schema."""

    format: Format = "csv"
    purpose: Purpose = "spreadsheet"
    columns: tuple[str, ...] | None = DEFAULT_COLUMNS


def export_list(
    database: Database, query: ContactQuery, output: Path, form: Form, progress: Progress | None = None
) -> int:
    """Export what a list finds; return how many contacts. Raises UserError for an empty list."""
    with database.read() as session:
        contacts = contact_list.ids(session, query)
    return export_table(database, contacts, output, form, progress)


def export_table(
    database: Database, contacts: Sequence[int], output: Path, form: Form, progress: Progress | None = None
) -> int:
    """Write contacts into one file and return how many.

    Raises UserError without the right, for none and for columns there are not; EnvironmentProblem when the disk
    refuses. A former file then stays.
    """
    database.rights.require("contacts", "export")
    if not contacts:
        raise UserError(_("There is no contact to export. Choose some first."))
    with database.read() as session, replacing(output, mode=usual_mode(output)) as file:
        count = _write(session, file, contacts, form, progress)
    note_export(database, contacts, output)
    return count


def _write(session: Session, file: BinaryIO, contacts: Sequence[int], form: Form, progress: Progress | None) -> int:
    if form.format == "ldif":
        return write_ldif(file, (whole.card for whole in wholes(session, contacts, progress)))
    if form.format == "json" and form.columns is None:
        return write_json(file, whole_objects(session, contacts, progress))
    if form.columns is None:
        return _write_table(file, whole_table(session, contacts, form.purpose, progress), form)
    table = shown_table(session, contacts, form.columns, progress)
    if form.format == "json":
        return write_json(file, row_objects(table, seen_names(session, form.columns)))
    return _write_table(file, table, form)


def _write_table(file: BinaryIO, table: OutTable, form: Form) -> int:
    if form.format == "xlsx":
        return write_xlsx(file, table, form.purpose)
    return write_ods(file, table, form.purpose) if form.format == "ods" else write_csv(file, table, form.purpose)
