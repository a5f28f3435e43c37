"""Invitations of colleagues into a shared office: which group they name, until when they hold, and who used them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from gcrm.i18n import N_
from gcrm.model.base import Record
from gcrm.model.fields import field
from gcrm.model.types import BigId, UtcDateTime


def _told(label: str, kind: str) -> dict[str, Any]:
    """Return what is told of a field that nobody fills in."""
    return field(label, kind=kind, form=False, column=False)


class Invitation(Record):
    """An invitation; its secret is kept nowhere. `role` is the login on the server that it opens the door with.

    `guest_id` is a user who is in the office already and gets a login by it; without one it makes a new user.

    Rows are written by functions of the server only (model/guards/invitations.py), which make and end the role too.
    """

    __tablename__ = "invitation"

    role: Mapped[str] = mapped_column(Text, unique=True, info=_told(N_("Login"), "text"))
    group_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("user_group.id", ondelete="CASCADE"), index=True, info=_told(N_("Group"), "record")
    )
    guest_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("user.id", ondelete="CASCADE"), index=True, info=_told(N_("User"), "record")
    )
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, info=_told(N_("Expires"), "instant"))
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime, info=_told(N_("Used on"), "instant"))
    used_by: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("user.id", ondelete="SET NULL"), index=True, info=_told(N_("Used by"), "record")
    )
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime, info=_told(N_("Withdrawn on"), "instant"))
