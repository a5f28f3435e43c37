"""Calling, writing, finding the way: handed to the programs of this computer, and only on a click.

A number goes out as tel:, an address as mailto:, the way as a page of OpenStreetMap in the browser. Where there are
several, a menu asks which.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QByteArray, QUrl
from PySide6.QtGui import QCursor, QDesktopServices
from PySide6.QtWidgets import QMenu, QWidget

from gcrm.errors import UserError
from gcrm.i18n import _, current_language
from gcrm.model.address_format import PostalAddress, one_line
from gcrm.model.contact import Contact
from gcrm.model.contact_point import ContactPoint
from gcrm.services import contact_rows
from gcrm.ui.context import Context
from gcrm.ui.theme import icon
from gcrm.ui.widgets.safe import literal

MAP = "https://www.openstreetmap.org/search?"


@dataclass(frozen=True, slots=True)
class Way:
    """One way to reach somebody: what the menu says and the address that is opened."""

    text: str
    url: str


def call(context: Context, contact_id: int, anchor: QWidget | None = None) -> None:
    """Hand a number of a contact to the telephone of this computer."""
    _with(context, contact_id, phone_ways, "phone", _("This contact has no phone number."), anchor)


def write_email(context: Context, contact_id: int, anchor: QWidget | None = None) -> None:
    """Open the mail program with an address of a contact."""
    _with(context, contact_id, email_ways, "mail", _("This contact has no e-mail address."), anchor)


def show_on_map(context: Context, contact_id: int, anchor: QWidget | None = None) -> None:
    """Open an address of a contact on the map in the browser."""
    _with(context, contact_id, map_ways, "navigation", _("This contact has no address."), anchor)


def phone_ways(contact: Contact) -> list[Way]:
    """Return the numbers of a contact and its persons, those of the contact and defaults first."""
    found = _points(contact, ("phone", "mobile"))
    return [Way(f"{point.value} · {name}" if name else point.value, tel_url(point)) for point, name in found]


def email_ways(contact: Contact) -> list[Way]:
    """Return the e-mail addresses of a contact and its persons."""
    found = _points(contact, ("email",))
    return [Way(f"{point.value} · {name}" if name else point.value, mail_url(point.value)) for point, name in found]


def map_ways(contact: Contact) -> list[Way]:
    """Return the present addresses of a contact, the default ones first."""
    present = [address for address in contact.addresses if address.is_present()]
    present.sort(key=lambda address: (not address.is_default, address.purpose != "postal", address.id))
    ways = []
    for address in present:
        parts = PostalAddress(
            address.street, address.house_number, "", "", address.postcode, address.town, address.region,
            address.country,
        )  # fmt: skip
        line = one_line(parts, "", current_language())
        if line:
            ways.append(Way(line, f"{MAP}query={percent(line)}"))
    return ways


def percent(text: str, kept: str = "") -> str:
    """Return a text as a part of an address (RFC 3986 2.1); the characters in `kept` stay as they are."""
    return bytes(QUrl.toPercentEncoding(text, QByteArray(kept.encode())).data()).decode("ascii")


def tel_url(point: ContactPoint) -> str:
    """Return the tel: address of a number (RFC 3966), in international form where it is known."""
    digits = "".join(char for char in point.value if char in "+0123456789*#")
    return "tel:" + percent(point.e164 or digits, "+*")


def mail_url(address: str) -> str:
    """Return the mailto: address of an e-mail address (RFC 6068); nothing in it can add headers."""
    return "mailto:" + percent(address.strip(), "@")


def _points(contact: Contact, kinds: Sequence[str]) -> list[tuple[ContactPoint, str]]:
    """Return numbers or addresses of these kinds with the name of the person they belong to."""
    own = [(point, "") for point in contact.points]
    for link in sorted(contact.persons, key=lambda link: not link.is_default):
        own += [(point, link.person.full_name) for point in link.points]
    found = [(point, name) for point, name in own if point.kind in kinds and point.value]
    return sorted(found, key=lambda pair: (bool(pair[1]), not pair[0].is_default, kinds.index(pair[0].kind)))


def _with(
    context: Context, contact_id: int, ways_of: Callable[[Contact], list[Way]], symbol: str, none: str,
    anchor: QWidget | None,
) -> None:  # fmt: skip
    """Read a contact, then open the only way or ask which."""
    database = context.database

    def read() -> list[Way]:
        with database.read() as session:
            return ways_of(contact_rows.read(session, contact_id))

    def choose(ways: list[Way]) -> None:
        if not ways:
            context.window.fail(UserError(none))
        elif len(ways) == 1:
            open_way(ways[0])
        else:
            _ask(ways, symbol, anchor)

    context.tasks.read(read, choose, context.window.fail, key="reach")


def _ask(ways: Sequence[Way], symbol: str, anchor: QWidget | None) -> None:
    """Show a menu of the ways."""
    menu = QMenu(anchor)
    for way in ways:
        action = menu.addAction(icon(symbol), literal(way.text))
        action.triggered.connect(lambda _checked=False, way=way: open_way(way))
    menu.aboutToHide.connect(menu.deleteLater)
    menu.popup(anchor.mapToGlobal(anchor.rect().bottomLeft()) if anchor is not None else QCursor.pos())
    menu.setActiveAction(menu.actions()[0])


def open_way(way: Way) -> None:
    """Hand an address to the operating system."""
    QDesktopServices.openUrl(QUrl(way.url))
