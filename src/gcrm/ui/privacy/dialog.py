"""The window for the privacy of a contact, or of one of the persons who work there."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QStackedWidget, QTabBar, QVBoxLayout, QWidget
from typing_extensions import override

from gcrm.errors import GcrmError
from gcrm.i18n import _, ngettext
from gcrm.services import contact as contacts
from gcrm.services.database import Database
from gcrm.services.personal_data.belongings import Subject
from gcrm.services.personal_data.erase import Erased
from gcrm.services.personal_data.plan import why_not_erase
from gcrm.services.showing import show_date
from gcrm.ui.allowed import RightsWatch
from gcrm.ui.context import Context
from gcrm.ui.narrow_combo import NarrowCombo
from gcrm.ui.privacy.erase_page import ErasePage
from gcrm.ui.privacy.kept_page import KeptPage
from gcrm.ui.privacy.permissions_page import PermissionsPage
from gcrm.ui.theme import px
from gcrm.ui.widgets.banner import Banner
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.message import choose
from gcrm.ui.widgets.safe import PlainLabel, announce, set_tip

KEPT, PERMISSIONS, ERASE = range(3)


@dataclass(frozen=True, slots=True)
class _People:
    """The contact and the persons who work there, by name."""

    name: str
    persons: tuple[tuple[str, int], ...]


def _people(database: Database, contact: int) -> _People:
    with database.read() as session:
        found = contacts.read(session, contact)
        persons = tuple((role.person.full_name, role.person_id) for role in found.persons if role.person.full_name)
        return _People(found.display_name, persons)


class _Result(QWidget):
    """What an erasure did, and what is left to do."""

    def __init__(self) -> None:
        super().__init__()
        self._lines = QVBoxLayout(self)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(px(12))

    def show_lines(self, lines: list[str]) -> None:
        """Show these sentences, one below the other."""
        for line in lines:
            self._lines.addWidget(PlainLabel(line, wrap=True))
        self._lines.addStretch(1)


class PrivacyDialog(QDialog):
    """Three pages: what is kept, permissions, erasing. `about` chooses the contact or one of its persons."""

    def __init__(self, context: Context, contact: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._contact = contact
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Privacy"))
        self.resize(px(860), px(680))
        self.banner = Banner()
        self.title = PlainLabel(_("Privacy"), "title", elide=True)
        self.about = NarrowCombo(_("About whom"))
        self.tabs = QTabBar()
        self.tabs.setAccessibleName(_("Pages"))
        self.tabs.setExpanding(False)
        self.tabs.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        for text in (_("What is kept"), _("Permissions"), _("Erase")):
            self.tabs.addTab(text)
        self.kept = KeptPage(context, self.banner)
        self.permissions = PermissionsPage(context, self.banner)
        self.erasing = ErasePage(context, self.banner)
        self.erasing.erased.connect(self._erased)
        self.stack = QStackedWidget()
        self.outcome = _Result()
        for page in (self.kept, self.permissions, self.erasing, self.outcome):
            self.stack.addWidget(page)
        self._lay_out()
        self.tabs.currentChanged.connect(lambda _tab: self.load())
        self.about.currentIndexChanged.connect(lambda _place: self.load())
        database = context.database
        context.tasks.read(lambda: _people(database, contact), self._show, self._failed, owner=self)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(px(12))
        head.addWidget(self.title, 1)
        head.addWidget(self.about)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(Button(_("Close"), on_click=self.close))
        column = QVBoxLayout(self)
        column.setContentsMargins(px(20), px(20), px(20), px(20))
        column.setSpacing(px(12))
        column.addLayout(head)
        for widget in (self.tabs, self.banner):
            column.addWidget(widget)
        column.addWidget(self.stack, 1)
        column.addLayout(buttons)
        self.banner.hide()

    def _show(self, people: _People) -> None:
        """Offer the contact and its persons, and read what is kept."""
        self.title.setText(_("Privacy of {name}").format(name=people.name))
        self.about.blockSignals(True)
        self.about.addItem(people.name, Subject("contact", self._contact))
        for name, person in people.persons:
            self.about.addItem(name, Subject("person", person))
        self.about.blockSignals(False)
        self.about.setVisible(bool(people.persons))
        RightsWatch(self._context, self._judge, self)
        self.load()

    def _judge(self) -> None:
        """Who may not erase is told why at the tab."""
        refusal = why_not_erase(self._context.database)
        self.tabs.setTabEnabled(ERASE, not refusal)
        set_tip(self.tabs, refusal)

    def subject(self) -> Subject:
        """Return whom the window is about."""
        chosen = self.about.currentData()
        return chosen if isinstance(chosen, Subject) else Subject("contact", self._contact)

    def load(self) -> None:
        """Read the page in front."""
        page = self.tabs.currentIndex()
        self.stack.setCurrentIndex(page)
        if page == KEPT:
            self.kept.load(self.subject())
        elif page == PERMISSIONS:
            person = self.subject().id if self.subject().table == "person" else None
            self.permissions.load(self._contact, self.about.itemText(0), person)
        else:
            self.erasing.load(self.subject())

    def _erased(self, done: Erased) -> None:
        """Say what was done and what is left to do; of the contact nothing is left to show."""
        parts = [ngettext("{count} record erased.", "{count} records erased.", done.rows).format(count=done.rows)]
        if done.kept_until is not None:
            parts.append(_("What the law wants kept stays until {day}.").format(day=show_date(done.kept_until)))
        self.outcome.show_lines([*parts, *done.swept.notes])
        self.stack.setCurrentWidget(self.outcome)
        self.title.setText(_("Personal data erased"))
        for part in (self.banner, self.tabs, self.about):
            part.hide()
        self._context.window.say(parts[0])
        announce(self, parts[0])

    @override
    def reject(self) -> None:
        """Close; a statement that was typed and not recorded is only thrown away when the user says so."""
        if self.erasing.is_busy():
            self.erasing.give_up()
            return  # what was done, and what is left to do, is said first
        if self.permissions.has_typed():
            sentence = _("The statement that was typed is not recorded yet.")
            if choose(self, _("Permissions"), sentence, [_("Discard"), _("Keep editing")], safe=1):
                return
        super().reject()

    def _failed(self, error: GcrmError) -> None:
        self.banner.show_message(error.sentence, "bad")


def open_privacy(context: Context, contact: int, page: int = KEPT) -> PrivacyDialog:
    """Open the privacy of a contact."""
    dialog = PrivacyDialog(context, contact, context.window if isinstance(context.window, QWidget) else None)
    dialog.tabs.setCurrentIndex(page)
    dialog.open()
    return dialog
