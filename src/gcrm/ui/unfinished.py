"""Unfinished texts: what was typed and never saved, with contact, when, and the whole text.

To go on with, to copy, to give to another contact where the former one is gone, or to discard.
"""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from gcrm.i18n import N_, _
from gcrm.services.drafts import ACTIVITY, APPOINTMENT, LOG, NEW_CONTACT, RECORD, DraftStore
from gcrm.services.moment import today_of
from gcrm.services.unfinished import Unfinished, move, unfinished
from gcrm.ui.context import Context
from gcrm.ui.day_words import moment_words
from gcrm.ui.theme import px, set_role
from gcrm.ui.unfinished_rows import LineRole, UnfinishedDelegate
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.empty_state import EmptyState
from gcrm.ui.widgets.message import ask
from gcrm.ui.widgets.safe import PlainLabel
from gcrm.ui.widgets.text_area import TextArea

# What a draft is, by the beginning of its key. A window that keeps drafts adds its own here.
KINDS = {
    LOG: N_("Log entry"),
    ACTIVITY: N_("Changes of an activity"),
    NEW_CONTACT: N_("New contact"),
    RECORD: N_("Field of a record"),
}


def meta_of(row: Unfinished, now: datetime) -> str:
    """Return kind and moment of a draft in one line."""
    at = moment_words(row.saved_at.astimezone().replace(tzinfo=None), today_of(now))
    return f"{_(KINDS.get(row.kind, row.kind))} · {at}"


class UnfinishedDialog(QDialog):
    """Lists drafts with the whole text of the chosen one; Enter goes on with it, Delete discards after a question."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._found: list[Unfinished] = []
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Unfinished texts"))
        self.resize(px(620), px(560))
        self.list = QListWidget()
        self.list.setAccessibleName(_("Unfinished texts"))
        self.list.setItemDelegate(UnfinishedDelegate(self.list))
        self.list.setMouseTracking(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        set_role(self.list, "plain")
        self.empty = EmptyState("file-pen", _("Nothing unfinished."))
        self.text = TextArea(5, "", _("The whole text"))
        self.text.setReadOnly(True)
        self.gone = PlainLabel(_("What this was written for is gone. Copy the text, or choose a contact for it."),
                               "meta", tone="warn", wrap=True)  # fmt: skip
        self.open_button = Button(_("Go on writing"), "primary", on_click=self.go_on)
        self.copy_button = Button(_("Copy"), icon_name="copy", on_click=self.copy)
        self.choose_button = Button(_("Choose contact…"), icon_name="users", on_click=self.choose_contact)
        self.discard_button = Button(_("Discard…"), "danger", "trash", on_click=self.discard)
        self._lay_out()
        self.list.itemActivated.connect(lambda _item: self.go_on())
        self.list.currentRowChanged.connect(lambda _row: self._show_chosen())
        self.load()

    def _lay_out(self) -> None:
        """List above, buttons below."""
        self.found = QWidget()
        inner = QVBoxLayout(self.found)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(px(8))
        inner.addWidget(self.list, 1)
        for part in (self.text, self.gone):
            inner.addWidget(part)
        self.body = QStackedWidget()
        self.body.addWidget(self.found)
        self.body.addWidget(self.empty)
        buttons = QHBoxLayout()
        buttons.setSpacing(px(6))
        for button in (self.discard_button, self.copy_button, self.choose_button):
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(Button(_("Close"), on_click=self.close))
        buttons.addWidget(self.open_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(20), px(20), px(20), px(20))
        column.setSpacing(px(12))
        column.addWidget(PlainLabel(_("Unfinished texts"), "title"))
        hint = _("They lie on this computer only, until you save or discard them.")
        column.addWidget(PlainLabel(hint, "meta", wrap=True))
        column.addWidget(self.body, 1)
        column.addLayout(buttons)

    def load(self) -> None:
        """Read the drafts."""
        context = self._context
        context.tasks.read(lambda: unfinished(context.database), self._show, context.window.fail, owner=self)

    def _show(self, found: list[Unfinished]) -> None:
        """Show what was read."""
        self._found = found
        self.list.clear()
        now = datetime.now().astimezone()
        for row in found:
            title, text = (row.contact, row.beginning) if row.contact else (row.beginning or _("No text yet"), "")
            item = QListWidgetItem(", ".join(part for part in (title, text, meta_of(row, now)) if part))
            item.setData(LineRole, (title, text, meta_of(row, now)))
            item.setSizeHint(QSize(px(200), px(64)))
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self.body.setCurrentWidget(self.found if found else self.empty)
        self._show_chosen()

    def _show_chosen(self) -> None:
        """Show the whole text of the chosen draft, and what can be done with it."""
        row = self.chosen()
        self.text.setPlainText(row.text if row is not None else "")
        self.gone.setVisible(row is not None and row.is_gone)
        self.open_button.setEnabled(row is not None and not row.is_gone)
        for button in (self.copy_button, self.discard_button):
            button.setEnabled(row is not None)
        self.choose_button.setVisible(row is not None and row.is_gone)

    def chosen(self) -> Unfinished | None:
        """Return the draft the cursor is on."""
        row = self.list.currentRow()
        return self._found[row] if 0 <= row < len(self._found) else None

    def go_on(self) -> None:
        """Open the window in which the text was being typed."""
        row = self.chosen()
        if row is None or row.is_gone:
            return
        self.close()
        window = self._context.window
        if row.kind == ACTIVITY:
            from gcrm.ui.activity_form import open_activity

            open_activity(self._context, int(row.data["activity_id"]))
        elif row.kind == APPOINTMENT:
            from gcrm.ui.calendar.form import next_hour, open_appointment

            activity, occurrence = row.data.get("activity_id"), str(row.data.get("occurrence") or "")
            start = next_hour(row.contact_id) if activity is None else None
            open_appointment(self._context, activity, occurrence=occurrence, start=start)
        elif row.kind == NEW_CONTACT:
            from gcrm.ui.new_contact import open_new_contact

            open_new_contact(self._context, draft=row.key)
        elif row.contact_id is not None and row.kind == RECORD:
            window.resume_typing(row.contact_id, str(row.data.get("tab")), str(row.data.get("row")))
        elif row.contact_id is not None:
            window.open_contact(row.contact_id, focus_log=True)

    def copy(self) -> None:
        """Put the whole text on the clipboard."""
        row = self.chosen()
        if row is not None:
            QGuiApplication.clipboard().setText(row.text)
            self._context.window.say(_("Text copied"))

    def choose_contact(self) -> None:
        """Let the text of something that is gone become a log entry of another contact."""
        from gcrm.ui.contact_picker import pick_contact

        row = self.chosen()
        if row is not None:
            pick_contact(self._context, _("Choose contact"), lambda contact: self._give_to(row, contact), self)

    def _give_to(self, row: Unfinished, contact: int | None) -> None:
        store, context = DraftStore.of(self._context.database), self._context

        def write() -> None:
            draft = store.get(row.key)
            if draft is not None and contact is not None:
                move(store, draft, contact)

        context.tasks.write(write, lambda _none: self.load(), context.window.fail, owner=self)

    def discard(self) -> None:
        """Throw a draft away, after a question: this cannot be undone."""
        row = self.chosen()
        if row is None:
            return
        sentence = _("Discard the unfinished text “{text}”?").format(text=row.beginning[:60])
        if ask(self, _("Unfinished texts"), sentence, _("Discard"), danger=True):
            store, context = DraftStore.of(self._context.database), self._context
            context.tasks.write(
                lambda: store.remove(row.key), lambda _none: self.load(), context.window.fail, owner=self
            )

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete:
            self.discard()
        else:
            super().keyPressEvent(event)


def open_unfinished(context: Context) -> UnfinishedDialog:
    """Open the list of unfinished texts."""
    dialog = UnfinishedDialog(context, context.window if isinstance(context.window, QWidget) else None)
    dialog.open()
    return dialog
