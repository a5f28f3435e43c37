"""Calendar files in the window: brought in, written, and invitations to send."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData
from PySide6.QtWidgets import QMenu, QWidget
from shiboken6 import isValid

from gcrm.errors import EnvironmentProblem
from gcrm.i18n import _, ngettext
from gcrm.services.calendar_entry import Entry
from gcrm.services.file_safety import safe_name
from gcrm.ui.allowed import shut, why_not
from gcrm.ui.context import Context
from gcrm.ui.dropped_files import local_files
from gcrm.ui.theme import icon
from gcrm.ui.widgets.file_question import ask_for_files, ask_where, documents
from gcrm.ui.widgets.message import ask, tell

if TYPE_CHECKING:
    from gcrm.services.exchange.ical_import import Outcome

ENDINGS = (".ics", ".ical")
MOST_TOLD = 50


def calendars_in(data: QMimeData) -> list[Path]:
    """Return the calendar files in what is dragged, nothing if anything else is among them."""
    files = local_files(data)
    good = [file for file in files if file.suffix.lower() in ENDINGS]
    return good if len(good) == len(files) else []


class CalendarFiles:
    """The menu of the page and what its lines do."""

    def __init__(
        self, context: Context, page: QWidget | None, chosen: Callable[[], Entry | None] = lambda: None
    ) -> None:
        self._context = context
        self._page = page
        self._chosen = chosen

    def make_menu(self, days: tuple[date, date]) -> QMenu:
        """Return the menu; `days` are those that are shown."""
        menu = QMenu(self._page)
        bring = menu.addAction(icon("file-input"), _("Import a calendar…"), self.ask_import)
        shut(bring, why_not(self._context, "exchange.create"))
        menu.addSeparator()
        menu.addAction(icon("file-output"), _("Export the days shown…"), lambda: self.ask_export(days))
        menu.addAction(icon("file-output"), _("Export everything, with follow-ups…"), lambda: self.ask_export(None))
        entry = self._chosen()
        sent = menu.addAction(icon("mail"), _("Send the invitation…"), self.ask_to_send)
        one = menu.addAction(icon("save"), _("Save an invitation…"), self.ask_invitation)
        alone = menu.addAction(icon("file-output"), _("Export the appointment…"), self.ask_export_one)
        other = menu.addAction(icon("external-link"), _("Open in another calendar"), self.open_elsewhere)
        for action in (sent, one, alone, other):
            action.setEnabled(entry is not None and entry.kind == "appointment")
        return menu

    # --- in -------------------------------------------------------------------------------------------------------
    def ask_import(self) -> None:
        """Choose calendar files and bring them in."""
        ask_for_files(self._page, _("Import a calendar"), self.bring_in, _("Calendars (*.ics *.ical)"))

    def bring_in(self, files: Sequence[Path]) -> None:
        """Bring calendar files in, off the window's thread."""
        self.take(lambda: [(path.name, _bytes_of(path)) for path in files])

    def take(self, read: Callable[[], list[tuple[str, bytes]]], contact: int | None = None) -> None:
        """Bring in what `read` gives (names and bytes), off the window's thread; `contact` is whom it is with."""
        from gcrm.services.exchange.ical_import import import_calendars
        from gcrm.services.undo import done_since

        database = self._context.database

        def work() -> tuple[list[Outcome], bool]:
            before = database.latest
            outcomes = import_calendars(database, read(), contact_id=contact)
            return outcomes, done_since(database, before) is not None

        done, fail = self._on_imported, self._context.window.fail
        self._context.tasks.write(work, lambda told: done(*told), fail, _("Import a calendar"))

    def _on_imported(self, outcomes: list[Outcome], is_written: bool) -> None:
        """Say what came in, to be undone where anything did; what could not be taken is listed."""
        counts = {
            key: sum(each.counts[key] for each in outcomes) for key in ("created", "updated", "cancelled", "tasks")
        }
        answers = sum(each.counts["answered"] for each in outcomes)
        new = ngettext("{count} appointment added", "{count} appointments added", counts["created"])
        parts = [new.format(count=counts["created"])]
        if counts["updated"]:
            changed = ngettext("{count} changed", "{count} changed", counts["updated"])
            parts.append(changed.format(count=counts["updated"]))
        if counts["cancelled"]:
            off = ngettext("{count} called off", "{count} called off", counts["cancelled"])
            parts.append(off.format(count=counts["cancelled"]))
        if counts["tasks"]:
            parts.append(ngettext("{count} task", "{count} tasks", counts["tasks"]).format(count=counts["tasks"]))
        if answers:
            parts.append(ngettext("{count} answer", "{count} answers", answers).format(count=answers))
        self._context.window.say(", ".join(parts), undo=is_written)
        problems = [problem.sentence for each in outcomes for problem in each.problems]
        if problems:
            count = len(problems)
            sentence = ngettext("{count} line could not be taken.", "{count} lines could not be taken.", count)
            home = self._page if self._page is not None and isValid(self._page) else None  # closed meanwhile
            tell(home, _("Import a calendar"), sentence.format(count=count), "\n".join(problems[:MOST_TOLD]))

    # --- out ------------------------------------------------------------------------------------------------------
    def ask_export(self, days: tuple[date, date] | None) -> None:
        """Ask where to write the own calendar."""
        name = _("Calendar") if days is None else _("Calendar") + f" {days[0].isoformat()}"
        proposed = Path(documents()) / f"{name}.ics"
        kinds = _("Calendars (*.ics)")
        ask_where(self._page, _("Export the calendar"), lambda path: self.export(path, days), proposed, kinds)

    def export(self, path: Path, days: tuple[date, date] | None) -> None:
        """Write the own calendar, or the days of it, into a file."""
        from gcrm.services.exchange.ical_export import range_bytes

        database = self._context.database

        def work() -> None:
            with database.read() as session:
                data = range_bytes(session, [database.user_id], *(days or ()), with_tasks=days is None)
            save_file(path, data)

        self._context.tasks.read(work, lambda _none: self._on_saved(path), self._context.window.fail)

    def ask_to_send(self) -> None:
        """Ask whether the invitation goes to those who take part, and send it."""
        from gcrm.services.mail.invite import invited

        entry, database = self._chosen(), self._context.database
        if entry is None or entry.activity_id is None:
            return
        activity = entry.activity_id

        def sure(guests: list[str]) -> None:
            sentence = _("The invitation goes to {addresses}.").format(addresses=", ".join(guests))
            if ask(self._page, _("Send the invitation"), sentence, _("Send")):
                self.send(activity)

        self._context.tasks.read(lambda: invited(database, activity), sure, self._context.window.fail, owner=self._page)

    def send(self, activity: int) -> None:
        """Send the invitation to an appointment."""
        from gcrm.services.mail.invite import send_invitation

        database, window = self._context.database, self._context.window
        window.say(_("Sending…"))
        self._context.tasks.write(
            lambda: send_invitation(database, activity),
            lambda guests: window.say(_("The invitation went to {addresses}.").format(addresses=", ".join(guests))),
            window.fail, _("Send the invitation"),
        )  # fmt: skip

    def ask_invitation(self) -> None:
        """Ask where to save the invitation to the chosen appointment; it is then sent by mail."""
        entry = self._chosen()
        if entry is None or entry.activity_id is None:
            return
        activity = entry.activity_id
        proposed = Path(documents()) / (_("Invitation") + ".ics")
        kinds = _("Calendars (*.ics)")
        ask_where(self._page, _("Save an invitation"), lambda path: self.invite(path, activity), proposed, kinds)

    def open_elsewhere(self) -> None:
        """Open the chosen appointment in the calendar of this computer."""
        from gcrm.ui.exchange.hand_over import open_appointment

        entry = self._chosen()
        if entry is not None and entry.activity_id is not None:
            open_appointment(self._context, entry.activity_id)

    def ask_export_one(self) -> None:
        """Ask where to write the chosen appointment, with all of its series."""
        entry = self._chosen()
        if entry is not None and entry.activity_id is not None:
            proposed = Path(documents()) / f"{safe_name(entry.title.replace('/', '-'))}.ics"
            to, title = partial(self.export_one, entry.activity_id), _("Export the appointment")
            ask_where(self._page, title, to, proposed, _("Calendars (*.ics)"))

    def export_one(self, activity: int, path: Path) -> None:
        """Write an appointment into a file."""
        from gcrm.services.exchange.ical_export import write_for_others

        database = self._context.database

        def work() -> None:
            with database.read() as session:
                write_for_others(session, activity, path)

        self._context.tasks.read(work, lambda _none: self._on_saved(path), self._context.window.fail)

    def invite(self, path: Path, activity: int) -> None:
        """Write an invitation."""
        from gcrm.services.mail.invite import save_invitation

        database = self._context.database
        self._context.tasks.write(
            lambda: save_invitation(database, activity, path), lambda _none: self._on_saved(path),
            self._context.window.fail,
        )  # fmt: skip

    def _on_saved(self, path: Path) -> None:
        self._context.window.say(_("Saved as {file}").format(file=path.name))


def save_file(path: Path, data: bytes) -> None:
    """Write a file that takes the place of a former one at once."""
    from gcrm.services.atomic_file import replacing, usual_mode

    with replacing(path, mode=usual_mode(path)) as file:
        file.write(data)


def _bytes_of(path: Path) -> bytes:
    """Return the bytes of a file."""
    try:
        return path.read_bytes()
    except OSError as problem:
        sentence = _("{file} cannot be read. Check its place and its permissions.").format(file=path.name)
        raise EnvironmentProblem(sentence, details=str(problem)) from problem
