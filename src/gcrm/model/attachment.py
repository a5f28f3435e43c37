"""Files on a record. The bytes are kept once per content (SHA-256), in pieces, so that large files stream."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from gcrm.i18n import N_
from gcrm.model.base import Base, Record
from gcrm.model.fields import field
from gcrm.model.types import BigId

CHUNK = 1 << 20
"""Bytes in one piece of a file."""


class Blob(Base):
    """The content of a file, named by its SHA-256 in hexadecimal; `size` is in bytes."""

    __tablename__ = "blob"

    sha256: Mapped[str] = mapped_column(Text, primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)


class BlobChunk(Base):
    """Piece number `position` (from 0) of a content, CHUNK bytes except the last."""

    __tablename__ = "blob_chunk"

    sha256: Mapped[str] = mapped_column(Text, ForeignKey("blob.sha256", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)


class Attachment(Record):
    """A file of a contact, perhaps of one activity: kept here (`sha256`) or a link to where it lies (`link`)."""

    __tablename__ = "attachment"

    contact_id: Mapped[int | None] = mapped_column(
        BigId,
        ForeignKey("contact.id", ondelete="CASCADE"),
        index=True,
        info=field(N_("Contact"), kind="contact"),
    )
    activity_id: Mapped[int | None] = mapped_column(
        BigId,
        ForeignKey("activity.id", ondelete="CASCADE"),
        index=True,
        info=field(N_("Activity"), kind="record"),
    )
    name: Mapped[str] = mapped_column(Text, info=field(N_("File name")))
    media_type: Mapped[str] = mapped_column(Text, default="", info=field(N_("File type"), form=False))
    size: Mapped[int] = mapped_column(BigInteger, default=0, info=field(N_("Size"), kind="number", form=False))
    sha256: Mapped[str | None] = mapped_column(
        Text, ForeignKey("blob.sha256"), index=True, info=field(N_("Checksum"), form=False, column=False)
    )
    link: Mapped[str] = mapped_column(Text, default="", info=field(N_("Link to a file")))
    is_picture: Mapped[bool] = mapped_column(
        default=False, info=field(N_("Picture of the contact"), kind="yes_no", form=False, column=False)
    )
    replaces_id: Mapped[int | None] = mapped_column(
        BigId,
        ForeignKey("attachment.id", ondelete="SET NULL"),
        index=True,
        info=field(N_("Earlier version"), kind="record", form=False, column=False),
    )
