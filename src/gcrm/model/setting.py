"""What the office chose: settings, saved filters, and which labels of a sheet are used."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from gcrm.i18n import N_
from gcrm.model.base import Record
from gcrm.model.fields import field
from gcrm.model.types import BigId, JsonValue


class Setting(Record):
    """A setting of the office, or of one user (`user_id`); its default stands in services/settings.py."""

    __tablename__ = "setting"
    __table_args__ = (
        UniqueConstraint("key", "user_id"),
        # A unique constraint lets nulls pass: the office's own settings need an index of their own.
        Index(
            "uq_setting_office",
            "key",
            unique=True,
            sqlite_where=text("user_id IS NULL"),
            postgresql_where=text("user_id IS NULL"),
        ),
        {"sqlite_autoincrement": True},
    )

    key: Mapped[str] = mapped_column(Text, info=field(N_("Setting")))
    user_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("user.id", ondelete="CASCADE"), index=True, info=field(N_("User"), kind="record")
    )
    value: Mapped[Any] = mapped_column(JsonValue, info=field(N_("Value"), kind="json"))


class SavedFilter(Record):
    """A saved list: conditions (a tree of and/or/not over fields), sort order and columns, with a name."""

    __tablename__ = "saved_filter"

    name: Mapped[str] = mapped_column(Text, info=field(N_("Saved list"), required=True))
    module: Mapped[str] = mapped_column(Text, default="contact", info=field(N_("List")))
    user_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("user.id", ondelete="CASCADE"), index=True, info=field(N_("User"), kind="record")
    )
    icon: Mapped[str] = mapped_column(Text, default="star", info=field(N_("Icon")))
    position: Mapped[int] = mapped_column(default=0, info=field(N_("Order"), kind="number"))
    conditions: Mapped[dict[str, Any]] = mapped_column(
        JsonValue, default=dict, info=field(N_("Conditions"), kind="json")
    )
    sort: Mapped[list[str]] = mapped_column(JsonValue, default=list, info=field(N_("Sorted by"), kind="json"))
    columns: Mapped[list[str]] = mapped_column(JsonValue, default=list, info=field(N_("Columns"), kind="json"))
