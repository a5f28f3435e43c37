"""Permissions per channel: may we write, call or mail, said by whom, when, where and in which words.

Each row is one statement of the person and stays as it was said: who withdraws a permission adds a statement. The
newest of a channel holds (`current` of rows that were read, `is_current` in a select). A contact person speaks for
themselves: what they said holds for them, and what was said for the contact where they said nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Text, and_, func, literal, or_, select
from sqlalchemy.orm import Mapped, aliased, mapped_column

from gcrm.i18n import N_
from gcrm.model.base import Record
from gcrm.model.fields import field
from gcrm.model.privacy_choices import CHANNELS
from gcrm.model.types import BigId

_LONG_AGO = date(1, 1, 1)


class Consent(Record):
    """A permission, its withdrawal or an objection for one channel, of a contact or one of its persons.

    Source, day and wording belong to it: whoever relies on a permission has to prove it (GDPR Art. 7 (1) and 21).
    """

    __tablename__ = "consent"

    contact_id: Mapped[int] = mapped_column(
        BigId,
        ForeignKey("contact.id", ondelete="CASCADE"),
        index=True,
        info=field(N_("Contact"), kind="record", form=False, column=False),
    )
    contact_person_id: Mapped[int | None] = mapped_column(
        BigId,
        ForeignKey("contact_person.id", ondelete="CASCADE"),
        index=True,
        info=field(N_("Contact person"), kind="record", form=False, column=False),
    )
    channel: Mapped[str] = mapped_column(
        Text, info=field(N_("Channel"), kind="choice", choices=CHANNELS, group="permissions")
    )
    is_allowed: Mapped[bool] = mapped_column(
        default=True, info=field(N_("Allowed"), kind="yes_no", group="permissions")
    )
    source: Mapped[str] = mapped_column(Text, default="", info=field(N_("Source"), group="permissions"))
    said_on: Mapped[date | None] = mapped_column(info=field(N_("Said on"), kind="date", group="permissions"))
    wording: Mapped[str | None] = mapped_column(Text, info=field(N_("Wording"), kind="long_text", group="permissions"))


def current(consents: Iterable[Consent], channel: str, person: int | None = None) -> Consent | None:
    """Return the statement of a contact person, or for the contact, that holds for a channel; None where there is none.

    Unsaved ones are the newest.
    """
    said = [each for each in consents if each.channel == channel and each.contact_person_id == person]
    return max(said, key=lambda each: (each.said_on or _LONG_AGO, each.id is None, each.id or 0), default=None)


def is_current(consent: Any = Consent) -> ColumnElement[bool]:
    """Return the condition that a statement is the newest of whose it is for its channel, as `current` tells it."""
    newer = aliased(Consent)
    mine, other = (func.coalesce(each.said_on, literal(_LONG_AGO)) for each in (consent, newer))
    later = or_(other > mine, and_(other == mine, newer.id > consent.id))
    of_same = newer.contact_person_id.is_not_distinct_from(consent.contact_person_id)
    same = (newer.contact_id == consent.contact_id, of_same, newer.channel == consent.channel)
    return ~select(newer.id).where(*same, later).exists()
