"""Opening another office: one of those this account knows, a file, or one that is made of an export.

The program starts anew with it, so that nothing of the former one stays behind, and opens it by itself from then on.
"""

from __future__ import annotations

from PySide6.QtCore import QProcess, Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from gcrm.errors import GcrmError
from gcrm.i18n import _
from gcrm.paths import data_folder, own_program
from gcrm.services.team import offices
from gcrm.services.team.offices import KnownOffice
from gcrm.ui.contact.name_dialog import NameDialog, ask_name
from gcrm.ui.exchange.from_export import FromExport
from gcrm.ui.tasks import Tasks
from gcrm.ui.theme import px
from gcrm.ui.widgets.banner import Banner
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.message import ask, tell
from gcrm.ui.widgets.safe import PlainLabel
from gcrm.ui.widgets.two_line_list import Line, TwoLineList


class OfficeChooser(QDialog):
    """The known offices, with the ways to open, rename and forget one, and to open a file."""

    def __init__(self, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._known: list[KnownOffice] = []
        self._listed: set[str] = set()
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Open another office"))
        self.resize(px(560), px(420))
        self.banner = Banner()
        self.list = TwoLineList(_("Offices"))
        self.list.wanted.connect(lambda _address: self.open_chosen())
        self.list.unwanted.connect(lambda _address: self.forget())
        self.list.chosen.connect(lambda _address: self._enable())
        self.rename_button = Button(_("Rename…"), on_click=self.rename)
        self.forget_button = Button(_("Remove from list…"), on_click=self.forget)
        self.file_button = Button(_("Open a file…"), icon_name="folder-open", on_click=self.choose_file)
        self.export = FromExport(self._tasks, self, self.open_address, self._failed)
        self.export.begun.connect(self.banner.hide)
        self.open_button = Button(_("Open office"), "primary", on_click=self.open_chosen)
        self.open_button.setDefault(True)
        self._lay_out()
        self.load()

    def _lay_out(self) -> None:
        own = QHBoxLayout()
        for button in (self.rename_button, self.forget_button):
            own.addWidget(button)
        own.addStretch(1)
        own.addWidget(self.export.button)
        own.addWidget(self.file_button)
        ways = QHBoxLayout()
        ways.addStretch(1)
        ways.addWidget(Button(_("Cancel"), on_click=self.reject))
        ways.addWidget(self.open_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(20), px(20), px(20), px(20))
        column.setSpacing(px(12))
        column.addWidget(PlainLabel(_("Open another office"), "title"))
        column.addWidget(self.banner)
        column.addWidget(self.list, 1)
        column.addLayout(own)
        column.addWidget(self.export.progress)
        column.addLayout(ways)

    def load(self) -> None:
        """Read the offices that are known."""

        def read() -> tuple[list[KnownOffice], set[str]]:
            return offices.choices(), {one.address for one in offices.known()}

        self._tasks.read(read, self._show, self._failed, owner=self)

    def _show(self, found: tuple[list[KnownOffice], set[str]]) -> None:
        known, self._listed = found
        self._known = known
        lines = [Line(one.address, one.name, one.address, "server" if one.is_server else "database") for one in known]
        self.list.set_lines(lines)
        self._enable()

    def _enable(self) -> None:
        chosen = self.chosen()
        for button in (self.rename_button, self.open_button):
            button.setEnabled(chosen is not None)
        self.forget_button.setEnabled(self._is_listed())  # the account's own file is always offered

    def _is_listed(self) -> bool:
        return self.list.current() in self._listed

    def _failed(self, error: GcrmError) -> None:
        self.banner.show_message(error.sentence, "bad")

    def chosen(self) -> KnownOffice | None:
        """Return the office the cursor is on."""
        return next((one for one in self._known if one.address == self.list.current()), None)

    # --- ways on ------------------------------------------------------------------------------------------------
    def open_chosen(self) -> None:
        """Open the office the cursor is on."""
        chosen = self.chosen()
        if chosen is not None:
            self.open_address(chosen.address)

    def open_address(self, address: str) -> None:
        """Remember an office as the last one and open it in a program of its own."""
        self._tasks.write(lambda: offices.remember(address), self._start, self._failed, owner=self)

    def _start(self, office: KnownOffice) -> None:
        if open_beside(self, office.address):
            self.accept()

    def choose_file(self) -> QFileDialog:
        """Ask for an office file, existing or new, and open it."""
        dialog = QFileDialog(self, _("Open a file"), str(data_folder()), _("Offices (*.gcrm);;All files (*)"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        dialog.setDefaultSuffix("gcrm")
        dialog.setLabelText(QFileDialog.DialogLabel.Accept, _("Open"))
        dialog.fileSelected.connect(self.open_address)
        dialog.open()
        return dialog

    def rename(self) -> NameDialog | None:
        """Ask for another name."""
        chosen = self.chosen()
        if chosen is None:
            return None

        def take(name: str) -> None:
            self._tasks.write(lambda: offices.rename(chosen.address, name), self._changed, self._failed, owner=self)

        return ask_name(self, _("Rename office"), _("Name of the office"), _("Rename"), take, chosen.name)

    def forget(self) -> None:
        """Take the office off the list, after a question."""
        chosen = self.chosen()
        if chosen is None or not self._is_listed():
            return
        sentence = _("Remove “{name}” from this list, and its password from this computer? The office itself stays.")
        if ask(self, _("Remove from list"), sentence.format(name=chosen.name), _("Remove")):
            self._tasks.write(lambda: offices.forget(chosen.address), self._changed, self._failed, owner=self)

    def _changed(self, _nothing: object) -> None:
        self.banner.hide()
        self.load()

    @override
    def reject(self) -> None:
        if not self.export.cancel():
            super().reject()


def open_beside(window: QWidget, address: str) -> bool:
    """Open an office in a program of its own; say so and return False when it cannot be started."""
    program, *arguments = own_program(["--database", address])
    started, _pid = QProcess.startDetached(program, arguments)
    if not started:
        tell(window, _("Open another office"), _("A second window could not be started."))
    return bool(started)


def open_instead(window: QWidget, address: str, restored: str) -> bool:
    """Start gCRM anew with a restored file in the place of the office, and close this window; False where it fails.

    The new program waits until this one has let go of the file.
    """
    program, *arguments = own_program(["--database", address, "--restored", restored])
    started, _pid = QProcess.startDetached(program, arguments)
    if not started:
        tell(window, _("Restore a backup"), _("A second window could not be started."))
        return False
    main = window.window()
    while (parent := main.parentWidget()) is not None:
        main = parent.window()
    main.close()
    return True


def choose_office(window: QWidget, tasks: Tasks) -> OfficeChooser:
    """Ask for an office and open it in a window of its own."""
    dialog = OfficeChooser(tasks, window)
    dialog.open()
    return dialog
