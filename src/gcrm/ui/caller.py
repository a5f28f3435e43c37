"""What the call pop-up says about a caller, read off the thread of the windows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gcrm.i18n import _, current_language, ngettext
from gcrm.model import phone
from gcrm.model.base import now
from gcrm.model.phone import PhoneKind
from gcrm.model.show import locale_for
from gcrm.services import contact_list
from gcrm.services.call_log import CallerCard, caller_card, who_is
from gcrm.services.database import Database
from gcrm.services.moment import day_of, today_of
from gcrm.services.open_item import overdue_text

LAST_LENGTH = 90
"""Characters of the last activity: two lines of the pop-up."""
MOST_CARDS = 8
"""So many owners of one number are shown at most."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: the number as transmitted and for the eye, what kind it is, and everybody who has it.

    `own` is the own number that was called, `more` how many owners have no card; `trouble` says why nobody could be
    looked up.
    """

    number: str
    shown: str
    kind: PhoneKind
    own: str = ""
    cards: tuple[CallerCard, ...] = ()
    more: int = 0
    trouble: str = ""

    @property
    def is_hidden(self) -> bool:
        """Whether no number was transmitted."""
        return self.kind is PhoneKind.HIDDEN

    @property
    def title(self) -> str:
        """Return the name to show while nobody is known."""
        if self.is_hidden:
            return _("Hidden number")
        if self.kind is PhoneKind.INTERNAL:
            return _("Internal call")
        return _("Unknown caller")

    @property
    def detail(self) -> str:
        """Return what stands below the title of somebody unknown."""
        return _("The caller shows no number") if self.is_hidden else self.shown


def home_of(database: Database) -> phone.Home:
    """Return where the office telephones from."""
    return phone.Home(database.home.country, database.home.area_code, database.home.outside_prefix)


def pretty(database: Database, number: str) -> tuple[str, PhoneKind]:
    """Return a transmitted number for the eye and its kind; "0341 (network)" shows the first of both."""
    parsed = phone.parse(number, home_of(database))
    return (phone.pretty(parsed.e164, database.home.country) if parsed.e164 else parsed.shown), parsed.kind


def look_up(database: Database, number: str, own: str = "") -> Caller:
    """Return who has a number, with what the pop-up tells of each; for a reader's thread."""
    shown, kind = pretty(database, number)
    called = pretty(database, own)[0] if own else ""
    moment = now()
    with database.read() as session:
        matches = who_is(session, number, database.home)
        user = database.user_id
        first = matches[:MOST_CARDS]
        cards = tuple(caller_card(session, match.contact, match.person, user=user, now=moment) for match in first)
    return Caller(number, shown, kind, called, cards, len(matches) - len(first))


def without_office(database: Database, number: str, own: str = "", trouble: str = "") -> Caller:
    """Return a caller of whom nothing could be looked up (yet)."""
    shown, kind = pretty(database, number)
    return Caller(number, shown, kind, pretty(database, own)[0] if own else "", trouble=trouble)


def trial_caller(database: Database, contact: int) -> Caller:
    """Return a caller as if a contact rang, with its first number if it has one."""
    with database.read() as session:
        row = contact_list.rows(session, [contact], ("phone",)).get(contact)
        card = caller_card(session, contact, user=database.user_id, now=now())
    shown, kind = pretty(database, str(row["phone"] or "")) if row else ("", PhoneKind.HIDDEN)
    return Caller(shown, shown, kind, "", (card,))


def clock_text(seconds: float) -> str:
    """Return a duration as "0:42", "1:03:10"."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def day_text(instant: datetime, all_day: bool = False) -> str:
    """Return a day the short way: "23 Nov", with the year when it is another one."""
    from babel.dates import format_skeleton

    day = day_of(instant, all_day)
    skeleton = "MMMd" if day.year == today_of(now()).year else "yMMMd"
    locale = locale_for(current_language(), "GB" if _is_english() else "")
    return str(format_skeleton(skeleton, day, locale=locale))


def _is_english() -> bool:
    return current_language() == "en"


def last_line(card: CallerCard) -> str:
    """Return the line about the last activity, "" when nothing happened yet."""
    if not card.last_activity or card.last_activity_at is None:
        return ""
    words = card.last_activity[0].lower() + card.last_activity[1:] if _is_english() else card.last_activity
    words = " ".join(words.split())
    shown = words if len(words) <= LAST_LENGTH else words[: LAST_LENGTH - 1].rstrip() + "…"
    return _("Last: {date}, {activity}").format(date=day_text(card.last_activity_at), activity=shown)


def chips(card: CallerCard) -> list[tuple[str, str]]:
    """Return text and kind of each chip: priority, overdue money and follow-ups, the next follow-up."""
    found = []
    if card.priority:
        kind = "info" if card.priority == "A" else "neutral"
        found.append((_("Priority {letter}").format(letter=card.priority), kind))
    late = overdue_text(card.owed)
    if late:
        found.append((_("{amount} overdue").format(amount=late), "bad"))
    if card.overdue:
        text = ngettext("{count} follow-up overdue", "{count} follow-ups overdue", card.overdue)
        found.append((text.format(count=card.overdue), "bad"))
    elif card.next_follow_up_at is not None:
        is_today = day_of(card.next_follow_up_at, card.next_follow_up_all_day) <= today_of(now())
        coming = _("Follow-up {date}").format(date=day_text(card.next_follow_up_at, card.next_follow_up_all_day))
        found.append((_("Follow-up today"), "warn") if is_today else (coming, "neutral"))
    return found
