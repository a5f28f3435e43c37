"""The line that asks for one thing about a follow-up: the next one, another day, or a colleague. It never blocks."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QSizePolicy, QWidget
from typing_extensions import override

from gcrm.i18n import _, ngettext
from gcrm.model.follow_up import WorkdayRule
from gcrm.ui.follow_up_actions import FollowUpActions
from gcrm.ui.follow_up_edit import Clock, FollowUpEdit
from gcrm.ui.theme import px, set_role
from gcrm.ui.widgets.button import Button, IconButton
from gcrm.ui.widgets.combo import FilterCombo
from gcrm.ui.widgets.flow import FlowLayout
from gcrm.ui.widgets.safe import PlainLabel, announce


class FollowUpBar(QFrame):
    """Hidden until something is asked; Enter carries it out, Esc puts it away and the focus goes back to `home`."""

    def __init__(self, actions: FollowUpActions, home: QWidget, clock: Clock, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._actions = actions
        self._home = home
        self._activities: list[int] = []
        self._mode = ""
        set_role(self, "banner-info")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.label = PlainLabel("", wrap=False)
        self.when = FollowUpEdit(_("When"), _("in 2w, fri 14:00, 23.11."), clock)
        self.who = FilterCombo(_("Colleague"))
        self.button = Button("", on_click=self._carry_out)
        self.close_button = IconButton("x", _("Dismiss"), "Esc", on_click=self.dismiss)
        self._lay_out()
        self.when.submitted.connect(self._carry_out)
        self.hide()

    def _lay_out(self) -> None:
        """One row that breaks where it is narrow."""
        row = QHBoxLayout(self)
        row.setContentsMargins(px(10), px(6), px(6), px(6))
        row.setSpacing(px(6))
        parts = QWidget()
        flow = FlowLayout(parts)
        for part in (self.label, self.when, self.who, self.button):
            flow.addWidget(part)
        row.addWidget(parts, 1)
        row.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        self._fit()

    def _fit(self) -> None:
        """Give the parts the room that they need at the size of text in force; the label is as wide as its words."""
        self.label.setMinimumHeight(px(32))
        for field in (self.when, self.who):
            field.setFixedWidth(px(190))

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of the size of text, also while something is asked."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and self.layout() is not None:
            self._fit()

    def set_workdays(self, rule: WorkdayRule) -> None:
        """Let what counts days skip weekends and holidays."""
        self.when.set_workdays(rule)

    def set_colleagues(self, colleagues: Sequence[tuple[str, int]]) -> None:
        """Offer these colleagues, name and id."""
        self.who.set_choices(colleagues)

    # --- asking ---------------------------------------------------------------------------------------------------
    def offer_next(self, activity: int) -> None:
        """Offer the next follow-up after one that was done."""
        self._ask("next", [activity], _("Done. Next follow-up:"), _("Add"))

    def ask_date(self, activities: Sequence[int]) -> None:
        """Ask to which day follow-ups are postponed."""
        text = ngettext("Postpone to:", "Postpone {count} follow-ups to:", len(activities))
        self._ask("date", activities, text.format(count=len(activities)), _("Postpone"))

    def ask_colleague(self, activities: Sequence[int]) -> None:
        """Ask who takes follow-ups over."""
        text = ngettext("Delegate to:", "Delegate {count} follow-ups to:", len(activities))
        self._ask("delegate", activities, text.format(count=len(activities)), _("Delegate"))

    def _ask(self, mode: str, activities: Sequence[int], text: str, verb: str) -> None:
        """Show the question and go to its field."""
        if not activities:
            return
        self._mode, self._activities = mode, list(activities)
        self.label.setText(text)
        self.button.setText(verb)
        self.when.setVisible(mode != "delegate")
        self.who.setVisible(mode == "delegate")
        self.when.set_value(None)
        self.who.set_value(None)
        self.show()
        self.updateGeometry()
        announce(self, text)
        # What was done a moment ago must not catch what is typed elsewhere by now.
        if mode != "next" or self._home.hasFocus():
            field = self.who if mode == "delegate" else self.when
            field.setFocus(Qt.FocusReason.OtherFocusReason)

    def is_asking(self) -> str:
        """Return what is asked: next, date, delegate, or nothing."""
        return self._mode if self.isVisible() else ""

    # --- answering ------------------------------------------------------------------------------------------------
    def _carry_out(self) -> None:
        """Do what was asked with what was answered; without an answer the bar goes away."""
        if self._mode == "delegate":
            colleague = self.who.value()
            if colleague is not None:
                self._actions.delegate(self._activities, colleague)
            self.dismiss()
            return
        if self.when.has_error():
            self.when.setFocus(Qt.FocusReason.OtherFocusReason)
            announce(self.when, _("This names no day. Try tomorrow, in 2w, fri 14:00 or 23.11."))
            return
        when = self.when.value()
        if when is not None and self._mode == "next":
            self._actions.follow(self._activities[0], when)
        elif when is not None:
            self._actions.postpone(self._activities, when)
        self.dismiss()

    def dismiss(self) -> None:
        """Put the bar away and go back to the list."""
        focus = QApplication.focusWidget()
        had_focus = focus is not None and self.isAncestorOf(focus)
        self._mode = ""
        self.hide()
        if had_focus:
            self._home.setFocus(Qt.FocusReason.OtherFocusReason)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._carry_out()
        else:
            super().keyPressEvent(event)
