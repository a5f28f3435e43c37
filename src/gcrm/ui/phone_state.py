"""How the telephone line stands, in a few words at the end of the status line."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gcrm.i18n import _
from gcrm.services.telephony.interface import CallState, LineState, Trouble
from gcrm.ui.theme import px
from gcrm.ui.widgets.icon_label import IconLabel
from gcrm.ui.widgets.safe import PlainLabel, set_tip

_ICONS = {
    CallState.CONNECTED: ("phone", "ok"),
    CallState.CONNECTING: ("phone", "text3"),
    CallState.WAITING: ("phone-off", "warn"),
    CallState.OFF: ("phone-off", "text3"),
}


def short_text(state: LineState, seconds: float = 0.0) -> str:
    """Return the state in a few words; `seconds` until the next attempt. "" while no line is wanted."""
    if state.state is CallState.OFF:
        return ""
    if state.state is CallState.CONNECTED:
        return _("Phone connected")
    if state.state is CallState.CONNECTING:
        return _("Phone: connecting…")
    if state.trouble is Trouble.REFUSED:
        return _("Phone not enabled: dial #96*5*")
    return _("Phone: reconnecting in {count} s").format(count=max(1, round(seconds)))


class PhoneState(QWidget):
    """Icon and words; hidden while no line is wanted. `text_changed` tells every change of the words."""

    text_changed = Signal(str)

    def __init__(self, clock: Callable[[], float] = time.monotonic, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._state = LineState(CallState.OFF)
        self._since = 0.0
        self._icon = IconLabel("phone-off", "text3", 14)
        self._label = PlainLabel("", "meta")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(4))
        row.addWidget(self._icon)
        row.addWidget(self._label)
        self._ticker = QTimer(self)
        self._ticker.setInterval(1000)
        self._ticker.timeout.connect(self._show)
        self.hide()

    def set_state(self, state: LineState) -> None:
        """Show how the line stands; while it waits, the seconds are counted down."""
        self._state = state
        self._since = self._clock()
        waits = state.state is CallState.WAITING
        (self._ticker.start if waits else self._ticker.stop)()
        self._icon.set_icon(*_ICONS[state.state])
        set_tip(self, state.sentence)
        self._show()

    def text(self) -> str:
        """Return the words shown."""
        return self._label.full_text()

    def stop(self) -> None:
        """Stop counting."""
        self._ticker.stop()

    def _show(self) -> None:
        text = short_text(self._state, self._state.retry_in - (self._clock() - self._since))
        if text == self._label.full_text() and self.isHidden() == (not text):
            return
        self._label.setText(text)
        self.setAccessibleName(text)
        self.setVisible(bool(text))
        self.text_changed.emit(text)
