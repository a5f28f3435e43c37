"""Ctrl+K: one box to go anywhere and do anything.

Contacts and people come from the office while one types, commands from the menu bar; empty, it shows where one was
lately. At most eight per group. Esc returns to the exact place.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QGraphicsDropShadowEffect,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from gcrm.i18n import _
from gcrm.model.fold import fold
from gcrm.services import quick_find
from gcrm.services.quick_find import QuickHit
from gcrm.ui.actions import Actions, plain_text
from gcrm.ui.contact_rows import Index, paint_line, paint_row_background
from gcrm.ui.context import Context
from gcrm.ui.theme import color, px, role_font, set_role
from gcrm.ui.theme.icons import paint_icon
from gcrm.ui.widgets.icon_label import IconLabel
from gcrm.ui.widgets.safe import announce
from gcrm.ui.widgets.side_edit import SideEdit

MOST = 8
WIDTH = 580
ROW = 30
EntryRole = int(Qt.ItemDataRole.UserRole) + 1


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the palette; a heading has no `run`. What is refused says why, and running it says it again."""

    title: str
    detail: str = ""
    icon: str = ""
    keys: str = ""
    run: Callable[[], object] | None = None
    refusal: str = ""


class _Delegate(QStyledItemDelegate):
    """Paints a heading in capitals, or icon, title, detail and keys."""

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(px(200), px(ROW))

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry: Entry = index.data(EntryRole)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = option.rect.adjusted(px(8), px(1), -px(8), -px(1))
        if entry.run is None:
            paint_line(painter, rect.adjusted(px(8), px(4), 0, 0), entry.title, role_font("caption"), "text2")
            painter.restore()
            return
        paint_row_background(painter, rect, option)
        spot = rect.adjusted(px(10), 0, 0, 0)
        spot.setSize(QSize(px(16), px(16)))
        spot.moveTop(rect.center().y() - px(8))
        paint_icon(painter, spot, entry.icon or "chevron-right", "text3" if entry.refusal else "text2")
        line = rect.adjusted(px(34), 0, -px(10), 0)
        font = role_font("body")
        right = self._paint_keys(painter, line.right(), entry, rect.top(), rect.height())
        line.setRight(right)
        paint_line(painter, line, entry.title, font, "text3" if entry.refusal else "text")
        painter.setFont(font)
        used = painter.fontMetrics().horizontalAdvance(entry.title) + px(8)
        if entry.detail and used < line.width():
            paint_line(painter, line.adjusted(used, 0, 0, 0), entry.detail, font, "text2")
        painter.restore()

    def _paint_keys(self, painter: QPainter, right: int, entry: Entry, top: int, height: int) -> int:
        """Paint the keys at the right end; return where they begin."""
        if not entry.keys:
            return right
        font = role_font("small")
        painter.setFont(font)
        painter.setPen(color("text2"))
        width = painter.fontMetrics().horizontalAdvance(entry.keys)
        painter.drawText(right - width, top, width, height, int(Qt.AlignmentFlag.AlignVCenter), entry.keys)
        return right - width - px(12)


class CommandPalette(QFrame):
    """The overlay; a child of the main window, so that it never becomes a window of its own."""

    def __init__(self, context: Context, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._actions = actions
        self._window = parent
        self._former = parent.focusWidget()
        set_role(self, "overlay")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(_("Go to or do anything"))
        self.input = SideEdit()
        self.input.add_leading(IconLabel("search"))
        self.input.setPlaceholderText(_("Contact, number, phone or command"))
        self.input.setAccessibleName(_("Search everything"))
        set_role(self.input, "input")
        self.list = QListWidget()
        self.list.setItemDelegate(_Delegate(self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setMouseTracking(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName(_("Results"))
        set_role(self.list, "plain")
        column = QVBoxLayout(self)
        column.setContentsMargins(px(1), px(8), px(1), px(8))
        column.setSpacing(px(4))
        column.addWidget(self.input)
        self.input.setContentsMargins(px(8), 0, px(8), 0)
        column.addWidget(self.list)
        self.input.textChanged.connect(self._on_typed)
        self.input.installEventFilter(self)
        self.list.itemClicked.connect(self._run_item)
        self._shade()
        self._on_typed("")

    def _shade(self) -> None:
        """Let the overlay stand out."""
        shadow = QGraphicsDropShadowEffect(self)
        shadow.setBlurRadius(48)
        shadow.setOffset(0, 12)
        shadow.setColor(QColor(0, 0, 0, 90))
        self.setGraphicsEffect(shadow)

    def open(self) -> None:
        """Show the palette in the upper middle of the window."""
        self._resize()
        self.show()
        self.raise_()
        self.input.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def close_and_return(self) -> None:
        """Go back to the widget that had the focus."""
        former = self._former
        self.hide()
        self.deleteLater()
        if former is not None and former.isVisible():
            former.setFocus(Qt.FocusReason.OtherFocusReason)

    def _resize(self) -> None:
        """Fit the height to the lines, up to two thirds of the window."""
        window = self._window
        width = min(px(WIDTH), window.width() - px(40))
        wanted = self.input.sizeHint().height() + px(30) + self.list.count() * px(ROW)
        height = max(px(80), min(wanted, window.height() * 2 // 3))
        place = QPoint((window.width() - width) // 2, px(96))
        self.setGeometry(place.x(), place.y(), width, height)

    # --- entries ------------------------------------------------------------------------------------------------
    def _on_typed(self, words: str) -> None:
        """Show the commands at once and ask the office for contacts and people."""
        database = self._context.database
        recent = self._context.state.recent_contacts()

        def read() -> tuple[list[QuickHit], list[QuickHit]]:
            with database.read() as session:
                if not words.strip():
                    return quick_find.recent_contacts(session, recent), []
                return quick_find.quick_contacts(session, words), quick_find.quick_people(session, words)

        self._context.tasks.read(read, lambda hits: self._show(words, *hits), key="palette", owner=self)

    def _show(self, words: str, contacts: list[QuickHit], people: list[QuickHit]) -> None:
        """Show the groups."""
        groups = [
            (_("Recently open") if not words.strip() else _("Contacts"), [self._contact(hit) for hit in contacts]),
            (_("People"), [self._contact(hit) for hit in people]),
            (_("Commands"), self._commands(words)),
        ]
        self.list.clear()
        for heading, entries in groups:
            if entries:
                self._add(Entry(heading))
                for entry in entries[:MOST]:
                    self._add(entry)
        if not self.list.count():
            self._add(Entry(_("Nothing found for “{words}”.").format(words=words)))
        self._select(0, 1)
        self._resize()

    def _add(self, entry: Entry) -> None:
        """Add a line."""
        item = QListWidgetItem()
        item.setData(EntryRole, entry)
        spoken = ", ".join(part for part in (entry.title, entry.refusal or entry.detail, entry.keys) if part)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, spoken)
        if entry.run is None:
            item.setFlags(Qt.ItemFlag.NoItemFlags)
        self.list.addItem(item)

    def _contact(self, hit: QuickHit) -> Entry:
        """Make the line of a contact or person."""
        icon = "user" if hit.is_person else "building-complex"
        return Entry(hit.title, hit.detail, icon, run=lambda: self._context.window.open_contact(hit.contact))

    def _commands(self, words: str) -> list[Entry]:
        """Return the commands whose text holds every word: those that can be used now, then those that are refused.

        Whoever names what is not allowed learns why; unasked, it does not stand in the way.
        """
        terms = [fold(word) for word in words.split()]
        entries, refused = [], []
        for command, action in self._actions.all():
            text = plain_text(action.text()).rstrip("…")
            refusal = self._actions.refusal(command.id)
            if command.id == "palette" or not all(term in fold(text) for term in terms):
                continue
            keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            if action.isEnabled():
                entries.append(Entry(text, "", command.icon, keys, action.trigger))
            elif refusal and terms:
                run = partial(self._context.window.say, refusal)
                refused.append(Entry(text, _("not allowed: Enter says why"), command.icon, "", run, refusal))
        return entries + refused

    # --- keys ---------------------------------------------------------------------------------------------------
    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._on_key(event)
        return super().eventFilter(watched, event)

    def _on_key(self, event: QKeyEvent) -> bool:
        """Move in the list, run a line, or leave."""
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self.close_and_return()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._run_item(self.list.currentItem())
        elif key == Qt.Key.Key_Down:
            self._select(self.list.currentRow() + 1, 1)
        elif key == Qt.Key.Key_Up:
            self._select(self.list.currentRow() - 1, -1)
        else:
            return False
        return True

    def _select(self, row: int, step: int) -> None:
        """Put the cursor on the next line that can be run, over headings."""
        while 0 <= row < self.list.count():
            item = self.list.item(row)
            entry: Entry = item.data(EntryRole)
            if entry.run is not None:
                self.list.setCurrentRow(row)
                self.list.scrollToItem(item)
                announce(self.input, str(item.data(Qt.ItemDataRole.AccessibleTextRole)))
                return
            row += step

    def _run_item(self, item: QListWidgetItem | None) -> None:
        """Run a line after the palette is gone."""
        entry: Entry | None = item.data(EntryRole) if item is not None else None
        if entry is None or entry.run is None:
            return
        run = entry.run
        self.close_and_return()
        run()


def open_palette(context: Context, actions: Actions) -> CommandPalette:
    """Show the palette over the main window."""
    window = actions.window
    for former in window.findChildren(CommandPalette):
        former.close_and_return()
    palette = CommandPalette(context, actions, window)
    palette.open()
    return palette
