"""A page of options: cards by group, each option with the editor of its kind. A new option needs nothing here."""

from __future__ import annotations

from functools import partial
from typing import Any

from gcrm.i18n import _
from gcrm.services import settings
from gcrm.services.settings import GROUPS, Option
from gcrm.ui.allowed import RightsWatch, why_not
from gcrm.ui.settings import effects
from gcrm.ui.settings.option_row import OptionRow
from gcrm.ui.settings.page import SettingsPage
from gcrm.ui.settings.pages import options_of
from gcrm.ui.widgets.card import Card
from gcrm.ui.widgets.safe import set_tip


class OptionPage(SettingsPage):
    """Shows the options of its page. Subclasses add cards in `build` and may offer choices for an option."""

    tables = frozenset({"setting", "company"})
    rows: dict[str, OptionRow]

    def build(self) -> None:
        """One card per group."""
        self.add_options()

    def choices_for(self, option: Option) -> list[tuple[str, Any]] | None:
        """Return choices (text, value) for an option whose values are known only at run time."""
        return None

    def card_title(self, group: str) -> str:
        """Return the title of a group's card, "" where the page says the same."""
        title = _(dict(GROUPS).get(group, ""))
        return "" if title == _(self.page.title) else title

    def add_options(self) -> None:
        """Add the cards with the page's options."""
        self.rows = {}
        cards: dict[str, Card] = {}
        for option in options_of(self.page):
            if option.group not in cards:
                cards[option.group] = Card(self.card_title(option.group))
                self.column.addWidget(cards[option.group])
            self.add_row(cards[option.group], option)

    def add_row(self, card: Card, option: Option) -> OptionRow:
        """Add one option to a card."""
        row = OptionRow(option, self.choices_for(option))
        row.changed.connect(lambda value: self.keep(option, value))
        self.rows[option.key] = row
        if not option.per_user:
            RightsWatch(self.context, partial(self._judge_row, row), row)
        self.add_target(option.key, row.editor.widget)
        card.body.addWidget(row)
        return row

    def _judge_row(self, row: OptionRow) -> None:
        """Shut an option of the office for whoever may not set it up; its tool tip says why."""
        refusal = why_not(self.context, "settings.settings")
        row.setEnabled(not refusal)
        set_tip(row, refusal)

    def keep(self, option: Option, value: Any) -> None:
        """Keep a value and let it take effect."""
        database = self.context.database
        effects.apply(self.context, option.key, value)
        self.write(
            lambda: settings.set(database, option.key, value),
            _("Setting “{name}” changed").format(name=_(option.label)),
            failed=lambda error: self.rows[option.key].show_error(error.sentence),
        )

    def load(self) -> None:
        """Read the values."""
        database = self.context.database

        def read() -> dict[str, Any]:
            with database.read() as session:
                return settings.read_all(session, database.user_id)

        self.read(read, self.show_values)

    def show_values(self, values: dict[str, Any]) -> None:
        """Show what is kept."""
        for key, row in self.rows.items():
            row.set_value(values[key])
