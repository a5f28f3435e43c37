"""The files of a contact: choose, drop or paste them, look at them, open them on purpose."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QDragMoveEvent, QDropEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget
from typing_extensions import override

from gcrm.errors import EnvironmentProblem
from gcrm.i18n import _
from gcrm.services import attachment
from gcrm.services.attachment import AttachmentRow
from gcrm.services.contact_page import ContactView
from gcrm.ui.allowed import Offer, RightsWatch, why_not
from gcrm.ui.contact.header import add_action
from gcrm.ui.context import Context
from gcrm.ui.dropped_files import DropArea, attach_clipboard, attach_files, choose_and_attach, local_files
from gcrm.ui.file_actions import FileActions, link_file, popup
from gcrm.ui.file_list import FileTable
from gcrm.ui.file_opener import FileOpener
from gcrm.ui.file_preview import FilePreview
from gcrm.ui.theme import px
from gcrm.ui.widgets.button import Button, IconButton
from gcrm.ui.widgets.empty_state import EmptyState
from gcrm.ui.widgets.file_question import ask_for_files


class FilesTab(QWidget):
    """The tab Files of the record page."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._contact: int | None = None
        self.actions_ = FileActions(context, self)
        self.table = FileTable()
        self.preview = FilePreview(context)
        self.empty = EmptyState(
            "paperclip", _("No files yet. Drop them here, paste them or choose them."), _("Attach files"),
            _("Link to a file on a share"),
        )  # fmt: skip
        self.attach_button = Button(_("Attach files"), icon_name="paperclip", on_click=self._choose)
        self.open_button = Button(_("Open"), icon_name="external-link", on_click=self._open)
        self.more_button = IconButton("ellipsis", _("More actions"), on_click=self._open_menu)
        self._lay_out()
        self.table.doubleClicked.connect(lambda _index: self._open())
        self.table.customContextMenuRequested.connect(self._open_menu)
        self.table.selectionModel().selectionChanged.connect(lambda *_changed: self._on_chosen())
        if self.empty.button is not None and self.empty.link is not None:
            self.empty.button.clicked.connect(self._choose)
            self.empty.link.clicked.connect(self._link)
        Offer(context, self.attach_button, "files.create")
        RightsWatch(context, self._judge, self)
        for keys, run in ((QKeySequence.StandardKey.Paste, self.paste), (QKeySequence(Qt.Key.Key_Return), self._open)):
            QShortcut(keys, self, run, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
        QShortcut(QKeySequence.StandardKey.Delete, self.table, self._remove, context=Qt.ShortcutContext.WidgetShortcut)

    @property
    def opener(self) -> FileOpener:
        """Return what hands copies to other programs."""
        return self.actions_.opener

    def _lay_out(self) -> None:
        self._tools = QWidget()
        tools = QHBoxLayout(self._tools)
        tools.setContentsMargins(0, 0, 0, 0)
        tools.setSpacing(px(6))
        tools.addWidget(self.attach_button)
        tools.addStretch(1)
        tools.addWidget(self.open_button)
        tools.addWidget(self.more_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, px(12), px(12))
        column.setSpacing(px(12))
        column.addWidget(self._tools)
        column.addWidget(self.table, 2)
        column.addWidget(self.preview, 3)
        column.addWidget(self.empty, 1)

    def _judge(self) -> None:
        """Offer to attach files where that is allowed."""
        may = not why_not(self._context, "files.create")
        shown = _("No files yet. Drop them here, paste them or choose them.") if may else _("No files yet.")
        self.empty.sentence.setText(shown)
        for button in (self.empty.button, self.empty.link):
            if button is not None:
                button.setVisible(may)

    # --- showing ------------------------------------------------------------------------------------------------
    def show_view(self, view: ContactView) -> None:
        """Show the files of the contact of a record page."""
        if view.contact.id != self._contact:
            self._show([])
        self._contact = view.contact.id
        contact, database = view.contact.id, self._context.database

        def read() -> list[AttachmentRow]:
            with database.read() as session:
                return attachment.rows(session, contact, user=database.user_id)

        self._context.tasks.read(read, self._show, self._context.window.fail, key=("files", id(self)), owner=self)

    def _show(self, rows: list[AttachmentRow]) -> None:
        shown = [row for row in rows if not row.is_picture]
        chosen = {row.id for row in self.table.chosen()}
        if shown != self.table.files.rows:
            self.table.files.set_rows(shown)
            for place, row in enumerate(shown):
                if row.id in chosen:
                    self.table.selectRow(place)
        for part in (self._tools, self.table):
            part.setVisible(bool(shown))
        self.empty.setVisible(not shown)
        self._on_chosen()

    def _on_chosen(self) -> None:
        chosen = self.table.chosen()
        self.open_button.setEnabled(len(chosen) == 1)
        self.preview.show_file(chosen[0] if len(chosen) == 1 else None)

    # --- adding -------------------------------------------------------------------------------------------------
    def _choose(self) -> None:
        if self._contact is not None:
            choose_and_attach(self._context, self._contact)

    def add(self, paths: Sequence[Path]) -> None:
        """Keep files with the contact shown."""
        if self._contact is not None:
            attach_files(self._context, paths, self._contact)

    def paste(self) -> None:
        """Keep what is on the clipboard: files, or a picture."""
        if self._contact is not None:
            attach_clipboard(self._context, self._contact)

    def _link(self) -> None:
        if self._contact is not None:
            link_file(self._context, self._contact)

    # --- what can be done with a file ---------------------------------------------------------------------------
    def _open(self) -> None:
        chosen = self.table.chosen()
        if len(chosen) == 1:
            self.actions_.look(chosen[0])

    def make_menu(self) -> QMenu:
        """Return the menu of the chosen files, and of what can be added."""
        menu = QMenu(self)
        self.actions_.fill(menu, self.table.chosen())
        menu.addSeparator()
        refusal = why_not(self._context, "files.create")
        add_action(menu, _("Attach files…"), "paperclip", self._choose, refusal)
        add_action(menu, _("Link to a file on a share…"), "link", self._link, refusal)
        return menu

    def _open_menu(self, where: QPoint | None = None) -> None:
        menu = self.make_menu()
        if where is None:
            popup(menu, self.more_button)
        else:
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(self.table.viewport().mapToGlobal(where))

    def _remove(self) -> None:
        """Take the chosen files off the contact; undo brings them back."""
        self.actions_.remove(self.table.chosen())


class FileDrop(QObject):
    """Lets files be dropped on a whole widget, which lights up while they hover over it."""

    def __init__(
        self, target: QWidget, take: Callable[[list[Path]], object], sentence: str = "",
        may: Callable[[], bool] = lambda: True,
    ) -> None:  # fmt: skip
        super().__init__(target)
        self._take = take
        self._may = may
        self._area = DropArea(target, sentence or _("Drop to keep the files with this contact"))
        target.setAcceptDrops(True)
        target.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind in (QEvent.Type.DragEnter, QEvent.Type.DragMove) and isinstance(event, QDragMoveEvent):
            if self._may() and local_files(event.mimeData()):
                event.setDropAction(Qt.DropAction.CopyAction)
                event.accept()
                self._area.light_up()
                return True
        elif kind == QEvent.Type.DragLeave:
            self._area.hide()
        elif kind == QEvent.Type.Drop and isinstance(event, QDropEvent) and local_files(event.mimeData()):
            self._area.hide()
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self._take(local_files(event.mimeData()))
            return True
        return super().eventFilter(watched, event)


def choose_picture(context: Context, contact_id: int) -> None:
    """Choose the photo or logo of a contact."""
    window, database = context.window, context.database
    parent = window if isinstance(window, QWidget) else None

    def use(paths: list[Path]) -> None:
        path = paths[0]
        window.write(lambda: attachment.set_picture(database, contact_id, _content(path), path.name))

    kinds = _("Pictures (*.png *.jpg *.jpeg *.webp *.gif)")
    ask_for_files(parent, _("Photo or logo"), use, kinds, many=False)


def _content(path: Path) -> bytes:
    """Return what is in a file, as far as a picture may be long. Raises EnvironmentProblem when it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(attachment.LARGEST_PICTURE + 1)
    except OSError as error:
        sentence = _("“{name}” cannot be read. Check that it is there and not locked by another program.")
        raise EnvironmentProblem(sentence.format(name=path.name), details=str(error)) from error


def remove_picture(context: Context, contact_id: int) -> None:
    """Take the photo or logo off a contact; undo brings it back."""
    database = context.database
    context.window.write(lambda: attachment.remove_picture(database, contact_id))
