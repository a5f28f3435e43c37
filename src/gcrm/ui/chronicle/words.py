"""What stands in an entry of the chronicle: heading, text, the line with time and person, icon and colour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gcrm.i18n import _, ngettext
from gcrm.model.activity import DIRECTIONS
from gcrm.model.appointment import STATUSES
from gcrm.services.chronicle import ChronicleRow, Span
from gcrm.services.mail.message import below_head
from gcrm.services.moment import today_of, wall_of
from gcrm.ui.day_words import clock_time, duration_words, moment_words, relative_day, short_day

LONGEST = 20_000
"""Characters of a text that are painted; the rest is read in the activity itself."""
_CALL_ICONS = {"in": "phone-incoming", "out": "phone-outgoing"}


@dataclass(frozen=True, slots=True)
class EntryWords:
    """An entry in words; `tone` colours icon and, for what is due, the heading."""

    title: str
    text: str
    meta: str
    icon: str
    tone: str
    is_due: bool
    spoken: str


def words_of(row: ChronicleRow, me: tuple[int, str], now: datetime) -> EntryWords:
    """Return what is painted of a row for the user `me` (id, name)."""
    if row.is_pinned:
        return _open(row, me, now)
    title = row.title
    if row.span is not None:
        return _appointment(row, row.span, me, now)
    if row.seconds:
        title = _("{title}, {duration}").format(title=title, duration=duration_words(row.seconds))
    meta = [moment_words(row.at.astimezone().replace(tzinfo=None), today_of(now)), _who(row.author, me)]
    text = row.text
    if row.type == "email":
        text = below_head(text)
        meta.insert(1, _(dict(DIRECTIONS).get(row.direction, "")) if row.direction else "")
    return _entry(title, text[:LONGEST], [*meta, *_extras(row)], _icon(row), _tone(row), is_due=False)


def _open(row: ChronicleRow, me: tuple[int, str], now: datetime) -> EntryWords:
    """Return the words of an open follow-up: what is to be done and when stands first."""
    text = row.text[:LONGEST] if row.title == row.label else f"{row.title}\n{row.text[:LONGEST]}".strip()
    who = _("you") if row.responsible_id == me[0] else row.responsible or _("nobody")
    tone = "bad" if row.is_due else _tone(row)
    icon = "flag" if row.follow_up_at is not None else _icon(row)
    meta = [_due_moment(row, now), who, *_extras(row)]
    if row.recurrence:
        meta.append(_("repeats"))
    return _entry(_due_title(row, now), text or row.label, meta, icon, tone, is_due=row.is_due)


def _appointment(row: ChronicleRow, span: Span, me: tuple[int, str], now: datetime) -> EntryWords:
    """Return the words of an appointment: when it is stands with it, and whose it is."""
    from gcrm.ui.calendar.words import when_words

    when = when_words(span.begins, span.ends, today_of(now), all_day=span.is_all_day)
    status = _(dict(STATUSES)[span.status]) if span.status != "confirmed" else ""
    who = _("you") if row.responsible_id == me[0] else row.responsible
    meta = [when, span.location, status, _("repeats") if span.repeats else "", who, *_extras(row)]
    return _entry(row.title, row.text[:LONGEST], meta, "calendar", _tone(row), is_due=False)


def _entry(title: str, text: str, meta: list[str], icon: str, tone: str, *, is_due: bool) -> EntryWords:
    line = " · ".join(part for part in meta if part)
    spoken = ", ".join(part for part in (title, " ".join(text[:500].split()), line) if part)
    return EntryWords(title, text, line, icon, tone, is_due, spoken)


def _due_title(row: ChronicleRow, now: datetime) -> str:
    """Say what an open follow-up is: overdue, due today, or when it comes."""
    if row.follow_up_at is None:
        return _("To do")
    today = today_of(now)
    day = wall_of(row.follow_up_at, row.follow_up_all_day).date()
    if day < today:
        return _("Follow-up overdue since {day}").format(day=short_day(day, today))
    if day == today:
        return _("Follow-up overdue") if row.is_overdue else _("Follow-up due today")
    if (day - today).days == 1:
        return _("Follow-up tomorrow")
    return _("Follow-up {day}").format(day=short_day(day, today, weekday=True))


def _due_moment(row: ChronicleRow, now: datetime) -> str:
    """Say the moment of an open follow-up."""
    if row.follow_up_at is None:
        return ""
    at = wall_of(row.follow_up_at, row.follow_up_all_day)
    day = relative_day(at.date(), today_of(now))
    return day if row.follow_up_all_day else f"{day} {clock_time(at)}"


def _who(name: str, me: tuple[int, str]) -> str:
    """Return whose entry it is, "you" for one's own."""
    if not name:
        return _("automatic")
    return _("you") if name == me[1] else name


def _extras(row: ChronicleRow) -> list[str]:
    """Return what else belongs into the line: contact person, files, private."""
    found = [row.person]
    if row.attachments:
        found.append(ngettext("{count} file", "{count} files", row.attachments).format(count=row.attachments))
    if row.is_private:
        found.append(_("private"))
    return found


def _icon(row: ChronicleRow) -> str:
    if row.type != "call":
        return row.icon
    return "phone-missed" if row.state == "missed" else _CALL_ICONS.get(row.direction, row.icon)


def _tone(row: ChronicleRow) -> str:
    return "warn" if row.state == "missed" else row.colour
