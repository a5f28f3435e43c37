"""To whom mails belong where their addresses do not tell: nobody here has them, or several contacts do."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from gcrm.i18n import _, ngettext
from gcrm.services.contact_data import names_of
from gcrm.ui.contact_picker import pick_contact
from gcrm.ui.context import Context
from gcrm.ui.mail.written import write
from gcrm.ui.theme import px
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.flow import FlowLayout
from gcrm.ui.widgets.safe import PlainLabel, literal
from gcrm.ui.widgets.tab_order import tab_as_read
from gcrm.ui.widgets.two_line_list import Line, TwoLineList

if TYPE_CHECKING:
    from gcrm.services.mail.filing import Found

MOST_OFFERED = 4


class MailDialog(QDialog):
    """Lists the mails with their contacts; an answer counts for every mail of the same people."""

    def __init__(self, context: Context, found: Sequence[Found], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._found = list(found)
        self.setWindowTitle(_("Keep e-mails"))
        self.resize(px(720), px(520))
        self.summary = PlainLabel("", "meta", wrap=True)
        self.list = TwoLineList(_("E-mails"))
        self.question = PlainLabel("", "strong", wrap=True)
        self.offers = QWidget()
        self._flow = FlowLayout()
        self.offers.setLayout(self._flow)
        self.keep_button = Button(_("Keep e-mails"), "primary", on_click=self.keep)
        self.keep_button.setDefault(True)
        self._lay_out()
        self.list.chosen.connect(lambda _key: self._ask())
        self.list.wanted.connect(lambda _key: self.choose_other())
        self._show(self._open_ones()[0] if self._open_ones() else 0)

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(px(6))
        buttons.addStretch(1)
        buttons.addWidget(Button(_("Cancel"), on_click=self.reject))
        buttons.addWidget(self.keep_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(20), px(20), px(20), px(20))
        column.setSpacing(px(12))
        for part in (PlainLabel(_("To whom do these e-mails belong?"), "title", wrap=True), self.summary):
            column.addWidget(part)
        column.addWidget(self.list, 1)
        column.addWidget(self.question)
        column.addWidget(self.offers)
        column.addLayout(buttons)

    def _open_ones(self) -> list[int]:
        """Return the places of the mails that nobody has decided about."""
        return [place for place, one in enumerate(self._found) if one.contact is None]

    def _show(self, place: int) -> None:
        """Show all mails, with the cursor on one."""
        self.list.set_lines([_line(place, one) for place, one in enumerate(self._found)])
        self.list.choose(place)
        count = len(self._open_ones())
        if count:
            sentence = ngettext(
                "{count} e-mail has no contact yet. It is left out if you do not choose one.",
                "{count} e-mails have no contact yet. They are left out if you do not choose one.",
                count,
            )
            self.summary.setText(sentence.format(count=count))
        else:
            self.summary.setText(_("Every e-mail has its contact."))
        self.keep_button.setEnabled(count < len(self._found))
        self._ask()

    def current(self) -> Found | None:
        """Return the mail the cursor is on."""
        place = self.list.current()
        return self._found[place] if isinstance(place, int) and place < len(self._found) else None

    def _ask(self) -> None:
        """Offer the contacts that have the addresses of the chosen mail, any other one, and none."""
        while (item := self._flow.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        one = self.current()
        self.question.setVisible(one is not None)
        if one is None:
            return
        self.question.setText(one.who or one.path.name)
        contacts = {match.contact: match.name for match in one.matches}
        for contact, name in list(contacts.items())[:MOST_OFFERED]:
            self._add(Button(literal(name), on_click=partial(self.take, contact, name)))
        self._add(Button(_("Choose another contact…"), icon_name="user", on_click=self.choose_other))
        leave = Button(_("Leave out"), "flat", on_click=lambda: self.take(None, ""))
        leave.setEnabled(one.contact is not None)
        self._add(leave)
        tab_as_read(self)

    def _add(self, button: Button) -> None:
        self._flow.addWidget(button)
        button.show()

    def choose_other(self) -> None:
        """Ask for a contact."""
        pick_contact(self._context, _("Contact of the e-mail"), self._picked, self)

    def _picked(self, contact: int | None) -> None:
        if contact is None:
            self.take(None, "")
            return
        database = self._context.database

        def read() -> str:
            with database.read() as session:
                return names_of(session, [contact]).get(contact, "")

        self._context.tasks.read(read, lambda name: self.take(contact, name), self._context.window.fail, owner=self)

    def take(self, contact: int | None, name: str) -> None:
        """Give the chosen mail, and the open ones of the same people, to a contact; go on to the next open one."""
        one = self.current()
        if one is None:
            return
        place = self._found.index(one)
        alike = [each for each in self._found if contact is not None and each.contact is None and each.who == one.who]
        for each in (one, *(alike if one.who else ())):
            each.choose(contact, name)
        self._show(next(iter(self._open_ones()), place) if contact is not None else place)
        self.list.setFocus()

    def keep(self) -> None:
        """Keep the mails that have a contact."""
        if self.keep_button.isEnabled():
            write(self._context, self._found)
            self.accept()


def _line(place: int, one: Found) -> Line:
    """Return the line of a mail."""
    detail = " · ".join(part for part in (one.who, one.path.name) if part)
    title = one.subject or one.path.name
    if one.contact is not None:
        return Line(place, title, detail, "mail", mark=one.name, tone="ok")
    if one.problem:
        return Line(place, title, one.problem, "file-warning", mark=_("Only as a file"), tone="warn")
    mark = _("Several contacts") if one.matches else _("Nobody found")
    return Line(place, title, detail, "mail", mark=mark, tone="warn")
