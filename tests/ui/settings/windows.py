"""Windows of the settings, the merge and the first start for tests/ui/register.py."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

from PySide6.QtWidgets import QWidget

from gcrm.model.follow_up import When
from gcrm.services import contact
from gcrm.ui.context import Context

TODAY = datetime.combine(date.today(), time())
Make = Callable[[Context, QWidget | None], QWidget]


def page_of_settings(key: str) -> Make:
    def make(context: Context, parent: QWidget | None) -> QWidget:
        from gcrm.services import activity_types, user
        from gcrm.services.backup import automatic
        from gcrm.services.team import rights

        if key == "backup":
            automatic.run(context.database)
        if key == "users":
            user.add_user(context.database, "jonas", "Jonas Becker")
        if key == "rights":
            rights.ensure_groups(context.database)
        if key == "activity_types":
            activity_types.add_type(context.database, "Site visit", icon="hammer", colour="warn")
        return opened(context, key, parent)

    return make


def opened(context: Context, key: str, parent: QWidget | None) -> QWidget:
    from gcrm.ui.settings import SettingsWindow

    window = SettingsWindow(context, key, parent)
    context.tasks.wait_idle()
    return window


def with_form(key: str) -> Make:
    """Return a page with the form of a new record open."""

    def make(context: Context, parent: QWidget | None) -> QWidget:
        window: Any = page_of_settings(key)(context, parent)
        page = window.page(key)
        (page.away if key == "users" else page.card).add_button.click()
        if key == "custom_fields":
            page.card.form.kind.set_value("choice")
        return window  # type: ignore[no-any-return]  # it is the window that page_of_settings made

    return make


def new_password(context: Context, parent: QWidget | None) -> QWidget:
    """Return the page of backups with the form for a new password open, before there is any."""
    from gcrm.services import settings

    window: Any = opened(context, "backup", parent)
    window.page("backup").keep(settings.option("backup.is_encrypted"), True)
    return window  # type: ignore[no-any-return]  # as above


def found_settings(words: str) -> Make:
    def make(context: Context, parent: QWidget | None) -> QWidget:
        window: Any = page_of_settings("general")(context, parent)
        window.search.setText(words)
        return window  # type: ignore[no-any-return]  # as above

    return make


def _twin(context: Context) -> list[int]:
    """Add a second Albrecht; return both."""
    from gcrm.services.activity import log
    from gcrm.services.contact_list import ContactQuery, ids
    from tests.ui.office import albrecht

    with context.database.read() as session:
        first = int(ids(session, ContactQuery(words="Albrecht Metallbau"), 1)[0])
    made = albrecht()
    made.name, made.payment_terms, made.notes = "Albrecht Metall GmbH", "", "Pays on time, delivers railings."
    other = contact.create(context.database, made)
    log(context.database, other, "Met at the fair", type="note")
    return [first, other]


def merge_dialog(count: int) -> Make:
    def make(context: Context, parent: QWidget | None) -> QWidget:
        from gcrm.ui.merge import MergeDialog

        dialog = MergeDialog(context, _twin(context)[:count], parent)
        context.tasks.wait_idle()
        return dialog

    return make


def duplicates_dialog(context: Context, parent: QWidget | None) -> QWidget:
    from gcrm.ui.merge import DuplicatesDialog

    dialog = DuplicatesDialog(context, _twin(context)[0], parent)
    context.tasks.wait_idle()
    return dialog


def plan_dialog(context: Context, parent: QWidget | None) -> QWidget:
    from gcrm.ui.plan_activities import PlanDialog

    dialog = PlanDialog(context, _twin(context), parent)
    context.tasks.wait_idle()
    return dialog


def first_start(page: int) -> Make:
    def make(context: Context, parent: QWidget | None) -> QWidget:
        from gcrm.ui.first_start import FirstStart

        dialog = FirstStart(context, parent)
        dialog.show_step(page)
        return dialog

    return make


PAGES = (
    "general", "company", "office", "telephone", "phones", "calendar_elsewhere", "mail", "users", "rights",
    "activity_types", "custom_fields", "numbers", "printing", "reminders", "backup", "trash",
)  # fmt: skip


def calendar_elsewhere(context: Context, parent: QWidget | None) -> QWidget:
    """Return the page with a calendar that is connected, after a round with something to tell, about to be ended."""
    from dataclasses import asdict

    from gcrm.model.base import now
    from gcrm.services import settings
    from gcrm.services.activity import log
    from gcrm.services.dav import account
    from gcrm.services.dav.outcome import Outcome

    known = account.Account("https://cloud.example.org/remote.php/dav/calendars/anna/work/", "anna", "Work")
    told = Outcome(3, 12, conflicts=1, problems=["An entry was changed there at the same moment."])
    settings.set(context.database, account.KEY, asdict(known))
    settings.set(context.database, account.ROUND, {"at": now().isoformat(), "stopped": "", **asdict(told)})
    log(context.database, None, "Party", subject="Changed twice: Visit", call_key="dav:1", follow_up=When(TODAY, True))
    window: Any = opened(context, "calendar_elsewhere", parent)
    window.page("calendar_elsewhere").end_button.click()
    return window  # type: ignore[no-any-return]  # as above


WINDOWS_OF_SETTINGS: dict[str, Make] = {
    **{f"settings, {key}": page_of_settings(key) for key in PAGES},
    "settings, calendar elsewhere": calendar_elsewhere,
    "settings, new absence": with_form("users"),
    "settings, new type": with_form("activity_types"),
    "settings, activity_sets": with_form("activity_sets"),
    "plan activities": plan_dialog,
    "settings, new field": with_form("custom_fields"),
    "settings, number range": with_form("numbers"),
    "settings, backup password": new_password,
    "settings, found": found_settings("phone"),
    "settings, nothing found": found_settings("quaternion"),
    "merge": merge_dialog(2),
    "merge, the other one": merge_dialog(1),
    "duplicates": duplicates_dialog,
    "first start, company": first_start(0),
    "first start, contacts": first_start(1),
    "first start, telephone": first_start(2),
}
