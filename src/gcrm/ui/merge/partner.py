"""Choosing the other contact: those that look alike first, anybody else by a few letters."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gcrm.i18n import _
from gcrm.model.duplicate import LIKELY, SURE
from gcrm.services import contact, duplicates, quick_find
from gcrm.services.duplicates import DuplicateRow
from gcrm.services.quick_find import QuickHit
from gcrm.ui.context import Context
from gcrm.ui.theme import px
from gcrm.ui.widgets.safe import PlainLabel
from gcrm.ui.widgets.search_edit import SearchEdit
from gcrm.ui.widgets.two_line_list import Line, TwoLineList

MOST = 12


def likelihood(score: float) -> tuple[str, str]:
    """Return how likely two contacts are the same, in words and with the tone of a chip."""
    if score >= SURE:
        return _("Very likely"), "ok"
    return (_("Likely"), "info") if score >= LIKELY else (_("Possible"), "neutral")


def line_of(row: DuplicateRow) -> Line:
    """Return a duplicate as a line: who it is, and why it may be the same."""
    word, tone = likelihood(row.score)
    parts = (row.town, row.number, joined(row.reasons))
    return Line(row.contact, row.name, " · ".join(part for part in parts if part), "copy", mark=word, tone=tone)


def joined(reasons: Sequence[str]) -> str:
    """Return reasons as one phrase: "Same name, same town"."""
    return ", ".join([*reasons[:1], *(reason[:1].lower() + reason[1:] for reason in reasons[1:])])


class PartnerChooser(QWidget):
    """`chosen` carries the contact that was taken."""

    chosen = Signal(object)

    def __init__(self, context: Context, contact_id: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._contact = contact_id
        self.search = SearchEdit(_("Name, phone, city, customer no."), _("Find the other contact"))
        self.caption = PlainLabel(_("Looks alike"), "caption")
        self.list = TwoLineList(_("Contacts to merge with"))
        self.empty = PlainLabel("", "meta", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(8))
        for widget in (self.search, self.caption, self.empty):
            column.addWidget(widget)
        column.addWidget(self.list, 1)
        self.setFocusProxy(self.search)
        self.search.textChanged.connect(lambda _text: self.load())
        self.search.down_pressed.connect(self.list.setFocus)
        self.search.returnPressed.connect(self.take)
        self.list.wanted.connect(self.chosen)

    def load(self) -> None:
        """Read the contacts that look alike, or those that the words find."""
        words, database, mine = self.search.text().strip(), self._context.database, self._contact

        def read() -> list[Line]:
            with database.read() as session:
                if words:
                    found = quick_find.quick_contacts(session, words, MOST)
                    return [_hit_line(hit) for hit in found if hit.contact != mine]
                return [line_of(row) for row in duplicates.alike(session, contact.read(session, mine), MOST)]

        self._context.tasks.read(read, self._show, key=(id(self), "partner"), owner=self)

    def _show(self, lines: list[Line]) -> None:
        words = self.search.text().strip()
        self.caption.setText(_("Found") if words else _("Looks alike"))
        self.caption.setVisible(bool(lines))
        self.list.set_lines(lines)
        self.empty.setVisible(not lines)
        self.empty.setText(
            _("Nobody is called “{words}”.").format(words=words)
            if words
            else _("No contact looks like this one. Type a name to find another.")
        )

    def take(self) -> None:
        """Take the line that is chosen."""
        key = self.list.current()
        if isinstance(key, int):
            self.chosen.emit(key)


def _hit_line(hit: QuickHit) -> Line:
    return Line(hit.contact, hit.title, hit.detail, "user" if hit.is_person else "building-2")
