"""What an erasure would take, what stays until when and why, and where the name stands besides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from gcrm.errors import UserError
from gcrm.i18n import _
from gcrm.model.activity import Activity
from gcrm.model.address import Address
from gcrm.model.attachment import Attachment
from gcrm.model.change import Change
from gcrm.model.contact import Contact
from gcrm.model.contact_person import ContactPerson, Person
from gcrm.model.contact_point import ContactPoint
from gcrm.model.fold import fold
from gcrm.model.open_item import OpenItem
from gcrm.services.database import Database
from gcrm.services.home import read_home
from gcrm.services.personal_data import by_server, mentions
from gcrm.services.personal_data.belongings import Belongings, Rows, Subject, batches, find
from gcrm.services.personal_data.mentions import Mention
from gcrm.services.personal_data.papers import KeptPaper, Paper
from gcrm.services.personal_data.register import RULES
from gcrm.services.personal_data.retention import LETTER, VOUCHER, Law, law_of
from gcrm.services.privacy import file_visible_to, viewer, visible_to

LETTERS = ("letter", "email")
SHORTEST = 4


@dataclass(frozen=True, slots=True)
class Plan:
    """What an erasure does: counts by title, papers to keep, mentions elsewhere.

    `word` is what has to be typed before it is done. `history` counts the changes whose content is taken out. `former`
    are records of others that named the subject once: their history may be taken out as well, where people say so.
    """

    subject: Subject
    name: str
    word: str
    goes: tuple[tuple[str, int], ...]
    history: int
    papers: tuple[KeptPaper, ...]
    mentions: tuple[Mention, ...]
    former: tuple[Mention, ...] = ()
    is_restricted: bool = False

    @property
    def until(self) -> date | None:
        """Return the day until which something is kept when all papers are."""
        return max((each.until for each in self.papers), default=None)


def plan(database: Database, subject: Subject) -> Plan:
    """Say what an erasure would do; nothing is written. Raises UserError where the subject is gone."""
    refuse_blind(database)
    with database.read() as session:
        record = subject_of(session, subject)
        found, papers, history = _found(database, session, subject, record)
        words = needles(session, found, record)
        named = tuple(mentions.present(session, found, words))
        former = tuple(mentions.former(session, found, words, named)) if database.is_owner else ()
        return Plan(
            subject,
            name_of(record),
            word_of(record),
            tuple(_goes(found, rows_kept(session, found, [each.paper for each in papers]))),
            history,
            papers,
            mentions.seen(session, named),
            former,
            getattr(record, "restricted_until", None) is not None,
        )


def _found(
    database: Database, session: Session, subject: Subject, record: Contact | Person
) -> tuple[Belongings, tuple[KeptPaper, ...], int]:
    """Return what is theirs, the papers that may have to stay, and how many changes tell of them."""
    if database.is_owner:
        found = find(session, subject)
        return found, tuple(kept_papers(session, found, date.today())), count_history(session, found)
    told = by_server.ask(session, subject)
    if not isinstance(record, Contact):
        return told.found, (), told.history
    papers = by_server.papers(session, told, date.today(), with_letters=_keeps_papers(record))
    return told.found, tuple(papers), told.history


def why_not_erase(database: Database) -> str:
    """Return why somebody may not erase, "" where they may: with the right to delete, and eyes for all of the office.

    Whoever does not see everything would leave something behind. On a server administrators may, too: there the server
    itself finds what is to go.
    """
    for right in ("contacts.delete", "activities.delete", "files.delete"):
        refusal = database.rights.lacks(right)
        if refusal:
            return refusal
    if not database.is_owner:
        return database.rights.lacks("users.settings")
    if database.rights.hidden:
        return _("Only the owner of the office sees everything, and so erases everything. Use the owner's address.")
    return ""


def refuse_blind(database: Database) -> None:
    """Raise UserError for whoever may not erase."""
    refusal = why_not_erase(database)
    if refusal:
        raise UserError(refusal)


def subject_of(session: Session, subject: Subject) -> Contact | Person:
    """Return the record of the subject. Raises UserError when it is gone."""
    found: Contact | Person | None
    found = session.get(Contact, subject.id) if subject.table == "contact" else session.get(Person, subject.id)
    if found is None:
        raise UserError(_("This contact does not exist any more."))
    return found


def person_named(session: Session, contact: int, name: str) -> int:
    """Return the contact person of this name. Raises UserError where there is none, or several."""
    roles = select(ContactPerson.person_id).where(ContactPerson.contact_id == contact)
    persons = session.scalars(select(Person).where(Person.id.in_(roles)))
    hits = {person.id for person in persons if fold(name) in (fold(person.full_name), fold(_plain_name(person)))}
    if len(hits) != 1:
        raise UserError(
            _("There is not exactly one contact person called “{name}” here. Write the whole name.").format(name=name)
        )
    return hits.pop()


def _plain_name(person: Person) -> str:
    return f"{person.first_name} {person.last_name}".strip()


def name_of(record: Contact | Person) -> str:
    """Return the name of a contact or a person."""
    return record.display_name if isinstance(record, Contact) else record.full_name


def word_of(record: Contact | Person) -> str:
    """Return what has to be typed to confirm: the number, or the name where there is none."""
    number = record.number if isinstance(record, Contact) else None
    return number or " ".join(name_of(record).split())


def _goes(found: Belongings, stays: Rows) -> Iterator[tuple[str, int]]:
    """Yield title and count of what goes; links and contents are counted with what they belong to."""
    for name, rule in RULES.items():
        going = found.of(name) - stays.get(name, set())
        if going and name not in ("activity_link", "notice"):
            yield _(rule.title), len(going)


def count_history(session: Session, found: Belongings) -> int:
    """Return how many changes tell of the subject."""
    total = 0
    for name in RULES:
        for batch in batches(found.all_of(name) if RULES[name].by else ()):
            mine = (Change.table_name == name, Change.record_id.in_(batch))
            total += session.scalar(select(func.count()).select_from(Change).where(*mine)) or 0
    return total


# --- papers -----------------------------------------------------------------------------------------------------
def kept_papers(session: Session, found: Belongings, today: date) -> Iterator[KeptPaper]:
    """Yield open items, and letters and files of a customer or supplier, whose period has not ended, the newest first.

    Letters and files of anybody else are no business papers, and of a person at a company they are the company's. What
    is private to others is named without a word of it.
    """
    if found.subject.table != "contact":
        return
    country = read_home(session).country
    papers = [*_open_items(session, found, law_of(country, VOUCHER))]
    if _keeps_papers(session.get_one(Contact, found.subject.id)):
        papers += _letters(session, found, law_of(country, LETTER))
        papers += _files(session, found, law_of(country, VOUCHER))
    yield from sorted((each for each in papers if each.until >= today), key=lambda each: each.on, reverse=True)


def _keeps_papers(contact: Contact) -> bool:
    """Tell whether letters and files of a contact may be business papers."""
    return bool(contact.is_customer or contact.is_supplier or contact.restricted_until)


def _open_items(session: Session, found: Belongings, law: Law) -> Iterator[KeptPaper]:
    """Yield open and settled items, which bookings rest on."""
    for batch in batches(found.of("open_item")):
        for item in session.scalars(select(OpenItem).where(OpenItem.id.in_(batch))):
            on = item.document_on or item.due_on or item.created_at.astimezone().date()
            yield KeptPaper(("open_item", item.id), item.number or _("Open item"), on, law.until(on), law.source)


def _letters(session: Session, found: Belongings, law: Law) -> Iterator[KeptPaper]:
    """Yield letters and e-mails."""
    for batch in batches(found.of("activity")):
        is_seen = visible_to(viewer(session)).label("is_seen")
        wanted = select(Activity.id, Activity.at, Activity.subject, Activity.text, is_seen)
        for row in session.execute(wanted.where(Activity.id.in_(batch), Activity.type.in_(LETTERS))):
            on = row.at.astimezone().date()
            label = " ".join((row.subject or row.text).split())[:80] if row.is_seen else ""
            yield KeptPaper(("activity", row.id), label or _("Letter"), on, law.until(on), law.source)


def _files(session: Session, found: Belongings, law: Law) -> Iterator[KeptPaper]:
    """Yield the newest version of each file that is no picture and hangs on no letter."""
    newer, letter = aliased(Attachment), aliased(Activity)
    is_newest = ~select(newer.id).where(newer.replaces_id == Attachment.id).exists()
    of_letter = select(letter.id).where(letter.id == Attachment.activity_id, letter.type.in_(LETTERS)).exists()
    for batch in batches(found.of("attachment")):
        is_seen = file_visible_to(viewer(session)).label("is_seen")
        wanted = select(Attachment.id, Attachment.name, Attachment.created_at, is_seen)
        wanted = wanted.where(Attachment.id.in_(batch), Attachment.is_picture.is_(False), is_newest, ~of_letter)
        for row in session.execute(wanted):
            on = row.created_at.astimezone().date()
            label = row.name if row.is_seen else _("File")
            yield KeptPaper(("attachment", row.id), label, on, law.until(on), law.source)


def rows_kept(session: Session, found: Belongings, papers: Iterable[Paper]) -> Rows:
    """Return all rows that stay with these papers: their files and former versions, the contact and one address."""
    wanted = set(papers)
    items = {record for table, record in wanted if table == "open_item"} & found.of("open_item")
    activities = {record for table, record in wanted if table == "activity"} & found.of("activity")
    files = {record for table, record in wanted if table == "attachment"} & found.of("attachment")
    for batch in batches(activities):
        files |= set(session.scalars(select(Attachment.id).where(Attachment.activity_id.in_(batch))))
    waiting = set(files)
    while waiting:
        former: set[int] = set()
        for batch in batches(waiting):
            former |= {each for each in session.scalars(_replaced(batch)) if each is not None}
        waiting = former - files
        files |= former
    if not activities and not files and not items:
        return {}
    return {
        "activity": activities,
        "attachment": files,
        "open_item": items,
        "contact": {found.subject.id},
        "address": _place(session, found),
    }


def _replaced(files: list[int]) -> Any:
    return select(Attachment.replaces_id).where(Attachment.id.in_(files))


def _place(session: Session, found: Belongings) -> set[int]:
    """Return the address that papers are addressed to: the default postal one, else the first."""
    wanted = select(Address.id).where(Address.contact_id == found.subject.id)
    order = ((Address.purpose == "postal").desc(), Address.is_default.desc(), Address.id)
    return set(session.scalars(wanted.order_by(*order).limit(1)))


# --- mentions ---------------------------------------------------------------------------------------------------
def needles(session: Session, found: Belongings, record: Contact | Person) -> tuple[str, ...]:
    """Return by what the subject is recognised in texts: whole names, e-mail addresses and numbers.

    The persons who go with a contact count, too.
    """
    words = {name_of(record)}
    for batch in batches(found.of("person")):
        persons = session.scalars(select(Person).where(Person.id.in_(batch)))
        words |= {each.full_name for each in persons if each.first_name and each.last_name}
    for batch in batches(found.of("contact_point")):
        rows = session.execute(select(ContactPoint.value, ContactPoint.e164).where(ContactPoint.id.in_(batch)))
        words |= {word for row in rows for word in row if word}
    return tuple(sorted(word for word in words if len(word) >= SHORTEST))
