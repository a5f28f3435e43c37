"""Every window, dialog and page of the program: what the accessibility gate and the screenshots walk over.

To add one: a function that makes it, and its name in WINDOWS. A factory gets the context and returns a widget that is
ready to be shown; what it reads in the background is waited for. `office_of(context)` gives contacts to show.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QWidget
from sqlalchemy import select

from gcrm.errors import ConflictError, FieldConflict
from gcrm.model.contact import Contact
from gcrm.ui.context import Context

Factory = Callable[[Context, QWidget | None], QWidget]


def first_contact(context: Context) -> int:
    """Return the contact that the windows show: Albrecht Metallbau."""
    with context.database.read() as session:
        return session.scalars(select(Contact.id).order_by(Contact.id)).first() or 0


def contact_page(context: Context, parent: QWidget | None) -> QWidget:
    from gcrm.ui.contact import ContactPage

    page = ContactPage(context, parent)
    page.resize(720, 900)
    page.show_contact(first_contact(context))
    return page


def on_tab(key: str) -> Factory:
    def make(context: Context, parent: QWidget | None) -> QWidget:
        page: Any = contact_page(context, parent)
        context.tasks.wait_idle()
        page.open_tab(key)
        return page  # type: ignore[no-any-return]  # it is the page that contact_page made

    return make


def conflict_dialog(context: Context, parent: QWidget | None) -> QWidget:
    from gcrm.ui.conflict import ConflictDialog

    conflict = FieldConflict(("contact", 1), "payment_terms", "30 days", "14 days", "at once", "Bruno")
    error = ConflictError("Bruno changed the same data meanwhile. Choose which value stays.", (conflict,))
    return ConflictDialog("Albrecht Metallbau GmbH", error, lambda mine, theirs: None, lambda: None, parent)


def history_dialog(context: Context, parent: QWidget | None) -> QWidget:
    from gcrm.ui.history import HistoryDialog

    return HistoryDialog(context, first_contact(context), parent)


def name_dialog(context: Context, parent: QWidget | None) -> QWidget:
    from gcrm.ui.contact.name_dialog import NameDialog

    return NameDialog(parent, "New category", "Name of the category", "Add category", lambda name: None)


WINDOWS: dict[str, Factory] = {
    "contact page": contact_page,
    "contact page, people": on_tab("people"),
    "contact page, bank and terms": on_tab("terms"),
    "contact page, files": on_tab("files"),
    "contact page, notes": on_tab("notes"),
    "contact page, history": on_tab("history"),
    "contact page, user-defined group": on_tab("group:Plant"),
    "conflict": conflict_dialog,
    "history": history_dialog,
    "name": name_dialog,
}
