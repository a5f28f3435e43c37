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
from tests.ui.register_backup import WINDOWS_OF_BACKUPS
from tests.ui.register_calendar import WINDOWS_OF_CALENDAR
from tests.ui.register_chronicle import WINDOWS_OF_CHRONICLE
from tests.ui.register_exchange import WINDOWS_OF_EXCHANGE
from tests.ui.register_frame import WINDOWS_OF_FRAME
from tests.ui.register_team import WINDOWS_OF_TEAM
from tests.ui.settings.windows import WINDOWS_OF_SETTINGS

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


def file_versions(context: Context, parent: QWidget | None) -> QWidget:
    from gcrm.services import attachment
    from gcrm.ui.file_versions import FileVersions

    contact = first_contact(context)
    made = attachment.attach_bytes(context.database, b"Offer", "Offer.txt", contact_id=contact)
    attachment.restore(context.database, made)
    with context.database.read() as session:
        return FileVersions(context, attachment.rows(session, contact)[0], parent)


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


def new_contact(context: Context, parent: QWidget | None) -> QWidget:
    from gcrm.ui.new_contact import NewContactDialog

    return NewContactDialog(context, parent, {"name": "Albrecht Metallbau GmbH", "postcode": "0410", "town": "Leipzig"})


def new_person(context: Context, parent: QWidget | None) -> QWidget:
    from gcrm.ui.new_contact import NewContactDialog

    return NewContactDialog(context, parent, {"name": "Frau Dr. Anna Albrecht"})


def paste_dialog(context: Context, parent: QWidget | None) -> QWidget:
    from gcrm.ui.paste_address import PasteDialog

    text = "Anna Albrecht\nAlbrecht Metallbau GmbH\nHauptstraße 7\n04103 Leipzig\nTel. +49 341 123456-0"
    return PasteDialog(context, lambda values, extra: None, parent, text)


def labels_dialog(context: Context, parent: QWidget | None) -> QWidget:
    from gcrm.ui.printing import print_labels

    with context.database.read() as session:
        contacts = list(session.scalars(select(Contact.id).order_by(Contact.id)))
    return print_labels(context, contacts)


def printer_dialog(context: Context, parent: QWidget | None) -> QWidget:
    from gcrm.services.printing.labels import PrinterAdjustment
    from gcrm.ui.printing.adjust import AdjustDialog

    return AdjustDialog("Laser", PrinterAdjustment(), parent)


def left_out_dialog(context: Context, parent: QWidget | None) -> QWidget:
    from gcrm.ui.printing.label_job import LeftOut
    from gcrm.ui.printing.left_out import LeftOutDialog

    left_out = (LeftOut(1, "Becker & Söhne <b>KG</b>"), LeftOut(2, "Dahlmann Praxis"))
    return LeftOutDialog(context, "They have no street or no town.", left_out, parent)


def list_dialog(context: Context, parent: QWidget | None) -> QWidget:
    from gcrm.ui.printing import print_list

    return print_list(context)


def sheets_dialog(context: Context, parent: QWidget | None) -> QWidget:
    from gcrm.ui.printing import print_contact_sheets

    return print_contact_sheets(context, [first_contact(context)])


def call_popup(number: str, *, assigns: bool = False, is_missed: bool = False) -> Factory:
    def make(context: Context, parent: QWidget | None) -> QWidget:
        from gcrm.services.telephony.calls import CallPhase
        from gcrm.ui.call_popup import CallPopup
        from gcrm.ui.caller import look_up
        from tests.ui.phone_desk import call

        popup = CallPopup(context, look_up(context.database, number, "7654321"), parent=parent)
        if is_missed:
            popup.show_call(call(CallPhase.ENDED, number=number))
        if assigns:
            popup.assign_button.click()
        return popup

    return make


def privacy_dialog(context: Context, parent: QWidget | None) -> QWidget:
    from gcrm.services import attachment
    from gcrm.ui.privacy.dialog import ERASE, PrivacyDialog

    contact = first_contact(context)
    attachment.attach_bytes(context.database, b"Offer", "Offer.txt", contact_id=contact)
    dialog = PrivacyDialog(context, contact, parent)
    context.tasks.wait_idle()
    dialog.tabs.setCurrentIndex(ERASE)
    return dialog


def contact_picker(context: Context, parent: QWidget | None) -> QWidget:
    from gcrm.ui.contact_picker import ContactPicker

    return ContactPicker(context, "Supplier", lambda contact: None, parent)


def person_picker(context: Context, parent: QWidget | None) -> QWidget:
    from gcrm.ui.contact.person_picker import PersonPicker

    return PersonPicker(context, 0, lambda known, function: None, parent)


WINDOWS: dict[str, Factory] = {
    "contact page": contact_page,
    "contact page, people": on_tab("people"),
    "contact page, bank and terms": on_tab("terms"),
    "contact page, files": on_tab("files"),
    "earlier versions of a file": file_versions,
    "contact page, notes": on_tab("notes"),
    "contact page, history": on_tab("history"),
    "contact page, user-defined group": on_tab("group:Plant"),
    "conflict": conflict_dialog,
    "history": history_dialog,
    "privacy": privacy_dialog,
    "contact picker": contact_picker,
    "person picker": person_picker,
    "name": name_dialog,
    "new contact": new_contact,
    "new contact, person": new_person,
    "paste address": paste_dialog,
    "print labels": labels_dialog,
    "print labels, printer": printer_dialog,
    "print labels, left out": left_out_dialog,
    "print list": list_dialog,
    "print contact sheet": sheets_dialog,
    "call": call_popup("0341 123456-11"),
    "call, unknown": call_popup("0177 99887766"),
    "call, assign": call_popup("0177 99887766", assigns=True),
    "call, missed": call_popup("0341 123456-11", is_missed=True),
    **WINDOWS_OF_SETTINGS,
    **WINDOWS_OF_CALENDAR,
    **WINDOWS_OF_CHRONICLE,
    **WINDOWS_OF_EXCHANGE,
    **WINDOWS_OF_FRAME,
    **WINDOWS_OF_TEAM,
    **WINDOWS_OF_BACKUPS,
}
