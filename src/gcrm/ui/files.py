"""The files of a contact: choose, drop or paste them, look at them, open them on purpose."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QEvent, QIODevice, QObject, QPoint, Qt
from PySide6.QtGui import QDragMoveEvent, QDropEvent, QGuiApplication, QImage, QImageWriter, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget
from typing_extensions import override

from gcrm.errors import EnvironmentProblem
from gcrm.i18n import _
from gcrm.services import attachment
from gcrm.services.attachment import AttachmentRow
from gcrm.services.contact_page import ContactView
from gcrm.services.file_safety import safe_name
from gcrm.ui.contact.header import add_action
from gcrm.ui.contact.name_dialog import ask_name
from gcrm.ui.context import Context
from gcrm.ui.dropped_files import DropArea, attach_files, local_files
from gcrm.ui.file_list import FileTable
from gcrm.ui.file_opener import FileOpener
from gcrm.ui.file_preview import FilePreview
from gcrm.ui.theme import px
from gcrm.ui.widgets.button import Button, IconButton
from gcrm.ui.widgets.empty_state import EmptyState
from gcrm.ui.widgets.file_question import ask_for_files, ask_where, documents


class FilesTab(QWidget):
    """The tab Files of the record page."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._contact: int | None = None
        self.opener = FileOpener(context, self)
        self.table = FileTable()
        self.preview = FilePreview(context)
        self.empty = EmptyState(
            "paperclip", _("No files yet. Drop them here, paste them or choose them."), _("Attach files"),
            _("Link to a file on a share"),
        )  # fmt: skip
        self.attach_button = Button(_("Attach files"), icon_name="paperclip", on_click=self._choose)
        self.open_button = Button(_("Open"), icon_name="external-link", on_click=self._open)
        self.more_button = IconButton("ellipsis", _("More for the chosen file"), on_click=self._open_menu)
        self._lay_out()
        self.table.doubleClicked.connect(lambda _index: self._open())
        self.table.customContextMenuRequested.connect(self._open_menu)
        self.table.selectionModel().selectionChanged.connect(lambda *_changed: self._on_chosen())
        if self.empty.button is not None and self.empty.link is not None:
            self.empty.button.clicked.connect(self._choose)
            self.empty.link.clicked.connect(self._link)
        for keys, run in ((QKeySequence.StandardKey.Paste, self.paste), (QKeySequence(Qt.Key.Key_Return), self._open)):
            QShortcut(keys, self, run, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
        QShortcut(
            QKeySequence.StandardKey.Delete, self.table, self._remove, context=Qt.ShortcutContext.WidgetShortcut
        )

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

        self._context.tasks.read(
            read, self._show, self._context.window.fail, key=("files", id(self)), owner=self
        )

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
        self.more_button.setEnabled(bool(chosen))
        self.preview.show_file(chosen[0] if len(chosen) == 1 else None)

    # --- adding -------------------------------------------------------------------------------------------------
    def _choose(self) -> None:
        if self._contact is not None:
            choose_and_attach(self._context, self._contact)

    def add(self, paths: Sequence[Path]) -> None:
        """Keep files with the contact shown."""
        if self._contact is not None and paths:
            attach_files(self._context, paths, self._contact)

    def paste(self) -> None:
        """Keep what is on the clipboard: files, or a picture."""
        data = QGuiApplication.clipboard().mimeData()
        paths = local_files(data)
        if paths:
            self.add(paths)
        elif data.hasImage():
            self._add_picture(QGuiApplication.clipboard().image())

    def _add_picture(self, image: QImage) -> None:
        contact, database = self._contact, self._context.database
        if contact is None or image.isNull():
            return
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        QImageWriter(buffer, QByteArray(b"png")).write(image)
        content = bytes(buffer.data().data())
        name = _("Picture {moment}.png").format(moment=f"{datetime.now():%Y-%m-%d %H.%M.%S}")
        self._context.window.write(
            lambda: attachment.attach_bytes(database, content, name, contact_id=contact), label=name
        )

    def _link(self) -> None:
        contact, database = self._contact, self._context.database
        if contact is None:
            return

        def link(place: str) -> None:
            self._context.window.write(lambda: attachment.attach_link(database, place, contact_id=contact))

        ask_name(self, _("Link to a file"), _("Path or address of the file"), _("Add link"), link)

    # --- what can be done with a file ---------------------------------------------------------------------------
    def _open(self) -> None:
        chosen = self.table.chosen()
        if len(chosen) == 1:
            self.opener.look(chosen[0])

    def _open_menu(self, where: QPoint | None = None) -> None:
        chosen = self.table.chosen()
        if not chosen:
            return
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        row = chosen[0]
        if len(chosen) == 1:
            add_action(menu, _("Open"), "external-link", lambda: self.opener.look(row))
            if not row.is_link:
                add_action(menu, _("Open for editing"), "pencil", lambda: self.opener.edit(row))
                add_action(menu, _("Save as…"), "download", lambda: self._save_as(row))
            add_action(menu, _("Rename…"), "text-cursor-input", lambda: self._rename(row))
        add_action(menu, _("Link to a file on a share"), "link", self._link)
        add_action(menu, _("Remove"), "trash-2", self._remove)
        corner = self.more_button.mapToGlobal(self.more_button.rect().bottomLeft())
        menu.popup(self.table.viewport().mapToGlobal(where) if where is not None else corner)

    def _save_as(self, row: AttachmentRow) -> None:
        from gcrm.services.opened_files import save_as

        context = self._context

        def save_to(target: Path) -> None:
            def save() -> None:
                with context.database.read() as session:
                    save_as(session, row.id, target)

            said = _("Saved as {file}").format(file=target.name)
            context.tasks.read(save, lambda _result: context.window.say(said), context.window.fail, label=row.name)

        ask_where(self, _("Save as"), save_to, Path(documents()) / safe_name(row.name))

    def _rename(self, row: AttachmentRow) -> None:
        database = self._context.database

        def rename(name: str) -> None:
            self._context.window.write(lambda: attachment.rename(database, row.id, name))

        ask_name(self, _("Rename file"), _("File name"), _("Rename"), rename, row.name)

    def _remove(self) -> None:
        """Take the chosen files off the contact; undo brings them back."""
        chosen, database = [row.id for row in self.table.chosen()], self._context.database
        if chosen:
            self._context.window.write(lambda: attachment.remove(database, chosen))


class FileDrop(QObject):
    """Lets files be dropped on a whole widget, which lights up while they hover over it."""

    def __init__(self, target: QWidget, take: Callable[[list[Path]], object]) -> None:
        super().__init__(target)
        self._take = take
        self._area = DropArea(target, _("Drop to keep the files with this contact"))
        target.setAcceptDrops(True)
        target.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind in (QEvent.Type.DragEnter, QEvent.Type.DragMove) and isinstance(event, QDragMoveEvent):
            if local_files(event.mimeData()):
                event.setDropAction(Qt.DropAction.CopyAction)
                event.accept()
                self._area.light_up()
                return True
        elif kind == QEvent.Type.DragLeave:
            self._area.hide()
        elif kind == QEvent.Type.Drop and isinstance(event, QDropEvent):
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


def choose_and_attach(context: Context, contact_id: int) -> None:
    """Choose files and keep them with a contact."""
    window = context.window
    parent = window if isinstance(window, QWidget) else None
    ask_for_files(parent, _("Attach files"), lambda paths: attach_files(context, paths, contact_id))
