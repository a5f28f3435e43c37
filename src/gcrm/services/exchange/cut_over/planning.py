"""What a cut-over is planned with: whose a number is, what contacts have by now, and what is to be written.

A kind of table (kinds.py) gives each row either to `fill`, which adds to a contact what it lacks, or to `add`, with a
record of its own that has a `contact_id`. Both work on copies: nothing is written before carry_out.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from gcrm.model.activity import Activity
from gcrm.model.base import Home
from gcrm.model.contact import Contact
from gcrm.model.fold import fold
from gcrm.model.user import User
from gcrm.services import contact as contacts
from gcrm.services.exchange.contact_card import Imported
from gcrm.services.exchange.cut_over.account import NO_NUMBER, NOTHING_NEW, UNKNOWN, Account
from gcrm.services.exchange.cut_over.numbers import Numbers, Owner
from gcrm.services.exchange.import_fill import fill
from gcrm.services.exchange.import_match import all_points
from gcrm.services.exchange.import_plan import ImportPlan, ImportRow
from gcrm.services.exchange.point_keys import PointKeys
from gcrm.services.exchange.tables.choice import Where
from gcrm.services.progress import Progress

Said = tuple[str, str, str, datetime | None]


@dataclass(slots=True)
class Planning:
    """The state of a plan. `more` fill contacts of the office, `records` wait for the id of their contact."""

    session: Session
    plan: ImportPlan
    numbers: Numbers
    where: Where
    home: Home
    user: int
    watch: Progress
    more: list[ImportRow] = field(default_factory=list)
    records: list[tuple[Owner, Activity]] = field(default_factory=list)
    _here: dict[int, Contact] = field(default_factory=dict)
    _said: dict[Owner, set[Said]] = field(default_factory=dict)
    _users: dict[str, int] | None = None
    _updates: dict[int, list[ImportRow]] | None = None

    def owner_of(self, number: str, account: Account) -> Owner | None:
        """Return whose a row is; one of nobody is counted as left out."""
        owner = self.numbers.find(number) if number else None
        if owner is None:
            account.skip(UNKNOWN if number else NO_NUMBER, number)
        return owner

    def fill(self, owner: Owner, imported: Imported, line: int, account: Account) -> None:
        """Add to a contact what it lacks, and count what that was."""
        contact, other = self._contact(owner), imported.contact
        self._derive(other)
        before = len(contact.persons) + len(contact.bank_accounts)
        if not fill(contact, other):
            account.skip(NOTHING_NEW)
            return
        self._derive(contact)
        if owner.place is not None:
            contacts.ensure_defaults(contact)
        else:
            name = contact.display_name or ""
            self.more.append(ImportRow(0, line, name, imported, owner.contact, name, action="update"))
        if len(contact.persons) + len(contact.bank_accounts) > before:
            account.created += 1
        else:
            account.updated += 1

    def _derive(self, contact: Contact) -> None:
        """Give the numbers of a contact the keys they are compared by."""
        keys = PointKeys(self.home)
        for point in all_points(contact):
            if not point.value_key:
                keys.derive(point)

    def _contact(self, owner: Owner) -> Contact:
        """Return a contact as it will be by then: a row of the import, or a copy of one of the office."""
        if owner.place is not None:
            return self.plan.rows[owner.place].imported.contact
        number = owner.contact or 0
        if number not in self._here:
            found = contacts.read(self.session, number)
            self.session.expunge(found)
            for row in self._updates_of(number):
                fill(found, row.imported.contact)
            self._here[number] = found
        return self._here[number]

    def _updates_of(self, contact: int) -> list[ImportRow]:
        """Return the rows of the import that fill a contact of the office."""
        if self._updates is None:
            self._updates = {}
            for row in self.plan.planned("update"):
                if row.match is not None:
                    self._updates.setdefault(row.match, []).append(row)
        return self._updates.get(contact, [])

    def add(self, owner: Owner, activity: Activity, *, is_dated: bool) -> bool:
        """Take an activity for a contact; False where it has the same already, at any time if this is not dated."""
        said = self._said_at(owner)
        words = _words(activity) if is_dated else (*_words(activity)[:3], None)
        if words in said:
            return False
        said.add(words)
        self.records.append((owner, activity))
        return True

    def _said_at(self, owner: Owner) -> set[Said]:
        """Return what the chronicle of a contact says by now."""
        if owner not in self._said:
            found: Iterable[Activity] = ()
            if owner.contact is not None:
                wanted = select(Activity).where(Activity.contact_id == owner.contact)
                found = self.session.scalars(wanted).all()
            told = [_words(activity) for activity in found]
            self._said[owner] = {*told, *((*words[:3], None) for words in told)}
        return self._said[owner]

    def user_named(self, name: str) -> int | None:
        """Return a user by name or login."""
        if self._users is None:
            rows = self.session.execute(select(User.name, User.login, User.id)).all()
            self._users = {fold(text): each.id for each in rows for text in (each.login, each.name) if text}
        return self._users.get(fold(name))


def _words(activity: Activity) -> Said:
    """Return what makes two activities of a contact the same."""
    moment = activity.follow_up_at or activity.at
    return activity.type, activity.subject or "", activity.text or "", moment
