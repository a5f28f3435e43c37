"""The first start: at most three pages, each of which can be skipped; the window beside it can be used all the time.

It is shown once, in an office without contacts. Sample data come with one click and go with one.
"""

from __future__ import annotations

import zlib
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from gcrm.errors import GcrmError
from gcrm.i18n import _
from gcrm.services import sample_data
from gcrm.ui.context import Context
from gcrm.ui.first_pages import CompanyStep, ContactsStep, PhoneStep, Step
from gcrm.ui.theme import px
from gcrm.ui.widgets.banner import Banner
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.safe import PlainLabel


class FirstStart(QDialog):
    """Company, contacts, telephone: what is entered on a page is kept by Next, Skip keeps nothing."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Welcome to gCRM"))
        self.place = PlainLabel("", "meta")
        self.heading = PlainLabel("", "title", wrap=True)
        self.banner = Banner()
        self.stack = QStackedWidget()
        contacts = ContactsStep()
        contacts.import_wanted.connect(self.import_contacts)
        contacts.sample_wanted.connect(self.take_samples)
        contacts.file_wanted.connect(self.open_office)
        contacts.join_wanted.connect(self.join_team)
        for step in (CompanyStep(context), contacts, PhoneStep(context)):
            self.stack.addWidget(step)
        self.sample_button = Button(_("Try with sample data"), "flat", "wand-sparkles", on_click=self.take_samples)
        self.join_button = Button(_("Join a team…"), "flat", "users", on_click=self.join_team)
        self.back_button = Button(_("Back"), on_click=lambda: self.show_step(self.stack.currentIndex() - 1))
        self.skip_button = Button(_("Skip"), "flat", on_click=self.skip)
        self.next_button = Button(_("Next"), "primary", on_click=self.go_on)
        self.next_button.setDefault(True)
        self._lay_out()
        self.resize(px(660), px(610))
        self.show_step(0)

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(px(6))
        buttons.addWidget(self.sample_button)
        buttons.addWidget(self.join_button)
        buttons.addStretch(1)
        for button in (self.skip_button, self.back_button, self.next_button):
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(24), px(20), px(24), px(20))
        column.setSpacing(px(12))
        for widget in (self.place, self.heading, self.banner):
            column.addWidget(widget)
        column.addWidget(self.stack, 1)
        column.addLayout(buttons)

    def step(self) -> Step:
        """Return the page that is shown."""
        shown = self.stack.currentWidget()
        if not isinstance(shown, Step):
            raise TypeError("every page is a step")
        return shown

    def show_step(self, number: int) -> None:
        """Show a page, counted from 0."""
        self.stack.setCurrentIndex(number)
        last = self.stack.count() - 1
        self.banner.hide()
        self.place.setText(_("Page {number} of {count}").format(number=number + 1, count=last + 1))
        self.heading.setText(self.step().heading())
        self.back_button.setVisible(number > 0)
        for button in (self.sample_button, self.join_button):
            button.setVisible(number == 0)
        self.next_button.setText(_("Start") if number == last else _("Next"))
        self.step().start()

    def skip(self) -> None:
        """Go on without keeping what stands on the page."""
        if self.stack.currentIndex() + 1 < self.stack.count():
            self.show_step(self.stack.currentIndex() + 1)
        else:
            self.accept()

    def go_on(self) -> None:
        """Keep what stands on the page, then go on."""
        keep = self.step().keep()
        if keep is None:
            self.skip()
            return
        self.next_button.setEnabled(False)
        self._context.tasks.write(keep, self._kept, self._failed, _("Save setting"), owner=self)

    def _kept(self, _result: Any) -> None:
        self.next_button.setEnabled(True)
        self.skip()

    def _failed(self, error: GcrmError) -> None:
        self.next_button.setEnabled(True)
        self.sample_button.setEnabled(True)
        self.banner.show_message(error.sentence, "bad")

    # --- contacts -----------------------------------------------------------------------------------------------
    def import_contacts(self) -> None:
        """Go on with the import."""
        from gcrm.ui.exchange import open_import

        self.accept()
        open_import(self._context, [])

    def join_team(self) -> None:
        """Go to the office of a team instead."""
        from gcrm.ui.team import open_join

        window = self.parentWidget()
        self.accept()
        open_join(self._context.tasks, self._context.state, window)

    def open_office(self) -> None:
        """Go to an office that is there instead."""
        from gcrm.ui.office_chooser import OfficeChooser

        window, tasks = self.parentWidget(), self._context.tasks
        self.accept()
        chooser = OfficeChooser(tasks, window)
        chooser.open()

    def take_samples(self) -> None:
        """Fill the office with sample data."""
        database = self._context.database
        self.sample_button.setEnabled(False)
        self.banner.show_message(_("Writing the sample data…"))
        self._context.tasks.write(
            lambda: sample_data.add(database), self._filled, self._failed, _("Write sample data"), owner=self
        )

    def _filled(self, _result: Any) -> None:
        self._context.state.remember(_mark(self._context, "sample"), 1)
        self._context.window.open_section("contacts")
        offer_removal(self._context)
        self.accept()


def offer_removal(context: Context) -> None:
    """Show above the lists that this office holds sample data, with the one click that removes them."""
    banner = getattr(context.window, "banner", None)
    if not isinstance(banner, Banner):
        return
    banner.clear_buttons()
    banner.show_message(_("These are sample data to try everything on."))
    banner.add_button(_("Remove sample data"), lambda: remove_samples(context, banner))


def remove_samples(context: Context, banner: Banner) -> None:
    """Take the sample data out."""
    database = context.database

    def removed(kept: int) -> None:
        banner.clear_buttons()
        banner.hide()
        context.state.remember(_mark(context, "sample"), None)
        edited = _("Sample data removed; what you edited stays.")
        context.window.say(edited if kept else _("Sample data removed."))

    def failed(error: GcrmError) -> None:
        context.window.fail(error)

    context.tasks.write(lambda: sample_data.remove(database), removed, failed, _("Remove sample data"))


def _mark(context: Context, what: str) -> str:
    """Return the name under which this computer remembers something about this office."""
    office = context.database.url.render_as_string(hide_password=True)
    return f"{what}-{zlib.crc32(office.encode()):08x}"


def maybe_first_start(context: Context) -> None:
    """Show the first start in an empty office, once; later offer to remove sample data that are still there."""
    database, state = context.database, context.state
    was_shown = state.recall(_mark(context, "first_start")) is not None
    has_samples = state.recall(_mark(context, "sample")) is not None
    if was_shown and not has_samples:
        return

    def read() -> tuple[bool, bool]:
        with database.read() as session:
            return sample_data.is_empty(session), bool(sample_data.operations(session))

    def decide(found: tuple[bool, bool]) -> None:
        empty, samples = found
        if empty and not was_shown:
            state.remember(_mark(context, "first_start"), 1)
            open_first_start(context)
        elif samples and has_samples:
            offer_removal(context)

    context.tasks.read(read, decide)


def open_first_start(context: Context) -> FirstStart:
    """Show the pages of the first start beside the main window."""
    dialog = FirstStart(context, context.window if isinstance(context.window, QWidget) else None)
    dialog.show()
    return dialog
