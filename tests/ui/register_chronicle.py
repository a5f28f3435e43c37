"""The windows of chronicle, follow-ups, reminders and unfinished texts, for the register."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from PySide6.QtWidgets import QWidget
from sqlalchemy import select

from gcrm.model.activity import Activity
from gcrm.model.contact import Contact
from gcrm.services import user
from gcrm.services.drafts import DraftStore
from gcrm.services.reminders import due_reminders
from gcrm.ui.context import Context

Factory = Callable[[Context, QWidget | None], QWidget]


def first(context: Context, cls: type[Activity] | type[Contact]) -> int:
    """Return the id of the first record of a class."""
    with context.database.read() as session:
        return session.scalars(select(cls.id).order_by(cls.id)).first() or 0


def rail(context: Context, parent: QWidget | None) -> QWidget:
    from gcrm.ui.chronicle import ChronicleRail

    made = ChronicleRail(context, parent)
    made.resize(316, 820)
    made.show_contact(first(context, Contact))
    return made


def rail_with_activity(context: Context, parent: QWidget | None) -> QWidget:
    from gcrm.ui.chronicle import ChronicleRail

    made = rail(context, parent)
    assert isinstance(made, ChronicleRail)
    context.tasks.wait_idle()
    made.open_activity(first(context, Activity))
    return made


def activity_with_files(context: Context, parent: QWidget | None) -> QWidget:
    from gcrm.services import activity_links, attachment
    from gcrm.ui.activity_form import ActivityForm
    from gcrm.ui.draft_keeper import DraftKeeper

    made = first(context, Activity)
    attachment.attach_bytes(context.database, b"Offer", "Offer of the third of November.txt", activity_id=made)
    with context.database.read() as session:
        other = session.scalars(select(Contact.id).order_by(Contact.id.desc())).first() or 0
    activity_links.add_link(context.database, made, other)
    form = ActivityForm(context, made, DraftKeeper(context), parent)
    form.resize(316, 900)
    return form


def rail_that_asks(context: Context, parent: QWidget | None) -> QWidget:
    from gcrm.ui.chronicle import ChronicleRail

    made = rail(context, parent)
    assert isinstance(made, ChronicleRail)
    context.tasks.wait_idle()
    made.bar.offer_next(first(context, Activity))
    return made


def today(context: Context, parent: QWidget | None) -> QWidget:
    from gcrm.ui.today import TodayPage

    user.add_user(context.database, "bruno", "Bruno")
    page = TodayPage(context, parent)
    page.resize(1100, 800)
    return page


def today_with_activity(context: Context, parent: QWidget | None) -> QWidget:
    from gcrm.ui.today import TodayPage

    page = today(context, parent)
    assert isinstance(page, TodayPage)
    page.open_activity(first(context, Activity))
    return page


def reminder(context: Context, parent: QWidget | None) -> QWidget:
    from gcrm.ui.reminder_popup import ReminderPopup

    now = datetime.now().astimezone()
    popup = ReminderPopup(context, parent)
    with context.database.read() as session:
        rows = due_reminders(session, context.database.user_id, now - timedelta(days=30), now)
    popup.show_rows(rows, now)
    return popup


def unfinished(context: Context, parent: QWidget | None) -> QWidget:
    from gcrm.ui.unfinished import UnfinishedDialog

    store = DraftStore.of(context.database)
    store.put("log:1", {"contact_id": first(context, Contact), "text": "He asked whether the doors"})
    store.put("contact/new", {"title": "Neumann GmbH"})
    return UnfinishedDialog(context, parent)


WINDOWS_OF_CHRONICLE: dict[str, Factory] = {
    "chronicle": rail,
    "chronicle, activity": rail_with_activity,
    "activity with files and links": activity_with_files,
    "chronicle, next follow-up": rail_that_asks,
    "today": today,
    "today, activity": today_with_activity,
    "reminder": reminder,
    "unfinished": unfinished,
}
