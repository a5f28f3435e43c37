"""What a contact said about each channel: every statement with day, source and wording, the one that holds first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from gcrm.errors import UserError
from gcrm.i18n import N_, _
from gcrm.model.consent import Consent, current
from gcrm.model.contact import Contact
from gcrm.model.privacy_choices import CHANNELS
from gcrm.model.user import User
from gcrm.services.database import Database
from gcrm.services.restricted import refuse_restricted
from gcrm.services.unit_of_work import unit_of_work


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement, who recorded it and when, and what it is: allowed, withdrawn (after a permission) or refused.

    `holds`: it is the newest of its channel.
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

    @property
    def channel_label(self) -> str:
        """Return the channel in the language in force."""
        return _(dict(CHANNELS).get(self.channel, self.channel))


def statements(session: Session, contact: int) -> list[Statement]:
    """Return what a contact said, channel by channel, the newest first."""
    rows = session.execute(
        select(Consent, User.name).outerjoin(User, User.id == Consent.created_by).where(Consent.contact_id == contact)
    ).all()
    by_channel: dict[str, list[tuple[Consent, str]]] = {}
    for consent, name in rows:
        by_channel.setdefault(consent.channel, []).append((consent, name or ""))
    order = [channel for channel, _label in CHANNELS]
    channels = sorted(by_channel, key=lambda each: order.index(each) if each in order else len(order))
    return [each for channel in channels for each in _told(by_channel[channel])]


def _told(said: Sequence[tuple[Consent, str]]) -> list[Statement]:
    """Return the statements of one channel, the newest first."""
    left, names = [consent for consent, _name in said], {consent.id: name for consent, name in said}
    found: list[Statement] = []
    while left:
        newest = current(left, left[0].channel)
        if newest is None:
            break
        left.remove(newest)
        before = current(left, newest.channel)
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
) -> int:
    """Record what a contact said about a channel and return the number of the statement.

    Raises UserError for an unknown channel, a day to come, and a contact that is gone or restricted.
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
        made = Consent(
            contact_id=contact, channel=channel, is_allowed=is_allowed, said_on=day,
            source=source.strip(), wording=wording.strip() or None,
        )  # fmt: skip
        work.session.add(made)
        work.session.flush()
        return made.id
