"""What can be done with many contacts at once: priority, role, category, responsible, and the commands of the menu."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QInputDialog, QMenu, QWidget

from gcrm.i18n import _
from gcrm.model.contact import PRIORITIES, ROLES, Contact
from gcrm.model.fields import fields_of
from gcrm.services import contact
from gcrm.services.user import users
from gcrm.ui.allowed import shut, why_not
from gcrm.ui.context import Context

COMMANDS = (
    "plan_activities", "print_sheet", "print_list", "print_labels", "export_contacts", "merge", "archive", "delete",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Offers:
    """What there is to choose from: categories by name, people by id."""

    categories: list[str]
    people: list[tuple[int, str]]


def open_bulk_menu(context: Context, parent: QWidget, chosen: list[int], place: QPoint) -> None:
    """Open the menu of what can be changed on the chosen contacts, at a place of the screen."""

    def read() -> Offers:
        with context.database.read() as session:
            categories = [category.name for category in contact.categories(session)]
            return Offers(categories, [(user.id, user.name) for user in users(session)])

    def show(offers: Offers) -> None:
        menu = QMenu(parent)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        fill_bulk_menu(context, menu, chosen, offers)
        menu.popup(place)

    context.tasks.read(read, show, context.window.fail, key="bulk menu", owner=parent)


def fill_bulk_menu(context: Context, menu: QMenu, chosen: list[int], offers: Offers) -> None:
    """Fill a menu with what can be changed on the chosen contacts; disabled while none is chosen."""
    categories, people = offers.categories, offers.people
    _add_menu(menu, _("Priority"), [(_(label), _setter(context, chosen, "priority", key)) for key, label in PRIORITIES])
    labels = fields_of(Contact)
    roles = [(_(labels[name].label), _setter(context, chosen, name, True)) for name in ROLES]
    _add_menu(menu, _("Give the role"), roles)
    roles = [(_(labels[name].label), _setter(context, chosen, name, False)) for name in ROLES]
    _add_menu(menu, _("Take the role away"), roles)
    given = [(name, _categoriser(context, chosen, name, True)) for name in categories]
    _add_menu(menu, _("Give the category"), [*given, (_("New category…"), lambda: _ask_category(context, chosen))])
    taken = [(name, _categoriser(context, chosen, name, False)) for name in categories]
    _add_menu(menu, _("Take the category away"), taken)
    persons = [(name, _setter(context, chosen, "responsible_id", user)) for user, name in people]
    _add_menu(menu, _("Responsible"), [*persons, (_("Nobody"), _setter(context, chosen, "responsible_id", None))])
    menu.setToolTipsVisible(True)
    for action in menu.actions():
        action.setEnabled(bool(chosen))
        shut(action, why_not(context, "contacts.change"))
    menu.addSeparator()
    actions = getattr(context.window, "actions_", None)
    if actions is not None:
        for command in COMMANDS:
            menu.addAction(actions.action(command))


def _add_menu(menu: QMenu, title: str, entries: list[tuple[str, Callable[[], None]]]) -> None:
    """Add a menu of choices."""
    inner = menu.addMenu(title)
    for text, run in entries:
        inner.addAction(text.replace("&", "&&")).triggered.connect(lambda _checked=False, run=run: run())
    inner.setEnabled(bool(entries))


def _setter(context: Context, chosen: list[int], name: str, value: object) -> Callable[[], None]:
    """Return what sets a field on the chosen contacts."""
    return lambda: context.window.write(lambda: contact.set_field(context.database, chosen, name, value))


def _categoriser(context: Context, chosen: list[int], name: str, carried: bool) -> Callable[[], None]:
    """Return what gives or takes a category."""
    return lambda: context.window.write(lambda: contact.set_category(context.database, chosen, name, carried))


def _ask_category(context: Context, chosen: list[int]) -> None:
    """Ask for the name of a new category and give it."""
    window = context.window if isinstance(context.window, QWidget) else None
    dialog = QInputDialog(window)
    dialog.setWindowTitle(_("New category"))
    dialog.setLabelText(_("Name of the category"))
    dialog.textValueSelected.connect(lambda name: name.strip() and _categoriser(context, chosen, name, True)())
    dialog.open()
