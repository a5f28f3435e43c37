"""The drafts of new contacts: each form has one of its own, and what was begun before is offered, newest first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QWidget

from gcrm.i18n import _
from gcrm.services.drafts import NEW_CONTACT, Draft, DraftStore, kind_of
from gcrm.ui.context import Context
from gcrm.ui.draft_keeper import DraftKeeper
from gcrm.ui.widgets.banner import Banner


class NewContactDraft(QObject):
    """Keeps what is typed into one form; `take` shows a draft in it.

    Only the own draft is ever written or forgotten. Going on with another one makes that the own; what was typed
    before stays under its own name.
    """

    def __init__(
        self, context: Context, form: QWidget, banner: Banner, take: Callable[[Draft], object], key: str = ""
    ) -> None:
        super().__init__(form)
        self.key = key or f"{NEW_CONTACT}:{uuid4().hex}"
        self._context = context
        self._banner = banner
        self._take = take
        self._others: list[Draft] = []
        self._keeper = DraftKeeper(context, self)
        if key:
            self._keeper.fetch(key, lambda draft: take(draft) if draft is not None else None, self)
        else:
            store = DraftStore.of(context.database)
            context.tasks.read(store.unfinished, self._on_found, context.window.fail, owner=self)

    def keep(self, values: Mapping[str, Any]) -> None:
        """Keep what stands in the form."""
        self._keeper.put(self.key, values)

    def settled(self, values: Mapping[str, Any]) -> Callable[[], None]:
        """Return a function that keeps the values at once, called before they are saved."""
        return self._keeper.settled(self.key, values)

    def forget(self) -> None:
        """Forget the own draft: it was saved, emptied or thrown away."""
        self._keeper.forget(self.key)

    def flush(self) -> None:
        """Write what waits now."""
        self._keeper.flush()

    # --- others ---------------------------------------------------------------------------------------------------
    def _on_found(self, drafts: list[Draft]) -> None:
        """Offer what was begun in forms that are not open any more."""
        taken = {one.key for one in open_drafts()} | {self.key}
        self._others = [draft for draft in drafts if kind_of(draft.key) == NEW_CONTACT and draft.key not in taken]
        self._offer()

    def _offer(self) -> None:
        """Offer the newest of the others."""
        self._banner.clear_buttons()
        if not self._others:
            self._banner.hide()
            return
        draft = self._others[0]
        name = str(draft.data.get("title") or _("without a name"))
        self._banner.add_button(_("Go on with it"), lambda: self._go_on(draft))
        self._banner.add_button(_("Throw it away"), lambda: self._throw(draft))
        self._banner.show_message(_("A new contact was begun and not saved: {name}").format(name=name))

    def _go_on(self, draft: Draft) -> None:
        """Make another draft the own one, and show it."""
        self._banner.hide()
        self._keeper.flush()
        self.key = draft.key
        self._take(draft)

    def _throw(self, draft: Draft) -> None:
        """Throw another draft away, and offer the next."""
        self._keeper.forget(draft.key)
        self._others.remove(draft)
        self._offer()


def open_drafts() -> list[NewContactDraft]:
    """Return the drafts of all forms that are open."""
    windows = [window for window in QApplication.topLevelWidgets() if window.isVisible()]
    return [draft for window in windows for draft in _own(window)]


def _own(window: QWidget) -> list[NewContactDraft]:
    """Return the draft that belongs to a window itself, not to one that it opened."""
    return [draft for draft in window.findChildren(NewContactDraft) if draft.parent() is window]
