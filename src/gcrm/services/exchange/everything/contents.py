"""The attached files of an export: each content once, under the name of the first file that has it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from gcrm.model.attachment import Attachment, Blob, BlobChunk
from gcrm.model.contact import Contact
from gcrm.services.column import shown_name
from gcrm.services.exchange.everything.scope import Scope
from gcrm.services.exchange.everything.shelf import Shelf
from gcrm.services.file_safety import free_name, safe_name
from gcrm.services.privacy import file_visible_to, viewer

FOLDER = "files"
NOBODY = "without contact"
REMOVED = "removed"
"""Folders for files of no contact, and for contents that are kept so that deleting can be undone."""
LONGEST_FOLDER = 40
FETCHED = 4


@dataclass(frozen=True, slots=True)
class Content:
    """A content: where it lies in the export, and its size."""

    path: str
    size: int


def contents(session: Session, scope: Scope) -> dict[str, Content]:
    """Return the contents that are taken along, by checksum; every path is safe and unique on every system."""
    if "blob" in scope.shut:
        return {}
    columns = (Attachment.contact_id, Attachment.name, Attachment.sha256, Blob.size, shown_name().label("contact"))
    files = (
        select(*columns)
        .join(Blob, Blob.sha256 == Attachment.sha256)
        .outerjoin(Contact, Contact.id == Attachment.contact_id)
        .order_by(Attachment.contact_id, Attachment.id)
    )
    files = files if scope.is_whole else files.where(file_visible_to(viewer(session)))
    found: dict[str, Content] = {}
    for number, rows in groupby(session.execute(files), key=lambda row: row.contact_id):
        taken: set[str] = set()
        for row in rows:
            if row.sha256 in found:
                continue
            folder = NOBODY if number is None else _folder(row.contact, number)
            name = free_name(row.name, lambda each: each.casefold() in taken)  # noqa: B023 - it is asked at once
            taken.add(name.casefold())
            found[row.sha256] = Content(f"{FOLDER}/{folder}/{name}", row.size)
    if scope.is_whole:
        for row in session.execute(select(Blob.sha256, Blob.size).order_by(Blob.sha256)):
            found.setdefault(row.sha256, Content(f"{FOLDER}/{REMOVED}/{row.sha256}", row.size))
    return found


def _folder(name: str, number: int) -> str:
    """Return the name of a contact's folder; the id makes it unique."""
    return f"{safe_name(name)[:LONGEST_FOLDER].rstrip('. ')} {number}"


def write_contents(
    connection: Connection, wanted: Mapping[str, Content], shelf: Shelf, told: Callable[[int], object]
) -> list[str]:
    """Write the files, piece by piece, and return the checksums of those that were damaged in the office already."""
    damaged: list[str] = []
    left = dict(wanted)
    for sha256, pieces in _pieces(connection):
        content = left.pop(sha256, None)
        if content is not None and not _write(shelf, content, sha256, pieces, told):
            damaged.append(sha256)
    for sha256, content in left.items():  # an empty file has no pieces, nor has one that lost them
        if not _write(shelf, content, sha256, iter(()), told):
            damaged.append(sha256)
    return damaged


def _write(shelf: Shelf, content: Content, sha256: str, pieces: Iterator[bytes], told: Callable[[int], object]) -> bool:
    total = hashlib.sha256()
    with shelf.file(content.path, packed=False, size=content.size) as leaf:
        for piece in pieces:
            total.update(piece)
            leaf.write(piece)
            told(len(piece))
    return total.hexdigest() == sha256


def _pieces(connection: Connection) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Yield each content that has bytes with its pieces, in one read."""
    columns = select(BlobChunk.sha256, BlobChunk.data).order_by(BlobChunk.sha256, BlobChunk.position)
    rows = connection.execute(columns, execution_options={"yield_per": FETCHED})
    for sha256, group in groupby(rows, key=lambda row: row.sha256):
        yield str(sha256), (bytes(row.data) for row in group)
