"""The steps of the tour. To add one: a method that does something, looks at what came of it and says what was found.

A step raises TourError when something is not as it says. Its name goes into `Tour.steps`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from sqlalchemy import ColumnElement, func, select

from gcrm.app import Program, start
from gcrm.i18n import _, current_language
from gcrm.model.activity import Activity
from gcrm.model.contact import Contact
from gcrm.services import contact_list
from gcrm.services.attachment import picture
from gcrm.services.database import Database
from gcrm.services.opening import open_office
from gcrm.services.printing.preview import page_count, page_text
from gcrm.services.telephony.simulator import PhoneBox
from gcrm.tour import phone_file
from gcrm.tour.hand import (
    choose_file,
    click,
    given,
    must,
    pause,
    press,
    silence_platform,
    type_text,
    wait_for,
    window_of,
)
from gcrm.ui.call_stack import newest_popup
from gcrm.ui.main_window import MainWindow

CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
CONTACTS = 240
ACTIVITIES = 900
SEED = 7
LABELS = 30
PAINT_MS = 250


class Tour:
    """A program with a demo office, and the folder for pictures and prints."""

    def __init__(self, folder: Path, office: Path, language: str) -> None:
        self._folder = folder
        self._office = office
        self._language = language
        self._program: Program | None = None
        self._box: PhoneBox | None = None
        self._contact = 0
        self._pictures = 0

    def steps(self) -> tuple[Callable[[], str], ...]:
        """Return the steps in their order."""
        return (
            self.furnish, self.open_window, self.import_file, self.find, self.ring, self.answer, self.log,
            self.complete, self.print_sheet, self.print_list, self.print_labels, self.look_in_the_dark,
        )  # fmt: skip

    @property
    def window(self) -> MainWindow:
        """Return the main window."""
        return given(self._program, _("the program runs")).window

    @property
    def database(self) -> Database:
        """Return the open office."""
        return self.window.office.database

    @property
    def box(self) -> PhoneBox:
        """Return the phone box."""
        return given(self._box, _("the phone box stands"))

    def close(self) -> None:
        """Close program and phone box."""
        if self._box is not None:
            self._box.__exit__(None, None, None)
        if self._program is not None:
            self._program.window.close()
            self._program.close()

    def picture(self, name: str, widget: QWidget | None = None) -> None:
        """Keep a picture of a window, of the main window without one."""
        if self._program is None:
            return
        pause(PAINT_MS)
        self._pictures += 1
        file = self._folder / "pictures" / f"{self._pictures:02d}_{name}.png"
        must((widget or self.window).grab().save(str(file)), _("the picture {file}").format(file=file.name))

    def _print_file(self, name: str) -> Path:
        return self._folder.resolve() / "prints" / f"{name}.pdf"

    # --- the office ---------------------------------------------------------------------------------------------
    def furnish(self) -> str:
        """Make a demo office, and a phone box that it listens to."""
        from gcrm.services import demo, settings

        box = PhoneBox()
        self._box = box.__enter__()
        database = open_office(str(self._office))
        try:
            demo.create(database, CONTACTS, seed=SEED, activities=ACTIVITIES)
            for key, value in (
                ("phone.box_host", box.host), ("phone.box_port", box.port), ("phone.box_enabled", True),
            ):  # fmt: skip
                settings.set(database, key, value)
            with database.read() as session:
                count = session.scalar(select(func.count()).select_from(Contact))
        finally:
            database.close()
        must(count == CONTACTS, _("{count} contacts in the demo office").format(count=CONTACTS))
        return _("Demo office: {count} contacts in {file}").format(count=count, file=self._office.name)

    def open_window(self) -> str:
        """Open the real window, and wait until the phone box has been found."""
        silence_platform()
        self._program = start(["gcrm"], language=self._language, mode="light")
        self._program.open(str(self._office))
        window = self._program.window
        wait_for(lambda: self._program is not None and self._program.context, _("the office is open"))
        wait_for(lambda: window.contacts.page.contact_id(), _("a contact is shown"))
        wait_for(lambda: self.box.clients, _("the program has found the phone box"))
        self.picture("main_window")
        return _("Window: open, a contact is shown, listening to the phone box at port {port}").format(
            port=self.box.port)  # fmt: skip

    # --- contacts -----------------------------------------------------------------------------------------------
    def import_file(self) -> str:
        """Import a file as a phone writes it, through the import window."""
        from gcrm.ui.exchange import open_import

        file = self._folder / "data" / "phone.vcf"
        phone_file.write_phone_file(file)
        dialog = open_import(self.window.office, [file])
        wait_for(lambda: dialog.plan.rows and dialog.parts.go.isEnabled(), _("the file was read"))
        account = dialog.plan.files[0].account
        must(account.is_balanced, _("every line of the file is accounted for"))
        self.picture("import", dialog)
        click(dialog.parts.go)
        wait_for(lambda: dialog.parts.banner.isVisible(), _("the import is done"))
        said = dialog.parts.banner.message()
        click(dialog.parts.go)
        with self.database.read() as session:
            total, rows = contact_list.find(session, phone_file.NAME)
            must(total == 1, _("{name} is here once").format(name=phone_file.NAME))
            self._contact = rows[0].id
            must(picture(session, self._contact), _("{name} has a picture").format(name=phone_file.NAME))
        return _("Import: {file}, {lines} lines, every one accounted for. {said}").format(
            file=file.name, lines=account.lines, said=said)  # fmt: skip

    def find(self) -> str:
        """Find the imported contact with three letters of the town and a part of the name, without the umlaut."""
        pane = self.window.contacts.pane
        self.window.actions_.action("find").trigger()
        type_text(pane.search, "gruenw kol")
        wait_for(lambda: pane.view.model().rowCount() == 1, _("one contact is left in the list"))
        press(pane.search, Qt.Key.Key_Return)
        page = self.window.contacts.page
        wait_for(lambda: page.contact_id() == self._contact, _("the record of the contact is shown"))
        self.picture("found")
        pane.search.clear()
        return _("Find: “gruenw kol” gives {name} in {town}").format(name=phone_file.NAME, town=phone_file.TOWN)

    # --- telephone ----------------------------------------------------------------------------------------------
    def ring(self) -> str:
        """Let the contact call; the pop-up must know who it is and not ask for the keyboard.

        Whether it gets it all the same is up to the system; without a display every new window does.
        """
        self._come_forward()
        began = datetime.now()
        self.box.ring("02214711815")
        popup = wait_for(newest_popup, _("the call pop-up appears"))
        took = datetime.now() - began
        wait_for(lambda: popup.card(), _("the pop-up knows the caller"))
        card = popup.card()
        must(card is not None and card.contact_id == self._contact, _("the pop-up shows {name}").format(
            name=phone_file.NAME))  # fmt: skip
        asks = popup.testAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        must(asks, _("the pop-up asks to leave the keyboard where it is"))
        self.picture("call", popup)
        return _("Call: {name} rings, pop-up after {time} ms").format(
            name=phone_file.NAME, time=round(took / timedelta(milliseconds=1)))  # fmt: skip

    def _come_forward(self) -> None:
        """Make the main window the one that keys go to; a platform without windows forgets it with each dialog."""
        self.window.activateWindow()
        wait_for(lambda: self.window.isActiveWindow(), _("the main window is in front"))
        pause(PAINT_MS)

    def _focus(self) -> QWidget | None:
        program = self._program
        return program.app.focusWidget() if program else None

    def answer(self) -> str:
        """Take the call and hang up; it must stand in the chronicle, with its length."""
        self.box.answer("02214711815")
        pause(PAINT_MS)
        click(given(newest_popup(), _("the pop-up stays during the call")).log_button)
        self.box.end(seconds=95)
        call = wait_for(lambda: self._activity(Activity.type == "call"), _("the call stands in the chronicle"))
        must(call.seconds == 95 and call.direction == "in", _("the call has its length"))
        return _("Chronicle: incoming call of {seconds} s with {name}").format(
            seconds=call.seconds, name=phone_file.NAME)  # fmt: skip

    def _activity(self, *conditions: ColumnElement[bool]) -> Activity | None:
        """Return the newest activity of the contact that meets conditions."""
        wanted = select(Activity).where(Activity.contact_id == self._contact, *conditions)
        with self.database.read() as session:
            return session.scalar(wanted.order_by(Activity.id.desc()).limit(1))

    # --- chronicle ----------------------------------------------------------------------------------------------
    def log(self) -> str:
        """Log what was said, with a follow-up, from the keyboard alone."""
        from gcrm.services.moment import day_of

        box = self.window.contacts.rail.box
        self.window.actions_.action("log").trigger()
        type_text(box.text, "Wants an offer for twelve gates")
        press(box.text, Qt.Key.Key_Tab)
        must(self._focus() is box.follow_up or box.follow_up.isAncestorOf(self._focus() or box), _("Tab goes on"))
        type_text(self._focus() or box.follow_up, _TOMORROW[current_language()])
        press(self._focus() or box.follow_up, Qt.Key.Key_Return, CONTROL)
        made = wait_for(lambda: self._activity(Activity.state == "open"), _("the follow-up is planned"))
        day = day_of(given(made.follow_up_at, _("the follow-up has a day")), made.follow_up_all_day)
        must(day > datetime.now().date(), _("the follow-up lies ahead"))
        wait_for(lambda: self.window.contacts.rail.model.has_pinned(), _("the follow-up is pinned on top"))
        self.picture("logged")
        return _("Log: “{text}”, follow-up on {day}").format(text=made.text, day=day.isoformat())

    def complete(self) -> str:
        """Mark the follow-up as done with one key."""
        view = self.window.contacts.rail.view
        view.setFocus()
        press(view, Qt.Key.Key_Home)
        press(view, Qt.Key.Key_Space)
        done = wait_for(
            lambda: self._activity(Activity.done_at.is_not(None), Activity.text.like("Wants an offer%")),
            _("the follow-up is done"),
        )
        must(done.state == "done", _("the follow-up is closed"))
        self.picture("done")
        return _("Follow-up: done by {user} with one key").format(user=self._user(done.done_by))

    def _user(self, user: int | None) -> str:
        from gcrm.model.user import User

        with self.database.read() as session:
            found = session.get(User, user) if user else None
        return found.name if found else ""

    # --- paper --------------------------------------------------------------------------------------------------
    def print_sheet(self) -> str:
        """Print the contact sheet into a PDF and read it back."""
        file = self._printed("print_sheet", "contact_sheet")
        text = "\n".join(page_text(file, page) for page in range(1, page_count(file) + 1))
        for wanted in (phone_file.NAME, phone_file.TOWN, "815", "twelve gates"):
            must(wanted in text, _("“{text}” stands on the sheet").format(text=wanted))
        return _("Contact sheet: {pages} page, with address, numbers and chronicle").format(pages=page_count(file))

    def print_list(self) -> str:
        """Print the list of all contacts and read it back."""
        file = self._printed("print_list", "list")
        pages = page_count(file)
        text = "\n".join(page_text(file, page) for page in range(1, pages + 1))
        count = CONTACTS + phone_file.CONTACTS
        must(str(count) in text and phone_file.NAME in text, _("all {count} contacts stand in the list").format(
            count=count))  # fmt: skip
        return _("List: {count} contacts on {pages} pages").format(count=count, pages=pages)

    def print_labels(self) -> str:
        """Choose thirty contacts with the keyboard, print their labels and count them."""
        view = self.window.contacts.pane.view
        wait_for(lambda: view.model().rowCount() >= CONTACTS, _("the list shows everybody"))
        view.setFocus()
        press(view, Qt.Key.Key_Home)
        for _row in range(LABELS - 1):
            press(view, Qt.Key.Key_Down, SHIFT)
        chosen = self.window.selected_contacts()
        must(len(chosen) == LABELS, _("{count} contacts are chosen").format(count=LABELS))
        file = self._printed("print_labels", "labels")
        with self.database.read() as session:
            rows = contact_list.rows(session, chosen, ("postcode",))
        text = "\n".join(page_text(file, page) for page in range(1, page_count(file) + 1))
        missing = [row for row in rows.values() if str(row["postcode"] or "") not in text]
        must(not missing, _("every chosen contact has a label"))
        with self.database.read() as session:
            noted = session.scalar(
                select(func.count())
                .select_from(Activity)
                .where(Activity.type == "print", Activity.contact_id.in_(chosen))
            )
        return _("Labels: {count} on {pages} sheets, noted in {noted} chronicles").format(
            count=LABELS, pages=page_count(file), noted=noted)  # fmt: skip

    def _printed(self, command: str, name: str) -> Path:
        """Open a print dialog by its command, wait for the preview, and save its PDF."""
        from gcrm.ui.printing.shell import PrintDialog

        file = self._print_file(name)
        self.window.actions_.action(command).trigger()
        dialog = window_of(PrintDialog, _("the print window opens"))
        wait_for(lambda: dialog.save_button.isEnabled(), _("the preview is ready"))
        self.picture(command, dialog)
        click(dialog.save_button)
        choose_file(dialog, file)
        wait_for(lambda: file.is_file(), _("the file {file} is written").format(file=file.name))
        self._settled()
        return file

    def _settled(self) -> None:
        """Wait until all windows but the main one are closed and nothing is being written."""
        program = self._program
        wait_for(lambda: program is not None and not program.app.activeModalWidget(), _("the window closes"))
        wait_for(lambda: program is not None and program.tasks.is_idle(), _("nothing is left to do"))

    # --- look ---------------------------------------------------------------------------------------------------
    def look_in_the_dark(self) -> str:
        """Switch to dark, look at the sections, and back."""
        self.window.actions_.action("dark").trigger()
        must(self.window.theme.is_dark, _("the window is dark"))
        self.picture("dark_contacts")
        for section in ("today", "table"):
            self.window.actions_.action(section).trigger()
            self.picture(f"dark_{section}")
        self.window.actions_.action("dark").trigger()
        self.picture("light_table")
        return _("Look: light and dark, {count} screenshots").format(count=self._pictures)


_TOMORROW = {"en": "tomorrow", "de": "morgen", "pt": "amanhã"}
