"""Share with my team: one window with three steps, from the file of one desk to the server of all."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from gcrm.errors import EnvironmentProblem, GcrmError, UserError
from gcrm.i18n import _
from gcrm.services.team import sharing
from gcrm.services.team.sharing import Person, Result, ThereServer
from gcrm.services.user import user_name
from gcrm.ui.context import Context
from gcrm.ui.tasks import Progress, Task
from gcrm.ui.team.parts import show_error, start_office
from gcrm.ui.team.share_pages import Going, Outcome, Place
from gcrm.ui.theme import px
from gcrm.ui.widgets.banner import Banner
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.file_question import ask_for_files
from gcrm.ui.widgets.safe import PlainLabel

PLACE, GOING, OUTCOME = range(3)


class ShareDialog(QDialog):
    """Nothing is changed before the button of the second step; Cancel during the move leaves the office as it was."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._task: Task | None = None
        self._result: Result | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Share with my team"))
        self.step = PlainLabel("", "meta")
        self.heading = PlainLabel("", "title", wrap=True)
        self.banner = Banner()
        self.place, self.going, self.outcome = Place(), Going(), Outcome()
        self.stack = QStackedWidget()
        for page in (self.place, self.going, self.outcome):
            self.stack.addWidget(page)
        self.back_button = Button(_("Back"), on_click=lambda: self.show_step(PLACE))
        self.cancel_button = Button(_("Cancel"), on_click=self.cancel)
        self.go_button = Button(_("Next"), "primary", on_click=self.go_on)
        self.go_button.setDefault(True)
        self._lay_out()
        self.place.choose_button.clicked.connect(self._choose_certificate)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self, self.go_on)
        context.tasks.ended.connect(self._on_ended)
        if not context.state.restore_window("share", self):
            self.resize(px(680), px(640))
        self.show_step(PLACE)
        self._read_name()

    def _lay_out(self) -> None:
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(self.stack)
        buttons = QHBoxLayout()
        buttons.setSpacing(px(6))
        buttons.addWidget(self.back_button)
        buttons.addStretch(1)
        buttons.addWidget(self.cancel_button)
        buttons.addWidget(self.go_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(24), px(20), px(24), px(20))
        column.setSpacing(px(12))
        for widget in (self.step, self.heading, self.banner):
            column.addWidget(widget)
        column.addWidget(scroll, 1)
        column.addLayout(buttons)

    def _read_name(self) -> None:
        """Propose the name of who works here; say where an office cannot be shared."""
        database = self._context.database
        if not database.is_sqlite:
            sentence = _("This office is on a server already. Only an office in a file can be shared.")
            self.banner.show_message(sentence, "info")
            self.go_button.setEnabled(False)
            return

        def read() -> str:
            with database.read() as session:
                return user_name(session, database.user_id)

        self._context.tasks.read(read, self._propose, owner=self)

    def _propose(self, name: str) -> None:
        if not self.going.person.name.text():
            self.going.person.name.setText(name)

    def show_step(self, number: int) -> None:
        """Show one of the three steps."""
        titles = (_("Where does the office go?"), _("Ready to share"), _("The office is shared"))
        self.stack.setCurrentIndex(number)
        self.step.setText(_("Step {number} of {count}").format(number=number + 1, count=self.stack.count()))
        self.heading.setText(titles[number])
        self.going.tell(is_here=self.place.here.isChecked())
        self._show_state()
        first = (self.place.here if self.place.here.isChecked() else self.place.there, self.going.person.name)
        (first[number] if number < OUTCOME else self.go_button).setFocus()

    def _choose_certificate(self) -> None:
        kinds = _("Certificates (*.crt *.pem);;All files (*)")
        ask_for_files(
            self, _("Choose the certificate"), lambda paths: self.place.certificate.setText(str(paths[0])), kinds
        )

    # --- going on -----------------------------------------------------------------------------------------------
    def go_on(self) -> None:
        """Go to the next step, share, or open the office of the team."""
        step = self.stack.currentIndex()
        if self._task is not None or not self.go_button.isEnabled():
            return
        if step == PLACE:
            if self.place.is_filled():
                self.show_step(GOING)
        elif step == GOING:
            if self.going.person.is_filled():
                self.share()
        elif self._result is not None:
            self.hide()
            start_office(self, self._result.office.address)
            self.accept()

    def share(self) -> None:
        """Move the office."""
        self.banner.hide()
        database, place = self._context.database, self.place
        person = Person(self.going.person.name.text(), self.going.person.password.text())
        is_here, own = place.here.isChecked(), place.own_server()
        address, password, file = place.address.text().strip(), place.password.text(), place.certificate_file()

        def work(progress: Progress) -> Result:
            if is_here:
                return sharing.share_here(database, own, person, progress)
            return sharing.share_there(database, ThereServer(address, password, _read(file)), person, progress)

        self.going.progress.begin(_("Looking for the server"))
        self._task = self._context.tasks.write(work, self._shared, self._failed, _("Share with my team"), owner=self)
        self._task.progress.reported.connect(self.going.progress.report)
        self._show_state()

    def _shared(self, result: Result) -> None:
        self._result = result
        self.outcome.show_result(result)
        self.show_step(OUTCOME)

    def _failed(self, error: GcrmError) -> None:
        if not (isinstance(error, UserError) and show_error(error, self.going.person.fields())):
            self.banner.show_message(error.sentence, "bad")

    def _on_ended(self, task: Task) -> None:
        if task is self._task:
            self._task = None
            if task.progress.is_cancelled() and self._result is None:
                self.banner.show_message(_("Stopped. The office is where it was."), "info")
            self._show_state()

    # --- state --------------------------------------------------------------------------------------------------
    def _show_state(self) -> None:
        step, is_busy = self.stack.currentIndex(), self._task is not None
        words = (_("Next"), _("Share now"), _("Open the office"))
        self.go_button.setText(words[step])
        self.go_button.setEnabled(not is_busy and self._context.database.is_sqlite)
        self.going.person.setEnabled(not is_busy)
        self.going.progress.setVisible(is_busy)
        self.back_button.setVisible(step == GOING)
        self.back_button.setEnabled(not is_busy)
        self.cancel_button.setText(_("Close") if step == OUTCOME else _("Cancel"))

    def cancel(self) -> None:
        """Stop what runs, else close the window."""
        if self._task is not None:
            self._task.progress.cancel()
        else:
            self.reject()

    @override
    def reject(self) -> None:
        if self._task is not None:
            self._task.progress.cancel()
            return  # it closes when the move has ended, one way or the other
        super().reject()

    @override
    def done(self, result: int) -> None:
        self._context.state.save_window("share", self)
        super().done(result)


def _read(file: Path | None) -> str:
    """Return the certificate in a file, "" without one. Raises EnvironmentProblem where it cannot be read."""
    if file is None:
        return ""
    try:
        return file.read_text(encoding="ascii", errors="replace")
    except OSError as problem:
        sentence = _("The certificate in {file} cannot be read. Choose another file.").format(file=file)
        raise EnvironmentProblem(sentence, details=str(problem)) from problem
