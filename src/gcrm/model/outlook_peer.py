"""What a folder of Outlook and the office have in common (services/outlook, docs/decisions/0023)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from gcrm.i18n import N_
from gcrm.model.base import Record
from gcrm.model.fields import field
from gcrm.model.types import BigId, JsonValue


def _told(label: str, kind: str = "text") -> dict[str, Any]:
    """Return what is told of a field that nobody fills in."""
    return field(label, kind=kind, form=False, column=False)


class OutlookPeer(Record):
    """A contact or an appointment here and the item that it is in Outlook, as both were when they were last the same.

    `place` names the folder, `entry` the item in it. `etag` is when Outlook last changed the item, `mark` the state of
    the record here, `seen` a short digest of every field on either side: no words are kept twice. Both ids are None
    when the record was deleted here for good.
    """

    __tablename__ = "outlook_peer"
    __table_args__ = (UniqueConstraint("user_id", "place", "entry"), {"sqlite_autoincrement": True})

    user_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("user.id", ondelete="CASCADE"), index=True, info=_told(N_("User"), "record")
    )
    contact_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("contact.id", ondelete="SET NULL"), index=True, info=_told(N_("Contact"), "contact")
    )
    activity_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("activity.id", ondelete="SET NULL"), index=True, info=_told(N_("Activity"), "record")
    )
    place: Mapped[str] = mapped_column(Text, info=_told(N_("Folder")))
    entry: Mapped[str] = mapped_column(Text, info=_told(N_("Name there")))
    etag: Mapped[str] = mapped_column(Text, default="", info=_told(N_("State there")))
    mark: Mapped[str] = mapped_column(Text, default="", info=_told(N_("State here")))
    seen: Mapped[dict[str, Any]] = mapped_column(
        JsonValue, default=dict, info=_told(N_("Digests of both sides"), "json")
    )
