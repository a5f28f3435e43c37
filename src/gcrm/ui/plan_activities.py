"""Planning several activities at once by a set of the office: what will be made is shown, and can be changed first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from gcrm.errors import GcrmError
from gcrm.i18n import _, ngettext
from gcrm.model.follow_up import When
from gcrm.services import activity_sets, activity_types, moment
from gcrm.services.activity_sets import ActivitySet
from gcrm.services.contact_data import names_of
from gcrm.services.database import Database
from gcrm.services.user import users
from gcrm.ui.activity_steps import ActivitySteps, Offered
from gcrm.ui.allowed import why_not
from gcrm.ui.context import Context
from gcrm.ui.follow_up_edit import FollowUpEdit
from gcrm.ui.narrow_combo import NarrowCombo
from gcrm.ui.theme import px, set_role
from gcrm.ui.widgets.banner import Banner
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.form_fields import FormField
from gcrm.ui.widgets.safe import PlainLabel
from gcrm.ui.widgets.tab_order import tab_as_read


@dataclass(frozen=True, slots=True)
class _Read:
    """What the window begins with."""

    sets: Sequence[ActivitySet]
    offered: Offered
    name: str


def _read(database: Database, contacts: Sequence[int]) -> _Read:
    with database.read() as session:
        people = [(user.id, user.name) for user in users(session)]
        offered = Offered(activity_types.types(session), people, moment.office_workdays(session))
        name = names_of(session, contacts[:1]).get(contacts[0], "") if len(contacts) == 1 else ""
        return _Read(activity_sets.sets(session), offered, name)


class PlanDialog(QDialog):
    """Choose a set and the day from which it counts; change the lines; Ctrl+Enter makes the activities."""

    def __init__(self, context: Context, contacts: Sequence[int], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._contacts = list(dict.fromkeys(contacts))
        self._sets: dict[str, ActivitySet] = {}
        self._offered: Offered | None = None
        self._is_writing = False
        self.steps: ActivitySteps | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Plan activities"))
        self.resize(px(860), px(520))
        self.banner = Banner()
        self.whom = PlainLabel("", "meta", wrap=True)
        self.set_choice = NarrowCombo(_("Set"))
        self.start = FollowUpEdit(_("Counted from"), _("Day"))
        self.start.set_value(When(datetime.combine(date.today(), time()), all_day=True))
        self.area = QScrollArea()
        self.sets_button = Button(_("Change sets…"), "flat", "settings", on_click=self._open_sets)
        self.plan_button = Button(_("Plan activities"), "primary", on_click=self.plan)
        self._lay_out()
        self.set_choice.currentIndexChanged.connect(lambda _place: self._fill())
        self.start.understood.connect(lambda _when: self._fill())
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self, self.plan)
        self.plan_button.setEnabled(False)
        database, chosen = context.database, self._contacts
        context.tasks.read(lambda: _read(database, chosen), self._show, self._failed, owner=self)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(px(12))
        head.addWidget(FormField(_("Set"), self.set_choice), 3)
        head.addWidget(FormField(_("Counted from"), self.start), 2)
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        buttons = QHBoxLayout()
        buttons.setSpacing(px(6))
        buttons.addWidget(self.sets_button)
        buttons.addStretch(1)
        buttons.addWidget(Button(_("Cancel"), on_click=self.reject))
        buttons.addWidget(self.plan_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(20), px(20), px(20), px(20))
        column.setSpacing(px(12))
        for widget in (PlainLabel(_("Plan activities"), "title"), self.whom, self.banner):
            column.addWidget(widget)
        column.addLayout(head)
        column.addWidget(self.area, 1)
        column.addLayout(buttons)

    def _show(self, found: _Read) -> None:
        """Offer the sets; the lines are those of the first one."""
        self._offered = found.offered
        self._sets = {each.name: each for each in found.sets}
        count = len(self._contacts)
        text = ngettext("For {count} contact", "For {count} contacts", count).format(count=count)
        self.whom.setText(_("For “{name}”").format(name=found.name) if found.name else text)
        self.steps = ActivitySteps(found.offered, is_dated=True)
        self.steps.changed.connect(self._judge)
        self.start.set_workdays(found.offered.is_workday)
        content = QWidget()
        set_role(content, "content")
        inner = QVBoxLayout(content)
        inner.setContentsMargins(0, 0, px(8), 0)
        inner.addWidget(self.steps)
        inner.addStretch(1)
        self.area.setWidget(content)
        self.set_choice.blockSignals(True)
        for name in self._sets:
            self.set_choice.addItem(name, name)
        self.set_choice.addItem(_("Without a set"), None)
        self.set_choice.setCurrentIndex(0)
        self.set_choice.blockSignals(False)
        self._fill()
        tab_as_read(self)
        self.set_choice.setFocus()

    def _fill(self) -> None:
        """Show what the chosen set comes to from the chosen day."""
        when = self.start.value()
        if self.steps is None or self._offered is None or when is None:
            self._judge()
            return
        chosen = self._sets.get(str(self.set_choice.currentData()))
        steps = chosen.steps if chosen is not None else (activity_sets.SetStep("call"),)
        self.steps.show_steps(activity_sets.planned(steps, when.on, self._offered.is_workday))
        tab_as_read(self)

    def count(self) -> int:
        """Return how many activities would be made."""
        return (self.steps.count() if self.steps is not None else 0) * len(self._contacts)

    def _judge(self) -> None:
        """Say on the button how many there will be."""
        count = self.count()
        text = ngettext("Plan {count} activity", "Plan {count} activities", count).format(count=count)
        self.plan_button.setText(text if count else _("Plan activities"))
        refusal = why_not(self._context, "activities.create")
        self.plan_button.setEnabled(bool(count) and not self._is_writing and not refusal)

    # --- planning -----------------------------------------------------------------------------------------------
    def plan(self) -> None:
        """Make the activities; a line that says no day is gone to instead."""
        if self.steps is None or not self.plan_button.isEnabled():
            return
        steps = self.steps.planned_steps()
        if steps is None:
            self.steps.go_to_trouble()
            return
        database, contacts = self._context.database, list(self._contacts)
        self._is_writing = True
        self._judge()
        self._context.tasks.write(
            lambda: activity_sets.plan(database, contacts, steps), self._planned, self._failed, _("Plan activities"),
            owner=self,
        )  # fmt: skip

    def _planned(self, count: int) -> None:
        text = ngettext("{count} activity planned", "{count} activities planned", count).format(count=count)
        self._context.window.say(text, undo=True)
        self.accept()

    def _failed(self, error: GcrmError) -> None:
        self._is_writing = False
        self.banner.show_message(error.sentence, "bad")
        self._judge()

    def _open_sets(self) -> None:
        """Go to the sets in the settings."""
        from gcrm.ui.settings import open_settings

        self.reject()
        open_settings(self._context, "activity_sets")


def open_plan(context: Context, contacts: Sequence[int]) -> PlanDialog | None:
    """Plan activities with some contacts; without any there is nothing to plan."""
    if not contacts:
        return None
    dialog = PlanDialog(context, contacts, context.window if isinstance(context.window, QWidget) else None)
    dialog.open()
    return dialog
