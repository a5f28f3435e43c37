"""The record of an erasure: what went, what stays until when and why. It names nobody.

The history keeps it like every record, so it stands in the chain of seals: `gcrm check` accepts an erased payload only
where an erasure names its record.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Text
from sqlalchemy.orm import Mapped, mapped_column

from gcrm.i18n import N_
from gcrm.model.base import Record
from gcrm.model.fields import field
from gcrm.model.privacy_choices import REASONS
from gcrm.model.types import JsonValue, UtcDateTime


class Erasure(Record):
    """What was erased of a contact or a person, why, and what is kept.

    `contact_id` and `person_id` are the numbers of rows that are gone. `records` maps tables to the ids of whatever
    was erased, with its history; `kept` lists table, id, last day and law of what stays, the latest `kept_until`.
    `swept_at` is when the database was cleaned of traces; until then each start of a window tries to.
    """

    __tablename__ = "erasure"

    contact_id: Mapped[int | None] = mapped_column(
        BigInteger, index=True, info=field(N_("Contact"), kind="number", form=False, column=False)
    )
    person_id: Mapped[int | None] = mapped_column(
        BigInteger, index=True, info=field(N_("Person"), kind="number", form=False, column=False)
    )
    reason: Mapped[str] = mapped_column(
        Text, default="request", info=field(N_("Reason"), kind="choice", choices=REASONS, form=False)
    )
    asked_on: Mapped[date | None] = mapped_column(info=field(N_("Asked for on"), kind="date", form=False))
    records: Mapped[dict[str, Any]] = mapped_column(
        JsonValue, default=dict, info=field(N_("Erased records"), kind="json", form=False, column=False)
    )
    kept: Mapped[list[Any]] = mapped_column(
        JsonValue, default=list, info=field(N_("Kept by law"), kind="json", form=False, column=False)
    )
    swept_at: Mapped[datetime | None] = mapped_column(
        UtcDateTime, info=field(N_("Traces cleaned at"), kind="instant", form=False, column=False)
    )
    kept_until: Mapped[date | None] = mapped_column(info=field(N_("Kept until"), kind="date", form=False))
