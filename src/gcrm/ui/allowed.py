"""What the person who works may do, as windows ask: what is not allowed is not offered, with the reason on demand.

Rights may change while windows stand open, because an administrator gives or takes one at another desk; whoever judges
by them watches (`RightsWatch`). This is a service to the person only: what is refused, services and server refuse.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton

from gcrm.ui.widgets.safe import set_tip

if TYPE_CHECKING:
    from gcrm.services.changed import Changed
    from gcrm.ui.context import Context


def why_not(context: Context, *needs: str) -> str:
    """Return which of some rights is missing and who can give it, "" where all of them are there."""
    rights = context.database.rights
    return next((sentence for right in needs if (sentence := rights.lacks(right))), "")


def say_why_not(context: Context, *needs: str) -> bool:
    """Say in the status line which of some rights is missing; False, and nothing is said, where none is."""
    refusal = why_not(context, *needs)
    if refusal:
        context.window.say(refusal)
    return bool(refusal)


def sees(context: Context, table: str, column: str = "") -> bool:
    """Tell whether a column may be seen, or anything of a table."""
    return context.database.rights.sees(table, column)


def shut(action: QAction, refusal: str) -> QAction:
    """Shut an entry of a menu where there is a refusal, and let it say so; return it."""
    if refusal:
        action.setEnabled(False)
        set_tip(action, refusal)
    return action


class RightsWatch(QObject):
    """Calls `judge` now, and again whenever it may have changed who may do what, as long as `parent` lives."""

    def __init__(self, context: Context, judge: Callable[[], object], parent: QObject) -> None:
        super().__init__(parent)
        self._judge = judge
        context.feed.changed.connect(self._on_changed)
        judge()

    def _on_changed(self, changed: frozenset[Changed]) -> None:
        from gcrm.services.database import RIGHTS_TABLES

        if any(change.table in RIGHTS_TABLES for change in changed):
            self._judge()


class Offer(QObject):
    """Keeps a button in step with the rights it asks for: without them it is shut, and its tool tip says why."""

    def __init__(self, context: Context, button: QAbstractButton, *needs: str) -> None:
        super().__init__(button)
        self._context = context
        self._button = button
        self._needs = needs
        self._tip = button.toolTip()
        self._is_open = not button.testAttribute(Qt.WidgetAttribute.WA_ForceDisabled)
        RightsWatch(context, self._judge, self)

    def set_open(self, is_open: bool) -> None:
        """Say whether there is something to do for the button; it is open where the rights are there too."""
        self._is_open = is_open
        self._judge()

    def _judge(self) -> None:
        refusal = why_not(self._context, *self._needs)
        self._button.setEnabled(self._is_open and not refusal)
        set_tip(self._button, refusal, self._tip)
        self._button.setAccessibleDescription(refusal)
