"""Which program wrote the schema of an office: what an older program, that knows nothing else of it, can still read.

The shape of this table never changes (docs/decisions/0013-versions.md).
"""

from __future__ import annotations

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from gcrm.model.base import Base


class OfficeVersion(Base):
    """A revision of the schema and the version of the program that brought the office to it."""

    __tablename__ = "office_version"

    revision: Mapped[str] = mapped_column(Text, primary_key=True)
    program: Mapped[str] = mapped_column(Text)
