"""The pages of sharing an office: where it goes, who administers it and what will happen, and what came of it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtNetwork import QAbstractSocket, QHostAddress, QNetworkInterface
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QHBoxLayout, QLineEdit, QRadioButton, QVBoxLayout, QWidget

from gcrm.i18n import _, ngettext
from gcrm.services.team.server import PORT
from gcrm.services.team.sharing import OwnServer, Result, own_names
from gcrm.ui.settings.option_editor import WholeEdit
from gcrm.ui.team.parts import PersonFields
from gcrm.ui.theme import px
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.card import Card
from gcrm.ui.widgets.form_fields import FormField
from gcrm.ui.widgets.progress_line import ProgressLine
from gcrm.ui.widgets.safe import PlainLabel
from gcrm.ui.widgets.text_area import TextArea


def addresses() -> list[str]:
    """Return the addresses of this computer in its networks, those of the old kind, which people know."""
    kind = QAbstractSocket.NetworkLayerProtocol.IPv4Protocol
    return [one.toString() for one in QNetworkInterface.allAddresses() if one.protocol() == kind and _leads_here(one)]


def _leads_here(address: QHostAddress) -> bool:
    return not address.isLoopback() and not address.isLinkLocal()


class Place(QWidget):
    """Where the office goes: a server on this computer, or one that is there."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.here = QRadioButton(_("A server on this computer"))
        self.there = QRadioButton(_("A PostgreSQL server that we have"))
        self.names = QLineEdit(", ".join(own_names(addresses())))
        self.port = WholeEdit()
        self.port.set_value(PORT)
        self.starts = QCheckBox(_("Start it with this computer, before anybody logs in"))
        self.starts.setChecked(True)
        self.address, self.password = QLineEdit(), QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.certificate = QLineEdit()
        self.choose_button = Button(_("Choose file…"), icon_name="folder-open")
        self.names_field = FormField(_("Names and addresses by which the other desks reach it"), self.names)
        self.port_field = FormField(_("Port"), self.port)
        self.address_field = FormField(
            _("Address of an empty database"), self.address, required=True,
            hint=_("Such as postgresql://owner@server/office"),
        )  # fmt: skip
        self.password_field = FormField(_("Password of its owner"), self.password)
        self.certificate_field = FormField(_("Certificate of its authority"), self.certificate)
        self._lay_out()
        choice = QButtonGroup(self)
        for button in (self.here, self.there):
            choice.addButton(button)
            button.toggled.connect(lambda _on: self._show_choice())
        self.here.setChecked(True)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(12))
        column.addWidget(self._own())
        column.addWidget(self._theirs())
        column.addStretch(1)

    def _own(self) -> Card:
        told = _("For an office without a server. This computer must be on when people work; PostgreSQL is installed.")
        card = self._card(self.here, told)
        self._own_fields = QWidget()
        row = QHBoxLayout()
        row.setSpacing(px(12))
        row.addWidget(self.names_field, 4)
        row.addWidget(self.port_field, 1)
        fields = QVBoxLayout(self._own_fields)
        fields.setContentsMargins(0, 0, 0, 0)
        fields.addLayout(row)
        fields.addWidget(self.starts)
        card.body.addWidget(self._own_fields)
        return card

    def _theirs(self) -> Card:
        told = _("PostgreSQL 15 or newer, with an empty database whose owner may make logins (CREATEROLE).")
        card = self._card(self.there, told)
        self._their_fields = QWidget()
        file = QHBoxLayout()
        file.setSpacing(px(8))
        file.addWidget(self.certificate_field, 1)
        button = QVBoxLayout()
        button.addStretch(1)
        button.addWidget(self.choose_button)
        file.addLayout(button)
        fields = QVBoxLayout(self._their_fields)
        fields.setContentsMargins(0, 0, 0, 0)
        fields.setSpacing(px(8))
        fields.addWidget(self.address_field)
        fields.addWidget(self.password_field)
        fields.addLayout(file)
        fields.addWidget(PlainLabel(_("None is needed where everybody trusts the certificate."), "meta", wrap=True))
        card.body.addWidget(self._their_fields)
        return card

    def _card(self, choice: QRadioButton, told: str) -> Card:
        card = Card()
        card.body.setSpacing(px(8))
        card.body.addWidget(choice)
        card.body.addWidget(PlainLabel(told, "meta", wrap=True))
        return card

    def _show_choice(self) -> None:
        self._own_fields.setVisible(self.here.isChecked())
        self._their_fields.setVisible(self.there.isChecked())
        self.changed.emit()

    def own_server(self) -> OwnServer:
        """Return the server to make on this computer."""
        names = tuple(name.strip() for name in self.names.text().split(",") if name.strip())
        return OwnServer(names, int(self.port.value() or PORT), starts_with_computer=self.starts.isChecked())

    def certificate_file(self) -> Path | None:
        """Return the file of the certificate, None where none was named."""
        return Path(self.certificate.text().strip()) if self.certificate.text().strip() else None

    def is_filled(self) -> bool:
        """Tell whether what is needed was entered; else say what is missing."""
        for field in (self.names_field, self.address_field, self.certificate_field, self.password_field):
            field.clear_error()
        if self.here.isChecked() and not self.names.text().strip():
            return self._wrong(self.names_field, _("Enter at least one name or address of this computer."))
        if self.there.isChecked() and not self.address.text().strip():
            return self._wrong(self.address_field, _("Enter the address of the database."))
        return True

    def _wrong(self, field: FormField, sentence: str) -> bool:
        field.set_error(sentence)
        field.editor.setFocus()
        return False


class Going(QWidget):
    """Who administers the office from now on, what will happen, and how far it is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.person = PersonFields()
        self.what = PlainLabel("", wrap=True)
        self.progress = ProgressLine()
        mine = Card(_("Your own login"))
        mine.body.addWidget(PlainLabel(_("You administer the office, invite colleagues and say who may what."), "meta",
                                       wrap=True))  # fmt: skip
        mine.body.addWidget(self.person)
        will = Card(_("What will happen"))
        will.body.addWidget(self.what)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(12))
        column.addWidget(mine)
        column.addWidget(will)
        column.addWidget(self.progress)
        column.addStretch(1)

    def tell(self, *, is_here: bool) -> None:
        """Say what will happen."""
        first = _("gCRM makes a server on this computer, with its own certificate, and starts it.")
        steps = [first] if is_here else []
        steps += [
            _("Everything in this office is copied there and compared with the original, byte by byte."),
            _("The file here is kept and can only be read from then on. Until the end you can cancel; then nothing "
              "has changed."),
            _("From then on the server refuses whatever a group may not do."),
        ]  # fmt: skip
        self.what.setText("\n".join(f"{number}. {step}" for number, step in enumerate(steps, 1)))


class Outcome(QWidget):
    """What came of it, and what is left to do."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.counts = PlainLabel("", "strong", wrap=True)
        self.facts = Card(_("The office of the team"))
        self.owner = PlainLabel("", wrap=True)
        self.left_title = PlainLabel(_("Left to do for an administrator of this computer:"), wrap=True)
        self.left = TextArea(4, accessible_name=_("What is left to do"))
        self.left.setReadOnly(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(12))
        told = _("Colleagues come in with “File > Invite a colleague”: each gets a code, and types only a name and a "
                 "password.")  # fmt: skip
        open_disk = _("Every login can fill the server's disk with large objects. The guide says how that is ended.")
        self.server = PlainLabel(open_disk, wrap=True, tone="warn")
        invited = PlainLabel(told, wrap=True)
        for widget in (self.counts, self.facts, invited, self.owner, self.server, self.left_title, self.left):
            column.addWidget(widget)
        column.addStretch(1)

    def show_result(self, result: Result) -> None:
        """Show what came of it."""
        rows = result.rows
        contacts = ngettext("{count} contact", "{count} contacts", rows["contact"]).format(count=rows["contact"])
        activities = ngettext("{count} activity", "{count} activities", rows["activity"])
        files = ngettext("{count} file", "{count} files", rows["attachment"]).format(count=rows["attachment"])
        told = ", ".join((contacts, activities.format(count=rows["activity"]), files))
        self.counts.setText(_("{counts}: every record was copied and compared.").format(counts=told))
        kept = _("kept in the password store of this computer")
        asked = _("asked for at each start: this computer has no store for passwords")
        self.facts.set_rows(
            [
                (_("Office"), result.office.name),
                (_("Address of the server"), result.office.address),
                (_("Your login"), result.login),
                (_("Your password"), kept if result.is_kept else asked),
            ]
        )
        self.owner.setVisible(bool(result.owner_password))
        sentence = _("Write this down: the owner of the database is {owner}, with the password {password}.")
        self.owner.setText(sentence.format(owner=result.owner, password=result.owner_password))
        self.server.setVisible(not result.is_hardened)
        self.left_title.setVisible(bool(result.left))
        self.left.setVisible(bool(result.left))
        self.left.setPlainText("\n".join(result.left))
