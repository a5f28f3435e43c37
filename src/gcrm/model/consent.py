"""Permissions per channel: may we write, call or mail, said by whom, when and where."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from gcrm.i18n import N_
from gcrm.model.base import Record
from gcrm.model.fields import field
from gcrm.model.types import BigId

CHANNELS = (("mail", N_("Letters")), ("email", N_("E-mail")), ("phone", N_("Phone")))


class Consent(Record):
    """A permission or an objection for one channel (GDPR Art. 7 and 21: source and date belong to it)."""

    __tablename__ = "consent"

    contact_id: Mapped[int] = mapped_column(
        BigId,
        ForeignKey("contact.id", ondelete="CASCADE"),
        index=True,
        info=field(N_("Contact"), kind="record", form=False, column=False),
    )
    channel: Mapped[str] = mapped_column(
        Text, info=field(N_("Channel"), kind="choice", choices=CHANNELS, group="permissions")
    )
    is_allowed: Mapped[bool] = mapped_column(
        default=True, info=field(N_("Allowed"), kind="yes_no", group="permissions")
    )
    source: Mapped[str] = mapped_column(Text, default="", info=field(N_("Source"), group="permissions"))
    said_on: Mapped[date | None] = mapped_column(info=field(N_("Said on"), kind="date", group="permissions"))
