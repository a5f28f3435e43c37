"""Ways to reach somebody: telephone numbers, e-mail and web addresses."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from gcrm.i18n import N_
from gcrm.model.base import Home, Record
from gcrm.model.fields import field
from gcrm.model.fold import sort_key
from gcrm.model.types import BigId, KeyText

POINT_KINDS = (
    ("phone", N_("Phone")),
    ("mobile", N_("Mobile")),
    ("fax", N_("Fax")),
    ("email", N_("E-mail")),
    ("web", N_("Web")),
    ("messenger", N_("Messenger")),
    ("other", N_("Other")),
)
DIALLED = ("phone", "mobile", "fax")
POINT_PURPOSES = (("", ""), ("work", N_("Work")), ("home", N_("Home")), ("other", N_("Other")))


class ContactPoint(Record):
    """One number or address of a contact, or of one of its contact persons (`contact_person_id`).

    `value` is what was typed; `e164` is the number in international form, `suffix` its digits backwards, so that a
    caller is found by index whatever the spelling (ITU-T E.164).
    """

    __tablename__ = "contact_point"

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
    kind: Mapped[str] = mapped_column(
        Text,
        default="phone",
        info=field(N_("Kind"), kind="choice", choices=POINT_KINDS, group="reach", column=False),
    )
    purpose: Mapped[str] = mapped_column(
        Text,
        default="",
        info=field(N_("Use"), kind="choice", choices=POINT_PURPOSES, group="reach", column=False),
    )
    label: Mapped[str] = mapped_column(Text, default="", info=field(N_("Label"), group="reach", column=False))
    value: Mapped[str] = mapped_column(
        Text, default="", info=field(N_("Number or address"), group="reach", search=True)
    )
    value_key: Mapped[str] = mapped_column(KeyText, default="", server_default="", index=True)
    e164: Mapped[str | None] = mapped_column(
        KeyText,
        index=True,
        info=field(N_("International number"), kind="phone", group="reach", search=True, form=False),
    )
    suffix: Mapped[str | None] = mapped_column(KeyText, index=True)
    is_default: Mapped[bool] = mapped_column(
        default=False, info=field(N_("Default"), kind="yes_no", group="reach", column=False)
    )

    def derive(self, home: Home) -> None:
        """Fill the keys to be found by: the folded value, and for numbers their international form."""
        self.value_key = sort_key(self.value or "")
        if self.kind in DIALLED:
            from gcrm.model.phone import normalise, suffix_key

            self.e164 = normalise(self.value or "", home.country, home.area_code)
            self.suffix = suffix_key(self.e164 or self.value or "") or None
        else:
            self.e164 = self.suffix = None
