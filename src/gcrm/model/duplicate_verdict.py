"""What somebody decided about two contacts that look alike: they are not the same one."""

from __future__ import annotations

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from gcrm.i18n import N_
from gcrm.model.base import Record
from gcrm.model.fields import field
from gcrm.model.types import BigId


class DuplicateVerdict(Record):
    """Two contacts that are no duplicates of each other, in either order; who said so and when is bookkeeping."""

    __tablename__ = "duplicate_verdict"
    __table_args__ = (UniqueConstraint("one_id", "other_id"), {"sqlite_autoincrement": True})

    one_id: Mapped[int] = mapped_column(
        BigId,
        ForeignKey("contact.id", ondelete="CASCADE"),
        info=field(N_("Contact"), kind="contact", form=False, column=False),
    )
    other_id: Mapped[int] = mapped_column(
        BigId,
        ForeignKey("contact.id", ondelete="CASCADE"),
        index=True,
        info=field(N_("Not the same as"), kind="contact", form=False, column=False),
    )
