"""Categories as groups of contacts, for devices of Apple: they show them as lists, and make and change them there.

A group is a card of its own in the address book (X-ADDRESSBOOKSERVER-KIND) that names its members by their
identifiers. Devices that know no groups would show them as people, so only Apple's get them; the others have the line
CATEGORIES. A category that no contact carries is no group, unless a device made it: those are filled later.
Deleting a group takes its category from its contacts.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from gcrm.errors import UserError
from gcrm.i18n import N_, _
from gcrm.model.category import Category, ContactCategory
from gcrm.model.contact import Contact
from gcrm.model.fold import sort_key
from gcrm.services import contact as contacts
from gcrm.services import settings
from gcrm.services.database import Database
from gcrm.services.dav import names
from gcrm.services.dav.book import Mark, etag, require_state
from gcrm.services.dav.names import batches
from gcrm.services.dav.state import changed, gone
from gcrm.services.exchange.contact_card import uid_of
from gcrm.services.exchange.vcard_read import read_vcard
from gcrm.services.exchange.vcard_values import escape
from gcrm.services.exchange.vcard_write import PRODUCT, fold_line
from gcrm.services.unit_of_work import unit_of_work

KEY = "dav.groups"
MEMBER = re.compile(r"(?:\w+\.)?X-ADDRESSBOOKSERVER-MEMBER[^:]*:(?:urn:uuid:)?(.+)", re.IGNORECASE)
_OWN = re.compile(r"g([1-9][0-9]{0,17})\.vcf", re.ASCII)
_OF_CONTACT = frozenset({"deleted_at", "archived_at"})
_Kept = dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Group:
    """A group as a device wrote it."""

    name: str
    uid: str
    members: frozenset[str]


def read_group(data: bytes) -> Group | None:
    """Return the group of a body, None for anything else."""
    cards = read_vcard(data).cards
    if len(cards) != 1 or cards[0].kind != "group":
        return None
    found = (MEMBER.fullmatch(line) for line in cards[0].kept)
    return Group(cards[0].display_name().strip(), cards[0].uid, frozenset(one[1].strip() for one in found if one))


class Groups:
    """The groups of an address book; it lives as long as the answer to one request."""

    def __init__(self, user: int | None, shown: Sequence[ColumnElement[bool]]) -> None:
        self._user = user
        self._shown = shown
        self._kept: _Kept | None = None

    def is_group(self, session: Session, name: str) -> bool:
        """Tell whether a name is that of a group."""
        return bool(_OWN.fullmatch(name)) or name in self._named(session)

    def marks(self, session: Session) -> list[Mark]:
        """Return all groups."""
        kept, members = {one["category"]: name for name, one in self._named(session).items()}, self._members(session)
        found = []
        for row in session.execute(select(Category).order_by(Category.id)).scalars():
            name = kept.get(row.id, f"g{row.id}.vcf")
            if row.id in members or row.id in kept:
                state = hashlib.sha256(repr(sorted(members.get(row.id, ()))).encode()).hexdigest()
                tag = etag("group", row.id, row.version, row.changed_at.isoformat(), state)
                found.append(Mark(name, self._uid(session, name, row.id), row.id, tag, row.changed_at))
        return found

    def texts(self, session: Session, marks: Sequence[Mark]) -> dict[str, str]:
        """Return the cards of groups."""
        if not marks:
            return {}
        wanted = select(Category.id, Category.name).where(Category.id.in_([mark.record for mark in marks]))
        titles = {row.id: row.name for row in session.execute(wanted)}
        members, uids = self._members(session), self._uids(session)
        return {
            mark.name: _card(titles[mark.record], mark, (uids[one] for one in members.get(mark.record, ())))
            for mark in marks
            if mark.record in titles
        }

    def changed(self, session: Session, after: ColumnElement[bool]) -> set[str]:
        """Return the names of groups that may have changed."""
        found, links, touched = set[int](), set[int](), set[int]()
        for row in changed(session, ("category", "contact_category", "contact"), after):
            if row.table_name == "category":
                found.add(row.record_id)
            elif row.table_name == "contact":
                touched.add(row.record_id)
            elif row.action == "D":
                found.add(int(gone(row, "category_id") or 0))
            else:
                links.add(row.record_id)
        for column, ids in ((ContactCategory.id, links), (ContactCategory.contact_id, touched)):
            for some in batches(sorted(ids)):
                found.update(session.scalars(select(ContactCategory.category_id).where(column.in_(some))))
        kept = {one["category"]: name for name, one in self._named(session).items()}
        return {kept.get(category, f"g{category}.vcf") for category in found - {0}}

    def has_uid(self, session: Session, uid: str) -> bool:
        """Tell whether a group has this identifier."""
        return any(mark.uid == uid for mark in self.marks(session))

    def put(self, database: Database, name: str, group: Group, mark: Mark | None) -> None:
        """Write a group: its name and who is in it. What is not told of others stays."""
        if not group.name:
            raise UserError(_("A group needs a name. Give it one on the phone."))
        served = frozenset[str]()
        if mark is None:
            self._create(database, name, group)
        else:
            served = self._change(database, mark, group)
        with database.read() as session:
            ids = {uid: contact for contact, uid in self._uids(session).items()}
        for uids, carried in ((group.members - served, True), (served - group.members, False)):
            some = sorted(ids[uid] for uid in uids if uid in ids)
            if some:
                contacts.set_category(database, some, group.name, carried)

    def delete(self, database: Database, mark: Mark) -> None:
        """Take the category of a group from all its contacts."""
        with database.read() as session:
            title = session.scalars(select(Category.name).where(Category.id == mark.record)).one()
            wanted = select(ContactCategory.contact_id).where(ContactCategory.category_id == mark.record)
            carrying = list(session.scalars(wanted.order_by(ContactCategory.contact_id)))
            is_kept = mark.name in self._named(session)
        if carrying:
            contacts.set_category(database, carrying, title, False)
        if is_kept:
            settings.put(database, KEY, mark.name, None)

    def _create(self, database: Database, name: str, group: Group) -> None:
        """Keep under which name a device made a group; a category of that title becomes its group."""
        names.check(name)
        with unit_of_work(database, N_("Category “{name}” made"), kind="create", params={"name": group.name}) as work:
            category = contacts.category_named(work, group.name).id
        settings.put(database, KEY, name, {"category": category, "uid": group.uid})

    def _change(self, database: Database, mark: Mark, group: Group) -> frozenset[str]:
        """Rename a group where it has another name now; return who was in it when the device read it."""
        with database.read() as session:
            require_state([one for one in self.marks(session) if one.name == mark.name], mark)
            title = session.scalars(select(Category.name).where(Category.id == mark.record)).one()
            uids = self._uids(session)
            served = frozenset(uids[one] for one in self._members(session).get(mark.record, ()))
        if title != group.name:
            with unit_of_work(database, N_("Category “{name}” renamed"), params={"name": title}) as work:
                other = select(Category.id).where(Category.name_key == sort_key(group.name), Category.id != mark.record)
                if work.session.scalar(other) is not None:
                    sentence = _("There is a category “{name}” already. Give the group another name.")
                    raise UserError(sentence.format(name=group.name))
                work.session.get_one(Category, mark.record).name = group.name
        return served

    def _named(self, session: Session) -> _Kept:
        """Return the groups that devices of this user made, by name."""
        if self._kept is None:
            self._kept = dict(settings.get(session, KEY, self._user))
        return self._kept

    def _uid(self, session: Session, name: str, category: int) -> str:
        kept = self._named(session).get(name, {}).get("uid")
        return str(kept or f"gcrm-category-{category}")

    def _members(self, session: Session) -> dict[int, list[int]]:
        """Return who is shown in each group."""
        wanted = select(ContactCategory.category_id, ContactCategory.contact_id).join(
            Contact, Contact.id == ContactCategory.contact_id
        )
        found: dict[int, list[int]] = {}
        for category, contact in session.execute(wanted.where(*self._shown).order_by(ContactCategory.contact_id)):
            found.setdefault(category, []).append(contact)
        return found

    def _uids(self, session: Session) -> dict[int, str]:
        """Return the identifiers of the contacts that are shown."""
        wanted = select(Contact.id, Contact.uid, Contact.created_at).where(*self._shown)
        rows: Iterable[Any] = session.execute(wanted)
        return {row.id: uid_of(row) for row in rows}


def _card(title: str, mark: Mark, members: Iterable[str]) -> str:
    """Return the card of a group."""
    told = escape(title)
    lines = [
        "BEGIN:VCARD", "VERSION:3.0", f"PRODID:{PRODUCT}", f"UID:{escape(mark.uid)}", f"FN:{told}", f"N:{told};;;;",
        "X-ADDRESSBOOKSERVER-KIND:group", *(f"X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:{uid}" for uid in members),
        f"REV:{_stamp(mark.changed_at)}", "END:VCARD", "",
    ]  # fmt: skip
    return "\r\n".join(fold_line(line) for line in lines)


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
