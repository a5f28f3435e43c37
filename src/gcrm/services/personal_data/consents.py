"""What a contact and its persons said about each channel: every statement with day, source and wording.

What holds comes first; the contact itself before its persons.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from gcrm.errors import UserError
from gcrm.i18n import N_, _
from gcrm.model.consent import Consent, current
from gcrm.model.contact import Contact
from gcrm.model.contact_person import ContactPerson, Person
from gcrm.model.privacy_choices import CHANNELS
from gcrm.model.user import User
from gcrm.services.database import Database
from gcrm.services.personal_data.plan import person_named
from gcrm.services.restricted import refuse_restricted
from gcrm.services.unit_of_work import unit_of_work


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement, who recorded it and when, and what it is: allowed, withdrawn (after a permission) or refused.

    `holds`: it is the newest of whose it is for its channel. `person` is the contact person who said it (`role`), ""
    where it was said for the contact.
    """

    id: int
    channel: str
    is_allowed: bool
    said_on: date | None
    source: str
    wording: str
    recorded_at: datetime
    recorded_by: str
    what: str
    holds: bool
    role: int | None = None
    person: str = ""

    @property
    def channel_label(self) -> str:
        """Return the channel in the language in force."""
        return _(dict(CHANNELS).get(self.channel, self.channel))


@dataclass(frozen=True, slots=True)
class Role:
    """A contact person who can say something: id there, the person behind it, the name."""

    id: int
    person: int
    name: str


def statements(session: Session, contact: int) -> list[Statement]:
    """Return what a contact and its persons said, by whom, then channel by channel, the newest first."""
    rows = session.execute(
        select(Consent, User.name).outerjoin(User, User.id == Consent.created_by).where(Consent.contact_id == contact)
    ).all()
    people = {role.id: role.name for role in roles(session, contact)}
    said: dict[tuple[int | None, str], list[Consent]] = {}
    for consent, _name in rows:
        said.setdefault((consent.contact_person_id, consent.channel), []).append(consent)
    names = {consent.id: name or "" for consent, name in rows}
    channels, places = [channel for channel, _label in CHANNELS], [None, *people]

    def order(key: tuple[int | None, str]) -> tuple[int, int]:
        role, channel = key
        return (
            places.index(role) if role in places else len(places),
            channels.index(channel) if channel in channels else len(channels),
        )

    return [
        replace(each, role=key[0], person=people.get(key[0], "") if key[0] is not None else "")
        for key in sorted(said, key=order)
        for each in _told(said[key], names)
    ]


def roles(session: Session, contact: int) -> list[Role]:
    """Return the contact persons of a contact, by name."""
    wanted = select(ContactPerson.id, Person).join(Person, Person.id == ContactPerson.person_id)
    found = session.execute(
        wanted.where(ContactPerson.contact_id == contact).order_by(Person.name_key, ContactPerson.id)
    )
    return [Role(role, person.id, person.full_name or _("without a name")) for role, person in found]


def role_named(session: Session, contact: int, name: str) -> int:
    """Return the contact person of this name. Raises UserError where there is none, or several."""
    person = person_named(session, contact, name)
    return next(role.id for role in roles(session, contact) if role.person == person)


def _told(said: Sequence[Consent], names: Mapping[int, str]) -> list[Statement]:
    """Return the statements of one channel by one, the newest first."""
    left = list(said)
    found: list[Statement] = []
    while left:
        newest = current(left, left[0].channel, left[0].contact_person_id)
        if newest is None:
            break
        left.remove(newest)
        before = current(left, newest.channel, newest.contact_person_id)
        found.append(_statement(newest, names[newest.id], before, holds=not found))
    return found


def _statement(consent: Consent, name: str, before: Consent | None, *, holds: bool) -> Statement:
    if consent.is_allowed:
        what = _("Allowed")
    else:
        what = _("Withdrawn") if before is not None and before.is_allowed else _("Refused")
    return Statement(
        consent.id, consent.channel, consent.is_allowed, consent.said_on, consent.source, consent.wording or "",
        consent.created_at, name, what, holds,
    )  # fmt: skip


def say(
    database: Database,
    contact: int,
    channel: str,
    is_allowed: bool,
    *,
    said_on: date | None = None,
    source: str = "",
    wording: str = "",
    role: int | None = None,
) -> int:
    """Record what a contact, or its contact person `role`, said about a channel; return the number of the statement.

    Raises UserError for an unknown channel, a day to come, and a contact or person that is gone or restricted.
    """
    database.rights.require("contacts", "change")
    day = said_on or date.today()
    if channel not in dict(CHANNELS):
        raise UserError(
            _("There is no channel “{name}”. Choose one of: {names}.").format(
                name=channel, names=", ".join(dict(CHANNELS))
            ),
            field="channel",
        )
    if day > date.today():
        raise UserError(_("This day has not come yet. Enter when it was said."), field="said_on")
    with unit_of_work(database, N_("Permission recorded")) as work:
        found = work.session.get(Contact, contact)
        if found is None:
            raise UserError(_("This contact does not exist any more."))
        refuse_restricted(found)
        if role is not None and getattr(work.session.get(ContactPerson, role), "contact_id", None) != contact:
            raise UserError(_("This contact person is not there any more. Choose another one."), field="person")
        made = Consent(
            contact_id=contact, contact_person_id=role, channel=channel, is_allowed=is_allowed, said_on=day,
            source=source.strip(), wording=wording.strip() or None,
        )  # fmt: skip
        work.session.add(made)
        work.session.flush()
        return made.id
