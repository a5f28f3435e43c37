"""The check list of a new computer: what an office keeps nowhere but on the computer, and has to be entered again."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrinterInfo
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from gcrm.i18n import N_, _
from gcrm.services import settings
from gcrm.services.address import shown
from gcrm.services.database import Database
from gcrm.services.secret_store import has_store
from gcrm.services.team.passwords import password_of
from gcrm.ui.context import Context
from gcrm.ui.state import WindowState
from gcrm.ui.theme import px
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.safe import PlainLabel
from gcrm.ui.widgets.two_line_list import Line, TwoLineList

OFFSETS, EXTENSIONS, LISTENS = "labels.offset", "phone.extensions", "phone.box_enabled"
# Key → icon, title, page of the settings ("" for none) and the name to go to there.
THINGS = {
    "password": ("lock", N_("Password of the office"), "", ""),
    "printers": ("printer", N_("Printers, trays and offset of labels"), "printing", "offset"),
    "telephone": ("phone", N_("Telephone: the box and your extensions"), "telephone", EXTENSIONS),
}


@dataclass(frozen=True, slots=True)
class Found:
    """How a thing stands: a sentence, and whether it is done."""

    sentence: str
    is_done: bool


def look(database: Database, printers: list[str]) -> dict[str, Found]:
    """Return how each thing stands on this computer."""
    with database.read() as session:
        values = settings.read_all(session, database.user_id)
    found: dict[str, Found] = {}
    if not database.is_sqlite:
        found["password"] = _password(database)
    adjusted = set(values[OFFSETS])
    missing = [name for name in printers if name not in adjusted]
    told = _("Print the ruler page of {printer}, and enter how far it is off.").format(printer=", ".join(missing[:3]))
    none = _("No printer is set up on this computer.")
    found["printers"] = Found(
        (told if missing else _("All are adjusted.")) if printers else none, bool(printers) and not missing
    )
    is_set = bool(values[LISTENS] and values[EXTENSIONS])
    todo = _("Find the box, and say which extensions ring at this desk.")
    found["telephone"] = Found(_("The box and your extensions are entered.") if is_set else todo, is_set)
    return found


def _password(database: Database) -> Found:
    if password_of(database.url):
        return Found(_("Kept in the password store of this computer."), True)
    if has_store():
        return Found(_("Not kept: gCRM asks for it. Choose “Keep it” the next time."), False)
    return Found(_("This computer has no store for passwords, so gCRM asks each time it starts."), True)


class CheckList(QDialog):
    """Stands beside the main window; Done closes it for good."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Check list for this computer"))
        self.list = TwoLineList(_("Check list for this computer"), most_rows=6)
        self.list.wanted.connect(self.open_page)
        self.list.chosen.connect(lambda _key: self._judge())
        self.enter_button = Button(_("Enter it…"), on_click=lambda: self.open_page(self.list.current()))
        self.later_button = Button(_("Later"), on_click=self.close)
        self.done_button = Button(_("Done"), "primary", on_click=self.finish)
        told = _("The office is here with everything in it. Only what belongs to this computer is not in it:")
        buttons = QHBoxLayout()
        buttons.setSpacing(px(6))
        buttons.addWidget(self.enter_button)
        buttons.addStretch(1)
        buttons.addWidget(self.later_button)
        buttons.addWidget(self.done_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(20), px(20), px(20), px(20))
        column.setSpacing(px(12))
        column.addWidget(PlainLabel(_("Check list for this computer"), "title"))
        column.addWidget(PlainLabel(told, wrap=True))
        column.addWidget(self.list)
        column.addStretch(1)
        column.addLayout(buttons)
        self.setMinimumWidth(px(520))
        self.load()

    def load(self) -> None:
        """Look at everything."""
        database, printers = self._context.database, QPrinterInfo.availablePrinterNames()
        self._context.tasks.read(lambda: look(database, printers), self._show, owner=self)

    def _show(self, found: dict[str, Found]) -> None:
        lines = []
        for key, state in found.items():
            icon, title, _page, _name = THINGS[key]
            mark, tone = (_("Done"), "ok") if state.is_done else (_("To do"), "warn")
            lines.append(Line(key, _(title), state.sentence, icon, mark=mark, tone=tone))
        self.list.set_lines(lines)
        self._judge()
        self.adjustSize()

    def _judge(self) -> None:
        key = self.list.current()
        self.enter_button.setEnabled(isinstance(key, str) and bool(THINGS[key][2]))

    def open_page(self, key: object) -> None:
        """Open the page of the settings where a thing is entered."""
        from gcrm.ui.settings import open_settings

        page, name = THINGS[str(key)][2:]
        if page:
            open_settings(self._context, page).open_page(page, name)

    def finish(self) -> None:
        """Close it, and do not show it again."""
        forget_due(self._context)
        self.close()


def _mark(address: str) -> str:
    """Return the name under which this computer remembers that the list is due."""
    return f"checklist-{zlib.crc32(address.encode()):08x}"


def note_due(state: WindowState, address: str) -> None:
    """Have the list shown when an office is opened: it was joined here, or brought back from a backup."""
    state.remember(_mark(address), 1)


def is_due(context: Context) -> bool:
    """Tell whether the list is to be shown."""
    return context.state.recall(_mark(shown(context.database.url))) is not None


def forget_due(context: Context) -> None:
    """Do not show the list again."""
    context.state.remember(_mark(shown(context.database.url)), None)
