"""Making an office: users, categories, saved lists, contacts and their chronicle, in one operation."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from gcrm.errors import UserError
from gcrm.i18n import N_, _, current_language
from gcrm.model.base import now
from gcrm.model.category import Category
from gcrm.model.change import ContactSearch
from gcrm.model.contact import Contact
from gcrm.model.fold import fold
from gcrm.model.registry import table_of
from gcrm.model.setting import SavedFilter
from gcrm.model.user import NumberRange, User
from gcrm.services.database import Database
from gcrm.services.demo import material, pictured
from gcrm.services.demo.chronicle import Chronicle
from gcrm.services.demo.contacts import Contacts, Made
from gcrm.services.demo.people import Maker
from gcrm.services.demo.sheets import Sheet, Stamps, make_sheets
from gcrm.services.demo.writer import Writer, analyse
from gcrm.services.home import own_company, read_home
from gcrm.services.numbering import FIRST, locked, of_main_company
from gcrm.services.unit_of_work import UnitOfWork, unit_of_work

CHUNK = 2_000
"""Contacts that are made before they are written."""
PER_CONTACT = 16
"""Ids of each kind of child that a contact can use at most."""
FILTERS: tuple[tuple[str, str, dict[str, Any], tuple[str, ...]], ...] = (
    (
        N_("A customers"), "star",
        {"all": [{"field": "is_customer", "op": "is", "value": True}, {"field": "priority", "op": "is", "value": "A"}]},
        (),
    ),
    (N_("Birthdays this month"), "cake", {"field": "birthday", "op": "month", "value": None}, ("birthday",)),
    (N_("Without e-mail"), "mail", {"not": {"field": "has_email", "op": "is", "value": True}}, ()),
)  # fmt: skip
Progress = Callable[[int, int], object]
LATER = {"customer": (50_001, 200_001), "contact": (70_001, 2_000_001), "supplier": (100_000, 4_000_001)}
"""Where a range would run into the next one, and where it goes on instead."""


class Numbers:
    """Gives numbers out of the ranges, jumping over those that are taken."""

    def __init__(self, session: Session) -> None:
        rows = session.execute(select(NumberRange.key, NumberRange.next_value).where(of_main_company()))
        self.next = FIRST | {row.key: row.next_value for row in rows if row.key in FIRST}
        self._taken = {number for number in session.execute(select(Contact.number)).scalars() if number}
        self.pictured = not self._taken & set(pictured.numbers())
        if self.pictured:
            self._taken |= set(pictured.numbers())

    def take(self, key: str) -> str:
        """Return the next number of a range."""
        while True:
            value = self.next[key]
            edge, beyond = LATER[key]
            self.next[key] = beyond if value + 1 == edge else value + 1
            if str(value) not in self._taken:
                return str(value)

    def keep(self, session: Session) -> None:
        """Write how far the ranges have been used."""
        for key, value in self.next.items():
            locked(session, key).next_value = value


def create(
    database: Database,
    contacts: int = 1_000,
    *,
    seed: int = 1,
    activities: int | None = None,
    language: str = "",
    progress: Progress | None = None,
    at: datetime | None = None,
) -> int:
    """Make `contacts` contacts and `activities` activities (three per contact by default); return the operation.

    The same seed, language and instant `at` (now) give the same office. `progress(done, total)` is called after every
    2000 contacts and may raise to stop; then nothing is left. Raises UserError for a number that makes no sense.
    """
    if not 0 <= contacts <= 5_000_000 or (activities or 0) < 0:
        raise UserError(_("Choose between 0 and 5 million contacts."))
    wanted = 3 * contacts if activities is None else activities
    params = {"count": contacts}
    label = N_("Demo office with {count} contacts made")
    with unit_of_work(database, label, kind="demo", params=params, index=False) as work:
        office = _Office(work, contacts, wanted, seed, language or current_language(), at or now())
        done = 0
        for table, columns, rows in office.batches():
            office.writer.write(table, columns, rows)
            if table.name == "contact_search":
                done += len(rows)
                if progress is not None:
                    progress(done, contacts)
        office.finish()
    with database.read() as session:
        database.home = read_home(session)
        analyse(session.connection())
        session.commit()
    return work.operation_id


class _Office:
    """What is being made: the sheets, and the rows in the order in which they are written."""

    def __init__(
        self, work: UnitOfWork, contacts: int, activities: int, seed: int, language: str, at: datetime
    ) -> None:
        self.work, self.contacts, self.activities = work, contacts, activities
        self.writer = Writer(work)
        self.material = material.load(language)
        self._room = contacts * PER_CONTACT + activities + 1_000
        self._first_ids = self.writer.reserve(self._room)
        stamps = Stamps(self.writer.is_sqlite)
        self.sheets = make_sheets(self._first_ids, stamps.text(now()), work.user_id)
        self.numbers = Numbers(work.session)
        self.maker = Maker(self.material, seed)
        users = [work.user_id, *self._colleagues()]
        today = at.astimezone().date()
        self._chronicle = Chronicle(self.maker, self.sheets["activity"], stamps, users, at)
        self._maker = Contacts(self.maker, self.sheets, users, self._categories(), today)
        self._search: list[tuple[int, str]] = []
        self._planned = min(max(activities // 8, 0), max(19, min(contacts, 4_000) // 10))
        self._left = activities
        self._company()
        self._filters()

    def batches(self) -> Iterator[tuple[Table, tuple[str, ...], list[tuple[Any, ...]]]]:
        """Yield tables with rows, parents before children; the search rows end each batch."""
        done = 0
        yield from self._sheets_taken()
        while done < self.contacts:
            before = done
            done = self._fill(done)
            yield from self._sheets_taken()
            rows, self._search = self._search, []
            if done > before:
                yield table_of(ContactSearch), ("contact_id", "text"), rows

    def _fill(self, done: int) -> int:
        """Make the contacts of one batch with their share of the activities; return how many there are now."""
        made: list[Made] = []
        if done == 0 and self.numbers.pictured and self.contacts >= pictured.COUNT:
            told = self._left >= pictured.ACTIVITIES
            made = pictured.make(self._maker, self._chronicle if told else None)
            self._left -= pictured.ACTIVITIES if told else 0
        while len(made) < CHUNK and done + len(made) < self.contacts:
            made.append(self._maker.make(self.numbers))
        self._search += [(each.id, each.index_text()) for each in made]
        self._log(made, done)
        return done + len(made)

    def _log(self, made: list[Made], done: int) -> None:
        """Write the chronicle of these contacts, the lively ones more than the others."""
        share = len(made) / (self.contacts - done)
        count = max(0, round(self._left * share))
        planned = min(round(self._planned * share), count)
        self._planned -= planned
        self._left -= count
        for _each in range(planned):
            self._chronicle.planned(self._lively(made))
        for _each in range(count - planned):
            self._chronicle.happened(self._lively(made))

    def _lively(self, made: list[Made]) -> Made:
        """Return one of the contacts; some come again and again."""
        return made[int(self.maker.random.random() ** 1.7 * len(made))]

    def _sheets_taken(self) -> Iterator[tuple[Table, tuple[str, ...], list[tuple[Any, ...]]]]:
        """Yield what the sheets hold."""
        for sheet in self.sheets.values():
            yield sheet.table, sheet.columns, sheet.take()

    def _colleagues(self) -> list[int]:
        """Return the ids of the colleagues, who are added where they are missing."""
        known = {row.login: row.id for row in self.work.session.execute(select(User.login, User.id))}
        found = []
        for name in self.material.texts["colleagues"]:
            login = fold(name).replace(" ", ".")
            found.append(known.get(login) or self._sheet("user").add(login=login, name=name))
        return found

    def _categories(self) -> list[tuple[int, str]]:
        """Return ids and names of the categories, which are added where they are missing."""
        known = {row.name_key: row.id for row in self.work.session.execute(select(Category.name_key, Category.id))}
        found = []
        for name in self.material.texts["categories"]:
            key = fold(name)
            found.append((known.get(key) or self._sheet("category").add(name=name, name_key=key), name))
        return found

    def _sheet(self, name: str) -> Sheet:
        return self.sheets[name]

    def _company(self) -> None:
        """Enter our own company where nobody has entered a name."""
        company = own_company(self.work.session)
        if company.name:
            return
        names = ("name", "street", "house_number", "postcode", "town", "country", "area_code", "region")
        values = dict(zip(names, self.material.texts["company"], strict=True))
        for name, value in {**values, "email": "office@costa.example", "web": "costa.example"}.items():
            setattr(company, name, value)
        self.work.session.flush()

    def _filters(self) -> None:
        """Save the lists that every demo office has."""
        known = set(self.work.session.scalars(select(SavedFilter.name)))
        for place, (name, icon, conditions, columns) in enumerate(FILTERS):
            if name not in known:
                shown = ["display_name", "number", "town", *columns]
                self._sheet("saved_filter").add(
                    name=name, icon=icon, position=place, conditions=json.dumps(conditions), columns=json.dumps(shown)
                )

    def finish(self) -> None:
        """Keep the number ranges and give back ids that were not used."""
        self.numbers.keep(self.work.session)
        self.work.session.flush()
        following = {name: sheet.next_id for name, sheet in self.sheets.items()}
        self.writer.give_back(following, self._room, self._first_ids)
