"""Sets of activities: what is planned together, such as after a trade fair."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtWidgets import QLineEdit
from typing_extensions import override

from gcrm.errors import GcrmError, UserError
from gcrm.i18n import N_, _, ngettext
from gcrm.services import activity_sets, activity_types, moment
from gcrm.services.activity_sets import ActivitySet, SetStep
from gcrm.services.user import users
from gcrm.ui.activity_steps import ActivitySteps, Offered
from gcrm.ui.settings.list_card import InlineForm, ListCard
from gcrm.ui.settings.page import Entry, Page, SettingsPage
from gcrm.ui.widgets.two_line_list import Line


@dataclass(frozen=True, slots=True)
class _Read:
    """What the page shows."""

    sets: list[ActivitySet]
    offered: Offered


class ActivitySetsPage(SettingsPage):
    """The sets in their order; a set is its name and its activities with the days after which they are due."""

    tables = frozenset({"setting", "activity_type"})

    @override
    def build(self) -> None:
        self._sets: dict[str, ActivitySet] = {}
        self._offered: Offered | None = None
        empty = _("A set plans several activities at once, such as a call and a letter after a trade fair.")
        self.card = ListCard(_("Sets of activities"), _("Add set"), empty, can_move=True)
        self.column.addWidget(self.card)
        self.card.add_wanted.connect(lambda: self._open_form(""))
        self.card.change_wanted.connect(self._open_form)
        self.card.remove_wanted.connect(self._remove)
        self.card.arranged.connect(self._arrange)
        self.add_target("sets", self.card.add_button)

    @override
    def load(self) -> None:
        database = self.context.database

        def read() -> _Read:
            with database.read() as session:
                people = [(user.id, user.name) for user in users(session)]
                offered = Offered(activity_types.types(session), people, moment.office_workdays(session))
                return _Read(activity_sets.sets(session), offered)

        self.read(read, self._show)

    def _show(self, found: _Read) -> None:
        self._offered = found.offered
        self._sets = {each.name: each for each in found.sets}
        labels = {row.key: row.label for row in found.offered.types}
        self.card.set_lines(
            Line(each.name, each.name, " · ".join(_step_words(step, labels) for step in each.steps), "list-checks")
            for each in found.sets
        )

    def _open_form(self, key: str) -> None:
        if self._offered is None:
            return
        each, database = self._sets.get(key), self.context.database
        name = QLineEdit(each.name if each else "")
        name.setMaxLength(80)
        steps = ActivitySteps(self._offered, is_dated=False)
        steps.show_steps(each.steps if each else (SetStep("call", "", 2), SetStep("letter", "", 7)))
        form = InlineForm(_("Save set") if each else _("Add set"), lambda: submit())
        form.add_row((("name", _("Name"), name),))
        form.add_wide(steps)

        def submit() -> None:
            made = ActivitySet(name.text(), steps.set_steps())
            sentence = _("Set “{name}” saved").format(name=made.name.strip())
            self._keep(form, lambda: activity_sets.put(database, made, key), sentence)

        self.card.open_form(form)

    def _keep(self, form: InlineForm, function: Callable[[], Any], sentence: str) -> None:
        def failed(error: GcrmError) -> None:
            form.show_error(error.sentence, error.field if isinstance(error, UserError) else "")

        self.write(function, sentence, lambda _result: self.card.close_form(), failed)

    def _remove(self, key: str) -> None:
        database = self.context.database
        self.write(lambda: activity_sets.remove(database, key), _("Set “{name}” deleted").format(name=key))

    def _arrange(self, keys: list[str]) -> None:
        database = self.context.database
        self.write(lambda: activity_sets.arrange(database, keys), _("Sets arranged"))


def _step_words(step: SetStep, labels: dict[str, str]) -> str:
    """Return a step in a few words: "Call after 2 days"."""
    words = ngettext("{type} after {count} day", "{type} after {count} days", step.days)
    return words.format(type=labels.get(step.type, step.type), count=step.days)


PAGE = Page(
    "activity_sets", N_("Activity sets"), "list-todo", 55, ActivitySetsPage, needs="settings.settings",
    entries=(Entry("sets", N_("Sets of activities"), N_("Template, plan, trade fair, days, call, letter")),),
)  # fmt: skip
