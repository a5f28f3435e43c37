"""Whether this computer serves the phones of the office: not, while gCRM runs, or always."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from gcrm.errors import GcrmError
from gcrm.i18n import N_, _
from gcrm.services.team import qr
from gcrm.ui.context import Context
from gcrm.ui.phone_server import PhoneServer, phone_server_of
from gcrm.ui.settings.option_editor import CalmCombo
from gcrm.ui.team.qr_view import QrView
from gcrm.ui.theme import px
from gcrm.ui.widgets.card import Card
from gcrm.ui.widgets.form_fields import FormField
from gcrm.ui.widgets.safe import PlainLabel

NO, OPEN, ALWAYS = "no", "open", "always"
CHOICES = (
    (NO, N_("No, another computer does, or none")),
    (OPEN, N_("While gCRM runs")),
    (ALWAYS, N_("Always, also without the window")),
)


class PhoneServing(Card):
    """`said` carries a sentence after something was set up."""

    said = Signal(str)

    def __init__(self, context: Context) -> None:
        super().__init__(_("Reach the office"))
        self._context = context
        self._server: PhoneServer = phone_server_of(context)
        self._server.changed.connect(self._show_state)
        self._is_installed = False
        self.choice = CalmCombo(_("This computer serves phones"))
        for key, label in CHOICES:
            self.choice.addItem(_(label), key)
        self.choice.activated.connect(lambda _place: self._choose())
        about = _("One computer of the office serves contacts, calendar and tasks: best one that is always on.")
        self.told = PlainLabel("", wrap=True)
        self.proof = PlainLabel("", "small", wrap=True)
        self.proof.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.left = PlainLabel("", "small", wrap=True)
        self.left.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.trouble = PlainLabel("", "error", wrap=True)
        self.picture = QrView(_("Address for phones as QR code"))
        column, row = QVBoxLayout(), QHBoxLayout()
        column.setSpacing(px(8))
        for part in (
            PlainLabel(about, wrap=True), FormField(_("This computer serves phones"), self.choice), self.trouble,
            self.left, self.told, self.proof,
        ):  # fmt: skip
            column.addWidget(part)
        column.addStretch(1)
        row.setSpacing(px(16))
        row.addLayout(column, 1)
        row.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(row)
        self.left.hide()

    def show_address(self, address: str, is_installed: bool) -> None:
        """Show where phones find the office, and how it is served."""
        self._is_installed = is_installed
        if address:
            self.told.setText(_("Phones find it at {address}").format(address=address))
            self.picture.show_squares(qr.matrix(f"{address}/"))
        else:
            self.told.setText(_("No computer serves phones yet. Choose above whether this one does."))
        self.picture.setVisible(bool(address))
        self._show_state()

    def _show_state(self) -> None:
        """Follow what serves from here."""
        self.choice.set_value(ALWAYS if self._is_installed else OPEN if self._server.is_wanted() else NO)
        proof = _("Fingerprint of its certificate (SHA-256): {fingerprint}")
        is_running = self._server.is_running()
        self.proof.setText(proof.format(fingerprint=self._server.fingerprint))
        self.proof.setVisible(is_running and bool(self._server.fingerprint))
        self.trouble.setText(self._server.trouble)
        self.trouble.setVisible(bool(self._server.trouble))

    def _choose(self) -> None:
        """Serve as it was chosen."""
        chosen, server, was_installed = self.choice.currentData(), self._server, self._is_installed
        if chosen == OPEN and not was_installed:
            server.want(True)
            return
        server.forget()
        office = server.office()

        def work() -> str:
            from gcrm.services.dav import at_log_in

            server.stop()
            if chosen == ALWAYS:
                return at_log_in.install(office)
            if was_installed:
                at_log_in.uninstall()
            return ""

        self._do(work, chosen)

    def _do(self, work: Callable[[], str], chosen: str) -> None:
        """Set it up in the background; nothing else is chosen meanwhile, or the slower of the two would win."""
        had_focus = self.choice.hasFocus()
        self.choice.setEnabled(False)

        def go_on() -> None:
            self.choice.setEnabled(True)
            if had_focus:
                self.choice.setFocus()

        def done(line: str) -> None:
            go_on()
            self._is_installed = chosen == ALWAYS
            sentence = _("To let it start before anybody logs in, an administrator runs: {line}")
            self.left.setText(sentence.format(line=line))
            self.left.setVisible(bool(line))
            if chosen == OPEN:
                self._server.want(True)
            self._show_state()
            self.said.emit(_("Phones are served from this computer") if chosen != NO
                           else _("Phones are not served from this computer"))  # fmt: skip

        def failed(error: GcrmError) -> None:
            go_on()
            self._server.trouble = error.sentence
            self._show_state()

        self._context.tasks.read(work, done, failed, label=_("Serve phones"), owner=self)


def is_installed() -> Any:
    """Tell whether phones are served from this computer without the window; it may ask the system."""
    from gcrm.services.dav import at_log_in

    return at_log_in.is_installed()
