"""Telling those who were invited: asked after a save or a delete, offered quietly after a move."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QDialog, QWidget

from gcrm.i18n import N_, _
from gcrm.services.file_safety import safe_name
from gcrm.ui.context import Context
from gcrm.ui.widgets.banner import Banner
from gcrm.ui.widgets.file_question import ask_where, documents
from gcrm.ui.widgets.message import choose

if TYPE_CHECKING:
    from gcrm.services.mail.notices import Notice

MOST_NAMED = 5
QUESTIONS = {
    "changed": (N_("Tell who is invited"), N_("“{title}” was changed. The update goes to {addresses}.")),
    "off": (N_("Call off"), N_("“{title}” does not take place. That it is called off goes to {addresses}.")),
    "again": (
        N_("Invite again"),
        N_("“{title}” takes place after all, but was called off. A new invitation goes to {addresses}."),
    ),
    "without": (N_("Take off the invitation"), N_("“{title}” goes on without {addresses}. They can be told.")),
}


def offer_to_tell(context: Context, notices: Sequence[Notice]) -> None:
    """Ask for each notice whether it is sent, by the account for e-mail; without one it is written into a file."""
    if not notices:
        return
    from gcrm.services.mail.invite import can_send

    database = context.database
    context.tasks.read(lambda: can_send(database), partial(_ask, context, notices), context.window.fail)


def _ask(context: Context, notices: Sequence[Notice], is_there: bool) -> None:
    """Ask about the first notice, and about the others when that is done with."""
    parent = context.window if isinstance(context.window, QWidget) else None
    ways = ([(_("Send"), _send)] if is_there else []) + [(_("Save as a file…"), _save)]
    verbs = [*(verb for verb, _way in ways), _("Do not tell")]
    notice, rest = notices[0], notices[1:]
    title, sentence = QUESTIONS[notice.kind]
    words = _(sentence).format(title=notice.title or _("Appointment"), addresses=named(notice.to))
    chosen = choose(parent, _(title), words, verbs, safe=len(ways))
    dialog = ways[chosen][1](context, notice, parent) if chosen < len(ways) else None
    if rest and dialog is not None:  # where to is asked beside all else: one question at a time
        dialog.finished.connect(
            lambda _result: QTimer.singleShot(0, context.tasks, lambda: _ask(context, rest, is_there))
        )
    elif rest:
        _ask(context, rest, is_there)


def named(addresses: Sequence[str]) -> str:
    """Return addresses for a sentence; of many, how many more there are."""
    if len(addresses) <= MOST_NAMED:
        return ", ".join(addresses)
    more = _("{count} more").format(count=len(addresses) - MOST_NAMED)
    return ", ".join([*addresses[:MOST_NAMED], more])


def _send(context: Context, notice: Notice, _parent: QWidget | None) -> None:
    """Send a notice."""
    from gcrm.services.mail.invite import send_notice

    database, window = context.database, context.window
    told = _("Sent to {addresses}.").format(addresses=named(notice.to))
    window.say(_("Sending…"))
    context.tasks.write(lambda: send_notice(database, notice), lambda _none: window.say(told), window.fail)


def _save(context: Context, notice: Notice, parent: QWidget | None) -> QDialog:
    """Ask where to write a notice, which is then sent by hand."""
    from gcrm.services.mail.invite import save_notice

    database, window = context.database, context.window

    def write(path: Path) -> None:
        sentence = _("Saved as {file}. Send it to {addresses}.").format(file=path.name, addresses=named(notice.to))
        context.tasks.write(
            lambda: save_notice(database, notice, path), lambda _none: window.say(sentence), window.fail
        )

    title = _(QUESTIONS[notice.kind][0])
    name = safe_name(f"{title} {notice.title}".replace("/", "-")).strip()
    return ask_where(parent, title, write, Path(documents()) / f"{name}.ics", _("Calendars (*.ics)"))


class UntoldBanner(Banner):
    """Says that an appointment was moved of which people with an invitation know only the former time."""

    def __init__(self, context: Context) -> None:
        super().__init__("info")
        self._context = context
        self._activities: dict[int, None] = {}

    def remember(self, activities: Sequence[int], title: str) -> None:
        """Say so, and offer to tell them; several moves in a row are told at once."""
        if self.isHidden():
            self._activities = {}
        self._activities |= dict.fromkeys(activities)
        self.clear_buttons()
        self.show_message(_("Those invited to “{title}” do not know the new time yet.").format(title=title))
        self.add_button(_("Send the update…"), self.tell)

    def tell(self) -> None:
        """Offer what has to be told now; whatever was undone meanwhile needs no telling."""
        from gcrm.services.mail.notices import updates

        database, wanted = self._context.database, list(self._activities)
        self.hide()

        def found(notices: list[Notice]) -> None:
            if notices:
                offer_to_tell(self._context, notices)
            else:
                self._context.window.say(_("Nothing is to be told: those invited know the present time."))

        work = partial(updates, database, wanted, is_stale=True)
        self._context.tasks.read(work, found, self._context.window.fail, owner=self)
