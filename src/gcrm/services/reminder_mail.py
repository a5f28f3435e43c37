"""Reminders by e-mail: what is due goes to its user in one mail, by the account that the user set up.

Whatever program of a user looks first sends: it notes that it is about to, sends, and notes that it did. One that dies
in between leaves its note, and after CLAIM the next one sends again. The same reminders have the same Message-ID, so
that a mail sent twice is one to programs that look at it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gcrm.errors import GcrmError
from gcrm.i18n import N_, _, ngettext
from gcrm.model.setting import Setting
from gcrm.services import appointment_reminders, settings
from gcrm.services.database import Database
from gcrm.services.mail import sending
from gcrm.services.mail.account import Account, password_of, read_account
from gcrm.services.moment import wall_of
from gcrm.services.reminders import MOST, due_reminders
from gcrm.services.showing import show_date, show_instant
from gcrm.services.today import TodayRow
from gcrm.services.unit_of_work import unit_of_work

KEY = "reminders.mailed"
CLAIM = timedelta(minutes=10)
"""How long a program that is about to send keeps others from it."""

Post = Callable[[Account, str, EmailMessage], object]


@dataclass(frozen=True, slots=True)
class Waiting:
    """What is to be sent: reminders due after `since`, by `account` to `to`."""

    account: Account
    to: str
    since: datetime
    rows: tuple[TodayRow, ...]


def is_wanted(session: Session, user: int) -> bool:
    """Tell whether a user wants reminders by e-mail."""
    return bool(settings.get(session, "reminders.by_mail", user))


def waiting(database: Database, now: datetime, seen: datetime | None = None) -> Waiting | None:
    """Return what is to be sent by now, None for nothing. `seen` is an instant up to which nothing was due.

    Raises UserError where reminders by e-mail are wanted, and the account for them is not set up.
    """
    with database.read() as session:
        if not is_wanted(session, database.user_id):
            return None
        account = read_account(session, database.user_id)
        since, _is_free = _state(settings.get(session, KEY, database.user_id), now)
        since = max(since, seen) if seen is not None else since
        rows = _rows(session, database.user_id, since, now)
        to = settings.get(session, "reminders.mail_to", database.user_id) or account.sender
    return Waiting(account, to, since, rows) if rows else None


def send_due(database: Database, now: datetime, seen: datetime | None = None, post: Post | None = None) -> int:
    """Send what is due by e-mail and return how many reminders went out; 0 also while another program sends them.

    Raises what `waiting` and `sending.send` raise; what was not sent is sent by the next call.
    """
    if waiting(database, now, seen) is None:
        return 0
    if not _claim(database, now):
        return 0
    try:
        found = waiting(database, now, seen)  # what another program sent a moment ago is not among them
        if found is not None:
            (post or sending.send)(found.account, password_of(found.account), letter(found, now))
    except GcrmError:
        _note(database, None)
        raise
    _note(database, now)
    return len(found.rows) if found is not None else 0


def letter(found: Waiting, now: datetime) -> EmailMessage:
    """Return the mail about reminders, in the language of the program."""
    count = len(found.rows)
    subject = ngettext("Reminder: {text}", "{count} reminders: {text}", count).format(
        count=count, text=found.rows[0].text or found.rows[0].title
    )
    end = _("gCRM sends this because you want reminders by e-mail (Settings, Reminders).")
    text = "\n\n".join([*(_paragraph(row) for row in found.rows), f"-- \n{end}\n"])
    message = sending.written(found.account.sender, [found.to], subject, text, now)
    message["Message-ID"] = f"<{_mark(found.rows)}@{sending.address_of(found.account.sender).domain}>"
    return message


def _paragraph(row: TodayRow) -> str:
    """Return what is said of a reminder: what, with whom, when, for whom."""
    reached = " · ".join(part for part in (row.contact, row.phone) if part)
    for_whom = _("For {name}").format(name=row.for_whom) if row.for_whom else ""
    return "\n".join(part for part in (row.text or row.title, reached, _when(row), for_whom) if part)


def _when(row: TodayRow) -> str:
    if row.follow_up_at is None:
        return ""
    at = wall_of(row.follow_up_at, row.follow_up_all_day)
    return show_date(at.date()) if row.follow_up_all_day else show_instant(row.follow_up_at)


def _mark(rows: Sequence[TodayRow]) -> str:
    """Return a name that these reminders, and no others, have."""
    told = [(row.id, row.follow_up_at.astimezone(UTC).isoformat() if row.follow_up_at else "") for row in rows]
    return f"gcrm.{hashlib.sha256(repr(sorted(told)).encode()).hexdigest()[:32]}"


def _rows(session: Session, user: int, since: datetime, now: datetime) -> tuple[TodayRow, ...]:
    due = due_reminders(session, user, since, now, MOST)
    return tuple(due + appointment_reminders.due(session, user, since, now))


# --- who sends ------------------------------------------------------------------------------------------------------
def _state(kept: Any, now: datetime) -> tuple[datetime, bool]:
    """Return up to when reminders were sent, and whether no other program is about to send."""
    told = kept if isinstance(kept, dict) else {}
    until = datetime.fromisoformat(told["until"]) if told.get("until") else now
    claimed = datetime.fromisoformat(told["sending"]) if told.get("sending") else None
    return until, claimed is None or not timedelta() <= now - claimed < CLAIM


def begin(database: Database, now: datetime) -> None:
    """Note from when on reminders are sent, if that was never noted: what was due before stays with the pop-ups."""
    with database.read() as session:
        is_known = bool(settings.get(session, KEY, database.user_id))
    if not is_known:
        settings.set(database, KEY, {"until": now.astimezone(UTC).isoformat()})


def _claim(database: Database, now: datetime) -> bool:
    """Note that this program is about to send; False where another one is."""
    with unit_of_work(database, N_("Reminders sent by e-mail"), kind="system") as work:
        wanted = select(Setting).where(Setting.key == KEY, Setting.user_id == work.user_id)
        found = work.session.scalars(wanted.with_for_update()).first()
        until, is_free = _state(found.value if found is not None else {}, now)
        if is_free:
            value = {"until": until.astimezone(UTC).isoformat(), "sending": now.astimezone(UTC).isoformat()}
            if found is None:
                work.session.add(Setting(key=KEY, user_id=work.user_id, value=value))
            else:
                found.value = value
    return is_free


def _note(database: Database, until: datetime | None) -> None:
    """Note that reminders were sent up to an instant; None: they were not."""
    with unit_of_work(database, N_("Reminders sent by e-mail"), kind="system") as work:
        wanted = select(Setting).where(Setting.key == KEY, Setting.user_id == work.user_id)
        found = work.session.scalars(wanted.with_for_update()).one()
        reached, _is_free = _state(found.value, datetime.now(UTC))
        latest = reached if until is None else max(reached, until)
        found.value = {"until": latest.astimezone(UTC).isoformat()}
