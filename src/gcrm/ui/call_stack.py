"""Where call pop-ups stand: above each other in the lower right corner of the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QApplication, QWidget

from gcrm.ui.context import Context

if TYPE_CHECKING:
    from gcrm.ui.call_popup import CallPopup

POPUP_NAME = "call_pop_up"
_ORDER = "call_order"


def visible_popups() -> list[CallPopup]:
    """Return the pop-ups that are shown, the oldest first."""
    shown = [w for w in QApplication.topLevelWidgets() if w.objectName() == POPUP_NAME and w.isVisible()]
    for popup in shown:
        if popup.property(_ORDER) is None:
            newest = max((int(w.property(_ORDER)) for w in shown if w.property(_ORDER) is not None), default=0)
            popup.setProperty(_ORDER, newest + 1)
    return cast("list[CallPopup]", sorted(shown, key=lambda popup: int(popup.property(_ORDER))))


def newest_popup() -> CallPopup | None:
    """Return the pop-up of the latest call that is shown."""
    return next(iter(reversed(visible_popups())), None)


def places(screen: QRect, heights: list[int], width: int) -> list[QRect]:
    """Return where windows of these heights stand, the first one at the bottom.

    Where the column is full, the next ones begin at the bottom again, one column further to the left.
    """
    found = []
    right, bottom = screen.right() + 1, screen.bottom() + 1
    for height in heights:
        if bottom - height < screen.top() and bottom <= screen.bottom():
            right, bottom = max(right - width, screen.left() + width), screen.bottom() + 1
        found.append(QRect(right - width, bottom - height, width, height))
        bottom -= height
    return found


def place_all(context: Context) -> None:
    """Put all pop-ups into the lower right corner of the main window's screen."""
    window = context.window
    screen = window.screen() if isinstance(window, QWidget) else QApplication.primaryScreen()
    popups = visible_popups()
    wide = max((popup.width() for popup in popups), default=0)
    found = places(screen.availableGeometry(), [popup.height() for popup in popups], wide)
    for popup, place in zip(popups, found, strict=True):
        popup.move(place.topLeft())
