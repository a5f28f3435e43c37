"""What a calendar elsewhere and a user's calendar here have in common (services/dav/bridge.py)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from gcrm.i18n import N_
from gcrm.model.base import Record
from gcrm.model.fields import field
from gcrm.model.types import BigId


def _told(label: str, kind: str = "text") -> dict[str, Any]:
    """Return what is told of a field that nobody fills in."""
    return field(label, kind=kind, form=False, column=False)


class DavPeer(Record):
    """An appointment here and the entry that it is there, with the states in which both were the same.

    `activity_id` is None when the appointment was deleted here since.
    """

    __tablename__ = "dav_peer"
    __table_args__ = (UniqueConstraint("user_id", "name"), {"sqlite_autoincrement": True})

    user_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("user.id", ondelete="CASCADE"), index=True, info=_told(N_("User"), "record")
    )
    activity_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("activity.id", ondelete="SET NULL"), index=True, info=_told(N_("Activity"), "record")
    )
    name: Mapped[str] = mapped_column(Text, info=_told(N_("Name there")))
    etag: Mapped[str] = mapped_column(Text, default="", info=_told(N_("State there")))
    mark: Mapped[str] = mapped_column(Text, default="", info=_told(N_("State here")))
