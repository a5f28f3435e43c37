"""The base of every mapped class: naming of constraints and the bookkeeping every record carries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

from gcrm.model.types import BigId, UtcDateTime

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
BOOKKEEPING = ("version", "created_at", "created_by", "changed_at", "changed_by")
"""Columns that the program fills by itself; they are not fields and not part of the history's payload."""


@dataclass(frozen=True, slots=True)
class Home:
    """Where the office is: decides how numbers without country or area code are read."""

    country: str = "DE"
    area_code: str = ""
    outside_prefix: str = ""


def now() -> datetime:
    """Return this instant in UTC."""
    return datetime.now(UTC)


class Base(DeclarativeBase):
    """Declarative base; relationships are always `lazy="raise"`, so that nothing is read behind a window's back."""

    metadata = MetaData(naming_convention=NAMING)


class Record(Base):
    """A record of the office: id, version, and who made and changed it when.

    `version` counts the changes of the record and, on the root of an aggregate, of its children.
    """

    __abstract__ = True

    id: Mapped[int] = mapped_column(BigId, primary_key=True, sort_order=-100)
    version: Mapped[int] = mapped_column(default=1, server_default="1", sort_order=900)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, sort_order=901)
    created_by: Mapped[int | None] = mapped_column(BigInteger, sort_order=902)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, sort_order=903)
    changed_by: Mapped[int | None] = mapped_column(BigInteger, sort_order=904)

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> Any:
        """Never use an id twice: the history speaks of records by id."""
        return {"sqlite_autoincrement": True}

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, Any]:
        """Refuse to write over a version that was not read (a net below the field by field check of a save)."""
        return {"version_id_col": cls.version, "eager_defaults": False}

    def derive(self, home: Home) -> None:
        """Fill the columns that follow from others (keys for sorting and searching); called before each write."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.id}>"
