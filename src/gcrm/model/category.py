"""Free categories, and which contacts carry them."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from gcrm.i18n import N_
from gcrm.model.base import Home, Record
from gcrm.model.fields import field
from gcrm.model.fold import sort_key
from gcrm.model.types import BigId, KeyText


class Category(Record):
    """A free grouping of contacts; `name_key` keeps two spellings of the same name from standing side by side."""

    __tablename__ = "category"

    name: Mapped[str] = mapped_column(Text, info=field(N_("Category"), search=True))
    name_key: Mapped[str] = mapped_column(KeyText, unique=True)

    def derive(self, home: Home) -> None:
        """Fill the key that tells spellings of one name."""
        self.name_key = sort_key(self.name)


class ContactCategory(Record):
    """A contact carries a category."""

    __tablename__ = "contact_category"
    __table_args__ = (UniqueConstraint("contact_id", "category_id"), {"sqlite_autoincrement": True})

    contact_id: Mapped[int] = mapped_column(
        BigId,
        ForeignKey("contact.id", ondelete="CASCADE"),
        info=field(N_("Contact"), kind="record", form=False),
    )
    category_id: Mapped[int] = mapped_column(
        BigId,
        ForeignKey("category.id", ondelete="CASCADE"),
        index=True,
        info=field(N_("Category"), kind="record"),
    )
