"""The first two steps of getting a contact back: which backup, and which contact in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gcrm.errors import EnvironmentProblem, GcrmError
from gcrm.i18n import N_, _
from gcrm.services.backup import automatic, password, record
from gcrm.services.backup.create import SUFFIX
from gcrm.services.backup.listing import Entry, entries, entry
from gcrm.services.backup.record import Found, Scratch
from gcrm.services.showing import show_instant, show_number
from gcrm.ui.backup.new_password import password_edit
from gcrm.ui.context import Context
from gcrm.ui.theme import px
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.file_question import ask_for_files
from gcrm.ui.widgets.form_fields import FormField
from gcrm.ui.widgets.safe import PlainLabel
from gcrm.ui.widgets.search_edit import SearchEdit
from gcrm.ui.widgets.two_line_list import Line, TwoLineList

MOST = 50
BECAME = {
    "gone": (N_("Missing today"), "bad"),
    "trash": (N_("In the trash"), "warn"),
    "changed": (N_("Changed"), "info"),
}
Troubled = Callable[[GcrmError], object]


def backup_line(each: Entry) -> Line:
    """Return a backup as a line of a list."""
    size = _("{size} MB").format(size=show_number(f"{each.size / 1_000_000:.1f}"))
    about = each.problem or _("{count} contacts").format(count=each.contacts)
    mark = _("Encrypted") if each.is_encrypted else ""
    title = show_instant(each.at.astimezone())
    return Line(each.path, title, f"{about} · {size} · {each.path.name}", "archive", mark=mark)


class BackupChoice(QWidget):
    """The backups of this office, another file, and the password where one is needed."""

    wanted = Signal()

    def __init__(self, context: Context, troubled: Troubled, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context, self._troubled = context, troubled
        self._others: list[Path] = []
        self.list = TwoLineList(_("Backups"))
        self.empty = PlainLabel(_("There is no backup yet. Choose a file."), "meta", wrap=True)
        self.empty.hide()
        self.other_button = Button(_("Another file…"), icon_name="folder-open", on_click=self._ask_other)
        self.password = password_edit()
        self.field = FormField(_("Password of the backup"), self.password)
        self.field.hide()
        row = QHBoxLayout()
        row.addWidget(self.other_button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(8))
        column.addWidget(self.empty)
        column.addWidget(self.list, 1)
        column.addWidget(self.field)
        column.addLayout(row)
        self.setFocusProxy(self.list)
        self.list.wanted.connect(lambda _key: self.wanted.emit())
        self.list.chosen.connect(lambda _key: self._forget())

    def load(self, first: Path | None = None) -> None:
        """Read which backups there are; `first` is chosen, wherever it lies."""
        database, others = self._context.database, list(self._others)
        if first is not None and first not in others:
            others.insert(0, first)

        def read() -> list[Entry]:
            place = automatic.place_of(database)
            found: list[Entry] = []
            try:
                found = entries(place.folder) if place.folder.exists() or not place.is_usual else []
            except EnvironmentProblem:
                found = []  # a folder that is away is no reason not to choose a file
            known = {each.path for each in found}
            return [entry(path, password.opening(path)) for path in others if path not in known] + found

        self._others = others
        self._context.tasks.read(read, lambda found: self._show(found, first), self._troubled, owner=self)

    def _show(self, found: list[Entry], first: Path | None) -> None:
        self.list.set_lines(backup_line(each) for each in found)
        self.list.setVisible(bool(found))
        self.empty.setVisible(not found)
        if first is not None:
            self.list.choose(first)

    def _ask_other(self) -> None:
        kinds = _("Backups") + f" (*{SUFFIX})"
        ask_for_files(self, _("Choose a backup"), lambda paths: self.load(paths[0]), kinds, many=False)

    def _forget(self) -> None:
        """Ask for no password where another backup is chosen."""
        self.password.clear()
        self.field.clear_error()
        self.field.hide()

    def ask_password(self, sentence: str) -> None:
        """Ask for the password of the backup, saying why."""
        self.field.show()
        self.field.set_error(sentence)
        self.password.setFocus()

    def chosen(self) -> Path | None:
        """Return the backup that is chosen."""
        key = self.list.current()
        return key if isinstance(key, Path) else None


class ContactChoice(QWidget):
    """A search over the contacts of a backup; the lines say what became of them."""

    wanted = Signal()

    def __init__(self, context: Context, troubled: Troubled, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context, self._troubled = context, troubled
        self._old: Scratch | None = None
        self.search = SearchEdit(_("Name, contact person, customer no."), _("Find the contact in the backup"))
        self.list = TwoLineList(_("Contacts in the backup"))
        self.empty = PlainLabel("", "meta", wrap=True)
        self.empty.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(8))
        column.addWidget(self.search)
        column.addWidget(self.empty)
        column.addWidget(self.list, 1)
        self.setFocusProxy(self.search)
        self.search.textChanged.connect(lambda _text: self.load())
        self.search.down_pressed.connect(self.list.setFocus)
        self.search.returnPressed.connect(self.wanted)
        self.list.wanted.connect(lambda _key: self.wanted.emit())

    def show_backup(self, old: Scratch) -> None:
        """Look into another backup."""
        self._old = old
        self.load()

    def load(self) -> None:
        """Find what was typed."""
        old, database, words = self._old, self._context.database, self.search.text().strip()
        if old is not None:
            self._context.tasks.read(
                lambda: record.search(database, old, words, MOST), self._show, self._troubled, key=id(self), owner=self
            )

    def _show(self, found: list[Found]) -> None:
        self.list.set_lines(_line(each) for each in found)
        self.list.setVisible(bool(found))
        self.empty.setVisible(not found)
        self.empty.setText(_("Nobody is called “{words}”.").format(words=self.search.text().strip()))

    def chosen(self) -> int | None:
        """Return the contact that is chosen."""
        key = self.list.current()
        return key if isinstance(key, int) else None


def _line(each: Found) -> Line:
    detail = " · ".join(part for part in (each.town, each.number) if part)
    word, tone = BECAME.get(each.became, ("", "neutral"))
    return Line(each.contact, each.name, detail, "user", mark=_(word) if word else "", tone=tone)
