"""Who may do what: groups of users, their rights, and the field groups that are hidden from them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from gcrm.i18n import N_
from gcrm.model.base import Record
from gcrm.model.fields import field
from gcrm.model.types import BigId, UtcDateTime


class UserGroup(Record):
    """A group of users. Built-in ones have a key and translated names (model/rights.py), own ones only a name."""

    __tablename__ = "user_group"

    key: Mapped[str | None] = mapped_column(Text, unique=True, info=field(N_("Key"), form=False, column=False))
    name: Mapped[str] = mapped_column(Text, unique=True, info=field(N_("Group"), required=True))


class GroupRight(Record):
    """A group may do one thing in one module; what has no row is not allowed."""

    __tablename__ = "group_right"
    __table_args__ = (UniqueConstraint("group_id", "module", "action"), {"sqlite_autoincrement": True})

    group_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("user_group.id", ondelete="CASCADE"), index=True, info=field(N_("Group"), kind="record")
    )
    module: Mapped[str] = mapped_column(Text, info=field(N_("Module")))
    action: Mapped[str] = mapped_column(Text, info=field(N_("Action")))


class GroupField(Record):
    """A group does not see the fields of one field group."""

    __tablename__ = "group_field"
    __table_args__ = (UniqueConstraint("group_id", "fields"), {"sqlite_autoincrement": True})

    group_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("user_group.id", ondelete="CASCADE"), index=True, info=field(N_("Group"), kind="record")
    )
    fields: Mapped[str] = mapped_column(Text, info=field(N_("Hidden fields")))


class RefusedLogin(Record):
    """Log-ins that were refused at one place before `user_id` came in there: the program counts them."""

    __tablename__ = "refused_login"

    user_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("user.id", ondelete="CASCADE"), index=True, info=field(N_("User"), kind="record")
    )
    place: Mapped[str] = mapped_column(Text, default="", info=field(N_("Computer")))
    times: Mapped[int] = mapped_column(default=1, info=field(N_("Refused log-ins"), kind="number"))
    last_at: Mapped[datetime] = mapped_column(UtcDateTime, info=field(N_("Last refused"), kind="instant"))
