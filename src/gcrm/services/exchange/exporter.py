"""Exporting contacts as vCards, and the texts that go to the clipboard. Importing an export again changes nothing."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from gcrm.errors import UserError
from gcrm.i18n import N_, _
from gcrm.model.attachment import Attachment
from gcrm.model.base import Home
from gcrm.model.contact import Contact
from gcrm.model.custom_field import CustomField
from gcrm.services import blob, contact_list, custom_field
from gcrm.services.activity import note_program_action
from gcrm.services.changes import by_count
from gcrm.services.contact_columns import DEFAULT_COLUMNS, columns_of
from gcrm.services.contact_data import category_names, names_of, numbers_of
from gcrm.services.contact_list import ContactQuery
from gcrm.services.database import Database
from gcrm.services.exchange import own_fields
from gcrm.services.exchange.card import Card, Photo
from gcrm.services.exchange.contact_card import to_card
from gcrm.services.exchange.out.cells import harmless
from gcrm.services.exchange.photo import PhotoError, read_photo
from gcrm.services.exchange.plain_records import plain_classes
from gcrm.services.exchange.vcard_file import write_one_file, write_split
from gcrm.services.exchange.vcard_write import Version, write_vcard
from gcrm.services.plain_contacts import plain_contacts
from gcrm.services.printing.address_block import address_lines
from gcrm.services.printing.sources import recipients
from gcrm.services.privacy import rights_of
from gcrm.services.progress import Progress, Silence
from gcrm.services.showing import show
from gcrm.services.unit_of_work import unit_of_work

BATCH = 300
NOTED = 1000
"""Contacts up to which an export is written into their chronicles; beyond that it says nothing about anyone."""
_SMALL_PICTURE = 200_000
_AS_IT_IS = ("image/jpeg", "image/png")
_NUMBER = re.compile(r"\+\d[\d ()/-]*")


@dataclass(frozen=True, slots=True)
class ClipboardTexts:
    """The same contacts for letters (plain), other address books (vCard) and spreadsheets (tab separated)."""

    plain: str
    vcard: str
    rows: str


def cards(
    session: Session, contacts: Sequence[int], progress: Progress | None = None, *, with_own: bool = True
) -> Iterator[Card]:
    """Yield the cards of contacts in their order, read in batches; contacts that are gone are left out."""
    for _contact, card in numbered_cards(session, contacts, progress, with_own=with_own):
        yield card


def numbered_cards(
    session: Session, contacts: Sequence[int], progress: Progress | None = None, *, with_own: bool = True
) -> Iterator[tuple[int, Card]]:
    """Yield what `cards` yields with the id of each contact."""
    watch = progress or Silence()
    own = [field for field in custom_field.fields(session) if field.owner in own_fields.OWNERS] if with_own else []
    for start in range(0, len(contacts), BATCH):
        watch.report(start, len(contacts))
        batch = list(contacts[start : start + BATCH])
        found = plain_contacts(session, batch, plain_classes(), with_own=bool(own))
        named = named_by_values(session, found.values(), own)
        names, pictures = category_names(session, batch), _pictures(session, batch)
        for contact in batch:
            if contact in found:
                photo = pictures.get(contact)
                card = to_card(found[contact], names.get(contact, ()), photo, with_own=with_own)
                lines = own_fields.lines_of(found[contact], own, named) if own else []
                yield contact, replace(card, kept=(*lines, *card.kept)) if lines else card


def named_by_values(
    session: Session, found: Iterable[Contact], own: Sequence[CustomField]
) -> dict[int, tuple[str, str]]:
    """Return number and name of the contacts that user-defined values point to."""
    keys = {field.key for field in own if field.kind == "contact"}
    if not keys:
        return {}
    records = [record for contact in found for _owner, record, _words in own_fields.owned(contact)]
    ids = {value for record in records for key, value in (record.custom or {}).items() if key in keys}
    numbers, names = numbers_of(session, ids), names_of(session, ids)
    return {contact: (numbers.get(contact, ""), names[contact]) for contact in names}


def _pictures(session: Session, batch: list[int]) -> dict[int, Photo]:
    """Return the pictures of contacts, small enough for a card; one that cannot be read is left out."""
    rows = session.execute(
        select(Attachment.contact_id, Attachment.sha256, Attachment.media_type, Attachment.size)
        .where(Attachment.contact_id.in_(batch), Attachment.is_picture.is_(True), Attachment.sha256.is_not(None))
        .order_by(Attachment.id)
    )
    found: dict[int, Photo] = {}
    for contact, sha256, media_type, size in rows.all():
        if contact is None or sha256 is None:
            continue
        data = b"".join(blob.pieces(session, sha256))
        try:
            small = media_type in _AS_IT_IS and size <= _SMALL_PICTURE
            digest = hashlib.sha256(data).hexdigest()
            found[contact] = Photo(data, media_type, digest, digest) if small else read_photo(data)
        except PhotoError:
            continue
    return found


def export_query(
    database: Database, query: ContactQuery, output: Path, *, version: Version = "3.0", split: bool = False
) -> int:
    """Export what a list shows; return how many contacts. Raises UserError for an empty list."""
    with database.read() as session:
        contacts = contact_list.ids(session, query)
    return export_contacts(database, contacts, output, version=version, split=split)


def export_contacts(
    database: Database,
    contacts: Sequence[int],
    output: Path,
    progress: Progress | None = None,
    *,
    version: Version = "3.0",
    split: bool = False,
) -> int:
    """Write contacts into one file, or one each into a folder, and return how many.

    Raises UserError when there is none, EnvironmentProblem when the disk refuses; a former file then stays.
    """
    database.rights.require("contacts", "export")
    if not contacts:
        raise UserError(_("There is no contact to export. Choose some first."))
    with database.read() as session:
        stream = cards(session, contacts, progress)
        count = len(write_split(output, stream, version)) if split else write_one_file(output, stream, version)
    note_export(database, contacts, output)
    return count


def write_for_others(session: Session, contacts: Sequence[int], path: Path) -> None:
    """Write contacts into a vCard file that another program of this computer opens. Raises UserError without right."""
    rights_of(session).require("contacts", "export")
    write_one_file(path, cards(session, contacts, with_own=False), "3.0")


def note_export(database: Database, contacts: Sequence[int], output: Path) -> None:
    """Write into the chronicles that the contacts were exported; whoever may not write there leaves no note."""
    if len(contacts) > NOTED or not database.rights.may("activities", "create"):
        return
    subject = _("Exported to {file}").format(file=output.name)
    label = by_count(N_("Export of a contact noted"), N_("Export of {count} contacts noted"), len(contacts))
    with unit_of_work(database, label, kind="system", params={"count": len(contacts)}) as work:
        for contact in contacts:
            note_program_action(work, contact, "export", subject)


def clipboard_texts(
    session: Session, contacts: Sequence[int], home: Home, columns: Sequence[str] = DEFAULT_COLUMNS
) -> ClipboardTexts:
    """Return what is copied of contacts: address blocks, vCards (version 3.0), rows with a head."""
    rights_of(session).require("contacts", "export")
    blocks = []
    for recipient in recipients(session, contacts):
        blocks.append("\n".join(line for line in address_lines(recipient, home.country) if line))
    vcard = write_vcard(cards(session, contacts, with_own=False), "3.0")
    return ClipboardTexts("\n\n".join(blocks), vcard, _rows(session, contacts, columns))


def _rows(session: Session, contacts: Sequence[int], columns: Sequence[str]) -> str:
    """Return a table with tabs, as spreadsheets take it; a cell never breaks a row, and none is run as a formula."""
    chosen = columns_of(session, columns)
    heads = [column.label if column.is_custom else _(column.label) for column in chosen]
    found = contact_list.rows(session, list(contacts), [column.name for column in chosen])
    lines = [heads]
    for contact in contacts:
        if contact in found:
            row = found[contact]
            lines.append([show(row[column.name], column.kind, column.choices) for column in chosen])
    return "\n".join("\t".join(_cell(" ".join(cell.split())) for cell in line) for line in lines)


def _cell(text: str) -> str:
    """Return a cell that is not run; a telephone number in international form is none to be run."""
    return text if _NUMBER.fullmatch(text) else harmless(text)
