"""Files on contacts and activities: attach, link, list, write out, delete, and the picture of a contact.

Contents are kept by services/blob.py, names are made harmless by services/file_safety.py before they are kept.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session, aliased

from gcrm.errors import EnvironmentProblem, UserError
from gcrm.i18n import N_, _
from gcrm.model.activity import Activity
from gcrm.model.attachment import Attachment
from gcrm.model.user import User
from gcrm.services import blob
from gcrm.services.atomic_file import replacing
from gcrm.services.changes import by_count
from gcrm.services.database import Database
from gcrm.services.file_safety import is_executable, safe_name
from gcrm.services.linked_files import names_program
from gcrm.services.media_type import PICTURES, PROGRAMS, media_type
from gcrm.services.privacy import file_visible_to, rights_of
from gcrm.services.restricted import refuse_any
from gcrm.services.trip import Prepared, ask, bound
from gcrm.services.unit_of_work import UnitOfWork, unit_of_work

LARGEST_PICTURE = 8 << 20
"""Bytes of a contact's picture; larger ones have to be made smaller first."""


@dataclass(frozen=True, slots=True)
class AttachmentRow:
    """A file as the list shows it. `size` in bytes, `at` UTC; `link` is where a linked file lies, else ""."""

    id: int
    name: str
    media_type: str
    size: int
    at: datetime
    author: str
    contact_id: int | None
    activity_id: int | None
    link: str
    is_picture: bool
    replaces_id: int | None
    is_program: bool

    @property
    def is_link(self) -> bool:
        """Tell whether the file lies elsewhere and only its place is kept."""
        return bool(self.link)


def attach_file(
    database: Database,
    path: Path,
    *,
    contact_id: int | None = None,
    activity_id: int | None = None,
    replaces_id: int | None = None,
    name: str = "",
) -> int:
    """Store a file of any size and return the id of its row; equal contents are kept once.

    Without `contact_id` the file belongs to the contact of the activity. Raises EnvironmentProblem when the file cannot
    be read, UserError when it is a folder or changes while it is read.
    """
    if path.is_dir():
        raise UserError(_("“{name}” is a folder. Attach the files in it.").format(name=path.name))
    try:
        with path.open("rb") as stream:
            return _attach(database, stream, name or path.name, contact_id, activity_id, replaces_id=replaces_id)
    except OSError as error:
        sentence = _("“{name}” cannot be read. Check that it is there and not locked by another program.")
        raise EnvironmentProblem(sentence.format(name=path.name), details=str(error)) from error


def attach_bytes(
    database: Database, data: bytes, name: str, *, contact_id: int | None = None, activity_id: int | None = None
) -> int:
    """Store bytes that are in memory anyway (a paste, a scan) as a file; return the id of its row."""
    return _attach(database, io.BytesIO(data), name, contact_id, activity_id)


def _attach(
    database: Database,
    stream: BinaryIO,
    name: str,
    contact_id: int | None,
    activity_id: int | None,
    **values: Any,
) -> int:
    """Measure a stream outside the transaction, then store it in one."""
    database.rights.require("files", "create")
    content = blob.measure(stream)
    stream.seek(0)
    name = safe_name(name)
    with unit_of_work(database, N_("File “{name}” attached"), params={"name": name}) as work:
        row = add(work, content, stream, name, contact_id=contact_id, activity_id=activity_id, **values)
    return row.id


def add(
    work: UnitOfWork,
    content: blob.Content,
    stream: BinaryIO,
    name: str,
    *,
    contact_id: int | None = None,
    activity_id: int | None = None,
    **values: Any,
) -> Attachment:
    """Store a measured content and its row inside a unit of work."""
    blob.store(work.connection, content, stream)
    row = Attachment(
        contact_id=_contact_of(work, contact_id, activity_id),
        activity_id=activity_id,
        name=safe_name(name),
        media_type=media_type(content.head, name),
        size=content.size,
        sha256=content.sha256,
        **values,
    )
    work.session.add(row)
    work.session.flush()
    return row


def _contact_of(work: UnitOfWork, contact_id: int | None, activity_id: int | None) -> int | None:
    """Return the contact a file belongs to. Raises UserError for one that was erased, and is only kept by law."""
    if contact_id is None and activity_id is not None:
        contact_id = work.session.scalar(select(Activity.contact_id).where(Activity.id == activity_id))
    if contact_id is not None:
        refuse_any(work.session, [contact_id])
    return contact_id


def attach_link(
    database: Database, place: str, *, name: str = "", contact_id: int | None = None, activity_id: int | None = None
) -> int:
    """Keep the place of a file on a share (path or address) without its content; return the id of its row."""
    place = "".join(char for char in place.strip() if char.isprintable())
    if not place:
        raise UserError(_("Enter where the file lies."), field="link")
    shown = safe_name(name or place)
    with unit_of_work(database, N_("Link “{name}” attached"), params={"name": shown}) as work:
        row = Attachment(
            contact_id=_contact_of(work, contact_id, activity_id),
            activity_id=activity_id,
            name=shown,
            media_type=media_type(b"", shown) if "." in shown else "",
            link=place,
        )
        work.session.add(row)
    return row.id


def _selected(user: int | None) -> Select[Attachment, str]:
    """Return the select of file rows; those of other people's private activities stay out."""
    return select(Attachment, User.name).outerjoin(User, User.id == Attachment.created_by).where(file_visible_to(user))


def rows(
    session: Session, contact_id: int | None, *, activity_id: int | None = None, user: int | None = None
) -> list[AttachmentRow]:
    """Return the newest version of each file of a contact (or of one activity, whoever's), the newest first.

    `user` is who looks; without it, files of private activities are left out.
    """
    if not rights_of(session).sees(Attachment.__tablename__):
        return []
    of_activity = activity_id is not None
    statement = _newest(session.get_bind().dialect.name, user is None, of_activity)
    values = {"who": user, "owner": activity_id if of_activity else contact_id}
    return [_shown(found) for found in ask(session.connection(), [(statement, values)])[0]]


@cache
def _newest(engine: str, is_anybody: bool, of_activity: bool) -> Prepared:
    """Return the statement for the newest versions of the files of :owner as :who may see them; made once."""
    who = None if is_anybody else bound("who", Attachment.created_by.type)
    newer = aliased(Attachment)
    latest = ~select(newer.id).where(newer.replaces_id == Attachment.id).exists()
    owner = Attachment.activity_id if of_activity else Attachment.contact_id
    wanted = select(*(getattr(Attachment, name) for name in _COLUMNS), User.name)
    wanted = wanted.outerjoin(User, User.id == Attachment.created_by)
    wanted = wanted.where(file_visible_to(who), owner == bound("owner", owner.type), latest)
    return Prepared(wanted.order_by(Attachment.id.desc()), engine)


def versions(session: Session, attachment_id: int, *, user: int | None = None) -> list[AttachmentRow]:
    """Return a file and its earlier versions, the newest first."""
    found: list[AttachmentRow] = []
    wanted: int | None = attachment_id
    while wanted is not None:
        row = session.execute(_selected(user).where(Attachment.id == wanted)).first()
        if row is None:
            break
        found.append(_row(*row))
        wanted = found[-1].replaces_id
    return found


_COLUMNS = (
    "id", "name", "media_type", "size", "created_at", "contact_id", "activity_id", "link", "is_picture", "replaces_id",
)  # fmt: skip


def _row(file: Attachment, author: str | None) -> AttachmentRow:
    return _shown((*(getattr(file, name) for name in _COLUMNS), author))


def _shown(found: Sequence[Any]) -> AttachmentRow:
    """Return what the list shows of a row of _COLUMNS and the name of its author."""
    number, name, media, size, at, contact, activity, link, is_picture, replaces, author = found
    is_program = is_executable(name) or media in PROGRAMS or names_program(link)
    return AttachmentRow(
        number, name, media, size, at, author or "", contact, activity, link, is_picture, replaces, is_program
    )


def stored(session: Session, attachment_id: int) -> Attachment:
    """Return the row of a file whose content is kept. Raises UserError when it is gone or only a link."""
    found = session.get(Attachment, attachment_id)
    if found is None:
        raise UserError(_("This file does not exist any more."))
    if found.sha256 is None:
        raise UserError(
            _("“{name}” is a link: the file itself lies at {place}.").format(name=found.name, place=found.link)
        )
    return found


def write_to(session: Session, attachment_id: int, target: Path) -> None:
    """Write a file out, piece by piece; `target` appears whole or stays as it was.

    Raises UserError for a link, EnvironmentProblem when the disk refuses or the kept bytes are damaged.
    """
    found = stored(session, attachment_id)
    with replacing(target) as file:
        blob.copy_to(session, found.sha256 or "", file)


def head(session: Session, attachment_id: int) -> bytes:
    """Return the first piece of a file (at most 1 MiB), enough to tell its type."""
    return next(blob.pieces(session, stored(session, attachment_id).sha256 or ""), b"")


def read_bytes(session: Session, attachment_id: int, most: int) -> bytes:
    """Return the whole content of a file for a preview. Raises UserError when it is larger than `most` bytes."""
    found = stored(session, attachment_id)
    if found.size > most:
        raise UserError(_("“{name}” is too large for a preview. Open it instead.").format(name=found.name))
    return b"".join(blob.pieces(session, found.sha256 or ""))


def remove(database: Database, attachment_ids: list[int]) -> None:
    """Take files off their records; the contents stay until `blob.collect_garbage`, so undo brings them back.

    The earlier versions of a file go with it.
    """
    label = by_count(N_("File deleted"), N_("{count} files deleted"), len(attachment_ids))
    with unit_of_work(database, label, params={"count": len(attachment_ids)}) as work:
        for attachment_id in attachment_ids:
            chain = [row.id for row in versions(work.session, attachment_id, user=work.user_id)]
            work.session.execute(delete(Attachment).where(Attachment.id.in_(chain or [attachment_id])))


def rename(database: Database, attachment_id: int, name: str) -> None:
    """Give a file another name, made harmless."""
    with unit_of_work(database, N_("File “{name}” renamed"), params={"name": safe_name(name)}) as work:
        found = work.session.get(Attachment, attachment_id)
        if found is None:
            raise UserError(_("This file does not exist any more."))
        found.name = safe_name(name)


def restore(database: Database, attachment_id: int) -> int:
    """Make an earlier version of a file the newest one again and return the id of its row; all others stay."""
    with unit_of_work(database, N_("Earlier version restored")) as work:
        former = stored(work.session, attachment_id)
        newest: int | None = former.id
        while newest is not None:
            replaced = newest
            newest = work.session.scalar(select(Attachment.id).where(Attachment.replaces_id == replaced).limit(1))
        kept = ("contact_id", "activity_id", "name", "media_type", "size", "sha256")
        row = Attachment(**{name: getattr(former, name) for name in kept}, replaces_id=replaced)
        work.session.add(row)
        work.session.flush()
    return row.id


def remove_picture(database: Database, contact_id: int) -> None:
    """Take the photo or logo off a contact; undo brings it back."""
    with unit_of_work(database, N_("Picture removed")) as work:
        work.session.execute(_of_picture(delete(Attachment), contact_id))


def set_picture(database: Database, contact_id: int, data: bytes, name: str = "photo.jpg") -> int:
    """Make a PNG, JPEG, WebP or GIF the photo or logo of a contact; the former one is deleted (undo brings it back)."""
    stream = io.BytesIO(data)
    content = blob.measure(stream)
    stream.seek(0)
    if media_type(content.head, name) not in PICTURES:
        raise UserError(_("Choose a picture in one of the formats PNG, JPEG, WebP or GIF."))
    if content.size > LARGEST_PICTURE:
        raise UserError(_("The picture is larger than 8 MB. Make it smaller and choose it again."))
    with unit_of_work(database, N_("Picture changed")) as work:
        work.session.execute(_of_picture(delete(Attachment), contact_id))
        row = add(work, content, stream, name, contact_id=contact_id, is_picture=True)
    return row.id


def _of_picture(statement: Any, contact_id: int) -> Any:
    return statement.where(Attachment.contact_id == contact_id, Attachment.is_picture.is_(True))


def picture(session: Session, contact_id: int) -> bytes | None:
    """Return the photo or logo of a contact, None when it has none."""
    wanted = _of_picture(select(Attachment.sha256), contact_id).order_by(Attachment.id.desc()).limit(1)
    sha256 = session.scalar(wanted)
    return b"".join(blob.pieces(session, sha256)) if sha256 else None
