"""The files of one activity in its form: opened like those of the tab Files, added by choosing, pasting or dropping."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from gcrm.i18n import _
from gcrm.services import showing
from gcrm.services.attachment import AttachmentRow
from gcrm.services.changed import Changed
from gcrm.ui.allowed import Offer, why_not
from gcrm.ui.context import Context
from gcrm.ui.dropped_files import FilesNotNames, attach_clipboard, attach_files, choose_and_attach
from gcrm.ui.file_actions import FileActions, popup
from gcrm.ui.file_list import icon_of
from gcrm.ui.files import FileDrop
from gcrm.ui.theme import px
from gcrm.ui.widgets.button import Button, IconButton
from gcrm.ui.widgets.two_line_list import Line, TwoLineList

MOST_ROWS = 4


class ActivityFiles(QWidget):
    """A list that is as high as its files, and a button to add some."""

    def __init__(self, context: Context, activity: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.activity = activity
        self.rows: dict[int, AttachmentRow] = {}
        self.actions_ = FileActions(context, self)
        self.list = TwoLineList(_("Files of the activity"), most_rows=MOST_ROWS)
        self.attach_button = Button(_("Attach files…"), "flat", "paperclip", on_click=self.choose)
        self.more_button = IconButton("ellipsis", _("More for the chosen file"), on_click=self._open_menu)
        Offer(context, self.attach_button, "files.create")
        self._lay_out()
        self.list.wanted.connect(self._open)
        self.list.unwanted.connect(lambda key: self.actions_.remove([self.rows[key]]))
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(lambda _where: self._open_menu())
        context.feed.changed.connect(self._on_changed)
        self._read()

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.addWidget(self.attach_button)
        buttons.addStretch(1)
        buttons.addWidget(self.more_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(4))
        column.addWidget(self.list)
        column.addLayout(buttons)

    def watch(self, form: QWidget) -> None:
        """Take files that are dropped on a form, or pasted into one of its fields instead of their names."""
        FileDrop(
            form, self._take, _("Drop to keep the files with this activity"),
            may=lambda: not why_not(self._context, "files.create"),
        )  # fmt: skip
        FilesNotNames(form, self.paste)

    def _take(self, paths: list[Path]) -> None:
        attach_files(self._context, paths, None, self.activity)

    # --- showing --------------------------------------------------------------------------------------------------
    def _read(self) -> None:
        from gcrm.services import attachment

        database, wanted = self._context.database, self.activity

        def read() -> list[AttachmentRow]:
            with database.read() as session:
                return attachment.rows(session, None, activity_id=wanted, user=database.user_id)

        self._context.tasks.read(read, self._show, self._context.window.fail, owner=self)

    def _on_changed(self, changed: frozenset[Changed]) -> None:
        if any(change.table == "attachment" for change in changed):
            self._read()

    def _show(self, rows: list[AttachmentRow]) -> None:
        self.rows = {row.id: row for row in rows}
        self.list.set_lines(
            Line(row.id, row.name, f"{showing.show_instant(row.at)} · {row.author}", icon_of(row)) for row in rows
        )
        self.list.setVisible(bool(rows))
        self.more_button.setVisible(bool(rows))

    # --- what can be done -----------------------------------------------------------------------------------------
    def choose(self) -> None:
        """Choose files and keep them with the activity."""
        choose_and_attach(self._context, None, self.activity)

    def paste(self) -> None:
        """Keep the files, or the picture, on the clipboard with the activity."""
        attach_clipboard(self._context, None, self.activity)

    def _open(self, key: object) -> None:
        row = self.rows.get(key) if isinstance(key, int) else None
        if row is not None:
            self.actions_.look(row)

    def make_menu(self) -> QMenu:
        """Return the menu of the chosen file."""
        menu = QMenu(self)
        chosen = self.list.current()
        self.actions_.fill(menu, [self.rows[chosen]] if isinstance(chosen, int) and chosen in self.rows else [])
        return menu

    def _open_menu(self) -> None:
        popup(self.make_menu(), self.more_button)
