"""Unfinished texts: what was typed and never saved, with contact, when, and its beginning; to go on with or discard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent
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
from gcrm.services.drafts import Draft, DraftStore
from gcrm.services.moment import today_of
from gcrm.ui.context import Context
from gcrm.ui.day_words import moment_words
from gcrm.ui.theme import px, set_role
from gcrm.ui.unfinished_rows import LineRole, UnfinishedDelegate
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.empty_state import EmptyState
from gcrm.ui.widgets.message import ask
from gcrm.ui.widgets.safe import PlainLabel

# What a draft is, by the beginning of its key. A window that keeps drafts adds its own here.
KINDS = {
    "log": N_("Log entry"),
    "activity": N_("Changes of an activity"),
    "contact/new": N_("New contact"),
}
_TEXTS = ("text", "title", "subject")


@dataclass(frozen=True, slots=True)
class Unfinished:
    """One draft as it is listed."""

    key: str
    kind: str
    contact_id: int | None
    contact: str
    beginning: str
    saved_at: datetime
    data: Mapping[str, Any]

    def meta(self, now: datetime) -> str:
        """Return kind and moment in one line."""
        at = moment_words(self.saved_at.astimezone().replace(tzinfo=None), today_of(now))
        return f"{_(KINDS.get(self.kind, self.kind))} · {at}"


def read_unfinished(context: Context) -> list[Unfinished]:
    """Return all drafts of this user on this computer, the newest first. Reads files and the names of contacts."""
    from gcrm.services import contact_list

    drafts = DraftStore.of(context.database).unfinished()
    ids = sorted({contact for draft in drafts if (contact := _contact_of(draft)) is not None})
    with context.database.read() as session:
        names = contact_list.rows(session, ids, ("display_name",)) if ids else {}
    return [_listed(draft, names) for draft in drafts]


def _contact_of(draft: Draft) -> int | None:
    contact = draft.data.get("contact_id")
    return contact if isinstance(contact, int) else None


def _listed(draft: Draft, names: Mapping[int, Any]) -> Unfinished:
    contact = _contact_of(draft)
    row = names.get(contact) if contact is not None else None
    texts = (" ".join(str(draft.data.get(name) or "").split()) for name in _TEXTS)
    beginning = next((text for text in texts if text), "")
    name = str(row["display_name"]) if row else ""
    return Unfinished(
        draft.key, draft.key.partition(":")[0], contact if row else None, name, beginning[:200], draft.saved_at,
        draft.data,
    )  # fmt: skip


class UnfinishedDialog(QDialog):
    """Lists drafts; Enter goes on with one, Delete throws it away after a question."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._found: list[Unfinished] = []
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Unfinished texts"))
        self.resize(px(560), px(440))
        self.list = QListWidget()
        self.list.setAccessibleName(_("Unfinished texts"))
        self.list.setItemDelegate(UnfinishedDelegate(self.list))
        self.list.setMouseTracking(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        set_role(self.list, "plain")
        self.empty = EmptyState("file-pen", _("Nothing unfinished."))
        self.open_button = Button(_("Go on writing"), "primary", on_click=self.go_on)
        self.discard_button = Button(_("Discard…"), "danger", "trash", on_click=self.discard)
        self._lay_out()
        self.list.itemActivated.connect(lambda _item: self.go_on())
        self.load()

    def _lay_out(self) -> None:
        """List above, buttons below."""
        self.body = QStackedWidget()
        self.body.addWidget(self.list)
        self.body.addWidget(self.empty)
        buttons = QHBoxLayout()
        buttons.setSpacing(px(6))
        buttons.addWidget(self.discard_button)
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
        context.tasks.read(lambda: read_unfinished(context), self._show, context.window.fail, owner=self)

    def _show(self, found: list[Unfinished]) -> None:
        """Show what was read."""
        self._found = found
        self.list.clear()
        now = datetime.now().astimezone()
        for row in found:
            title, text = (row.contact, row.beginning) if row.contact else (row.beginning or _("No text yet"), "")
            item = QListWidgetItem(", ".join(part for part in (title, text, row.meta(now)) if part))
            item.setData(LineRole, (title, text, row.meta(now)))
            item.setSizeHint(QSize(px(200), px(64)))
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self.body.setCurrentWidget(self.list if found else self.empty)
        for button in (self.open_button, self.discard_button):
            button.setEnabled(bool(found))

    def chosen(self) -> Unfinished | None:
        """Return the draft the cursor is on."""
        row = self.list.currentRow()
        return self._found[row] if 0 <= row < len(self._found) else None

    def go_on(self) -> None:
        """Open the window in which the text was being typed."""
        row = self.chosen()
        if row is None:
            return
        self.close()
        if row.kind == "activity" and isinstance(row.data.get("activity_id"), int):
            from gcrm.ui.activity_form import open_activity

            open_activity(self._context, int(row.data["activity_id"]))
        elif row.kind == "contact/new":
            from gcrm.ui.new_contact import open_new_contact

            open_new_contact(self._context)
        elif row.contact_id is not None:
            self._context.window.open_contact(row.contact_id, focus_log=True)

    def discard(self) -> None:
        """Throw a draft away, after a question: this cannot be undone."""
        row = self.chosen()
        if row is None:
            return
        sentence = _("Discard the unfinished text “{text}”?").format(text=row.beginning[:60])
        if ask(self, _("Unfinished texts"), sentence, _("Discard"), danger=True):
            store, context = DraftStore.of(self._context.database), self._context
            context.tasks.write(lambda: store.remove(row.key), lambda _none: self.load(), context.window.fail)

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
