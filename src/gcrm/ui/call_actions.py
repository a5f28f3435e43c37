"""What is written because of a call, for the writer's thread: log it, assign it, plan to call back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gcrm.i18n import N_
from gcrm.model import phone
from gcrm.model.contact_point import ContactPoint
from gcrm.model.follow_up import When, parse_when
from gcrm.services import contact as contacts
from gcrm.services.call_log import assign_call, log_call, who_is
from gcrm.services.database import Database
from gcrm.services.moment import office_workdays
from gcrm.services.telephony.calls import Call, Direction
from gcrm.ui.caller import home_of, pretty


@dataclass(frozen=True, slots=True)
class Whose:
    """Contact and contact person a call belongs to; `contact` None: nobody is known."""

    contact: int | None = None
    person: int | None = None


def whose(database: Database, number: str) -> Whose:
    """Return whose call it is where that is certain: one owner, or several persons of one contact."""
    with database.read() as session:
        matches = who_is(session, number, database.home) if number else []
    if len(matches) == 1:
        return Whose(matches[0].contact, matches[0].person)
    owners = {match.contact for match in matches}
    return Whose(owners.pop()) if len(owners) == 1 else Whose()


def log(
    database: Database, call: Call, chosen: Whose | None, answered_by: int | None, *, plans_missed: bool = False
) -> int | None:
    """Log a call that is over and return its activity; a call to somebody unknown is nobody's business: None.

    With `plans_missed` a missed call with a number becomes a follow-up of today.
    """
    owner = chosen or whose(database, call.number)
    if call.direction is Direction.OUT and owner.contact is None:
        return None
    wants_back = plans_missed and call.is_missed and bool(call.number)
    when = when_of_word(database, "today") if wants_back else None
    return log_call(
        database, call, owner.contact, contact_person_id=owner.person, answered_by=answered_by, follow_up=when
    )


def when_of_word(database: Database, word: str) -> When | None:
    """Return the follow-up that "today", "tomorrow" or "next week" means, on a workday of the office."""
    with database.read() as session:
        rule = office_workdays(session)
    return parse_when(word, datetime.now(), "en", rule)


def plan_call_back(database: Database, call: Call, chosen: Whose | None, word: str) -> int:
    """Plan to call back a missed caller, or move the plan."""
    owner = chosen or whose(database, call.number)
    when = when_of_word(database, word)
    return log_call(database, call, owner.contact, contact_person_id=owner.person, follow_up=when)


def assign(database: Database, call: Call | None, number: str, contact: int, *, is_over: bool) -> None:
    """Give a number to a contact, and the call with all earlier ones of that number if it is already logged."""
    _add_number(database, number, contact)
    if call is not None and is_over:
        activity = log_call(database, call, contact)
        assign_call(database, activity, contact)


def _add_number(database: Database, number: str, contact: int) -> None:
    """Add the number to the contact unless it has it already, or it is no number to keep."""
    parsed = phone.parse(number, home_of(database))
    if parsed.kind in (phone.PhoneKind.HIDDEN, phone.PhoneKind.INTERNAL):
        return
    loaded = contacts.load(database, contact)
    points = loaded.record.points
    if parsed.e164 and any(point.e164 == parsed.e164 for point in points):
        return
    points.append(ContactPoint(contact_id=contact, kind="phone", value=pretty(database, number)[0]))
    contacts.save(database, loaded, label=N_("Number of “{name}” added"))
