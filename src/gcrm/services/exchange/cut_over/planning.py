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
from gcrm.services import contact_rules
from gcrm.services.exchange.contact_card import Imported
from gcrm.services.exchange.cut_over.account import NO_NUMBER, NOTHING_NEW, UNKNOWN, Account
from gcrm.services.exchange.cut_over.numbers import Numbers, Owner
from gcrm.services.exchange.cut_over.planned_items import PlannedItems
from gcrm.services.exchange.import_fill import fill
from gcrm.services.exchange.import_match import all_points
from gcrm.services.exchange.import_plan import ImportPlan, ImportRow
from gcrm.services.exchange.point_keys import PointKeys
from gcrm.services.exchange.tables.choice import Where
from gcrm.services.privacy import rights_of
from gcrm.services.progress import Progress

BATCH = 400
_SAID = (Activity.type, Activity.subject, Activity.text, Activity.follow_up_at, Activity.at)
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
    items: PlannedItems = field(init=False)
    sees_items: bool = field(init=False)

    def __post_init__(self) -> None:
        self.items = PlannedItems(self.session, self.plan, self.numbers)
        self.sees_items = rights_of(self.session).sees("open_item")

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
            contact_rules.ensure_defaults(contact)
        else:
            name = contact.display_name or ""
            self.more.append(ImportRow(0, line, name, imported, owner.contact, name, action="update"))
        if len(contact.persons) + len(contact.bank_accounts) > before:
            account.created += 1
        else:
            account.updated += 1

    def get_ready(self, numbers: Iterable[str]) -> None:
        """Read the contacts of the office that rows will fill, in few statements."""
        found = filter(None, map(self.numbers.find, dict.fromkeys(filter(None, numbers))))
        wanted = {owner.contact for owner in found if owner.contact is not None} - self._here.keys()
        for contact in contacts.read_many(self.session, wanted):
            self._take(contact)

    def _take(self, contact: Contact) -> None:
        """Keep a copy of a contact of the office, with what the import adds to it."""
        self.session.expunge(contact)
        for row in self._updates_of(contact.id):
            fill(contact, row.imported.contact)
        self._here[contact.id] = contact

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
            self._take(contacts.read(self.session, number))
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
        said = self._said.setdefault(owner, set())
        words = _words(activity) if is_dated else (*_words(activity)[:3], None)
        if words in said:
            return False
        said.add(words)
        self.records.append((owner, activity))
        return True

    def get_ready_to_add(self, numbers: Iterable[str]) -> None:
        """Read what the chronicles of contacts say by now, in few statements."""
        owners = set(filter(None, map(self.numbers.find, dict.fromkeys(filter(None, numbers))))) - self._said.keys()
        by_contact = {owner.contact: owner for owner in owners if owner.contact is not None}
        self._said |= {owner: set() for owner in owners}
        ids = sorted(by_contact)
        for start in range(0, len(ids), BATCH):
            wanted = select(Activity.contact_id, *_SAID).where(Activity.contact_id.in_(ids[start : start + BATCH]))
            for contact, kind, subject, text, follow_up, at in self.session.execute(wanted):
                words = (kind, subject or "", text or "")
                if contact is not None:
                    self._said[by_contact[contact]] |= {(*words, follow_up or at), (*words, None)}

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
