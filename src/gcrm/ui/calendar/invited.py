"""Answering an invitation: from a menu, and by the line in the form that says who invites, with the three answers."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget
from shiboken6 import isValid

from gcrm.i18n import N_, _
from gcrm.ui.allowed import Offer
from gcrm.ui.calendar.files import save_file
from gcrm.ui.context import Context
from gcrm.ui.theme import px
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.file_question import ask_where, documents
from gcrm.ui.widgets.flow import FlowLayout
from gcrm.ui.widgets.message import choose
from gcrm.ui.widgets.safe import PlainLabel

if TYPE_CHECKING:
    from gcrm.services.exchange.ical_answer import Answer

VERBS = (("accepted", N_("Accept…")), ("tentative", N_("Tentatively…")), ("declined", N_("Decline…")))


class Answering(QObject):
    """Answers an invitation; `answered` says that the answer is kept, and sent or written. `parent` owns questions."""

    answered = Signal()

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._parent = parent
        self._activity, self._organizer = 0, ""

    def take(self, activity: int, organizer: str) -> None:
        """Be about an appointment, and who invites to it."""
        self._activity, self._organizer = activity, organizer

    def ask_how(self, activity: int) -> None:
        """Ask for the answer to the invitation to an appointment, then how it goes to whoever invites."""
        from gcrm.services.exchange.ical_answer import invites

        database = self._context.database

        def found(organizer: str) -> None:
            if not organizer:
                self._context.window.say(_("Nobody else invites you to this appointment."))
                return
            self.take(activity, organizer)
            verbs = [*(_(verb) for _said, verb in VERBS), _("Cancel")]
            sentence = _("{address} invites you.").format(address=organizer)
            answer = choose(self._parent, _("Answer the invitation"), sentence, verbs, safe=len(VERBS))
            if answer < len(VERBS):
                self.ask(VERBS[answer][0])

        read = partial(invites, database, activity)
        self._context.tasks.read(read, found, self._context.window.fail, owner=self._parent)

    def ask(self, said: str) -> None:
        """Ask whether the answer is sent by the account for e-mail; without one it is written into a file."""
        from gcrm.services.mail.invite import can_send

        database, activity = self._context.database, self._activity

        def found(is_there: bool) -> None:
            verbs = [_("Send"), _("Save as a file…"), _("Cancel")]
            sentence = _("Your answer goes to {address}.").format(address=self._organizer)
            way = choose(self._parent, _("Answer the invitation"), sentence, verbs, safe=2) if is_there else 1
            if activity == self._activity and way < len(verbs) - 1:
                (self.send, self.ask_where_to)[way](said)

        self._context.tasks.read(lambda: can_send(database), found, self._context.window.fail, owner=self._parent)

    def send(self, said: str) -> None:
        """Send the answer, and keep it."""
        from gcrm.services.mail.invite import send_answer

        database, activity, window = self._context.database, self._activity, self._context.window

        def done(address: str) -> None:
            window.say(_("The answer went to {address}.").format(address=address))
            self._tell()

        window.say(_("Sending…"))
        self._context.tasks.write(lambda: send_answer(database, activity, said), done, window.fail)

    def _tell(self) -> None:
        """Tell that the answer is kept, unless the window that asked was closed meanwhile."""
        if isValid(self):
            self.answered.emit()

    def ask_where_to(self, said: str) -> None:
        """Ask where to write the answer, which is then sent by hand."""
        proposed = Path(documents()) / (_("Answer") + ".ics")
        ask_where(self._parent, _("Save the answer"), partial(self.answer, said), proposed, _("Calendars (*.ics)"))

    def answer(self, said: str, path: Path) -> None:
        """Keep the answer and write it."""
        from gcrm.services.exchange.ical_answer import answer

        database, activity = self._context.database, self._activity

        def work() -> Answer:
            made = answer(database, activity, said)
            save_file(path, made.data)
            return made

        def done(made: Answer) -> None:
            sentence = _("Answer saved as {file}. Send it to {address}.")
            self._context.window.say(sentence.format(file=path.name, address=made.organizer), undo=True)
            self._tell()

        self._context.tasks.write(work, done, self._context.window.fail)


class InvitedLine(QWidget):
    """Hidden unless somebody else invites; `answered` says that an answer is kept, and written for them."""

    answered = Signal()

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.answering = Answering(context, self)
        self.answering.answered.connect(self.answered)
        self.label = PlainLabel("", "small", wrap=True)
        self.buttons = {said: Button(_(verb), on_click=partial(self.answering.ask, said)) for said, verb in VERBS}
        row = QWidget()
        flow = FlowLayout(row)
        for button in self.buttons.values():
            flow.addWidget(button)
            Offer(context, button, "activities.change")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(6))
        column.addWidget(self.label)
        column.addWidget(row)
        self.hide()

    def show_invitation(self, activity: int | None, organizer: str) -> None:
        """Show who invites to an appointment; "" for nobody."""
        self.answering.take(activity or 0, organizer)
        self.label.setText(_("{address} invites you.").format(address=organizer) if organizer else "")
        self.setVisible(bool(organizer))
