"""Days and moments in the words of a chronicle: "Today 09:12", "20 Nov", "Tue 8 Dec 14:00", "6 min"."""

from __future__ import annotations

from datetime import date, datetime, time
from functools import lru_cache

from PySide6.QtCore import QLocale, QTime

from gcrm.i18n import _, current_language
from gcrm.model.follow_up import When
from gcrm.model.show import locale_for

# How a day and its month stand together (the year behind them), by language.
_DAY_MONTH = {"en": "d MMM", "de": "d. MMM", "pt": "d MMM"}
_LONG_DAY = {"en": "EEEE d MMMM", "de": "EEEE, d. MMMM", "pt": "EEEE, d 'de' MMMM"}


@lru_cache(maxsize=2048)
def _written(day: date, pattern: str, language: str) -> str:
    """Write a day by a CLDR pattern; English and Portuguese go without the dots of short words."""
    from babel.dates import format_date  # loaded with the first day that is shown, not at the start

    text = str(format_date(day, pattern, locale=locale_for(language)))
    return text if language == "de" else text.replace(".", "")


def short_day(day: date, today: date, *, weekday: bool = False) -> str:
    """Return "20 Nov", with the year where it is not this one; `weekday` puts "Fri" in front."""
    language = current_language()
    pattern = _DAY_MONTH.get(language, _DAY_MONTH["en"])
    # A follow-up of January is read in December without its year, as long as the weekday goes with it.
    if day.year != today.year and not (weekday and 0 <= (day - today).days < 300):
        pattern += " y"
    return _written(day, f"EEE {pattern}" if weekday else pattern, language)


def long_day(day: date) -> str:
    """Return "Monday 23 November"."""
    language = current_language()
    return _written(day, _LONG_DAY.get(language, _LONG_DAY["en"]), language)


def relative_day(day: date, today: date) -> str:
    """Return "Today", "Yesterday", "Tomorrow" or the short day."""
    near = {-1: _("Yesterday"), 0: _("Today"), 1: _("Tomorrow")}
    return near.get((day - today).days) or short_day(day, today)


def clock_time(at: time | datetime) -> str:
    """Return a time of day as this computer writes it, without seconds."""
    pattern = QLocale().timeFormat(QLocale.FormatType.ShortFormat).replace(":ss", "").replace(".ss", "")
    return QLocale().toString(QTime(at.hour, at.minute), pattern)


def moment_words(at: datetime, today: date, *, all_day: bool = False) -> str:
    """Return "Today 09:12", "20 Nov" for a naive wall time; older moments without the time of day."""
    day = relative_day(at.date(), today)
    near = abs((at.date() - today).days) <= 1
    return day if all_day or (at.date() < today and not near) else f"{day} {clock_time(at)}"


def when_words(when: When, today: date) -> str:
    """Return what a follow-up field understood: "Tue 8 Dec", "Fri 4 Dec 14:00"."""
    day = short_day(when.on, today, weekday=True)
    return day if when.all_day else f"{day} {clock_time(when.at)}"


def duration_words(seconds: int) -> str:
    """Return "45 s", "6 min" or "1 h 20 min"."""
    if seconds < 60:
        return _("{count} s").format(count=seconds)
    hours, minutes = divmod(seconds // 60, 60)
    if not hours:
        return _("{count} min").format(count=minutes)
    if not minutes:
        return _("{count} h").format(count=hours)
    return _("{hours} h {minutes} min").format(hours=hours, minutes=minutes)
