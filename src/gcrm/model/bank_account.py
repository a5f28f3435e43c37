"""Bank accounts of a contact."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from gcrm.i18n import N_
from gcrm.model.base import Record
from gcrm.model.fields import field
from gcrm.model.types import BigId


class BankAccount(Record):
    """An account, identified by its IBAN (ISO 13616), kept without blanks and in capitals."""

    __tablename__ = "bank_account"

    contact_id: Mapped[int] = mapped_column(
        BigId,
        ForeignKey("contact.id", ondelete="CASCADE"),
        index=True,
        info=field(N_("Contact"), kind="record", form=False, column=False),
    )
    iban: Mapped[str] = mapped_column(Text, default="", info=field(N_("IBAN"), kind="iban", group="bank", search=True))
    bic: Mapped[str] = mapped_column(Text, default="", info=field(N_("BIC"), kind="bic", group="bank"))
    bank_name: Mapped[str] = mapped_column(Text, default="", info=field(N_("Bank"), group="bank"))
    holder: Mapped[str] = mapped_column(Text, default="", info=field(N_("Account holder"), group="bank"))
    is_default: Mapped[bool] = mapped_column(
        default=False, info=field(N_("Default account"), kind="yes_no", group="bank", column=False)
    )
