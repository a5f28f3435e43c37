"""The pop-up of a call: a window of its own that shows who calls and never takes the keyboard.

It stays until it is dismissed or the call has been over for half a minute. Several of them stand above each other in
the lower right corner of the screen. What its buttons do is up to whoever made it (ui/telephony.py).
"""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QColor, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QGraphicsDropShadowEffect, QHBoxLayout, QMenu, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from gcrm.i18n import _
from gcrm.services.call_log import CallerCard
from gcrm.services.telephony.calls import Call, CallPhase
from gcrm.ui.allowed import Offer
from gcrm.ui.call_parts import AssignBox, Matches
from gcrm.ui.call_stack import POPUP_NAME, place_all
from gcrm.ui.caller import Caller, chips, clock_text, last_line
from gcrm.ui.context import Context
from gcrm.ui.quiet_window import QuietWindow
from gcrm.ui.theme import px, set_role
from gcrm.ui.theme.tokens import SHADOW
from gcrm.ui.widgets.avatar import Avatar
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.chip import Chip
from gcrm.ui.widgets.flow import FlowLayout
from gcrm.ui.widgets.safe import PlainLabel, announce

WIDTH = 380
EDGE = 16
LINGER_MS = 30_000
AVATAR = 44
CALL_BACK = ("today", "tomorrow", "next week")


class CallPopup(QuietWindow):
    """Shows one call. `card()` is the person chosen among those who have the number, None for somebody unknown."""

    open_requested = Signal(object)
    log_requested = Signal(object)
    create_requested = Signal(str)
    assigned = Signal(int)
    call_back_requested = Signal(str)
    closed = Signal()

    def __init__(
        self, context: Context, caller: Caller, *, is_trial: bool = False, linger_ms: int = LINGER_MS,
        clock: Callable[[], float] = time.monotonic, parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.setObjectName(POPUP_NAME)
        self._context = context
        self._caller = caller
        self._is_trial = is_trial
        self._clock = clock
        self._phase = CallPhase.RINGING
        self._is_missed = False
        self._talk_from = 0.0
        self._chosen = 0
        self._ticker = QTimer(self)
        self._ticker.setInterval(1000)
        self._ticker.timeout.connect(self._tick)
        self._linger = QTimer(self)
        self._linger.setSingleShot(True)
        self._linger.setInterval(linger_ms)
        self._linger.timeout.connect(self.close)
        self._make_parts()
        self._lay_out()
        self.set_caller(caller)
        context.theme.changed.connect(self._fit)

    # --- parts --------------------------------------------------------------------------------------------------
    def _make_parts(self) -> None:
        """Make what is shown and pressed."""
        self.avatar = Avatar("", AVATAR)
        self.name_label = PlainLabel("", "section", elide=True)
        self.company_label = PlainLabel("", "meta", elide=True)
        self.state_chip = Chip(_("Ringing"), "info")
        self.own_label = PlainLabel("", "meta", elide=True)
        self.last_label = PlainLabel("", "body", wrap=True)
        self.trouble_label = PlainLabel("", "meta", wrap=True, tone="bad")
        self.matches = Matches()
        self.matches.chosen.connect(self.choose)
        self.assign_box = AssignBox(self._context)
        self.assign_box.chosen.connect(self._on_assigned)
        self.assign_box.grown.connect(self._fit)
        self.assign_box.hide()
        self.open_button = Button(_("Open contact"), "primary", on_click=self._open)
        self.log_button = Button(_("Log call"), on_click=self._log)
        self.create_button = Button(_("Create contact"), "primary", on_click=self._create)
        self.assign_button = Button(_("Assign to contact"), on_click=self._assign)
        self.back_button = Button(_("Call back"))
        self.back_button.setMenu(self._call_back_menu())
        self.dismiss_button = Button(_("Dismiss"), "flat", on_click=self.close)
        for button, right in (
            (self.log_button, "activities.create"), (self.back_button, "activities.create"),
            (self.create_button, "contacts.create"), (self.assign_button, "contacts.change"),
        ):  # fmt: skip
            Offer(self._context, button, right)

    def _call_back_menu(self) -> QMenu:
        """Offer when to be reminded of calling back."""
        menu = QMenu(self)
        labels = (_("Remind me today"), _("Remind me tomorrow"), _("Remind me next week"))
        for text, when in zip(labels, CALL_BACK, strict=True):
            menu.addAction(text).setData(when)
        menu.triggered.connect(lambda action: self._call_back(str(action.data())))
        return menu

    def _lay_out(self) -> None:
        """Place everything as in the picture."""
        self._frame = QFrame()
        set_role(self._frame, "overlay")
        self._shade()
        self._chips = QWidget()
        self._chip_row = FlowLayout(self._chips)
        column = QVBoxLayout(self._frame)
        column.setContentsMargins(px(16), px(14), px(16), px(14))
        column.setSpacing(px(8))
        column.addLayout(self._head())
        for part in (self._chips, self.matches, self.last_label, self.own_label, self.trouble_label, self.assign_box):
            column.addWidget(part)
        column.addSpacing(px(8))
        column.addLayout(self._buttons())
        outer = QVBoxLayout(self)
        outer.setContentsMargins(px(EDGE), px(EDGE), px(EDGE), px(EDGE))
        outer.addWidget(self._frame)

    def _head(self) -> QHBoxLayout:
        """Return avatar, name, company and state."""
        first = QHBoxLayout()
        first.setSpacing(px(8))
        first.addWidget(self.name_label, 1)
        first.addWidget(self.state_chip)
        names = QVBoxLayout()
        names.setSpacing(px(2))
        names.addLayout(first)
        names.addWidget(self.company_label)
        head = QHBoxLayout()
        head.setSpacing(px(8))
        head.addWidget(self.avatar)
        head.addLayout(names, 1)
        return head

    def _buttons(self) -> QHBoxLayout:
        """Return the row of buttons."""
        row = QHBoxLayout()
        row.setSpacing(px(6))
        for button in (self.open_button, self.create_button, self.log_button, self.assign_button, self.back_button):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.dismiss_button)
        return row

    def _shade(self) -> None:
        """Let the pop-up stand out from what lies below."""
        shadow = QGraphicsDropShadowEffect(self)
        shadow.setBlurRadius(px(EDGE) * 1.5)
        shadow.setOffset(0, px(4))
        shadow.setColor(QColor(SHADOW))
        self._frame.setGraphicsEffect(shadow)

    # --- who ----------------------------------------------------------------------------------------------------
    def caller(self) -> Caller:
        """Return who calls."""
        return self._caller

    def card(self) -> CallerCard | None:
        """Return the chosen one of those who have the number."""
        return self._caller.cards[self._chosen] if self._caller.cards else None

    def set_caller(self, caller: Caller) -> None:
        """Show who calls; called again when more is known."""
        self._caller = caller
        self._chosen = 0
        self.matches.set_cards(caller.cards, caller.more)
        self.trouble_label.setText(caller.trouble)
        self.trouble_label.setVisible(bool(caller.trouble))
        called = _("Called: {number}").format(number=caller.own) if caller.own else ""
        self.own_label.setText(called)
        self.own_label.setVisible(bool(called))
        self._show_card()

    def choose(self, place: int) -> None:
        """Show another one of those who have the number."""
        self._chosen = place
        self.matches.mark(place)
        self._show_card()

    def _show_card(self) -> None:
        """Show the chosen one, or that nobody is known."""
        card, caller = self.card(), self._caller
        name = card.name if card else caller.title
        place = (card.company or card.town) if card else ""
        company = " · ".join(part for part in (place, caller.shown) if part) if card else caller.detail
        self.avatar.set_contact(name if card else "?")
        self.name_label.setText(name)
        self.company_label.setText(company)
        last = last_line(card) if card else ""
        self.last_label.setText(last)
        self.last_label.setVisible(bool(last))
        self._show_chips(card)
        self.setWindowTitle(_("Call from {name}").format(name=name))
        self.setAccessibleName(_("Call from {name}, {detail}").format(name=name, detail=company))
        self._show_buttons()

    def _show_chips(self, card: CallerCard | None) -> None:
        """Show priority and follow-ups, and whether this is only a trial."""
        while (item := self._chip_row.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        wanted = chips(card) if card else []
        if self._is_trial:
            wanted.insert(0, (_("Trial: nothing is logged"), "neutral"))
        for text, kind in wanted:
            self._chip_row.addWidget(Chip(text, kind))  # type: ignore[arg-type]  # the kinds come from `chips`
        self._chips.setVisible(bool(wanted))

    def _show_buttons(self) -> None:
        """Show the buttons that fit who calls and how far the call is."""
        is_known = self.card() is not None
        self.open_button.setVisible(is_known)
        self.log_button.setVisible(is_known)
        self.create_button.setVisible(not is_known and not self._caller.is_hidden)
        self.assign_button.setVisible(not is_known and not self._is_trial)
        missed = self._phase is CallPhase.ENDED and self._is_missed and bool(self._caller.number)
        self.back_button.setVisible(missed and not self._is_trial)
        if missed:
            self.log_button.hide()
        self._fit()

    # --- how far ------------------------------------------------------------------------------------------------
    def show_call(self, call: Call) -> None:
        """Show how far the call is; half a minute after its end the pop-up goes."""
        if call.phase is CallPhase.TALKING and self._phase is not CallPhase.TALKING:
            self._talk_from = self._clock()
            self._ticker.start()
        self._phase = call.phase
        self._is_missed = call.is_missed
        if call.phase is CallPhase.ENDED:
            self._ticker.stop()
            self._show_end(call)
            self._linger.start()
        else:
            self._tick()
        self._show_buttons()

    def _tick(self) -> None:
        """Show how long they have been talking."""
        if self._phase is CallPhase.TALKING:
            text, kind = _("Connected {time}").format(time=clock_text(self._clock() - self._talk_from)), "ok"
        else:
            text, kind = _("Ringing"), "info"
        self._show_state(text, kind)

    def _show_end(self, call: Call) -> None:
        """Say how the call ended."""
        if call.is_missed:
            self._show_state(_("Missed"), "bad")
            announce(self, _("Missed call"))
        elif call.seconds is None:
            self._show_state(_("Ended"), "neutral")
        else:
            self._show_state(_("Ended {time}").format(time=clock_text(call.seconds)), "neutral")

    def _show_state(self, text: str, kind: str) -> None:
        self.state_chip.setText(text)
        self.state_chip.set_kind(kind)  # type: ignore[arg-type]  # the kinds are told above
        self.state_chip.setAccessibleName(_("State of the call: {state}").format(state=text))

    def is_over(self) -> bool:
        """Whether the call has ended."""
        return self._phase is CallPhase.ENDED

    # --- buttons ------------------------------------------------------------------------------------------------
    def _open(self) -> None:
        if (card := self.card()) is not None:
            self.open_requested.emit(card)

    def _log(self) -> None:
        if (card := self.card()) is not None:
            self.log_requested.emit(card)

    def _create(self) -> None:
        self.create_requested.emit(self._caller.shown)

    def _assign(self) -> None:
        """Unfold the search; only now the pop-up takes the keyboard, because somebody wants to type into it."""
        self.assign_box.show()
        self.assign_button.hide()
        self._fit()
        self.allow_keyboard()
        self.assign_box.focus()

    def _on_assigned(self, contact: int) -> None:
        self.assign_box.hide()
        self._fit()
        self.assigned.emit(contact)

    def _call_back(self, when: str) -> None:
        self.call_back_requested.emit(when)
        self.back_button.setEnabled(False)
        self.back_button.setText(_("Noted"))

    def open_shown(self) -> None:
        """Do what the main button does: open the contact, or create one."""
        if self.card() is not None:
            self._open()
        elif not self._caller.is_hidden:
            self._create()

    # --- place --------------------------------------------------------------------------------------------------
    def pop_up(self) -> None:
        """Show the pop-up without taking the keyboard, and have it spoken."""
        self.show_quietly()
        place_all(self._context)
        announce(self, self.accessibleName())

    def _fit(self) -> None:
        """Take the height that is needed, and more width where the language needs it."""
        layout, inner = self.layout(), self._frame.layout()
        if layout is None or inner is None:
            return
        for button in self._frame.findChildren(QPushButton):
            button.ensurePolished()
            button.updateGeometry()
        inner.invalidate()
        inner.activate()
        layout.invalidate()
        layout.activate()
        least = layout.totalMinimumSize()
        wide = max(px(WIDTH) + 2 * px(EDGE), least.width())
        self.setFixedSize(wide, max(least.height(), layout.totalHeightForWidth(wide)))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.isVisible():
            place_all(self._context)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        self._ticker.stop()
        self._linger.stop()
        super().closeEvent(event)
        self.hide()
        place_all(self._context)
        self.closed.emit()
