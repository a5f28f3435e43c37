"""The box in which something is logged: text, type, follow-up. What is typed is kept per contact and never lost.

The state of the box belongs to a contact: another contact brings its own text, caret included, and coming back brings
back the former one, also after the program was killed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from gcrm.errors import GcrmError, Unreachable
from gcrm.i18n import _
from gcrm.model.activity import BUILT_IN_TYPES
from gcrm.model.follow_up import When
from gcrm.services.activity_types import TypeRow, built_in
from gcrm.services.drafts import OPERATION, Draft, log_key
from gcrm.ui.allowed import Offer, RightsWatch, why_not
from gcrm.ui.chronicle.growing_text import GrowingText
from gcrm.ui.context import Context
from gcrm.ui.draft_keeper import DraftKeeper
from gcrm.ui.follow_up_edit import FollowUpEdit
from gcrm.ui.narrow_combo import NarrowCombo
from gcrm.ui.theme import px
from gcrm.ui.widgets.button import Button, native_keys, tip_with_keys
from gcrm.ui.widgets.safe import PlainLabel, announce, set_tip

FIRST_TYPE = "call"


@dataclass(slots=True)
class LogState:
    """What stands in the box for one contact."""

    text: str = ""
    type: str = ""
    follow_up: str = ""
    caret: int = 0

    def is_blank(self) -> bool:
        """Tell whether there is nothing to lose."""
        return not self.text.strip() and not self.follow_up.strip()

    def values(self, contact: int) -> dict[str, Any]:
        """Return what is kept on the disk."""
        return {
            "contact_id": contact, "text": self.text, "type": self.type, "follow_up": self.follow_up,
            "caret": self.caret,
        }  # fmt: skip

    @staticmethod
    def of(values: Mapping[str, Any]) -> LogState:
        """Read what was kept on the disk."""
        text = str(values.get("text", ""))
        caret = values.get("caret", 0)
        place = caret if isinstance(caret, int) else len(text)
        return LogState(text, str(values.get("type", "")), str(values.get("follow_up", "")), place)


class LogBox(QWidget):
    """Emits `logged` with the new activity."""

    logged = Signal(int)

    def __init__(self, context: Context, keeper: DraftKeeper, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._keeper = keeper
        self._contact: int | None = None
        self._states: dict[int, LogState] = {}
        self._saving: set[int] = set()
        self._last_type = FIRST_TYPE
        self._is_filling = False
        hint = _("What happened? ({keys})").format(keys=native_keys("Ctrl+L"))
        self.text = GrowingText(hint, _("What happened"))
        self.follow_up = FollowUpEdit()
        self.follow_up.setMinimumWidth(px(110))
        self.type = NarrowCombo(_("Type"))
        self.button = Button(_("Log"), "primary", on_click=self.submit)
        set_tip(self.button, tip_with_keys(_("Log"), "Ctrl+Return"))
        self.hint = PlainLabel("", "meta", wrap=True)
        self.hint.hide()
        self._lay_out()
        self.set_types([built_in(key) for key, *_rest in BUILT_IN_TYPES])
        self._connect()
        self.setEnabled(False)
        self._locked = ""
        self._offer = Offer(context, self.button, "activities.create")
        RightsWatch(context, self._on_rights, self)

    def _on_rights(self) -> None:
        """Take no text where nothing may be logged; what stands there already stays and can be copied."""
        is_shut = bool(self._refusal())
        self.text.setReadOnly(is_shut)
        for field in (self.follow_up, self.type):
            field.setEnabled(not is_shut)
        self._say("")

    def _refusal(self) -> str:
        return self._locked or why_not(self._context, "activities.create")

    def lock(self, reason: str) -> None:
        """Take no text for a contact with which nobody may work any more, and say why; "" for any other."""
        if reason != self._locked:
            self._locked = reason
            self._offer.set_open(not reason)
            self._on_rights()

    def _lay_out(self) -> None:
        """Text above, then follow-up, type and button in one row, or the button below where they do not fit."""
        self._row, self._below = QHBoxLayout(), QHBoxLayout()
        self._row.setSpacing(px(6))
        self._row.addWidget(self.follow_up, 1)
        self._row.addWidget(self.type)
        self._row.addWidget(self.button)
        self._below.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(6))
        column.addWidget(self.text)
        column.addLayout(self._row)
        column.addLayout(self._below)
        column.addWidget(self.hint)

    def _connect(self) -> None:
        """Let the parts speak with each other."""
        self.text.submitted.connect(self.submit)
        self.follow_up.submitted.connect(self.submit)
        self.type.installEventFilter(self)
        self.text.textChanged.connect(self._on_edited)
        self.follow_up.textChanged.connect(lambda _text: self._on_edited())
        self.follow_up.understood.connect(self._on_understood)
        self.type.activated.connect(self._on_type)

    # --- the contact ----------------------------------------------------------------------------------------------
    def show_contact(self, contact: int | None) -> None:
        """Put the text of one contact away and bring that of another."""
        if contact == self._contact:
            return
        self._remember()
        self._keeper.flush()
        self._contact = contact
        self.setEnabled(contact is not None)
        known = self._states.get(contact) if contact is not None else None
        self._fill(known or LogState(type=self._last_type))
        if contact is not None and known is None:
            self._keeper.fetch(log_key(contact), lambda draft: self._on_draft(contact, draft), self)

    def _on_draft(self, contact: int, draft: Draft | None) -> None:
        """Bring back what was typed before the program ended; not over something typed meanwhile."""
        if draft is None or contact in self._states:
            return
        state = LogState.of(draft.data)
        if contact == self._contact:
            if not self.state().is_blank():
                return
            self._fill(state)
        self._states[contact] = state

    def look_again(self) -> None:
        """Bring in a text that was given to this contact meanwhile, where nothing stands in the box."""
        contact = self._contact
        if contact is not None and contact not in self._saving and self.state().is_blank():
            self._keeper.fetch(log_key(contact), lambda draft: self._on_draft(contact, draft), self)

    def state(self) -> LogState:
        """Return what stands in the box."""
        caret = self.text.textCursor().position()
        return LogState(self.text.toPlainText(), self.chosen_type(), self.follow_up.typed(), caret)

    def _remember(self) -> None:
        """Keep what stands in the box with its contact."""
        if self._contact is None:
            return
        state = self.state()
        if state.is_blank():
            self._states.pop(self._contact, None)
        else:
            self._states[self._contact] = state
            self._keeper.put(log_key(self._contact), state.values(self._contact))

    def _fill(self, state: LogState) -> None:
        """Put a state into the box."""
        self._is_filling = True
        self.text.setPlainText(state.text)
        cursor = self.text.textCursor()
        cursor.setPosition(max(0, min(state.caret, len(self.text.document().toPlainText()))))
        self.text.setTextCursor(cursor)
        self.follow_up.set_typed(state.follow_up)
        self._choose_type(state.type or self._last_type)
        self._is_filling = False
        self._say("")

    def _on_edited(self) -> None:
        """Keep what was typed; nothing is kept of an emptied box."""
        if self._is_filling or self._contact is None:
            return
        state = self.state()
        if not state.is_blank():
            self._states[self._contact] = state
            self._keeper.put(log_key(self._contact), state.values(self._contact))
        elif self._states.pop(self._contact, None) is not None:
            self._keeper.forget(log_key(self._contact))

    # --- type and follow-up ---------------------------------------------------------------------------------------
    def set_types(self, types: Sequence[TypeRow]) -> None:
        """Offer the types people choose from; the choice stays."""
        chosen = self.chosen_type() or self._last_type
        self.type.clear()
        for row in types:
            if row.is_chosen_by_people:
                self.type.addItem(row.label, row.key)
        self._choose_type(chosen)
        self._arrange()

    def chosen_type(self) -> str:
        """Return the key of the type chosen."""
        return str(self.type.currentData() or "")

    def _choose_type(self, key: str) -> None:
        place = self.type.findData(key)
        self.type.setCurrentIndex(place if place >= 0 else 0)

    def _on_type(self, _place: int) -> None:
        self._last_type = self.chosen_type()
        self._on_edited()

    def _on_understood(self, when: When | None) -> None:
        """Say below what was understood."""
        self._say(self.follow_up.meaning() if when is not None else "")

    def _say(self, text: str, tone: str = "") -> None:
        """Show a line below the box, or take it away; where nothing may be logged it says so."""
        shown = _("Follow-up on {day}").format(day=text) if text and not tone else text or self._refusal()
        self.hint.set_tone(tone)
        self.hint.setText(shown)
        self.hint.setVisible(bool(shown))

    # --- logging --------------------------------------------------------------------------------------------------
    def submit(self) -> None:
        """Log what stands in the box; it stays until it is written."""
        contact, state = self._contact, self.state()
        if contact is None or contact in self._saving or self._refusal():
            return
        if self.follow_up.has_error():
            self._refuse(self.follow_up, self.follow_up.trouble())
            return
        if not state.text.strip() and (self.chosen_type() in ("note", "task") or not state.follow_up.strip()):
            self._refuse(self.text, _("Write what happened, then log it."))
            return
        self._last_type = state.type
        self._write(contact, state, self.follow_up.value())

    def _refuse(self, field: QWidget, sentence: str) -> None:
        """Say inline what is missing, and go there."""
        self._say(sentence, "bad")
        announce(field, sentence)
        field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _write(self, contact: int, state: LogState, when: When | None) -> None:
        """Write the activity off the thread of the windows."""
        from gcrm.services import activity

        database, key = self._context.database, uuid4().hex
        keep = self._keeper.settled(log_key(contact), {**state.values(contact), OPERATION: key})

        def log() -> int:
            try:
                keep()
                text = state.text.strip()
                return activity.log(database, contact, text, type=state.type, follow_up=when, operation_key=key)
            except Unreachable:
                raise  # it is tried again until it is written
            except GcrmError:
                self._saving.discard(contact)
                raise

        self._saving.add(contact)
        self._context.window.write(log, lambda made: self._on_logged(contact, state, made))

    def _on_logged(self, contact: int, state: LogState, activity: int) -> None:
        """Empty the box of that contact, unless more was typed meanwhile."""
        self._saving.discard(contact)
        if contact == self._contact:
            now = self.state()
            if (now.text, now.follow_up) == (state.text, state.follow_up):
                self._fill(LogState(type=state.type))
        kept = self._states.get(contact)
        if kept is None or (kept.text, kept.follow_up) == (state.text, state.follow_up):
            self._states.pop(contact, None)
            self._keeper.forget(log_key(contact))
        self.logged.emit(activity)

    # --- Qt -------------------------------------------------------------------------------------------------------
    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.type and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if is_enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self.submit()
                return True
        return super().eventFilter(watched, event)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._arrange()

    def _arrange(self) -> None:
        """Give type and follow-up what their texts need; the button goes below where it does not fit beside them."""
        metrics = self.fontMetrics()
        kind = min(self.type.sizeHint().width(), px(120))
        wanted = metrics.horizontalAdvance(self.follow_up.placeholderText()) + px(54)
        is_tight = kind + wanted + self.button.sizeHint().width() + 2 * px(6) > self.width()
        if is_tight:
            kind = min(kind, max(px(88), self.width() - wanted - px(6)))
        self.type.setFixedWidth(kind)
        self.follow_up.setMinimumWidth(min(wanted, max(px(110), self.width() - kind - px(6))))
        target, other = (self._below, self._row) if is_tight else (self._row, self._below)
        if target.indexOf(self.button) < 0:
            other.removeWidget(self.button)
            target.addWidget(self.button)

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        self._remember()
        self._keeper.flush()
        super().hideEvent(event)
