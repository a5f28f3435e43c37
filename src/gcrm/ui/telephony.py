"""The bridge between the telephone line and the windows: rings become pop-ups, calls become activities.

The line speaks in a thread of its own, where its events become calls already: only what changes a call is handed to the
thread of the windows, looked up by a reader and written by the writer. So neither a slow database nor a hostile line
can hold up a window, and a flood leaves nothing behind.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget

from gcrm.errors import EnvironmentProblem, GcrmError
from gcrm.i18n import _
from gcrm.model import phone
from gcrm.services import settings
from gcrm.services.call_log import CallerCard
from gcrm.services.changed import Changed
from gcrm.services.telephony.calls import Call, CallPhase, CallTracker, CallUpdate
from gcrm.services.telephony.fritzbox import FritzBoxLine
from gcrm.services.telephony.interface import CallEvent, CallState, LineState, PhoneLine
from gcrm.ui import call_actions
from gcrm.ui.allowed import why_not
from gcrm.ui.beside import open_kindly
from gcrm.ui.call_actions import Whose
from gcrm.ui.call_popup import LINGER_MS, CallPopup
from gcrm.ui.caller import Caller, look_up, trial_caller, without_office
from gcrm.ui.context import Context
from gcrm.ui.phone_state import PhoneState

PATIENCE_MS = 250
"""A pop-up waits so long for the name; then it appears with the number alone."""
EXPIRE_MS = 60_000
MOST_POPUPS = 5
"""Pop-ups that stand at once: a newer call takes the place of one that is over, else it is logged only."""
MOST_UNLOGGED = 1000
"""Calls that are kept while the office cannot be reached."""
SETTINGS = ("phone.box_enabled", "phone.box_host", "phone.box_port")
PHONES = frozenset({"contact_point", "contact"})


@dataclass(slots=True)
class _Ring:
    """A call of which this desk keeps track: its pop-up if there is one, and whose it was said to be."""

    call: Call
    popup: CallPopup | None = None
    chosen: Whose | None = None
    is_mine: bool = False
    is_asked: bool = False


class PhoneBridge(QObject):
    """Listens while the settings want it. `state_changed` tells in a few words how the line stands."""

    state_changed = Signal(str)
    _heard = Signal(object)
    _stands = Signal(object)

    def __init__(
        self, context: Context, *, make_line: Callable[[str, int], PhoneLine] = FritzBoxLine, linger_ms: int = LINGER_MS
    ) -> None:
        super().__init__()
        self._context = context
        self._make_line = make_line
        self._linger_ms = linger_ms
        self._line: PhoneLine | None = None
        self._wanted: tuple[Any, ...] = ()
        self._options: dict[str, Any] = {}
        self._tracker = CallTracker()
        self._tracking = threading.Lock()
        self._rings: dict[str, _Ring] = {}
        self._unlogged: list[tuple[Call, Whose | None, int | None]] = []
        self._is_stopped = False
        self.state_widget = PhoneState()
        self.state_widget.text_changed.connect(self.state_changed)
        self._show_state_widget()
        self._heard.connect(self._on_updates, Qt.ConnectionType.QueuedConnection)
        self._stands.connect(self._on_state, Qt.ConnectionType.QueuedConnection)
        self._expiry = QTimer(self)
        self._expiry.setInterval(EXPIRE_MS)
        self._expiry.timeout.connect(self.expire)
        context.feed.changed.connect(self._on_changed)
        context.feed.found.connect(self._log_again)
        context.tasks.read(phone.warm_up, lambda _nothing: None, owner=self)
        self._read_settings()

    # --- line ---------------------------------------------------------------------------------------------------
    def _show_state_widget(self) -> None:
        """Put the state at the right end of the main window's status line."""
        status = getattr(self._context.window, "status", None)
        layout = status.layout() if isinstance(status, QWidget) else None
        if layout is not None:
            layout.addWidget(self.state_widget)

    def _read_settings(self) -> None:
        """Read what the office wants, then start, change or stop the line."""
        database = self._context.database

        def read() -> dict[str, Any]:
            with database.read() as session:
                return settings.read_all(session, database.user_id)

        self._context.tasks.read(read, self._use, key="phone settings", owner=self)

    def _use(self, options: dict[str, Any]) -> None:
        """Listen to the box that the settings name."""
        if self._is_stopped:
            return
        self._options = options
        wanted = tuple(options[key] for key in SETTINGS)
        if wanted == self._wanted:
            return
        self._wanted = wanted
        self._hang_up()
        is_wanted, host, port = wanted
        if is_wanted and host:
            self._line = self._make_line(str(host), int(port))
            self._line.start(self._hear, self._stands.emit)
            self._expiry.start()

    def _hang_up(self) -> None:
        """Stop the line that runs."""
        line, self._line = self._line, None
        self._expiry.stop()
        if line is not None:
            line.stop()
        self.state_widget.set_state(LineState(CallState.OFF))

    def _on_state(self, state: LineState) -> None:
        if self._line is not None:
            self.state_widget.set_state(state)

    def state(self) -> LineState:
        """Return how the line stands."""
        return self._line.state if self._line is not None else LineState(CallState.OFF)

    def _on_changed(self, changed: frozenset[Changed]) -> None:
        """Follow the settings, and look unknown callers up again when a number was added."""
        tables = {change.table for change in changed}
        if tables & {"setting", "company", ""}:
            self._read_settings()
        if tables & (PHONES | {""}):
            for ring in list(self._rings.values()):
                if ring.popup is not None and not ring.popup.caller().cards:
                    self._look_up(ring)

    # --- calls --------------------------------------------------------------------------------------------------
    def _hear(self, event: CallEvent) -> None:
        """Take an event in the line's thread; most of a flood changes no call and is forgotten here."""
        with self._tracking:
            updates = self._tracker.feed(event)
        if updates:
            self._heard.emit(updates)

    def _on_updates(self, updates: list[CallUpdate]) -> None:
        if not self._is_stopped:
            for update in updates:
                self._follow(update)

    def expire(self) -> None:
        """End calls whose end was never told."""
        with self._tracking:
            updates = self._tracker.expire(datetime.now())
        if updates:
            self._heard.emit(updates)  # after those that the line has handed over already

    def _follow(self, update: CallUpdate) -> None:
        """Carry out what an event means for a call."""
        call = update.call
        ring = self._rings.setdefault(call.key, _Ring(call))
        ring.call = call
        if update.pop_up and self._options.get("phone.pop_up", True) and self._has_room():
            self._look_up(ring)
            QTimer.singleShot(PATIENCE_MS, self, lambda: self._show_number(ring))
        if ring.popup is not None:
            ring.popup.show_call(call)
        if call.phase is CallPhase.ENDED:
            self._log(call, ring.chosen, self._taken_by(ring))
            self._tidy(ring)

    def _has_room(self) -> bool:
        """Tell whether one more pop-up may stand; the oldest one whose call is over goes for it."""
        standing = [ring for ring in self._rings.values() if ring.popup is not None or ring.is_asked]
        if len(standing) < MOST_POPUPS:
            return True
        over = (popup for popup in self.popups() if popup.is_over() and not popup.isActiveWindow())
        oldest = next(over, None)
        if oldest is not None:
            oldest.close()
        return oldest is not None

    def _tidy(self, ring: _Ring) -> None:
        """Forget a call that is over, unless its pop-up is shown or about to be."""
        if ring.call.phase is CallPhase.ENDED and ring.popup is None and not ring.is_asked:
            self._rings.pop(ring.call.key, None)

    def _taken_by(self, ring: _Ring) -> int | None:
        """Return the user who took the call, where this desk knows: its telephone took it, or it was logged here."""
        own = str(self._options.get("phone.extensions", "")).replace(",", " ").split()
        mine = ring.is_mine or ring.call.extension in own
        return self._context.database.user_id if mine and ring.call.is_answered else None

    def _look_up(self, ring: _Ring) -> None:
        """Ask who has the number."""
        database, call = self._context.database, ring.call
        ring.is_asked = True
        self._context.tasks.read(
            lambda: look_up(database, call.number, call.own),
            lambda caller: self._answer(ring, caller),
            lambda error: self._show_trouble(ring, error),
            key=("caller", call.key),
            owner=self,
        )

    def _show_number(self, ring: _Ring) -> None:
        """Show the number where the name takes too long."""
        if ring.popup is None and not self._is_stopped and ring.call.phase is not CallPhase.ENDED:
            self._show(ring, without_office(self._context.database, ring.call.number, ring.call.own))

    def _show_trouble(self, ring: _Ring, error: GcrmError) -> None:
        """Show the number and why nobody could be looked up."""
        call = ring.call
        self._answer(ring, without_office(self._context.database, call.number, call.own, error.sentence))

    def _answer(self, ring: _Ring, caller: Caller) -> None:
        """Show what came of asking; nothing more comes."""
        ring.is_asked = False
        self._show(ring, caller)

    def _show(self, ring: _Ring, caller: Caller) -> None:
        """Show the pop-up, or what is newly known in it."""
        if self._is_stopped:
            return
        if ring.popup is not None:
            self._learn(ring, ring.popup, caller)
            return
        popup = CallPopup(self._context, caller, linger_ms=self._linger_ms)
        ring.popup = popup
        popup.show_call(ring.call)
        self._wire(ring, popup)
        popup.pop_up()

    def _learn(self, ring: _Ring, popup: CallPopup, caller: Caller) -> None:
        """Show what is newly known; a call that was logged without owner gets the contact just created."""
        was_unknown = not popup.caller().cards
        popup.set_caller(caller)
        owners = {card.contact_id for card in caller.cards}
        if was_unknown and len(owners) == 1 and ring.chosen is None and popup.is_over():
            self._assign(ring, owners.pop())

    def _wire(self, ring: _Ring, popup: CallPopup) -> None:
        """Connect the buttons of a pop-up."""
        popup.open_requested.connect(lambda card: self._open(ring, card))
        popup.log_requested.connect(lambda card: self._open(ring, card, focus_log=True))
        popup.create_requested.connect(self._create)
        popup.assigned.connect(lambda contact: self._assign(ring, contact))
        popup.call_back_requested.connect(lambda word: self._call_back(ring, word))
        popup.closed.connect(lambda: self._forget(ring))

    def _forget(self, ring: _Ring) -> None:
        """Let a pop-up go; a call that still runs is followed to its end."""
        ring.popup = None
        self._tidy(ring)

    # --- what the buttons do ------------------------------------------------------------------------------------
    def _open(self, ring: _Ring, card: CallerCard, *, focus_log: bool = False) -> None:
        ring.chosen = Whose(card.contact_id, card.person_id)
        ring.is_mine = ring.is_mine or focus_log
        open_kindly(self._context, card.contact_id, card.name, focus_log=focus_log)

    def _create(self, number: str) -> None:
        from gcrm.ui.new_contact import open_new_contact

        open_new_contact(self._context, {"phone": number})

    def _assign(self, ring: _Ring, contact: int) -> None:
        """Give the number and the call to a contact."""
        ring.chosen = Whose(contact)
        database, call = self._context.database, ring.call
        is_over = call.phase is CallPhase.ENDED
        self._context.window.write(
            lambda: call_actions.assign(database, call, call.number, contact, is_over=is_over),
            lambda _nothing: self._look_up(ring) if ring.popup is not None and call.number else None,
        )

    def _call_back(self, ring: _Ring, word: str) -> None:
        database, call, chosen = self._context.database, ring.call, ring.chosen
        self._context.window.write(lambda: call_actions.plan_call_back(database, call, chosen, word))

    # --- chronicle ----------------------------------------------------------------------------------------------
    def _log(self, call: Call, chosen: Whose | None, answered_by: int | None) -> None:
        """Write a finished call into the chronicle; while the office cannot be reached it is kept for later.

        Whoever may log nothing is not told at each call: another desk hears it too.
        """
        if why_not(self._context, "activities.create"):
            return
        database = self._context.database
        plans = bool(self._options.get("phone.missed_follow_up", False))
        self._context.tasks.write(
            lambda: call_actions.log(database, call, chosen, answered_by, plans_missed=plans),
            lambda _activity: None,
            lambda error: self._keep(error, call, chosen, answered_by),
            _("Log call"),
            owner=self,
        )

    def _keep(self, error: GcrmError, call: Call, chosen: Whose | None, answered_by: int | None) -> None:
        if isinstance(error, EnvironmentProblem) and len(self._unlogged) < MOST_UNLOGGED:
            self._unlogged.append((call, chosen, answered_by))
        self._context.window.fail(error)

    def _log_again(self) -> None:
        """Write what could not be written before."""
        waiting, self._unlogged = self._unlogged, []
        for call, chosen, answered_by in waiting:
            self._log(call, chosen, answered_by)

    def popups(self) -> list[CallPopup]:
        """Return the pop-ups that are shown, the oldest call first."""
        return [ring.popup for ring in self._rings.values() if ring.popup is not None]

    def stop(self) -> None:
        """Hang up and close all pop-ups; nothing happens afterwards."""
        self._is_stopped = True
        self._hang_up()
        self.state_widget.stop()
        for popup in self.popups():
            popup.close()
        self._rings.clear()


def ring_for_trial(context: Context, contact: int) -> None:
    """Show the pop-up for a contact as if it rang; it says so, and nothing is logged."""

    def show(caller: Caller) -> None:
        main = context.window if isinstance(context.window, QWidget) else None
        popup = CallPopup(context, caller, is_trial=True, parent=main)
        popup.open_requested.connect(lambda card: open_kindly(context, card.contact_id, card.name))
        popup.log_requested.connect(lambda card: open_kindly(context, card.contact_id, card.name, focus_log=True))
        popup.pop_up()

    context.tasks.read(lambda: trial_caller(context.database, contact), show, label=_("Try the call pop-up"))
