"""Mails written into the chronicle: what became of them is said, and invitations among them are offered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from gcrm.i18n import _, ngettext
from gcrm.ui.allowed import why_not
from gcrm.ui.context import Context
from gcrm.ui.tasks import Progress

if TYPE_CHECKING:
    from gcrm.services.mail.filing import Found, Invitation, Outcome

NEEDS = ("activities.create", "files.create")
MOST_TOLD = 3


def write(context: Context, found: Sequence[Found], done: Callable[[], object] | None = None) -> None:
    """Write mails into the chronicle, and say what became of them."""
    database = context.database

    def work(progress: Progress) -> Outcome:
        from gcrm.services.mail import filing

        return filing.keep(database, found, progress)

    def written(outcome: Outcome) -> None:
        if done is not None:
            done()
        context.window.say(sentence_of(outcome), undo=outcome.operation is not None)
        if outcome.invitations:
            offer(context, outcome.invitations)

    context.tasks.write(work, written, context.window.fail, _("Keeping e-mails"))


def sentence_of(outcome: Outcome) -> str:
    """Return what became of mail files."""
    parts = []
    count = len(outcome.mails)
    if count == 1:
        parts.append(_("E-mail “{subject}” kept.").format(subject=outcome.mails[0][2] or outcome.mails[0][0].name))
    elif count:
        parts.append(ngettext("{count} e-mail kept.", "{count} e-mails kept.", count).format(count=count))
    for path in outcome.already[:MOST_TOLD]:
        parts.append(_("“{name}” was there already.").format(name=path.name))
    for path, reason in outcome.as_files[:MOST_TOLD]:
        parts.append(_("“{name}” was kept as a file. {reason}").format(name=path.name, reason=reason))
    more = max(0, len(outcome.already) - MOST_TOLD) + max(0, len(outcome.as_files) - MOST_TOLD)
    if more:
        told = ngettext("{count} more is like that.", "{count} more are like that.", more)
        parts.append(told.format(count=more))
    left = len(outcome.left_out)
    if left:
        parts.append(
            ngettext("{count} e-mail was left out.", "{count} e-mails were left out.", left).format(count=left)
        )
    return " ".join(parts)


def offer(context: Context, invitations: Sequence[Invitation]) -> None:
    """Offer to bring invitations that came with mails into the calendar."""
    if why_not(context, "exchange.create", *NEEDS):
        return
    from gcrm.ui.widgets.message import question_box

    parent = context.window if isinstance(context.window, QWidget) else None
    count = len(invitations)
    sentence = ngettext(
        "The e-mail holds an invitation. Bring it into your calendar?",
        "The e-mails hold {count} invitations. Bring them into your calendar?",
        count,
    ).format(count=count)
    box, yes = question_box(parent, _("Invitation"), sentence, _("Bring into calendar"), otherwise=_("Not now"))

    def answered() -> None:
        if box.clickedButton() is yes:
            _bring_in(context, invitations, parent)
        box.deleteLater()

    box.finished.connect(lambda _result: answered())
    box.open()


def _bring_in(context: Context, invitations: Sequence[Invitation], parent: QWidget | None) -> None:
    from gcrm.ui.calendar.files import CalendarFiles

    files = CalendarFiles(context, parent)
    for contact in dict.fromkeys(each.contact for each in invitations):
        named = [(each.subject, each.data) for each in invitations if each.contact == contact]
        files.take(named.copy, contact)
