"""Entries, days and ranges of the calendar in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Literal

from babel.dates import format_date, format_interval, get_day_names, get_month_names

from gcrm.i18n import _, current_language
from gcrm.model.appointment import STATUSES
from gcrm.model.show import locale_for
from gcrm.services.calendar_entry import Entry
from gcrm.ui.day_words import clock_time, relative_day, short_day


def span_words(entry: Entry) -> str:
    """Return the time of an entry on its day: "14:00 – 15:30", "All day"."""
    if entry.is_all_day:
        return _("All day")
    if entry.ends <= entry.begins:
        return clock_time(entry.begins)
    return f"{clock_time(entry.begins)} – {clock_time(entry.ends)}"


def when_words(begins: datetime, ends: datetime, today: date, *, all_day: bool) -> str:
    """Return begin and end in words: "Tue 8 Dec 14:00 – 15:00", "8 Dec – 10 Dec"."""
    first = short_day(begins.date(), today, weekday=True)
    last_day = (ends - timedelta(days=1)).date() if all_day else ends.date()
    last = short_day(last_day, today, weekday=True)
    if all_day:
        return first if last_day <= begins.date() else f"{first} – {last}"
    begin = f"{first} {clock_time(begins)}"
    if ends <= begins:
        return begin
    end = clock_time(ends)
    return f"{begin} – {end}" if last_day == begins.date() else f"{begin} – {last} {end}"


def marks(entry: Entry) -> list[str]:
    """Return what else is to be known of an entry, in words."""
    found = []
    if entry.kind in ("due", "overdue"):
        found.append(_("Overdue") if entry.kind == "overdue" else _("Due"))
    if entry.status != "confirmed":
        found.append(_(dict(STATUSES)[entry.status]))
    if entry.is_series or (entry.original and entry.kind == "appointment"):
        found.append(_("repeats"))
    if entry.is_private and entry.kind != "busy":
        found.append(_("private"))
    return found


def spoken(entry: Entry, names: Mapping[int, str], today: date) -> str:
    """Return an entry as one sentence."""
    when = when_words(entry.begins, entry.ends, today, all_day=entry.is_all_day)
    if entry.is_all_day:
        when = ", ".join((when, _("All day")))
    kind = {"birthday": _("Birthday"), "follow_up": _("Follow-up")}.get(entry.kind, "")
    whose = names.get(entry.user_id or 0, "")
    contact = entry.contact if entry.contact not in entry.title else ""
    return ", ".join(part for part in (when, kind, entry.title, contact, entry.location, whose, *marks(entry)) if part)


def day_title(day: date, *, is_narrow: bool = False) -> str:
    """Return the heading of a day in a week: "Mon 23"."""
    names = get_day_names("abbreviated", locale=locale_for(current_language()))
    name = str(names[day.weekday()]).replace(".", "")
    return str(day.day) if is_narrow else f"{name} {day.day}"


def weekday_name(weekday: int, width: Literal["abbreviated", "wide"] = "abbreviated") -> str:
    """Return the name of a weekday, 0 being Monday."""
    return str(get_day_names(width, locale=locale_for(current_language()))[weekday]).replace(".", "")


def month_title(day: date) -> str:
    """Return "November 2026"."""
    name = get_month_names("wide", context="stand-alone", locale=locale_for(current_language()))[day.month]
    return f"{str(name)[:1].upper()}{str(name)[1:]} {day.year}"


def short_month(day: date) -> str:
    """Return "Nov"."""
    return str(get_month_names("abbreviated", locale=locale_for(current_language()))[day.month]).replace(".", "")


def range_title(first: date, last: date) -> str:
    """Return a range of days: "23 – 29 Nov 2026"."""
    locale = locale_for(current_language())
    if first == last:
        return str(format_date(first, "full", locale=locale))
    return str(format_interval(first, last, "yMMMd", locale=locale)).replace("\u2009", " ")


def agenda_heading(day: date, today: date) -> str:
    """Return the heading of a day in the agenda."""
    full = str(format_date(day, "full", locale=locale_for(current_language())))
    near = relative_day(day, today) if abs((day - today).days) <= 1 else ""
    return f"{near} · {full}" if near else full
