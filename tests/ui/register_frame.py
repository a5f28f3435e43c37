"""The windows of the frame for the register: the main window itself, its lists, and what its menus open."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QWidget
from sqlalchemy import select

from gcrm.model.contact import Contact
from gcrm.services import contact, contact_list
from gcrm.services.contact_list import ContactQuery
from gcrm.ui.context import Context

Make = Callable[[Context, QWidget | None], QWidget]
QUERY = ContactQuery(
    conditions={
        "any": [
            {"field": "town", "op": "is", "value": "Leipzig"},
            {"field": "priority", "op": "is", "value": "A"},
            {"field": "role", "op": "is", "value": "customer"},
        ]
    }
)


def main_window(section: str) -> Make:
    def make(context: Context, parent: QWidget | None) -> QWidget:
        from gcrm.ui.main_window import MainWindow

        contact_list.save_filter(context.database, "Customers in Leipzig", QUERY, user_id=None)
        window = MainWindow(context.theme, context.state, parent)
        window.resize(1440, 900)
        context.window = window
        window.attach(context)
        window.open_section(section)
        return window

    return make


def palette(context: Context, parent: QWidget | None) -> QWidget:
    from gcrm.ui.main_window import MainWindow

    window = main_window("contacts")(context, parent)
    assert isinstance(window, MainWindow)
    context.tasks.wait_idle()
    window.open_palette()
    return window


def table(context: Context, parent: QWidget | None) -> QWidget:
    from gcrm.ui.tables.page import TablePage

    page = TablePage(context, parent)
    page.resize(1100, 600)
    return page


def columns(context: Context, parent: QWidget | None) -> QWidget:
    from gcrm.ui.tables.columns import open_columns

    page = table(context, parent)
    context.tasks.wait_idle()
    return open_columns(page)  # type: ignore[arg-type]  # the table that was just made


def list_filter(context: Context, parent: QWidget | None) -> QWidget:
    from gcrm.ui.tables.filters import FilterDialog

    return FilterDialog(context, QUERY, parent)


def save_list(context: Context, parent: QWidget | None) -> QWidget:
    from gcrm.ui.tables.saved_lists import SaveListDialog

    return SaveListDialog(context, parent)


def manage_lists(context: Context, parent: QWidget | None) -> QWidget:
    from gcrm.ui.tables.saved_lists import ManageListsDialog

    contact_list.save_filter(context.database, "Customers in Leipzig", QUERY, user_id=None)
    return ManageListsDialog(context, parent)


def put_away(which: str) -> Make:
    def make(context: Context, parent: QWidget | None) -> QWidget:
        from gcrm.ui.trash import PutAwayDialog

        with context.database.read() as session:
            last = session.scalars(select(Contact.id).order_by(Contact.id.desc())).first() or 0
        if which == "trash":
            contact.trash(context.database, [last])
        else:
            contact.archive(context.database, [last])
        return PutAwayDialog(context, which, parent)

    return make


def check(context: Context, parent: QWidget | None) -> QWidget:
    from gcrm.ui.check_dialog import CheckDialog

    dialog = CheckDialog(context, parent)
    dialog.run()
    return dialog


def shortcuts(context: Context, parent: QWidget | None) -> QWidget:
    from gcrm.ui.help import ShortcutsDialog
    from gcrm.ui.main_window import MainWindow

    window = MainWindow(context.theme, context.state)
    return ShortcutsDialog(window, window.actions_)


def choose_office(context: Context, parent: QWidget | None) -> QWidget:
    from gcrm.services.team import offices
    from gcrm.ui.office_chooser import OfficeChooser

    offices.remember("archive/2019.gcrm", "Archive 2019")
    offices.remember("postgresql://anna@office-pc/office", "Brandt & Partner")
    dialog = OfficeChooser(context.tasks, parent)
    context.tasks.wait_idle()
    return dialog


def password(has_store: bool) -> Make:
    def make(context: Context, parent: QWidget | None) -> QWidget:
        from gcrm.ui.password_dialog import PasswordDialog

        sentence = "The server of postgresql://anna@office-pc/office refuses the user or the password. Check both."
        return PasswordDialog(sentence, has_store, lambda _password, _keep: None, parent)

    return make


def upgrade(**told: Any) -> Make:
    def make(context: Context, parent: QWidget | None) -> QWidget:
        from gcrm.errors import OlderOffice
        from gcrm.ui.upgrade_dialog import UpgradeDialog

        office = OlderOffice("", **{"is_owner": True, "owner": "office_owner", **told})
        return UpgradeDialog(office, context.tasks, lambda *_words: "", parent)

    return make


def unsafe(context: Context, parent: QWidget | None) -> QWidget:
    from gcrm.services.address import parse
    from gcrm.services.team.connection import secured

    weak = parse("postgresql://anna@office-pc/office?sslmode=require")
    context.database.weaker_than_usual = secured(weak).weaker
    return main_window("contacts")(context, parent)


WINDOWS_OF_FRAME: dict[str, Make] = {
    "main window": main_window("contacts"),
    "main window, table": main_window("table"),
    "palette": palette,
    "table": table,
    "table, columns": columns,
    "table, filter": list_filter,
    "table, save list": save_list,
    "table, saved lists": manage_lists,
    "trash": put_away("trash"),
    "archive": put_away("archived"),
    "check": check,
    "shortcuts": shortcuts,
    "offices": choose_office,
    "password": password(True),
    "password, without a store": password(False),
    "upgrade": upgrade(),
    "upgrade, while others work": upgrade(
        is_owner=False, program="0.0.9", installer="https://intranet/gcrm", others=("anna", "bruno", "clara")
    ),
    "main window, not safe": unsafe,
}
