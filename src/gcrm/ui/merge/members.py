"""The contacts of one group of duplicates: which one stays, and the way to each."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gcrm.i18n import _, ngettext
from gcrm.services.duplicate_groups import Known
from gcrm.ui.context import Context
from gcrm.ui.merge.looking import member_line
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.card import Card
from gcrm.ui.widgets.safe import PlainLabel
from gcrm.ui.widgets.two_line_list import TwoLineList


class Members(Card):
    """`stays` carries the contact that shall stay; Enter opens a contact."""

    stays = Signal(int)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(_("Same contact"), parent=parent)
        self._context = context
        self._first: int | None = None
        self.hint = PlainLabel("", "meta", wrap=True)
        self.list = TwoLineList(_("Contacts of the group"))
        self.keep_button = Button(_("Keep this one"), on_click=self.keep)
        line = QHBoxLayout()
        line.addWidget(self.keep_button)
        line.addStretch(1)
        self.body.addWidget(self.hint)
        self.body.addWidget(self.list, 1)
        self.body.addLayout(line)
        self.body.addStretch()
        self.list.wanted.connect(lambda _key: self.open_contact())
        self.list.chosen.connect(lambda _key: self._judge())

    def show_group(self, members: Sequence[Known], groups: int, *, is_chosen: bool = False) -> None:
        """Show the contacts of a group, the one that stays first; of several groups only how many there are.

        `is_chosen`: a person said which one stays.
        """
        self._first = members[0].contact if members else None
        self.list.set_lines(member_line(known, stays=known.contact == self._first) for known in members)
        self.list.setVisible(bool(members))
        text = _("“{name}” stays, as you chose.") if is_chosen else _("“{name}” stays: it has the most to keep.")
        text = text.format(name=members[0].name) if members else ""
        if groups > 1:
            text = ngettext(
                "{count} group is chosen. The contact with the most to keep stays.",
                "{count} groups are chosen. Of each the contact with the most to keep stays.",
                groups,
            ).format(count=groups)
        self.hint.setText(text)
        self._judge()

    def _judge(self) -> None:
        """Only a contact that goes can be kept instead."""
        current = self.list.current()
        self.keep_button.setVisible(self._first is not None)
        self.keep_button.setEnabled(current is not None and current != self._first)

    def current(self) -> int | None:
        """Return the contact that is chosen."""
        key = self.list.current()
        return key if isinstance(key, int) else None

    def keep(self) -> None:
        """Let the chosen contact stay."""
        contact = self.current()
        if contact is not None:
            self.stays.emit(contact)

    def open_contact(self) -> None:
        """Show the chosen contact in the main window; this window stays."""
        contact = self.current()
        if contact is not None:
            self._context.window.open_contact(contact)
