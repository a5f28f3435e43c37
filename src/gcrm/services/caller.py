"""Who is calling: from a number to the contacts and persons that have it, and what the pop-up tells about them.

First the same international form, by index. Where nobody has it, the longest equal ending of at least seven digits, and
only where one of the two numbers is not known in full: two complete numbers that differ are two numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from gcrm.errors import UserError
from gcrm.i18n import _
from gcrm.model import phone
from gcrm.model.activity import Activity
from gcrm.model.address import Address, present
from gcrm.model.base import Home
from gcrm.model.base import now as this_instant
from gcrm.model.contact import Contact
from gcrm.model.contact_person import ContactPerson, Person
from gcrm.model.contact_point import ContactPoint
from gcrm.model.phone import SHORTEST_SUFFIX, common_suffix, suffix_key
from gcrm.services.activity_types import built_in
from gcrm.services.birthdays import display_name
from gcrm.services.chronicle import title_of
from gcrm.services.moment import falls_between, today_of
from gcrm.services.open_item import Sums, sums
from gcrm.services.privacy import visible_to

MOST_MATCHES = 20
MOST_CANDIDATES = 500


@dataclass(frozen=True, slots=True)
class CallerMatch:
    """Somebody who has a number: ids of contact and contact person (or None), name to show, and how sure it is.

    `contact_name` is the organisation where `name` is a person of it; `quality` is "exact" or "suffix".
    """

    contact: int
    person: int | None
    name: str
    quality: str
    contact_name: str = ""


@dataclass(frozen=True, slots=True)
class CallerCard:
    """What the pop-up shows of a contact; `overdue` and `open_follow_ups` are counts, instants UTC.

    `owed` is what is open and overdue of its documents; empty for whoever may not see that.
    """

    contact_id: int
    person_id: int | None
    name: str
    company: str
    function: str
    number: str
    priority: str
    town: str
    open_follow_ups: int
    overdue: int
    next_follow_up: str
    next_follow_up_at: datetime | None
    next_follow_up_all_day: bool
    last_activity: str
    last_activity_at: datetime | None
    owed: tuple[Sums, ...] = ()


def who_is(session: Session, number: str, home: Home) -> list[CallerMatch]:
    """Return everybody who has a number as it was transmitted, several numbers in one text included.

    Contacts in the trash stay out, archived ones come last; hidden and internal numbers give nothing.
    """
    place = phone.Home(home.country, home.area_code, home.outside_prefix)
    found: dict[tuple[int, int | None], CallerMatch] = {}
    for parsed in phone.parse_all(number, place):
        if parsed.e164:
            for match in _exact(session, parsed.e164):
                found.setdefault((match.contact, match.person), match)
    if not found:
        for parsed in phone.parse_all(number, place):
            for match in _similar(session, parsed):
                found.setdefault((match.contact, match.person), match)
    return list(found.values())[:MOST_MATCHES]


def exact_select(e164: str) -> Select[*tuple[Any, ...]]:
    """Return the select of the owners of an E.164 number; it reads the index ix_contact_point_e164."""
    return _owners(ContactPoint.e164 == e164)


def similar_select(suffix: str) -> Select[*tuple[Any, ...]]:
    """Return the select of the numbers that end like `suffix` (digits backwards); it reads ix_contact_point_suffix.

    A range and not LIKE: SQLite uses an index for LIKE only where case does not matter. ":" is what follows "9".
    """
    begin = suffix[:SHORTEST_SUFFIX]
    return _owners(ContactPoint.suffix >= begin, ContactPoint.suffix < f"{begin}:")


def _owners(*conditions: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Return the select of who has the numbers picked by index.

    Picked apart and with a limit, so that no engine gets the idea to begin with all contacts that are not deleted.
    """
    columns = (ContactPoint.contact_id, ContactPoint.contact_person_id, ContactPoint.e164, ContactPoint.suffix)
    point = select(*columns).where(*conditions).limit(MOST_CANDIDATES).subquery()
    return (
        select(
            *point.c,
            Contact.deleted_at,
            Contact.archived_at,
            Contact.name,
            Contact.title,
            Contact.first_name,
            Contact.last_name,
            Person.first_name.label("own_first"),
            Person.last_name.label("own_last"),
        )
        .select_from(point)
        .join(Contact, Contact.id == point.c.contact_id)
        .outerjoin(ContactPerson, ContactPerson.id == point.c.contact_person_id)
        .outerjoin(Person, Person.id == ContactPerson.person_id)
    )


def _found(session: Session, statement: Select[*tuple[Any, ...]]) -> list[Any]:
    """Return the rows of owners who are not in the trash."""
    return [row for row in session.execute(statement) if row.deleted_at is None]


def _exact(session: Session, e164: str) -> list[CallerMatch]:
    return _matches(_found(session, exact_select(e164)), "exact")


def _similar(session: Session, parsed: phone.Parsed) -> list[CallerMatch]:
    """Return the owners of the numbers that share the longest ending with one that nobody has exactly."""
    suffix = suffix_key(parsed.e164 or parsed.shown)
    if parsed.kind in (phone.PhoneKind.INTERNAL, phone.PhoneKind.HIDDEN) or len(suffix) < SHORTEST_SUFFIX:
        return []
    found = _found(session, similar_select(suffix))
    rows = [row for row in found if parsed.e164 is None or row.e164 is None]
    longest = max((common_suffix(suffix, row.suffix) for row in rows), default=0)
    return _matches([row for row in rows if common_suffix(suffix, row.suffix) == longest], "suffix")


def _matches(rows: list[Any], quality: str) -> list[CallerMatch]:
    """Turn rows into matches, persons before their organisations, archived contacts last."""
    rows.sort(key=lambda row: (row.archived_at is not None, row.contact_id, row.contact_person_id is None))
    matches = []
    for row in rows:
        company = display_name(row)
        person = " ".join(part for part in (row.own_first, row.own_last) if part)
        contact_name = company if person else ""
        matches.append(CallerMatch(row.contact_id, row.contact_person_id, person or company, quality, contact_name))
    return matches


def caller_card(
    session: Session, contact_id: int, person_id: int | None = None, *, user: int | None = None, now: datetime
) -> CallerCard:
    """Return what the pop-up shows, in three statements. Raises UserError when the contact is gone."""
    contact = session.get(Contact, contact_id)
    if contact is None:
        raise UserError(_("This contact does not exist any more."))
    role = session.execute(
        select(ContactPerson.function, Person)
        .join(Person, Person.id == ContactPerson.person_id)
        .where(ContactPerson.id == person_id)
    ).first()
    open_count, overdue = _counts(session, contact_id, user, now)
    coming = _newest(session, contact_id, user, is_open=True)
    last = _newest(session, contact_id, user, is_open=False)
    return CallerCard(
        contact_id=contact_id,
        person_id=person_id,
        name=role.Person.full_name if role else contact.display_name,
        company=contact.display_name if role else "",
        function=role.function if role else "",
        number=contact.number or "",
        priority=contact.priority,
        town=_town(session, contact_id),
        open_follow_ups=open_count,
        overdue=overdue,
        next_follow_up=_words(coming),
        next_follow_up_at=coming.follow_up_at if coming else None,
        next_follow_up_all_day=coming.follow_up_all_day if coming else True,
        last_activity=_words(last),
        last_activity_at=last.at if last else None,
        owed=sums(session, [contact_id], today_of(now)).get(contact_id, ()),
    )


def _counts(session: Session, contact_id: int, user: int | None, now: datetime) -> tuple[int, int]:
    """Count the open follow-ups of a contact and those that are overdue, of all colleagues."""
    timed = and_(~Activity.follow_up_all_day, Activity.follow_up_at < now)
    day = today_of(now)
    late = case((falls_between(None, day - timedelta(days=1)), 1), (timed, 1), else_=0)
    is_open = func.coalesce(Activity.state, "") == "open"
    mine = (Activity.contact_id == contact_id, is_open, visible_to(user))
    count, overdue = session.execute(select(func.count(), func.coalesce(func.sum(late), 0)).where(*mine)).one()
    return int(count), int(overdue)


def _newest(session: Session, contact_id: int, user: int | None, *, is_open: bool) -> Activity | None:
    """Return the follow-up that comes next, or the last thing that was done."""
    state = func.coalesce(Activity.state, "")
    wanted = select(Activity).where(Activity.contact_id == contact_id, visible_to(user))
    if is_open:
        dated = wanted.where(state == "open", Activity.follow_up_at.is_not(None))
        return session.scalar(dated.order_by(Activity.follow_up_at, Activity.id).limit(1))
    happened = or_(state != "planned", Activity.at <= this_instant())
    return session.scalar(
        wanted.where(state != "open", happened).order_by(Activity.at.desc(), Activity.id.desc()).limit(1)
    )


def _words(activity: Activity | None) -> str:
    """Return one line for an activity: its heading and the first line of its text."""
    if activity is None:
        return ""
    title = title_of(activity, built_in(activity.type).label)
    first = (activity.text.strip().splitlines() or [""])[0]
    return f"{title}: {first}" if first and first != title else title


def _town(session: Session, contact_id: int) -> str:
    wanted = select(Address.town).where(Address.contact_id == contact_id, present())
    return session.scalar(wanted.order_by(Address.is_default.desc(), Address.id).limit(1)) or ""
