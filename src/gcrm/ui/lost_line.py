"""What the main window says while the server of the office is away, and when it is back.

What was read stays readable, and one can go on typing; what was to be saved waits (ui/tasks.py) and its texts lie on
the disk (ui/draft_keeper.py).
"""

from __future__ import annotations

from PySide6.QtCore import QObject

from gcrm.i18n import _, ngettext
from gcrm.ui.context import Context
from gcrm.ui.widgets.banner import Banner


class LostLine(QObject):
    """Shows in `banner` that the office cannot be reached, how many changes wait for it, and a way to try again."""

    def __init__(self, context: Context, banner: Banner, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._banner = banner
        self._sentence = ""
        self._waited = 0
        context.feed.lost.connect(self._on_lost)
        context.feed.found.connect(self._on_found)
        context.feed.news.connect(lambda sentence: banner.show_message(sentence, "warn"))
        context.tasks.held.connect(self._on_held)

    def _on_lost(self, sentence: str) -> None:
        """Say that the database cannot be reached."""
        self._sentence = sentence
        self._show()

    def _on_found(self) -> None:
        """Take the message away; what waits is tried again at once."""
        self._sentence = ""
        self._banner.clear_buttons()
        self._banner.hide()
        self._context.tasks.patience.try_now()

    def _on_held(self) -> None:
        """Say that something waits, or that nothing does any more; a save may be the first to notice a cut line."""
        before, self._waited = self._waited, self._context.tasks.waiting()
        if self._waited:
            if not self._sentence:
                self._context.feed.look_now()
                self._sentence = _("The team database cannot be reached.")
            self._show()
        elif self._sentence:
            if not self._context.feed.is_lost():
                self._on_found()
            else:
                self._show()
        if before and not self._waited:
            self._context.window.say(_("The connection is back, and what waited is saved."))

    def _show(self) -> None:
        """Show the sentence with what waits."""
        waiting = self._context.tasks.waiting()
        text = self._sentence
        if waiting:
            more = ngettext(
                "{count} change waits and is saved as soon as it is back.",
                "{count} changes wait and are saved as soon as it is back.",
                waiting,
            )
            text = f"{text} {more.format(count=waiting)}"
        self._banner.clear_buttons()
        self._banner.add_button(_("Try again now"), self._try_now)
        self._banner.show_message(text, "bad")

    def _try_now(self) -> None:
        self._context.feed.look_now()
        self._context.tasks.patience.try_now()
