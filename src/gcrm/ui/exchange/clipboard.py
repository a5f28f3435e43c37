"""Contacts on the clipboard and under the mouse: plain address block, vCard, and rows with tabs.

A letter takes the address block, an address book the vCard, a spreadsheet the rows. Most programs only take plain text:
that is the address blocks, and the rows where contacts are copied out of the table. A drag carries a file as well, made
when it is dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject, Qt, QUrl
from PySide6.QtGui import QDrag
from PySide6.QtWidgets import QApplication, QWidget

from gcrm.i18n import _, ngettext
from gcrm.services.changed import Changed
from gcrm.services.contact_columns import DEFAULT_COLUMNS
from gcrm.ui.allowed import say_why_not
from gcrm.ui.context import Context
from gcrm.ui.dropped_files import mark_own

if TYPE_CHECKING:
    from gcrm.services.exchange.exporter import ClipboardTexts

VCARD = ("text/vcard", "text/x-vcard")
ROWS = "text/tab-separated-values"
MOST = 5000
"""Contacts that are copied at once; more go into a file (File > Export)."""


def mime_of(texts: ClipboardTexts, *, as_rows: bool = False) -> QMimeData:
    """Return contacts in every form a program may ask for; `as_rows`: rows are the plain text."""
    data = QMimeData()
    data.setText(texts.rows if as_rows else texts.plain)
    for name in VCARD:
        data.setData(name, texts.vcard.encode())
    data.setData(ROWS, texts.rows.encode())
    return data


def _load(context: Context, contacts: Sequence[int], then: Callable[[ClipboardTexts], object]) -> None:
    """Read what is copied, off the thread of the windows."""
    database = context.database
    columns = context.window.current_columns() or DEFAULT_COLUMNS
    wanted = list(contacts[:MOST])

    def read() -> ClipboardTexts:
        from gcrm.services.exchange.exporter import clipboard_texts  # not loaded with the first list

        with database.read() as session:
            return clipboard_texts(session, wanted, database.home, columns)

    context.tasks.read(read, then, context.window.fail, label=_("Copy"))


def copy(context: Context, contacts: Sequence[int], *, as_rows: bool = False) -> None:
    """Put contacts on the clipboard and say how many; `as_rows`: for a spreadsheet."""
    if not contacts:
        return

    def done(texts: ClipboardTexts) -> None:
        QApplication.clipboard().setMimeData(mime_of(texts, as_rows=as_rows))
        count = min(len(contacts), MOST)
        sentence = ngettext("{count} contact copied", "{count} contacts copied", count).format(count=count)
        if len(contacts) > MOST:
            sentence = _("{said}; more than that are exported (File > Export).").format(said=sentence)
        context.window.say(sentence)

    _load(context, contacts, done)


class ContactDrag(QObject):
    """Drags contacts out of a window as a vCard file; the file lives as long as the window."""

    def __init__(self, context: Context, source: QWidget) -> None:
        super().__init__(source)
        self._context = context
        self._source = source
        self._folder: TemporaryDirectory[str] | None = None
        context.feed.changed.connect(self._on_changed)

    def _on_changed(self, changed: frozenset[Changed]) -> None:
        """Leave no file behind when somebody is erased."""
        if self._folder is not None and any(change.table == "erasure" for change in changed):
            folder, self._folder = self._folder, None
            self._context.tasks.read(folder.cleanup, lambda _gone: None, self._context.window.fail)

    def begin(self, contacts: Sequence[int]) -> None:
        """Read the contacts, then let the mouse take them along while its button is down; who may not is told why."""
        if contacts and not say_why_not(self._context, "contacts.export"):
            _load(self._context, contacts, self._drag)

    def mime(self, texts: ClipboardTexts) -> QMimeData:
        """Return what is dragged: the texts, and a file for the desktop and mail programs."""
        from gcrm.services.exchange.vcard_file import safe_name

        data = mime_of(texts)
        name = texts.plain.splitlines()[0] if texts.plain else _("Contacts")
        file = self._place() / f"{safe_name(name)}.vcf"
        file.write_text(texts.vcard, encoding="utf-8", newline="")
        data.setUrls([QUrl.fromLocalFile(str(file))])
        mark_own(data)
        return data

    def _place(self) -> Path:
        """Return the folder of this window's files, which nobody else may read; made for the first of them."""
        if self._folder is None:
            self._folder = TemporaryDirectory(prefix="gcrm-drag-")
            self._source.destroyed.connect(self._folder.cleanup)  # a second time it finds nothing to do
        return Path(self._folder.name)

    def _drag(self, texts: ClipboardTexts) -> None:
        """Begin the drag unless the button was let go meanwhile."""
        if QApplication.mouseButtons() & Qt.MouseButton.LeftButton:
            drag = QDrag(self._source)
            drag.setMimeData(self.mime(texts))
            drag.exec(Qt.DropAction.CopyAction)
