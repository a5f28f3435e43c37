"""Get a contact back from a backup: choose the backup, find the contact, compare, and take over what was lost."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from gcrm.errors import GcrmError, UserError
from gcrm.i18n import _, ngettext
from gcrm.services.backup import password, record, taking
from gcrm.services.backup.record import Scratch
from gcrm.services.backup.taking import Taken, why_not_take
from gcrm.services.showing import show_instant
from gcrm.ui.allowed import RightsWatch, why_not
from gcrm.ui.backup.look_pages import BackupChoice, ContactChoice
from gcrm.ui.backup.look_table import LookTable
from gcrm.ui.backup.sides import Sides, read_sides
from gcrm.ui.context import Context
from gcrm.ui.tasks import Progress, Task, Tasks
from gcrm.ui.theme import px
from gcrm.ui.widgets.banner import Banner
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.progress_line import ProgressLine
from gcrm.ui.widgets.safe import PlainLabel, set_tip
from gcrm.ui.widgets.tab_order import tab_as_read

BACKUP, CONTACT, COMPARE = range(3)
LOOKING = ("contacts.create", "contacts.change")
"""The rights without which nobody is offered to get a contact back; what is taken over asks for its own."""


class LookDialog(QDialog):
    """Three steps. The backup is opened beside the office; nothing is written before the last button."""

    def __init__(self, context: Context, first: Path | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._task: Task | None = None
        self._scratch = _Opened(context.tasks)
        self.destroyed.connect(self._scratch.let_go)  # also where nobody closed the window
        self.old: Scratch | None = None
        self.table: LookTable | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Get a contact back from a backup"))
        self.step, self.heading = PlainLabel("", "meta"), PlainLabel("", "title", wrap=True)
        self.hint = PlainLabel("", "meta", wrap=True)
        self.banner, self.progress = Banner(), ProgressLine()
        self.refused = PlainLabel("", "meta", wrap=True)
        self.backups = BackupChoice(context, self._failed)
        self.contacts = ContactChoice(context, self._failed)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.stack = QStackedWidget()
        for page in (self.backups, self.contacts, self.area):
            self.stack.addWidget(page)
        self.all_button = Button(_("Choose all"), on_click=self.choose_all)
        self.back_button = Button(_("Back"), on_click=self.back)
        self.cancel_button = Button(_("Cancel"), on_click=self.cancel)
        self.go_button = Button("", "primary", on_click=self.go_on)
        self.go_button.setDefault(True)
        self._lay_out()
        self.backups.wanted.connect(self.go_on)
        self.contacts.wanted.connect(self.go_on)
        self.backups.list.chosen.connect(lambda _key: self._show_state())
        self.contacts.list.chosen.connect(lambda _key: self._show_state())
        context.tasks.ended.connect(self._on_ended)
        RightsWatch(context, self._show_state, self)
        self.resize(px(940), px(680))
        self.show_step(BACKUP)
        self.backups.load(first)

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(px(6))
        buttons.addWidget(self.back_button)
        buttons.addWidget(self.all_button)
        buttons.addStretch(1)
        buttons.addWidget(self.cancel_button)
        buttons.addWidget(self.go_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(24), px(20), px(24), px(20))
        column.setSpacing(px(10))
        for widget in (self.step, self.heading, self.hint, self.banner):
            column.addWidget(widget)
        column.addWidget(self.stack, 1)
        column.addWidget(self.progress)
        column.addWidget(self.refused)
        column.addLayout(buttons)

    # --- steps --------------------------------------------------------------------------------------------------
    def show_step(self, number: int) -> None:
        """Show one of the three steps."""
        hints = (
            _("The backup is opened beside the office, which stays as it is."),
            _("All contacts of that day; the word at the right says what became of them."),
            "",
        )
        self.stack.setCurrentIndex(number)
        self.step.setText(_("Step {number} of {count}").format(number=number + 1, count=self.stack.count()))
        self.heading.setText((_("Which backup?"), _("Which contact?"), self._name())[number])
        self.hint.setText(hints[number] or self._told())
        self._show_state()
        tab_as_read(self)
        (self.backups.list, self.contacts.search, self.go_button)[number].setFocus()

    def _name(self) -> str:
        return self.table.sides.compared.name if self.table else ""

    def _told(self) -> str:
        """Say what the comparison shows."""
        if self.table is None:
            return ""
        compared = self.table.sides.compared
        if compared.is_gone:
            told = _("This contact is not in the office any more. It comes back with all that is listed here.")
        elif not self.table.sides.places:
            told = _("Everything of that day is here today.")
        else:
            told = _("Choose what is to be as it was. What was added since stays; undo takes it all back.")
        if compared.private:
            one = ngettext(
                "{count} activity that is private to others stays in the backup.",
                "{count} activities that are private to others stay in the backup.",
                compared.private,
            )
            told = f"{told} {one.format(count=compared.private)}"
        return told

    def go_on(self) -> None:
        """Do what the primary button says."""
        if self._task is None and self.go_button.isEnabled():
            (self._open, self._compare, self._take_over)[self.stack.currentIndex()]()

    def choose_all(self) -> None:
        """Choose everything that is not as it was."""
        if self.table is not None:
            self.table.choose_all()

    def back(self) -> None:
        """Go back one step."""
        if self._task is None:
            self.show_step(max(BACKUP, self.stack.currentIndex() - 1))

    def _open(self) -> None:
        """Open the chosen backup as a scratch office."""
        path, typed, database = self.backups.chosen(), self.backups.password.text(), self._context.database
        if path is None:
            return

        def work(progress: Progress) -> tuple[ExitStack, Scratch]:
            with ExitStack() as stack:
                old = stack.enter_context(record.scratch(path, secret=password.opening(path, typed), progress=progress))
                old.check_office(database)
                return stack.pop_all(), old

        self._begin(work, lambda told: self._show_backup(*told), _("Opening the backup"))

    def _show_backup(self, opened: ExitStack, old: Scratch) -> None:
        self._scratch.keep(opened)
        self.old = old
        self.contacts.show_backup(old)
        self.show_step(CONTACT)

    def _compare(self) -> None:
        """Compare the chosen contact with today."""
        old, contact, database = self.old, self.contacts.chosen(), self._context.database
        if old is not None and contact is not None:
            self._begin(lambda: read_sides(database, old, contact), self._show_sides, _("Comparing"))

    def _show_sides(self, sides: Sides) -> None:
        self.table = LookTable(sides)
        self.table.chosen.connect(self._show_state)
        if sides.compared.is_gone:
            self.table.choose_all(fixed=True)
        else:
            self.table.choose(_("In the trash"))
        self.area.setWidget(self.table)
        self.show_step(COMPARE)

    def _take_over(self) -> None:
        """Take over what is chosen, as one operation."""
        if self.table is None or self.old is None:
            return
        old, compared, database = self.old, self.table.sides.compared, self._context.database
        wanted = None if compared.is_gone else self.table.wanted()
        self._begin(
            lambda: taking.take_over(database, old, compared, wanted), self._taken, _("Taking over"), writes=True
        )

    def _taken(self, done: Taken) -> None:
        """Show the contact as it is now."""
        if self.table is not None:
            compared = self.table.sides.compared
            day = show_instant(compared.at.astimezone())
            self._context.window.open_contact(compared.contact)
            told = _("“{name}” taken over from the backup of {day}").format(name=compared.name, day=day)
            self._context.window.say(f"{told} {done.notice}".strip(), undo=True)
        self.accept()

    # --- work ---------------------------------------------------------------------------------------------------
    def _begin(
        self, work: Callable[..., Any], done: Callable[[Any], object], label: str, *, writes: bool = False
    ) -> None:
        self.banner.hide()
        self.progress.begin(label)
        tasks = self._context.tasks
        if writes:
            self._task = tasks.write(work, done, self._failed, label, owner=self)
        else:
            self._task = tasks.read(work, done, self._failed, label=label, owner=self)
        self._task.progress.reported.connect(self.progress.report)
        self._show_state()

    def _failed(self, error: GcrmError) -> None:
        """Ask for the password where one is missing or wrong, else say what is wrong."""
        if isinstance(error, UserError) and error.field == "password":
            self.backups.ask_password(error.sentence)
        else:
            self.banner.show_message(error.sentence, "bad")

    def _on_ended(self, task: Task) -> None:
        if task is self._task:
            self._task = None
            self.progress.hide()
            self._show_state()

    def _show_state(self) -> None:
        step, is_busy = self.stack.currentIndex(), self._task is not None
        count = self.table.count() if self.table is not None else 0
        take = _("Take over {count}").format(count=count) if count else _("Take over")
        if self.table is not None and self.table.sides.compared.is_gone:
            take = _("Bring it back")
        self.go_button.setText((_("Open"), _("Compare"), take)[step])
        ready = (self.backups.chosen() is not None, self.contacts.chosen() is not None, count > 0)
        refusal = self._refusal()
        self.go_button.setEnabled(ready[step] and not is_busy and not refusal)
        set_tip(self.go_button, refusal)
        self.refused.setText(refusal)
        self.refused.setVisible(bool(refusal))
        self.stack.setEnabled(not is_busy)
        self.back_button.setVisible(step > BACKUP)
        self.back_button.setEnabled(not is_busy)
        is_open = self.table is not None and bool(self.table.boxes) and not self.table.sides.compared.is_gone
        self.all_button.setVisible(step == COMPARE and is_open)

    def _refusal(self) -> str:
        """Return which right is missing to take over what is chosen, or to get anything back."""
        if self.table is None or self.stack.currentIndex() != COMPARE:
            return why_not(self._context, *LOOKING)
        return why_not_take(self._context.database.rights, self.table.sides.compared, self.table.wanted())

    # --- closing ------------------------------------------------------------------------------------------------
    def cancel(self) -> None:
        """Stop what runs, else close the window."""
        if self._task is not None and not self._task.writes:
            self._task.progress.cancel()
        elif self._task is None:
            self.reject()

    @override
    def reject(self) -> None:
        if self._task is not None:
            self.cancel()
            return
        super().reject()

    @override
    def done(self, result: int) -> None:
        self._scratch.let_go()
        super().done(result)


class _Opened:
    """The scratch office that a window looks into; it is dropped off the thread of the windows, also at the end."""

    def __init__(self, tasks: Tasks) -> None:
        self._tasks = tasks
        self._stack = ExitStack()

    def keep(self, opened: ExitStack) -> None:
        """Look into another one from now on."""
        self.let_go()
        self._stack = opened

    def let_go(self) -> None:
        """Drop it."""
        former, self._stack = self._stack, ExitStack()
        self._tasks.keep(former.close, lambda _nothing: None)


def open_look(context: Context, first: Path | None = None, parent: QWidget | None = None) -> LookDialog:
    """Look into a backup, or into `first`."""
    window = parent or (context.window if isinstance(context.window, QWidget) else None)
    dialog = LookDialog(context, first, window)
    dialog.open()
    return dialog
