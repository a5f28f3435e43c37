"""Leaving a window: what stands in open editors is saved first, and written before the window goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from gcrm.i18n import _, ngettext
from gcrm.ui.context import Context
from gcrm.ui.widgets.message import ask

if TYPE_CHECKING:
    from gcrm.ui.contact import ContactPage


class Leave:
    """Lets a window go when everything typed in it is saved.

    A text that cannot be saved holds the window back once and says why in its place; closed again, the window goes and
    the text is kept under "Unfinished texts".
    """

    def __init__(self, window: QWidget) -> None:
        self._window = window
        self._held: list[str] = []

    def may_go(self, context: Context) -> bool:
        """Save what is typed in the window and in those that belong to it; tell whether it may be closed."""
        from gcrm.ui.contact import ContactPage
        from gcrm.ui.draft_keeper import DraftKeeper

        pages = [page for page in self._window.findChildren(ContactPage) if page.open_rows()]
        for page in pages:
            page.commit_editors()
        for keeper in self._window.findChildren(DraftKeeper):
            keeper.flush()
        if pages:
            context.tasks.wait_written()
        if context.tasks.waiting() and not self._goes_without(context):
            return False
        left = [page for page in pages if page.open_rows()]
        held = [row for page in left for row in page.open_rows()]
        if not held or held == self._held:
            return True
        self._held = held
        self._show(context, left[0])
        return False

    def _goes_without(self, context: Context) -> bool:
        """Ask whether to go while changes wait for the server; windows beside the main one go without asking."""
        main, waiting = context.window, context.tasks.waiting()
        if not isinstance(main, QWidget) or main is not self._window:
            return True
        sentence = ngettext(
            "{count} change waits for the team database. If you close now, it is not saved; texts that were typed are "
            "kept under Unfinished texts.",
            "{count} changes wait for the team database. If you close now, they are not saved; texts that were typed "
            "are kept under Unfinished texts.",
            waiting,
        )
        return ask(main, "gCRM", sentence.format(count=waiting), _("Close"), danger=True)

    @staticmethod
    def _show(context: Context, page: ContactPage) -> None:
        """Go to what could not be saved."""
        main = context.window
        if isinstance(main, QWidget) and page.window() is main:
            main.open_section("contacts")
        else:
            page.activateWindow()
        page.show_open_row()
        context.window.say(_("This text is not saved. Correct it, or close again and find it under Unfinished texts."))
