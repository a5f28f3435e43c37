"""The chronicle: anything done or planned with a contact, and the follow-up that brings it back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from gcrm.i18n import N_
from gcrm.model.base import Record
from gcrm.model.fields import field
from gcrm.model.types import BigId, JsonValue, UtcDateTime

DIRECTIONS = (("", ""), ("in", N_("Incoming")), ("out", N_("Outgoing")))
STATES = (
    ("done", N_("Done")), ("open", N_("Not done")), ("missed", N_("Missed")), ("planned", N_("Planned")),
)  # fmt: skip
BUILT_IN_TYPES = (
    ("call", N_("Call"), "phone", "info"),
    ("meeting", N_("Meeting"), "users", "info"),
    ("visit", N_("Visit"), "map-pin", "neutral"),
    ("letter", N_("Letter"), "file-text", "ok"),
    ("email", N_("E-mail"), "mail", "info"),
    ("note", N_("Note"), "sticky-note", "neutral"),
    ("task", N_("Task"), "square-check", "warn"),
    ("print", N_("Print"), "printer", "neutral"),
    ("export", N_("Export"), "share-2", "neutral"),
)
"""Key, label, Lucide icon and colour token of the types every office has; own ones are rows of ActivityType."""


class ActivityType(Record):
    """A type of activity with icon (Lucide name) and colour (token). Built-in ones have a key and translated names."""

    __tablename__ = "activity_type"

    key: Mapped[str] = mapped_column(Text, unique=True, info=field(N_("Key"), form=False))
    name: Mapped[str] = mapped_column(Text, info=field(N_("Activity type")))
    icon: Mapped[str] = mapped_column(Text, default="sticky-note", info=field(N_("Icon")))
    colour: Mapped[str] = mapped_column(Text, default="neutral", info=field(N_("Colour")))
    position: Mapped[int] = mapped_column(default=0, info=field(N_("Order"), kind="number"))
    is_hidden: Mapped[bool] = mapped_column(default=False, info=field(N_("Hidden"), kind="yes_no"))


class Activity(Record):
    """A call, meeting, visit, letter, e-mail, note or task.

    `at` is when it happened, `follow_up_at` when it comes back (`follow_up_all_day`: no time of day). An activity with
    an open follow-up has state "open"; done ones keep who and when; an appointment (model/appointment.py) is "planned".
    `call_key` is equal on every desk that saw the same call, so that it is logged once. Durations are seconds.
    """

    __tablename__ = "activity"
    __table_args__ = (
        Index("ix_activity_chronicle", "contact_id", "at", "id"),
        Index("ix_activity_due", "state", "responsible_id", "follow_up_at"),
        {"sqlite_autoincrement": True},
    )

    contact_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("contact.id", ondelete="CASCADE"), info=field(N_("Contact"), kind="contact")
    )
    contact_person_id: Mapped[int | None] = mapped_column(
        BigId,
        ForeignKey("contact_person.id", ondelete="SET NULL"),
        index=True,
        info=field(N_("Contact person"), kind="record"),
    )
    type: Mapped[str] = mapped_column(Text, default="note", info=field(N_("Type"), kind="record"))
    direction: Mapped[str] = mapped_column(
        Text, default="", info=field(N_("Direction"), kind="choice", choices=DIRECTIONS)
    )
    at: Mapped[datetime] = mapped_column(UtcDateTime, info=field(N_("Date and time"), kind="instant"))
    seconds: Mapped[int | None] = mapped_column(info=field(N_("Duration"), kind="duration"))
    subject: Mapped[str] = mapped_column(Text, default="", info=field(N_("Subject")))
    text: Mapped[str] = mapped_column(Text, default="", info=field(N_("Text"), kind="long_text"))
    phone: Mapped[str] = mapped_column(Text, default="", info=field(N_("Phone number"), kind="phone", form=False))
    responsible_id: Mapped[int | None] = mapped_column(
        BigId,
        ForeignKey("user.id", ondelete="SET NULL"),
        index=True,
        info=field(N_("Responsible"), kind="record"),
    )
    delegated_by: Mapped[int | None] = mapped_column(
        BigId,
        ForeignKey("user.id", ondelete="SET NULL"),
        index=True,
        info=field(N_("Delegated by"), kind="record", form=False),
    )
    follow_up_at: Mapped[datetime | None] = mapped_column(UtcDateTime, info=field(N_("Follow-up"), kind="instant"))
    follow_up_all_day: Mapped[bool] = mapped_column(default=True, info=field(N_("All day"), kind="yes_no"))
    recurrence: Mapped[str] = mapped_column(Text, default="", info=field(N_("Repeats")))
    priority: Mapped[str] = mapped_column(
        Text, default="", info=field(N_("Priority"), kind="choice", choices=(("", ""), ("high", N_("High"))))
    )
    state: Mapped[str] = mapped_column(
        Text, default="done", info=field(N_("State"), kind="choice", choices=STATES, form=False)
    )
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime, info=field(N_("Done at"), kind="instant", form=False))
    done_by: Mapped[int | None] = mapped_column(
        BigId,
        ForeignKey("user.id", ondelete="SET NULL"),
        index=True,
        info=field(N_("Done by"), kind="record", form=False),
    )
    follows_id: Mapped[int | None] = mapped_column(
        BigId,
        ForeignKey("activity.id", ondelete="SET NULL"),
        index=True,
        info=field(N_("Follows"), kind="record", form=False),
    )
    is_private: Mapped[bool] = mapped_column(default=False, info=field(N_("Private"), kind="yes_no"))
    call_key: Mapped[str | None] = mapped_column(Text, unique=True, info=field(N_("Call id"), form=False, column=False))
    custom: Mapped[dict[str, Any]] = mapped_column(
        JsonValue, default=dict, info=field(N_("User-defined fields"), kind="json", column=False, form=False)
    )


class ActivityLink(Record):
    """An activity speaks of another record, named by its table and id."""

    __tablename__ = "activity_link"
    __table_args__ = (
        Index("ix_activity_link_target", "table_name", "record_id"),
        {"sqlite_autoincrement": True},
    )

    activity_id: Mapped[int] = mapped_column(
        BigId,
        ForeignKey("activity.id", ondelete="CASCADE"),
        index=True,
        info=field(N_("Activity"), kind="record"),
    )
    table_name: Mapped[str] = mapped_column(Text, info=field(N_("Kind of record")))
    record_id: Mapped[int] = mapped_column(BigId, info=field(N_("Record"), kind="number"))


class Notice(Record):
    """A word from the program to one user: delegated to you, completed for you, changed by somebody."""

    __tablename__ = "notice"

    user_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("user.id", ondelete="CASCADE"), index=True, info=field(N_("User"), kind="record")
    )
    activity_id: Mapped[int | None] = mapped_column(
        BigId,
        ForeignKey("activity.id", ondelete="CASCADE"),
        index=True,
        info=field(N_("Activity"), kind="record"),
    )
    kind: Mapped[str] = mapped_column(Text, info=field(N_("Notice")))
    sender_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("user.id", ondelete="SET NULL"), index=True, info=field(N_("From"), kind="record")
    )
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime, info=field(N_("Read at"), kind="instant"))
