"""The contents of files: kept once per SHA-256 in pieces of 1 MiB, streamed in and out with flat memory."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, BinaryIO

from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, or_, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Session

from gcrm.errors import EnvironmentProblem, UserError
from gcrm.i18n import N_, _
from gcrm.model.attachment import CHUNK, Attachment, Blob, BlobChunk
from gcrm.model.base import now
from gcrm.model.change import Change, Operation
from gcrm.model.user import User
from gcrm.services.database import Database
from gcrm.services.media_type import HEAD
from gcrm.services.privacy import file_visible_to, viewer
from gcrm.services.unit_of_work import NOT_UNDOABLE, unit_of_work

KEPT_DAYS = 30
"""Days for which the content of a deleted file stays, so that deleting can be undone."""
KEPT_STEPS = 100
"""So many operations of each user can be undone with their contents, however long ago they were."""


@dataclass(frozen=True, slots=True)
class Content:
    """What a stream holds: checksum (hexadecimal), size in bytes and its first bytes."""

    sha256: str
    size: int
    head: bytes


@dataclass(frozen=True, slots=True)
class BlobFinding:
    """A content that is not what it was: its checksum, the files that use it, and what is wrong (marked).

    `names` are names of files; one of a private activity is told by its number only.
    """

    sha256: str
    names: tuple[str, ...]
    problem: str


def measure(stream: BinaryIO) -> Content:
    """Read a stream to its end and tell what it holds."""
    total, size, head = hashlib.sha256(), 0, b""
    while piece := stream.read(CHUNK):
        head = head or piece[:HEAD]
        size += len(piece)
        total.update(piece)
    return Content(total.hexdigest(), size, head)


def store(connection: Connection, content: Content, stream: BinaryIO) -> bool:
    """Keep a content, reading it again from `stream`; return False when it was there already.

    Raises UserError when the stream holds something else than when it was measured: the file is being written.
    """
    if not _claim(connection, content):
        return False
    total, position = hashlib.sha256(), 0
    while piece := stream.read(CHUNK):
        total.update(piece)
        connection.execute(insert(BlobChunk), {"sha256": content.sha256, "position": position, "data": piece})
        position += 1
    if total.hexdigest() != content.sha256:
        raise UserError(_("The file changed while it was being stored. Close it in the other program and try again."))
    return True


def _claim(connection: Connection, content: Content) -> bool:
    """Write the row of a content; somebody who stores the same at this moment is waited for."""
    values: dict[str, Any] = {"sha256": content.sha256, "size": content.size}
    if connection.dialect.name != "sqlite":
        return bool(connection.execute(select(func.gcrm_blob(content.sha256, content.size))).scalar_one())
    claim = sqlite.insert(Blob).values(**values).on_conflict_do_nothing().returning(Blob.sha256)
    return connection.execute(claim).first() is not None


def pieces(session: Session, sha256: str) -> Iterator[bytes]:
    """Yield a content piece by piece; only one piece is in memory."""
    position = 0
    while True:
        piece = session.scalar(select(BlobChunk.data).where(BlobChunk.sha256 == sha256, BlobChunk.position == position))
        if piece is None:
            return
        yield bytes(piece)
        position += 1


def copy_to(session: Session, sha256: str, target: BinaryIO) -> None:
    """Write a content to a file. Raises EnvironmentProblem when the kept bytes are damaged."""
    total = hashlib.sha256()
    for piece in pieces(session, sha256):
        total.update(piece)
        target.write(piece)
    if total.hexdigest() != sha256:
        raise EnvironmentProblem(_("The kept file is damaged. Restore the office from a backup."), details=sha256)


def verify_hashes(session: Session) -> list[BlobFinding]:
    """Read every content and return those that are not whole; a healthy office gives an empty list."""
    findings = []
    known = session.execute(select(Blob.sha256, Blob.size).order_by(Blob.sha256)).all()
    for sha256, size in known:
        total, length = hashlib.sha256(), 0
        for piece in pieces(session, sha256):
            total.update(piece)
            length += len(piece)
        if total.hexdigest() != sha256:
            problem = N_("Bytes are missing") if length < size else N_("The bytes are not those that were stored")
            findings.append(BlobFinding(sha256, tuple(_names(session, sha256)), problem))
    return findings


def _names(session: Session, sha256: str) -> Iterator[str]:
    """Yield what the files with a content are called, as far as whoever looks may know."""
    told = select(Attachment.id, Attachment.name, file_visible_to(viewer(session)).label("is_seen"))
    for row in session.execute(told.where(Attachment.sha256 == sha256).order_by(Attachment.id)):
        yield row.name if row.is_seen else _("private file {number}").format(number=row.id)


def collect_garbage(database: Database, *, kept_days: int = KEPT_DAYS, kept_steps: int = KEPT_STEPS) -> int:
    """Drop the contents that no file uses and that no undo needs; return how many.

    Undo needs them for `kept_days` days, and for the last `kept_steps` operations of each user also when older. Only
    the owner of an office on a server sees all that uses a content; others drop nothing.
    """
    if not database.is_owner:
        return 0
    with database.read() as session:
        if not _unused(session, kept_days, kept_steps):
            return 0
    with unit_of_work(database, N_("Unused contents dropped"), kind="system") as work:
        unused = _unused(work.session, kept_days, kept_steps)
        for sha256 in sorted(unused):
            work.connection.execute(delete(Blob).where(Blob.sha256 == sha256))
    return len(unused)


def _unused(session: Session, kept_days: int, kept_steps: int) -> set[str]:
    """Return the contents that nothing refers to any more."""
    used = select(Attachment.sha256).where(Attachment.sha256.is_not(None))
    unused = set(session.scalars(select(Blob.sha256).where(Blob.sha256.not_in(used))))
    return unused - _undoable(session, kept_days, kept_steps) if unused else unused


def _last_steps(session: Session, kept_steps: int) -> Iterator[ColumnElement[bool]]:
    """Yield what is true for the last operations of each user that can be undone or redone."""
    for user in session.scalars(select(User.id)).all():
        mine = and_(Operation.user_id == user, Operation.kind.not_in(set(NOT_UNDOABLE) - {"undo"}))
        newest = select(Operation.id).where(mine).order_by(Operation.id.desc())
        before = session.scalar(newest.offset(kept_steps).limit(1)) or 0
        yield and_(mine, Operation.id > before)


def _undoable(session: Session, kept_days: int, kept_steps: int) -> set[str]:
    """Return the contents of files that were deleted or exchanged in operations that can still be undone."""
    is_recent = Operation.at >= now() - timedelta(days=kept_days)
    recent = select(Operation.id).where(or_(is_recent, *_last_steps(session, kept_steps)))
    payloads = session.scalars(
        select(Change.old).where(
            Change.table_name == Attachment.__tablename__,
            Change.action.in_(("D", "U")),
            Change.old.is_not(None),
            Change.operation_id.in_(recent),
        )
    )
    return {str(json.loads(old or "{}").get("sha256")) for old in payloads}
