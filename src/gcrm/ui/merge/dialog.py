"""The window in which contacts are merged: what stays is chosen field by field, and one undo takes it back."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from gcrm.errors import EnvironmentProblem, GcrmError
from gcrm.i18n import _, ngettext
from gcrm.services import merge
from gcrm.services.unfinished import follow_merges
from gcrm.ui.context import Context
from gcrm.ui.merge.compare import Comparison
from gcrm.ui.merge.facts import Facts, United, read_facts
from gcrm.ui.merge.partner import PartnerChooser
from gcrm.ui.theme import px, set_role
from gcrm.ui.widgets.banner import Banner
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.card import Card
from gcrm.ui.widgets.safe import PlainLabel
from gcrm.ui.widgets.tab_order import tab_as_read


class MergeDialog(QDialog):
    """Begins with the comparison, or with the search for the other contact where only one is given."""

    def __init__(
        self, context: Context, ids: Sequence[int], parent: QWidget | None = None, keep: int | None = None
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._keep = keep
        self._ids = list(dict.fromkeys(ids))
        self.facts: Facts | None = None
        self.comparison: Comparison | None = None
        self._choices: dict[str, int] = {}
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Merge contacts"))
        self.banner = Banner()
        self.hint = PlainLabel("", "meta", wrap=True)
        self.stack = QStackedWidget()
        self.partner = PartnerChooser(context, self._ids[0] if self._ids else 0)
        self.partner.chosen.connect(self.compare_with)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.stack.addWidget(self.partner)
        self.stack.addWidget(self.area)
        self.swap_button = Button(_("Swap"), icon_name="arrow-left-right", on_click=self.swap)
        self.merge_button = Button(_("Merge contacts"), "primary", on_click=self.go_on)
        self._lay_out()
        self.resize(px(min(1180, 820 + 220 * max(0, len(self._ids) - 2))), px(680))
        self._begin()

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(px(6))
        buttons.addWidget(self.swap_button)
        buttons.addStretch(1)
        buttons.addWidget(Button(_("Cancel"), on_click=self.reject))
        buttons.addWidget(self.merge_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(20), px(20), px(20), px(20))
        column.setSpacing(px(12))
        column.addWidget(PlainLabel(_("Merge contacts"), "title"))
        for widget in (self.hint, self.banner):
            column.addWidget(widget)
        column.addWidget(self.stack, 1)
        column.addLayout(buttons)

    def _begin(self) -> None:
        """Show the step that comes first."""
        if len(self._ids) < 2:
            self.hint.setText(_("Which contact is the same one?"))
            self.merge_button.setText(_("Compare"))
            self.swap_button.hide()
            self.partner.load()
            self.partner.setFocus()
        else:
            self.load(self._keep)

    def compare_with(self, other: int) -> None:
        """Go on with the contact that was found."""
        self._ids = [self._ids[0], other]
        self.load(self._ids[0])

    def go_on(self) -> None:
        """Do what the primary button says: compare, or merge."""
        if self.facts is None:
            self.partner.take()
        else:
            self.merge()

    # --- comparing ----------------------------------------------------------------------------------------------
    def load(self, keep: int | None = None) -> None:
        """Read the comparison, with the contact that is to stay."""
        database, ids = self._context.database, list(self._ids)
        self._context.tasks.read(
            lambda: read_facts(database, ids, keep), self._show, self._failed, key=id(self), owner=self
        )

    def _show(self, facts: Facts) -> None:
        """Show contacts side by side."""
        self.facts = facts
        count = len(facts.sides)
        self.hint.setText(
            ngettext(
                "Choose the values that stay. The other contact goes; undo brings it back.",
                "Choose the values that stay. The {count} other contacts go; undo brings them back.",
                count - 1,
            ).format(count=count - 1)
        )
        self.merge_button.setText(_("Merge contacts"))
        self.swap_button.setVisible(count == 2)
        content = QWidget()
        set_role(content, "content")
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, px(8), 0)
        column.setSpacing(px(12))
        column.addWidget(self._compare_card(facts))
        if facts.united:
            column.addWidget(_united_card(facts.united, len(facts.sides)))
        if facts.moving:
            column.addWidget(_moving_card(facts))
        column.addStretch(1)
        self.area.setWidget(content)
        tab_as_read(self)
        self.stack.setCurrentWidget(self.area)
        self.merge_button.setFocus()

    def _compare_card(self, facts: Facts) -> Card:
        card = Card()
        self.comparison = Comparison(facts, self._choices)
        self.comparison.keep_wanted.connect(self.load)
        card.body.addWidget(self.comparison)
        return card

    def swap(self) -> None:
        """Let the other one of two contacts stay."""
        if self.facts is not None:
            keep = self.facts.keep
            self.load(next((side.id for side in self.facts.sides if side.id != keep), keep))

    # --- merging ------------------------------------------------------------------------------------------------
    def merge(self) -> None:
        """Merge, then show the contact that stays."""
        if self.facts is None:
            return
        facts, database, choices = self.facts, self._context.database, dict(self._choices)
        others = [side.id for side in facts.sides if side.id != facts.keep]
        self.merge_button.setEnabled(False)

        def write() -> int:
            operation = merge.merge(database, facts.keep, others, choices)
            with suppress(EnvironmentProblem):  # what cannot be moved now is moved when drafts are listed
                follow_merges(database)
            return operation

        self._context.tasks.write(write, self._merged, self._failed, _("Merge contacts"), owner=self)

    def _merged(self, _operation: int) -> None:
        if self.facts is not None:
            side = self.facts.side(self.facts.keep)
            self._context.window.open_contact(side.id)
            self._context.window.say(_("Contacts merged into “{name}”").format(name=side.name), undo=True)
        self.accept()

    def _failed(self, error: GcrmError) -> None:
        self.merge_button.setEnabled(True)
        self.banner.show_message(error.sentence, "bad")

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+Enter never merges: nothing that large hangs on it (Enter on the button does)."""
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)


def _often(count: int, contacts: int) -> str:
    """Say in how many of the contacts something stands."""
    words = ngettext("in {count} contact", "in {count} contacts", count).format(count=count)
    return _("in both") if contacts < 3 else words


def _united_card(united: Sequence[United], contacts: int) -> Card:
    """Return the card with what hangs on the contacts, each once."""
    card = Card(_("Comes together"))
    rows = []
    for kind in united:
        lines = [f"{text}  ({_often(count, contacts)})" if count > 1 else text for text, count in kind.lines]
        rows.append((kind.title, "\n".join(lines)))
    card.set_rows(rows)
    return card


def _moving_card(facts: Facts) -> Card:
    """Return the card that says what else the contact that stays is given."""
    card = Card(_("Moves to “{name}”").format(name=facts.side(facts.keep).name))
    card.body.addWidget(PlainLabel(" · ".join(facts.moving), wrap=True))
    return card


def open_merge(
    context: Context, ids: Sequence[int], parent: QWidget | None = None, keep: int | None = None
) -> MergeDialog:
    """Open the merge of several contacts into `keep`, or of one with another that is searched for."""
    over = parent or (context.window if isinstance(context.window, QWidget) else None)
    dialog = MergeDialog(context, ids, over, keep)
    dialog.open()
    return dialog
