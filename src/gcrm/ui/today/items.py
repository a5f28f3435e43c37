"""The lines of the Today page in words, and the list model that holds them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from typing_extensions import override

from gcrm.i18n import _, ngettext
from gcrm.services.birthdays import Birthday
from gcrm.services.calendar_entry import Entry
from gcrm.services.delegation import NoticeRow
from gcrm.services.moment import today_of, wall_of
from gcrm.services.showing import show_money
from gcrm.services.today import Bucket, TodayRow
from gcrm.ui.day_words import clock_time, moment_words, relative_day, short_day
from gcrm.ui.today.reading import Page

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Item:
    """One line. `kind`: header, follow_up, appointment, document, birthday or notice.

    `key` finds it again after reading anew.
    """

    kind: str
    key: str
    title: str
    text: str = ""
    due: str = ""
    who: str = ""
    icon: str = ""
    tone: str = "neutral"
    is_bad: bool = False
    contact: int | None = None
    activity: int | None = None
    notice: int | None = None

    @property
    def spoken(self) -> str:
        """Return the line as one sentence."""
        state = _("Overdue") if self.is_bad else ""
        return ", ".join(part for part in (self.title, self.text, state, self.due, self.who) if part)


def items_of(page: Page) -> list[Item]:
    """Return all lines: each list with its heading, empty lists left out."""
    found = page.today
    day = today_of(page.now)
    lines: list[Item] = []
    if page.appointments:
        lines.append(_heading("appointments", _("Appointments"), len(page.appointments)))
        lines += [_appointment(entry, page) for entry in page.appointments]
    for key, title, bucket in (
        ("overdue", _("Overdue"), found.overdue),
        ("today", _("Today"), found.today),
        ("week", _("This week"), found.week),
    ):
        lines += _section(key, title, bucket, page)
    lines += _documents(page, day)
    if found.birthdays:
        lines.append(_heading("birthdays", _("Birthdays"), len(found.birthdays)))
        lines += [_birthday(row, day) for row in found.birthdays]
    lines += _section("loose", _("Loose ends"), found.loose_ends, page)
    if found.notices:
        lines.append(_heading("notices", _("Notices"), len(found.notices)))
        lines += [_notice(row, day) for row in found.notices]
    return lines


def _heading(key: str, title: str, count: int) -> Item:
    tone = "bad" if key in ("overdue", "documents") else "neutral"
    return Item("header", f"header:{key}", title, due=str(count), tone=tone)


def _section(key: str, title: str, bucket: Bucket, page: Page) -> Iterator[Item]:
    """Yield heading and lines of one list of follow-ups; the last line tells how many more there are."""
    if not bucket.rows:
        return
    yield _heading(key, title, bucket.count)
    for row in bucket.rows:
        yield _follow_up(row, page)
    yield from _more(key, bucket.count - len(bucket.rows))


def _more(key: str, more: int) -> Iterator[Item]:
    """Yield the line that tells how many more there are than are shown."""
    if more > 0:
        text = ngettext("and {count} more", "and {count} more", more).format(count=more)
        yield Item("more", f"more:{key}", text)


def _documents(page: Page, day: date) -> Iterator[Item]:
    """Yield heading and lines of the invoices that should have been paid by now."""
    if not page.documents:
        return
    yield _heading("documents", _("Overdue invoices"), page.document_count)
    for row in page.documents:
        late = (day - row.due_on).days
        words = ngettext("{count} day overdue", "{count} days overdue", late).format(count=late)
        text = " · ".join((row.number, show_money(row.rest, row.currency)))
        yield Item(
            "document", f"document:{row.id}", row.contact, text, words, icon="receipt-text", tone="bad", is_bad=True,
            contact=row.contact_id,
        )  # fmt: skip
    yield from _more("documents", page.document_count - len(page.documents))


def _follow_up(row: TodayRow, page: Page) -> Item:
    """Return a follow-up or missed call."""
    day = today_of(page.now)
    is_missed = row.state == "missed"
    what = row.title if row.title != row.label or not row.text else ""
    text = " · ".join(part for part in (what, " ".join(row.text[:300].split())) if part)
    marks = [_("high priority")] if row.is_high else []
    marks += [_("repeats")] if row.is_recurring else []
    marks += [_("private")] if row.is_private else []
    return Item(
        "follow_up",
        f"activity:{row.id}",
        row.contact or row.phone or _("No contact"),
        " · ".join([text or row.label, *marks]),
        _due(row, day),
        _who(row, page),
        "phone-missed" if is_missed else row.icon,
        "bad" if row.is_overdue else "warn" if is_missed else row.colour,
        row.is_overdue,
        row.contact_id,
        row.id,
    )


def _appointment(entry: Entry, page: Page) -> Item:
    """Return an appointment of today; what is private to a colleague says no more than that."""
    from gcrm.ui.calendar.words import marks, span_words

    words = [entry.contact if entry.contact not in entry.title else "", entry.location, *marks(entry)]
    who = page.names.get(entry.user_id or 0, "") if len(page.names) > 1 and page.whom == 0 else ""
    return Item(
        "appointment", entry.key, entry.title, " · ".join(part for part in words if part), span_words(entry), who,
        entry.icon or "lock", "info", contact=entry.contact_id, activity=entry.activity_id,
    )  # fmt: skip


def _due(row: TodayRow, day: date) -> str:
    """Return when a follow-up is due, or when a missed call came."""
    if row.follow_up_at is None:
        return moment_words(row.at.astimezone().replace(tzinfo=None), day) if row.state == "missed" else _("no date")
    at = wall_of(row.follow_up_at, row.follow_up_all_day)
    distance = (at.date() - day).days
    words = relative_day(at.date(), day) if abs(distance) <= 1 else short_day(at.date(), day, weekday=True)
    return words if row.follow_up_all_day else f"{words} {clock_time(at)}"


def _who(row: TodayRow, page: Page) -> str:
    """Return who is responsible, where that is not oneself."""
    if row.state == "missed":
        return ""
    if row.responsible_id is None:
        return _("nobody")
    name = page.names.get(row.responsible_id, row.for_whom)
    if row.for_whom and page.whom != row.responsible_id and page.whom:
        return _("for {name}").format(name=name)
    return name if not page.whom or row.for_whom else ""


def _birthday(row: Birthday, day: date) -> Item:
    """Return a birthday or an anniversary."""
    if row.kind == "anniversary":
        text = ngettext("{count} year", "{count} years", row.years).format(count=row.years)
    else:
        text = _("turns {count}").format(count=row.years) if row.years else _("is born")
    if row.contact != row.name:
        text = f"{text} · {row.contact}"
    icon = "cake" if row.kind == "birthday" else "calendar-heart"
    due = relative_day(row.on, day) if (row.on - day).days <= 1 else short_day(row.on, day, weekday=True)
    key = f"birthday:{row.kind}:{row.contact_id}:{row.contact_person_id}"
    return Item("birthday", key, row.name, text, due, icon=icon, tone="ok", contact=row.contact_id)


def _notice(row: NoticeRow, day: date) -> Item:
    """Return a word from a colleague."""
    icon = {"delegated": "user-plus", "completed": "check", "taken_back": "user-minus"}.get(row.kind, "bell")
    at = moment_words(row.at.astimezone().replace(tzinfo=None), day)
    return Item(
        "notice", f"notice:{row.id}", row.sentence, "", at, icon=icon, tone="info",
        contact=row.contact_id, activity=row.activity_id, notice=row.id,
    )  # fmt: skip


class TodayModel(QAbstractListModel):
    """The lines of the page."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._items: list[Item] = []

    def show(self, items: list[Item]) -> bool:
        """Show other lines; tell whether anything is different."""
        if items == self._items:
            return False
        self.beginResetModel()
        self._items = items
        self.endResetModel()
        return True

    def item(self, index: Index) -> Item:
        """Return a line."""
        return self._items[index.row()]

    def place(self, key: str) -> int | None:
        """Return the row of a line, None when it is gone."""
        return next((place for place, item in enumerate(self._items) if item.key == key), None)

    def nearest(self, row: int) -> int | None:
        """Return the first line from `row` on that can be chosen, else the last one before it."""
        chosen = [place for place, item in enumerate(self._items) if item.kind not in ("header", "more")]
        after = [place for place in chosen if place >= row]
        return after[0] if after else chosen[-1] if chosen else None

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._items)

    @override
    def flags(self, index: Index) -> Qt.ItemFlag:
        if index.isValid() and self.item(index).kind in ("header", "more"):
            return Qt.ItemFlag.NoItemFlags
        return super().flags(index)

    @override
    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if not index.isValid() or index.row() >= len(self._items):
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.item(index).spoken
        return None
