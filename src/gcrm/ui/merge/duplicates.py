"""The lists in which duplicates are found: like the shown contact, and in the whole office."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QTabBar, QVBoxLayout, QWidget

from gcrm.errors import GcrmError
from gcrm.i18n import _, ngettext
from gcrm.model.rights import EVERY_FIELD
from gcrm.services import contact, contact_list, duplicates
from gcrm.services.database import Changed, Database
from gcrm.ui.allowed import Offer, say_why_not
from gcrm.ui.context import Context
from gcrm.ui.merge.dialog import open_merge
from gcrm.ui.merge.partner import joined, likelihood, line_of
from gcrm.ui.tasks import Progress
from gcrm.ui.theme import px
from gcrm.ui.widgets.banner import Banner
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.safe import PlainLabel
from gcrm.ui.widgets.two_line_list import Line, TwoLineList

MOST = 50
LIKE, OFFICE = "like", "office"


@dataclass(frozen=True, slots=True)
class Found:
    """What a search gave: the name of the contact that was compared ("" for the whole office), and the lines."""

    name: str
    lines: tuple[Line, ...]


def like_contact(database: Database, contact_id: int) -> Found:
    """Return the contacts like one; each line's key is (that one, the other)."""
    with database.read() as session:
        shown = contact.read(session, contact_id)
        rows = duplicates.radar(session, duplicates.candidate_of(shown), MOST, exclude=[contact_id])
        lines = [(row.contact, line_of(row)) for row in rows]
        return Found(shown.display_name, tuple(_with_key(line, (contact_id, other)) for other, line in lines))


def _with_key(line: Line, key: object) -> Line:
    return Line(key, line.title, line.detail, line.icon, line.tint, line.mark, line.tone)


def in_office(database: Database, progress: Progress) -> Found:
    """Return the likeliest pairs of the whole office; may take some seconds."""

    def tell(done: int, total: int) -> bool:
        progress.report(done, total, _("Looking for duplicates…"))
        return True

    with database.read() as session:
        pairs = duplicates.find_pairs(session, progress=tell)
        ids = sorted({contact for pair in pairs for contact in (pair.one, pair.other)})
        rows = contact_list.rows(session, ids, ("display_name", "town", "number"))
    lines = []
    for pair in pairs:
        if pair.one in rows and pair.other in rows:
            one, other = rows[pair.one], rows[pair.other]
            word, tone = likelihood(pair.score)
            title = f"{one['display_name']}  ·  {other['display_name']}"
            numbers = ", ".join(str(row["number"]) for row in (one, other) if row["number"])
            detail = " · ".join(part for part in (joined(pair.reasons), numbers) if part)
            lines.append(Line((pair.one, pair.other), title, detail, "copy", mark=word, tone=tone))
    return Found("", tuple(lines))


class DuplicatesDialog(QDialog):
    """Stands beside the main window, so that both contacts can be looked at."""

    def __init__(self, context: Context, contact_id: int | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._contact = contact_id
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Duplicates"))
        self.resize(px(680), px(560))
        self.tabs = QTabBar()
        self.tabs.setAccessibleName(_("Where to look"))
        self.tabs.setExpanding(False)
        self.tabs.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        if contact_id is not None:
            self.tabs.addTab(_("Like the shown contact"))
        self.tabs.addTab(_("In the whole office"))
        self.banner = Banner()
        self.summary = PlainLabel("", "meta", wrap=True)
        self.list = TwoLineList(_("Duplicates"))
        self.open_button = Button(_("Open contact"), on_click=self.open_contact)
        self.merge_button = Button(_("Merge…"), "primary", on_click=self.merge)
        self._merging = Offer(context, self.merge_button, "contacts.delete", EVERY_FIELD)
        self._lay_out()
        self.tabs.currentChanged.connect(lambda _tab: self.load())
        self.list.wanted.connect(lambda _key: self.merge())
        self.list.chosen.connect(lambda _key: self._judge())
        context.feed.changed.connect(self._on_changed)
        self.load()

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(px(6))
        buttons.addWidget(self.open_button)
        buttons.addStretch(1)
        buttons.addWidget(Button(_("Close"), on_click=self.close))
        buttons.addWidget(self.merge_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(20), px(20), px(20), px(20))
        column.setSpacing(px(12))
        for widget in (PlainLabel(_("Duplicates"), "title"), self.tabs, self.banner, self.summary):
            column.addWidget(widget)
        column.addWidget(self.list, 1)
        column.addStretch()
        column.addLayout(buttons)

    def where(self) -> str:
        """Return where is looked: LIKE the shown contact, or in the OFFICE."""
        return LIKE if self._contact is not None and self.tabs.currentIndex() == 0 else OFFICE

    def load(self) -> None:
        """Look for duplicates."""
        database, tasks, mine = self._context.database, self._context.tasks, self._contact
        self.summary.setText(_("Looking for duplicates…"))
        if self.where() == LIKE and mine is not None:
            tasks.read(lambda: like_contact(database, mine), self._show, self._failed, key=id(self), owner=self)
            return

        def look(progress: Progress) -> Found:
            return in_office(database, progress)

        tasks.read(look, self._show, self._failed, label=_("Look for duplicates"), key=id(self), owner=self)

    def _show(self, found: Found) -> None:
        self.list.set_lines(found.lines)
        self.list.setVisible(bool(found.lines))
        self.summary.setText(self._sentence(found))
        self._judge()

    def _sentence(self, found: Found) -> str:
        count = len(found.lines)
        if not found.name:
            if not count:
                return _("No two contacts of this office look alike.")
            text = ngettext("{count} pair looks alike.", "{count} pairs look alike.", count)
            return text.format(count=count)
        if not count:
            return _("No contact looks like “{name}”.").format(name=found.name)
        text = ngettext("{count} contact looks like “{name}”.", "{count} contacts look like “{name}”.", count)
        return text.format(count=count, name=found.name)

    def _judge(self) -> None:
        """The buttons need a line to work on."""
        self.open_button.setEnabled(self.pair() is not None)
        self._merging.set_open(self.pair() is not None)

    def pair(self) -> tuple[int, int] | None:
        """Return the two contacts of the chosen line."""
        key = self.list.current()
        return key if isinstance(key, tuple) else None

    def open_contact(self) -> None:
        """Show the other contact in the main window; this list stays."""
        pair = self.pair()
        if pair is not None:
            self._context.window.open_contact(pair[1] if self.where() == LIKE else pair[0])

    def merge(self) -> None:
        """Put the two contacts side by side."""
        pair = self.pair()
        if pair is not None and not say_why_not(self._context, "contacts.delete", EVERY_FIELD):
            open_merge(self._context, pair, self)

    def _failed(self, error: GcrmError) -> None:
        self.summary.setText("")
        self.banner.show_message(error.sentence, "bad")

    def _on_changed(self, changed: frozenset[Changed]) -> None:
        """Look again when contacts came or went (also in a merge); in the whole office other changes cost too much."""
        mine = [change for change in changed if change.table in ("contact", "")]
        if any(change.action == "D" and change.record == self._contact for change in mine):
            self._contact = None
            self.tabs.removeTab(0)
        elif any(self.where() == LIKE or change.action != "U" for change in mine):
            self.load()


def open_duplicates(context: Context) -> DuplicatesDialog:
    """Open the duplicates of the shown contact, or of the whole office."""
    parent = context.window if isinstance(context.window, QWidget) else None
    dialog = DuplicatesDialog(context, context.window.current_contact(), parent)
    dialog.show()
    return dialog
