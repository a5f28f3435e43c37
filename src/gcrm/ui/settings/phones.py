"""Phones: where they find contacts, calendar and tasks of the office, with which log-in, and step by step."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout
from typing_extensions import override

from gcrm.i18n import N_, _
from gcrm.services import settings
from gcrm.services.dav import passwords
from gcrm.services.user import login_of
from gcrm.ui.settings.option_editor import CalmCombo
from gcrm.ui.settings.option_page import OptionPage
from gcrm.ui.settings.page import Entry, Page
from gcrm.ui.settings.phone_serving import PhoneServing, is_installed
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.card import Card
from gcrm.ui.widgets.form_fields import FormField
from gcrm.ui.widgets.safe import PlainLabel

# Device → its steps, in marked texts; {address} and {host} are filled in.
STEPS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        "iphone",
        N_("iPhone and iPad"),
        (
            N_("1. Scan the code with the camera and open the page. Go on although the connection is not trusted yet."),
            N_("2. Tap “Profile for iPhone and iPad”, then install it: Settings, General, VPN & Device Management."),
            N_("3. Enter login and password when the phone asks for them."),
            N_("4. Trust the certificate: Settings, General, About, Certificate Trust Settings."),
        ),
    ),
    (
        "android",
        N_("Android (DAVx5)"),
        (
            N_("1. Scan the code, open the page and save the certificate of the office."),
            N_("2. Install it: Settings, Security, Encryption, Install a certificate, CA certificate."),
            N_("3. In DAVx5 tap +, choose “URL and user name”, and enter {address} with login and password."),
            N_("4. Choose contacts, calendar and tasks, and let them be synchronised."),
        ),
    ),
    (
        "thunderbird",
        N_("Thunderbird"),
        (
            N_("1. Open {address} in a browser and save the certificate of the office."),
            N_("2. In Thunderbird import it: Settings, Privacy & Security, Manage Certificates, Authorities."),
            N_("3. Calendar: New Calendar, On the Network, with {address} and the login."),
            N_("4. Contacts: New Address Book, Add CardDAV Address Book, with {address} and the login."),
        ),
    ),
    (
        "fritzbox",
        N_("FRITZ!Box"),
        (
            N_("1. Open fritz.box: Telephony, Telephone Book, New Telephone Book."),
            N_("2. Choose “Other provider” under online telephone books, and “CardDAV provider”."),
            N_("3. Enter {address} with login and password. The telephones then show names of the office."),
        ),
    ),
)  # fmt: skip


class PhonesPage(OptionPage):
    """What serves phones, and what is typed on them; the server is a process of its own (`gcrm dav serve`)."""

    shuts_itself = True

    @override
    def build(self) -> None:
        self.address = ""
        self.serving = PhoneServing(self.context)
        self.serving.said.connect(self.done)
        self.picture = self.serving.picture
        self.add_target("serve", self.serving.choice)
        self.column.addWidget(self.serving)
        self.column.addWidget(self._who())
        self.column.addWidget(self._how())
        self.add_options()

    def _who(self) -> Card:
        """Return the card with login and password."""
        card = Card(_("Log-in"))
        self.login = PlainLabel("", wrap=True)
        self.secret = PlainLabel("", "section", wrap=True)
        self.secret.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.secret.hide()
        self.make_button = Button(_("Make a password"), icon_name="key-round", on_click=self.make_password)
        row = QHBoxLayout()
        row.addWidget(self.make_button)
        row.addStretch(1)
        for label in (self.login, self.secret):
            card.body.addWidget(label)
        card.body.addLayout(row)
        self.add_target("password", self.make_button)
        return card

    def _how(self) -> Card:
        """Return the card with the steps of a device."""
        card = Card(_("Step by step"))
        self.device = CalmCombo(_("Device"))
        for key, label, _steps in STEPS:
            self.device.addItem(_(label), key)
        self.device.currentIndexChanged.connect(lambda _place: self._show_steps())
        self.steps = [PlainLabel("", wrap=True) for _n in range(max(len(steps) for _k, _l, steps in STEPS))]
        card.body.addWidget(FormField(_("Device"), self.device))
        for step in self.steps:
            card.body.addWidget(step)
        self.add_target("steps", self.device)
        self._show_steps()
        return card

    def _show_steps(self) -> None:
        """Show the steps of the chosen device."""
        steps = next(steps for key, _label, steps in STEPS if key == self.device.currentData())
        shown = self.address or _("the address above")
        for place, label in enumerate(self.steps):
            label.setText(_(steps[place]).format(address=shown) if place < len(steps) else "")
            label.setVisible(place < len(steps))

    def load(self) -> None:
        """Read the address and who works."""
        database = self.context.database

        def read() -> dict[str, Any]:
            with database.read() as session:
                found = settings.read_all(session, database.user_id)
                login = login_of(session, database.user_id)
            return {**found, "login": login, "installed": is_installed()}

        self.read(read, self.show_values)

    @override
    def show_values(self, values: dict[str, Any]) -> None:
        super().show_values(values)
        self.address = values["dav.address"]
        self.serving.show_address(self.address, values["installed"])
        is_file, has_password = self.context.database.is_sqlite, bool(values["dav.password"])
        told = _("Log in as {login} with the password of the office's server.")
        if is_file:
            told = _("Log in as {login} with the password that was made for phones.")
            told = told if has_password else _("Log in as {login}. Phones need a password that is made here.")
        self.login.setText(told.format(login=values["login"]))
        self.make_button.setVisible(is_file)
        self.make_button.setText(_("Make a new password") if has_password else _("Make a password"))
        self._show_steps()

    def make_password(self) -> None:
        """Make a password and show it this once; the former one holds no more."""
        database = self.context.database
        self.write(
            lambda: passwords.make(database), _("The password was made. It is shown this once"), self._show_secret,
            can_undo=False,
        )  # fmt: skip

    def _show_secret(self, password: str) -> None:
        self.secret.setText(password)
        self.secret.show()


PAGE = Page(
    "phones", N_("Phones"), "smartphone", 32, PhonesPage, groups=("dav",), keys=("dav.",),
    entries=(
        Entry("serve", N_("This computer serves phones"), N_("Start, always, server, autostart")),
        Entry("password", N_("Make a password"), N_("CalDAV CardDAV phone log-in")),
        Entry("steps", N_("Step by step"), N_("iPhone Android DAVx5 Thunderbird FRITZ!Box")),
    ),
)  # fmt: skip
