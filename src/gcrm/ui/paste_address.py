"""Paste a signature or letterhead: it is taken apart while one looks, and the person confirms what goes where."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from gcrm.i18n import N_, _
from gcrm.model.paste_address import Pasted, parse_signature
from gcrm.services import showing
from gcrm.ui.contact.layout import scrolling
from gcrm.ui.context import Context
from gcrm.ui.theme import px
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.card import Card
from gcrm.ui.widgets.form_fields import FormField

READ_AFTER_MS = 150
LONGEST = 20_000
_LABELS = (
    ("organisation", N_("Company")), ("title", N_("Title")), ("first_name", N_("First name")),
    ("last_name", N_("Last name")), ("job_title", N_("Function")), ("street", N_("Street")),
    ("house_number", N_("House number")), ("supplement", N_("Address supplement")), ("po_box", N_("PO box")),
    ("postcode", N_("Postcode")), ("town", N_("Town")), ("region", N_("Region")), ("vat_number", N_("VAT number")),
    ("iban", N_("IBAN")), ("bic", N_("BIC")),
)  # fmt: skip
_KINDS = {"phone": N_("Phone"), "mobile": N_("Mobile"), "fax": N_("Fax")}


def found_rows(pasted: Pasted) -> list[tuple[str, str]]:
    """Return what was found, in words."""
    rows = [(_(label), str(getattr(pasted, name))) for name, label in _LABELS if getattr(pasted, name)]
    if pasted.country:
        rows.append((_("Country"), showing.country_name(pasted.country)))
    rows += [(_(_KINDS.get(number.kind, number.kind)), number.text) for number in pasted.numbers]
    rows += [(_("E-mail"), mail) for mail in pasted.emails] + [(_("Web"), web) for web in pasted.webs]
    rows += [(_("Kept in the notes"), line) for line in pasted.rest]
    return rows


def form_values(pasted: Pasted) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the values for the fields of the new form, and what it keeps besides them."""
    person = " ".join(part for part in (pasted.title, pasted.first_name, pasted.last_name) if part)
    values: dict[str, Any] = {
        "name": pasted.organisation or person,
        "street": " ".join(part for part in (pasted.street, pasted.house_number) if part),
        "postcode": pasted.postcode,
        "town": pasted.town,
        "region": pasted.region,
        "phone": next(iter(pasted.phones), ""),
        "mobile": next(iter(pasted.mobiles), ""),
        "email": next(iter(pasted.emails), ""),
    }
    if pasted.country:
        values["country"] = pasted.country
    if pasted.organisation:
        values["person"] = person
    else:
        parts = {name: getattr(pasted, name) for name in ("salutation", "title", "first_name", "last_name")}
        values |= {name: value for name, value in parts.items() if value}
    return {name: value for name, value in values.items() if value}, _extra(pasted)


def _extra(pasted: Pasted) -> dict[str, Any]:
    points = [("phone", text) for text in pasted.phones[1:]] + [("mobile", text) for text in pasted.mobiles[1:]]
    points += [("fax", text) for text in pasted.faxes] + [("email", text) for text in pasted.emails[1:]]
    points += [("web", text) for text in pasted.webs]
    extra: dict[str, Any] = {"points": points, "notes": "\n".join(pasted.rest)}
    for name in ("supplement", "po_box", "vat_number", "iban", "bic", "job_title"):
        extra[name] = getattr(pasted, name)
    return {name: value for name, value in extra.items() if value}


class PasteDialog(QDialog):
    """The text at the left, what was found in it at the right. `take` gets values and extras."""

    def __init__(
        self, context: Context, take: Callable[[Mapping[str, Any], Mapping[str, Any]], object],
        parent: QWidget | None = None, text: str = "",
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._context = context
        self._take = take
        self._pasted = Pasted()
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Paste address"))
        self.edit = QPlainTextEdit(text)
        self.edit.setTabChangesFocus(True)
        self.edit.setPlaceholderText(_("A signature, an imprint or a letterhead"))
        self.found = Card(_("Found in it"))
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(READ_AFTER_MS)
        self._timer.timeout.connect(self.read)
        self.edit.textChanged.connect(self._timer.start)
        self._lay_out()
        self.read()

    def _lay_out(self) -> None:
        sides = QHBoxLayout()
        sides.setSpacing(px(12))
        sides.addWidget(FormField(_("Text"), self.edit), 1)
        page = QWidget()
        inner = QVBoxLayout(page)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(self.found)
        inner.addStretch(1)
        sides.addWidget(scrolling(page), 1)
        self.fill_button = Button(_("Fill in"), "primary", on_click=self.accept)
        self.fill_button.setDefault(True)
        self.fill_button.setEnabled(False)
        buttons = QDialogButtonBox()
        buttons.addButton(self.fill_button, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(Button(_("Cancel"), on_click=self.reject), QDialogButtonBox.ButtonRole.RejectRole)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(20), px(20), px(20), px(20))
        column.setSpacing(px(12))
        column.addLayout(sides, 1)
        column.addWidget(buttons)
        self.resize(px(680), px(440))
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self, self.accept)

    def read(self) -> None:
        """Take the text apart, off the GUI thread."""
        text, country = self.edit.toPlainText()[:LONGEST], self._context.database.home.country
        self._context.tasks.read(
            lambda: parse_signature(text, country), self._show, key=("paste address", id(self)), owner=self
        )

    def _show(self, pasted: Pasted) -> None:
        self._pasted = pasted
        rows = found_rows(pasted)
        self.found.set_rows(rows or [("", _("Nothing yet."))])
        self.fill_button.setEnabled(bool(form_values(pasted)[0]))

    def accept(self) -> None:
        """Hand over what was found."""
        values, extra = form_values(self._pasted)
        if not values:
            return
        super().accept()
        self._take(values, extra)


def open_paste(
    context: Context, take: Callable[[Mapping[str, Any], Mapping[str, Any]], object], parent: QWidget, text: str = ""
) -> PasteDialog:
    """Open the window with `text`, else with what is on the clipboard."""
    clipboard = QGuiApplication.clipboard()
    dialog = PasteDialog(context, take, parent, text or clipboard.text()[:LONGEST])
    dialog.open()
    return dialog
