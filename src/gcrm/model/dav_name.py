"""The names by which phones and other programs know what they made (docs/decisions/0017).

What was made at a desk needs no row: its name follows from its id (services/dav/names.py).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from gcrm.i18n import N_
from gcrm.model.base import Record
from gcrm.model.fields import field
from gcrm.model.types import BigId, JsonValue


def _told(label: str, kind: str = "text") -> dict[str, Any]:
    """Return what is told of a field that nobody fills in."""
    return field(label, kind=kind, form=False, column=False)


class DavName(Record):
    """The last part of an address under which a device put a contact, an appointment or a task.

    `kept` are the lines of a task that have no field here; contacts and appointments keep theirs themselves.
    """

    __tablename__ = "dav_name"

    name: Mapped[str] = mapped_column(Text, unique=True, info=_told(N_("Name on phones")))
    contact_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("contact.id", ondelete="CASCADE"), index=True, info=_told(N_("Contact"), "contact")
    )
    activity_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("activity.id", ondelete="CASCADE"), index=True, info=_told(N_("Activity"), "record")
    )
    kept: Mapped[list[Any]] = mapped_column(JsonValue, default=list, info=_told(N_("Kept from other programs"), "json"))
