"""Changing the own password, where a server lets one in by a login."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from gcrm.errors import GcrmError, UserError
from gcrm.i18n import _
from gcrm.services.database import Database
from gcrm.services.team import logins
from gcrm.services.team.passwords import keep_password, password_of
from gcrm.ui.context import Context
from gcrm.ui.settings.list_card import InlineForm
from gcrm.ui.settings.user_card import Keep, People, secret
from gcrm.ui.theme import px
from gcrm.ui.widgets.button import Button


class OwnPassword(QWidget):
    """A button, and the form it opens; hidden for whoever has no login of their own."""

    def __init__(self, context: Context, keep: Keep) -> None:
        super().__init__()
        self._context = context
        self._keep = keep
        self.form: InlineForm | None = None
        self.button = Button(_("Change your password…"), icon_name="key-round", on_click=self.open)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, px(4), 0, 0)
        self._column.addWidget(self.button)
        self.hide()

    def show_people(self, people: People) -> None:
        """Be there where the server knows a login of this person."""
        self.setVisible(people.is_served and not self._context.database.is_owner)

    def open(self) -> None:
        """Open the form; the cursor stands in the new password."""
        self.close_form()
        first, again = secret(), secret()
        form = InlineForm(_("Change password"), lambda: submit())
        form.add_row((("password", _("New password"), first), ("again", _("Again"), again)))
        form.closed.connect(self.close_form)
        database = self._context.database

        def failed(error: GcrmError) -> None:
            form.show_error(error.sentence, error.field if isinstance(error, UserError) else "")

        def submit() -> None:
            if first.text() != again.text():
                form.show_error(_("The two passwords differ. Enter the same one twice."), "again")
                return
            text = first.text()
            self._keep(
                lambda: _change(database, text), _("Your password was changed"), lambda _none: self.close_form(),
                failed, can_undo=False,
            )  # fmt: skip

        self.form = form
        self._column.addWidget(form)
        form.show()
        form.start()

    def close_form(self) -> None:
        """Take the form away; the button has the focus again."""
        form, self.form = self.form, None
        if form is None:
            return
        had_focus = form.isAncestorOf(form.window().focusWidget() or self)
        self._column.removeWidget(form)
        form.hide()
        form.deleteLater()
        if had_focus:
            self.button.setFocus()


def _change(database: Database, password: str) -> None:
    """Change the own password, and the one that this computer keeps."""
    is_kept = bool(password_of(database.url))
    logins.change_password(database, password)
    if is_kept:
        keep_password(database.url, password)
