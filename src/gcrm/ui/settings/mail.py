"""E-mail: the account by which the program sends, its password, and a mail for a trial."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QLineEdit
from typing_extensions import override

from gcrm.errors import GcrmError
from gcrm.i18n import N_, _
from gcrm.services import settings
from gcrm.services.mail import account as accounts
from gcrm.services.mail import trial
from gcrm.services.settings import Option
from gcrm.ui.settings.option_page import OptionPage
from gcrm.ui.settings.page import Entry, Page
from gcrm.ui.widgets.banner import Banner
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.card import Card
from gcrm.ui.widgets.flow import FlowLayout
from gcrm.ui.widgets.form_fields import FormField
from gcrm.ui.widgets.safe import PlainLabel

PORTS = {"starttls": 587, "tls": 465}
"""The usual ports (RFC 8314)."""


class MailPage(OptionPage):
    """The password goes into the store of the operating system and is never shown again."""

    @override
    def build(self) -> None:
        self.add_options()
        card = Card(_("Password and trial"))
        card.body.addWidget(
            PlainLabel(
                _("The password is kept by this computer, not in the office. Enter it on each computer."), wrap=True
            )
        )
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        card.body.addWidget(FormField(_("Password"), self.password))
        self.result = Banner()
        self.keep_button = Button(_("Keep password"), icon_name="key-round", on_click=self.keep_password)
        self.trial_button = Button(_("Send a trial mail to me"), icon_name="mail", on_click=self.send_trial)
        self.password.returnPressed.connect(self.keep_password)
        buttons = FlowLayout(spacing=8)
        buttons.addWidget(self.keep_button)
        buttons.addWidget(self.trial_button)
        card.body.addLayout(buttons)
        card.body.addWidget(self.result)
        self.column.addWidget(card)
        self.add_target("password", self.password)
        self.add_target("trial", self.trial_button)

    @override
    def keep(self, option: Option, value: Any) -> None:
        """Keep a value; the usual port goes along with the security."""
        super().keep(option, value)
        port = self.rows["mail.port"]
        if option.key == "mail.security" and port.value() in PORTS.values() and value in PORTS:
            port.set_value(PORTS[value])
            super().keep(settings.option("mail.port"), PORTS[value])

    def keep_password(self) -> None:
        """Keep what was typed in the store of this computer."""
        database, typed = self.context.database, self.password.text()
        if not typed:
            self.password.setFocus()
            self.result.show_message(_("Type the password of your account first."), "warn")
            return

        def keep() -> None:
            with database.read() as session:
                account = accounts.read_account(session, database.user_id)
            accounts.keep_password(account, typed)

        self.context.tasks.read(keep, lambda _none: self._kept(), self._failed, label=_("Keep password"), owner=self)

    def _kept(self) -> None:
        self.password.clear()
        self.result.show_message(_("The password is kept by this computer."), "ok")

    def send_trial(self) -> None:
        """Send a mail to the person's own address."""
        database = self.context.database
        self.trial_button.setEnabled(False)
        self.result.show_message(_("Sending…"))
        self.context.tasks.read(
            lambda: trial.send_trial(database), self._sent, self._failed, label=_("Send a trial mail to me"), owner=self
        )

    def _sent(self, to: str) -> None:
        self.trial_button.setEnabled(True)
        self.result.show_message(_("The mail server has taken the mail to {address}.").format(address=to), "ok")

    def _failed(self, error: GcrmError) -> None:
        self.trial_button.setEnabled(True)
        self.result.show_message(error.sentence, "bad")


PAGE = Page(
    "mail", N_("E-mail"), "mail", 35, MailPage, groups=("mail",), keys=("mail.",),
    entries=(
        Entry("password", N_("Password"), N_("SMTP mail account log-in")),
        Entry("trial", N_("Send a trial mail to me"), N_("SMTP test")),
    ),
)  # fmt: skip
