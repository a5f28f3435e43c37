"""The three pages of the first start."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QLocale, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget
from typing_extensions import override

from gcrm.i18n import _, current_language
from gcrm.model.user import Company
from gcrm.services import company, settings
from gcrm.services.database import Database
from gcrm.services.settings import LANGUAGE_CHOICES
from gcrm.services.telephony.discovery import FoundBox, find_boxes
from gcrm.services.telephony.interface import Trouble
from gcrm.ui.context import Context
from gcrm.ui.settings.option_editor import CalmCombo, country_combo
from gcrm.ui.theme import px
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.card import Card
from gcrm.ui.widgets.form_fields import FormField
from gcrm.ui.widgets.icon_label import IconLabel
from gcrm.ui.widgets.safe import PlainLabel, announce
from gcrm.ui.widgets.typed_edit import place

Keep = Callable[[], object]
BIG_ICON = 24


class Step(QWidget):
    """A page: what it is called, where it begins, and what it keeps."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(px(12))

    def heading(self) -> str:
        """Return the title of the page."""
        return ""

    def start(self) -> None:
        """Put the focus where the page begins."""

    def keep(self) -> Keep | None:
        """Return what is to be carried out off the GUI thread, None where nothing was entered."""
        return None


class CompanyStep(Step):
    """Language, country and name of the own company."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.name = QLineEdit()
        self.country = country_combo()
        self.country.set_value(place(QLocale())[1] or context.database.home.country)
        self.language = CalmCombo()
        for code, label in LANGUAGE_CHOICES[1:]:
            self.language.addItem(label, code)
        self.language.set_value(current_language())
        self.hint = PlainLabel("", "small", wrap=True)
        card = Card()
        card.body.setSpacing(px(10))
        card.body.addWidget(FormField(_("Name of your company"), self.name))
        row = QHBoxLayout()
        row.setSpacing(px(12))
        row.addWidget(FormField(_("Country"), self.country), 1)
        row.addWidget(FormField(_("Language"), self.language), 1)
        card.body.addLayout(row)
        card.body.addWidget(self.hint)
        self.column.addWidget(card)
        remark = _("All of this can be changed later in the settings.")
        self.column.addWidget(PlainLabel(remark, "meta", wrap=True))
        self.column.addStretch(1)
        self.language.activated.connect(lambda _row: self._show_hint())
        self._show_hint()

    def _show_hint(self) -> None:
        """Say when another language begins to be used."""
        is_other = self.language.currentData() != current_language()
        self.hint.setText(_("The new language is used from the next start of gCRM.") if is_other else "")
        self.hint.setVisible(is_other)

    @override
    def heading(self) -> str:
        return _("Who are you?")

    @override
    def start(self) -> None:
        self.name.setFocus()
        database = self._context.database
        self._context.tasks.read(lambda: company.main_company(database).record, self._show_known, owner=self)

    def _show_known(self, known: Company) -> None:
        """Show the company where somebody has entered it already, unless a name is being typed."""
        if known.name and not self.name.text():
            self.name.setText(known.name)
            self.country.set_value(known.country)

    @override
    def keep(self) -> Keep | None:
        database, name = self._context.database, self.name.text().strip()
        country, language = str(self.country.value() or ""), str(self.language.currentData())
        is_other = language != current_language()

        def save() -> None:
            if is_other:
                settings.set(database, "ui.language", language)
            keep_company(database, name, country)

        return save


def keep_company(database: Database, name: str, country: str) -> None:
    """Enter name and country of the own company; what is left empty stays as it is."""
    known = company.main_company(database)
    known.record.name, known.record.country = name or known.record.name, country or known.record.country
    company.save(database, known)


class ContactsStep(Step):
    """Bring contacts over, take sample data, or begin empty."""

    import_wanted = Signal()
    sample_wanted = Signal()
    file_wanted = Signal()
    join_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.import_button = Button(_("Import contacts…"), on_click=self.import_wanted.emit)
        self.sample_button = Button(_("Try with sample data"), on_click=self.sample_wanted.emit)
        self.file_button = Button(_("Open a file…"), on_click=self.file_wanted.emit)
        self.join_button = Button(_("Join a team…"), on_click=self.join_wanted.emit)
        own = _("From the address book of your phone, Outlook, Thunderbird or another program, as vCard files.")
        samples = _("Sixty contacts with calls, visits and follow-ups. One click removes them again.")
        self._add("contact", _("Bring your contacts"), own, self.import_button)
        self._add("wand-sparkles", _("Look around first"), samples, self.sample_button)
        team = _("Colleagues have an office already, and sent you the code of an invitation.")
        self._add("users", _("Join a team"), team, self.join_button)
        other = _("An office in a file, such as that of your former computer.")
        self._add("folder-open", _("Open an office"), other, self.file_button)
        self.column.addWidget(PlainLabel(_("Or go on, and enter the first contact yourself."), "meta", wrap=True))
        self.column.addStretch(1)

    def _add(self, icon: str, title: str, text: str, button: Button) -> None:
        """Add a way to begin."""
        texts = QVBoxLayout()
        texts.setSpacing(px(2))
        texts.addWidget(PlainLabel(title, "section", wrap=True))
        texts.addWidget(PlainLabel(text, "meta", wrap=True))
        row = QHBoxLayout()
        row.setSpacing(px(14))
        row.addWidget(IconLabel(icon, "accent_text", BIG_ICON))
        row.addLayout(texts, 1)
        row.addWidget(button)
        card = Card()
        card.body.addLayout(row)
        self.column.addWidget(card)

    @override
    def heading(self) -> str:
        return _("How do you want to begin?")

    @override
    def start(self) -> None:
        self.import_button.setFocus()


class PhoneStep(Step):
    """Listen to the FRITZ!Box. Nothing is looked for in the network unless the button is pressed."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.listen = QCheckBox(_("Listen to the phone box"))
        self.host = QLineEdit(str(settings.option("phone.box_host").default))
        self.find_button = Button(_("Find the box"), icon_name="radar", on_click=self.find_box)
        self.result = PlainLabel("", "small", wrap=True)
        self.result.hide()
        card = Card()
        card.body.setSpacing(px(10))
        told = _("With a FRITZ!Box gCRM shows who is calling, and writes every call into the chronicle.")
        card.body.addWidget(PlainLabel(told, wrap=True))
        dial = _("On a telephone connected to the box dial #96*5* once; then the box tells who is calling.")
        card.body.addWidget(PlainLabel(dial, wrap=True))
        card.body.addWidget(self.listen)
        row = QHBoxLayout()
        row.setSpacing(px(8))
        self.host_field = FormField(_("Address of the phone box"), self.host)
        row.addWidget(self.host_field, 1)
        button = QVBoxLayout()
        button.addStretch(1)
        button.addWidget(self.find_button)
        row.addLayout(button)
        card.body.addLayout(row)
        card.body.addWidget(self.result)
        self.column.addWidget(card)
        self.column.addStretch(1)

    @override
    def heading(self) -> str:
        return _("Does gCRM hear the telephone?")

    @override
    def start(self) -> None:
        self.listen.setFocus()

    def find_box(self) -> None:
        """Look for the box in this network."""
        self.find_button.setEnabled(False)
        self._say(_("Looking for the box…"))
        self._context.tasks.read(find_boxes, self._found, lambda error: self._say(error.sentence), owner=self)

    def _found(self, boxes: list[FoundBox]) -> None:
        self.find_button.setEnabled(True)
        if not boxes:
            self._say(_("No box answers in this network."))
            return
        self.host.setText(boxes[0].host)
        self.listen.setChecked(True)
        answer = _("{host} is there, but does not tell calls yet. Dial #96*5* and find it again.")
        ready = _("{host} answers and tells calls.")
        is_off = boxes[0].trouble is Trouble.REFUSED
        self._say((answer if is_off else ready).format(host=boxes[0].host))

    def _say(self, sentence: str) -> None:
        self.result.setText(sentence)
        self.result.show()
        announce(self.result, sentence)

    @override
    def keep(self) -> Keep | None:
        database, host, listens = self._context.database, self.host.text().strip(), self.listen.isChecked()
        if not listens:
            return None

        def save() -> None:
            settings.set(database, "phone.box_host", host)
            settings.set(database, "phone.box_enabled", True)

        return save
