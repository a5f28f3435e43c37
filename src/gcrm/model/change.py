"""The change table: history, undo, audit and live refresh all read it. Database triggers fill it.

An operation is what a person did (one save, one import); its changes are the rows it touched. The payload of a change
(`salt`, `old`, `new`) can be erased later; `digest` stays and the chain of seals over the digests still verifies.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from gcrm.model.base import Base
from gcrm.model.types import BigId, JsonValue, UtcDateTime


class Operation(Base):
    """One thing that was done. `label` is a marked text, `params` its values; `key` makes sending twice harmless.

    `transaction_id` is that of the server which wrote it: triggers trust the operation in no other transaction.
    """

    __tablename__ = "operation"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    user_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    database_user: Mapped[str] = mapped_column(Text, default="", server_default="")
    kind: Mapped[str] = mapped_column(Text, default="edit")
    label: Mapped[str] = mapped_column(Text, default="")
    params: Mapped[dict[str, Any]] = mapped_column(JsonValue, default=dict)
    undoes_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("operation.id"), index=True)
    key: Mapped[str | None] = mapped_column(Text, unique=True)
    transaction_id: Mapped[int | None] = mapped_column(BigInteger)


def merges_of(params: Mapping[str, Any]) -> list[tuple[int, list[int]]]:
    """Return what an operation of the kind "merge" did: the contact that stays with those that went, group by group."""
    groups = params.get("groups")
    if isinstance(groups, list):
        return [(group[0], list(group[1:])) for group in groups]
    return [(params["keep"], list(params.get("others", [])))] if "keep" in params else []


class Change(Base):
    """One row that was inserted (I), updated (U) or deleted (D); `old` and `new` are JSON objects field → value.

    `contact_id` is the contact the row belongs to, where its table has one. `private_to` says on a server who alone may
    see the change, as ",3,7," (ids of users); None: whoever may see the table.
    """

    __tablename__ = "change"
    __table_args__ = (
        Index("ix_change_record", "table_name", "record_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    operation_id: Mapped[int] = mapped_column(BigId, ForeignKey("operation.id"), index=True)
    table_name: Mapped[str] = mapped_column(Text)
    record_id: Mapped[int] = mapped_column(BigInteger)
    contact_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    action: Mapped[str] = mapped_column(String(1))
    salt: Mapped[str | None] = mapped_column(Text)
    old: Mapped[str | None] = mapped_column(Text)
    new: Mapped[str | None] = mapped_column(Text)
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    private_to: Mapped[str | None] = mapped_column(Text)


class Seal(Base):
    """A link of the chain: the digest of one operation's changes joined to the seal before it."""

    __tablename__ = "seal"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    operation_id: Mapped[int] = mapped_column(BigId, ForeignKey("operation.id"), unique=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[bytes] = mapped_column(LargeBinary)


class CurrentOperation(Base):
    """SQLite only: the operation of the transaction that is being written (row 1, empty between them).

    Other rows stand only while rows of a table come in masses (triggers.noted_together).
    """

    __tablename__ = "current_operation"

    id: Mapped[int] = mapped_column(primary_key=True)
    operation_id: Mapped[int | None] = mapped_column(BigId)


class ContactSearch(Base):
    """The search index: the folded texts of a contact with all that belongs to it (services/search.py)."""

    __tablename__ = "contact_search"

    contact_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    text: Mapped[str] = mapped_column(Text)
