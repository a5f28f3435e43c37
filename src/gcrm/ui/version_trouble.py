"""What the main window offers when an office and this program are of different versions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, QUrl
from PySide6.QtGui import QDesktopServices

from gcrm.errors import BeingUpgraded, GcrmError, NewerOffice, OlderOffice
from gcrm.i18n import _
from gcrm.ui.main_window import MainWindow
from gcrm.ui.tasks import Tasks
from gcrm.ui.upgrade_dialog import UpgradeDialog

AGAIN_MS = 15_000
WEB = ("https://", "http://")


class VersionTrouble(QObject):
    """Offers to upgrade, waits for the upgrade by somebody else, or shows where the newer program is."""

    def __init__(self, window: MainWindow, tasks: Tasks) -> None:
        super().__init__(window)
        self._window = window
        self._tasks = tasks
        self._again: Callable[[bool], object] = lambda upgrades: None
        self._sentence = ""
        self.timer = QTimer(self)
        self.timer.setSingleShot(True)
        self.timer.setInterval(AGAIN_MS)
        self.timer.timeout.connect(lambda: self._again(False))

    def is_told(self, error: GcrmError) -> bool:
        """Whether the window waits and says so already."""
        return bool(self._sentence) and self._sentence == error.sentence

    def offer(self, error: GcrmError, again: Callable[[bool], object]) -> None:
        """Offer what may help; `again` opens the office once more, and upgrades it when it is given True."""
        self._again, self._sentence = again, ""
        if isinstance(error, OlderOffice) and error.is_owner:
            self._window.banner.add_button(_("Upgrade office…"), lambda: self.ask(error))
            self.ask(error)
        elif isinstance(error, OlderOffice | BeingUpgraded):
            self._sentence = error.sentence
            self.timer.start()
        elif isinstance(error, NewerOffice) and error.installer:
            self._window.banner.add_button(_("Show installer"), lambda: self.show_place(error.installer))

    def ask(self, office: OlderOffice) -> UpgradeDialog:
        """Ask whether to upgrade, without stopping the program."""
        dialog = UpgradeDialog(office, self._upgrade, self._window)
        dialog.open()
        return dialog

    def _upgrade(self) -> None:
        """Begin, and say what goes on."""
        self._window.banner.clear_buttons()
        self._window.banner.show_message(
            _("The office is backed up and brought to the new version. That can take some minutes."), "info"
        )
        self._again(True)

    def show_place(self, place: str) -> None:
        """Open the folder or web page in which the office keeps the installer; never a program."""
        if place.startswith(WEB):
            QDesktopServices.openUrl(QUrl(place))
            return
        self._tasks.read(lambda: folder_of(place), lambda folder: self._show_folder(place, folder), owner=self)

    def _show_folder(self, place: str, folder: Path | None) -> None:
        if folder is None:
            self._window.say(_("{place} cannot be found from this computer.").format(place=place))
        else:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


def folder_of(place: str) -> Path | None:
    """Return the folder that a place is or lies in, None when there is none."""
    path = Path(place).expanduser()
    return next((found for found in (path, path.parent) if path.is_absolute() and found.is_dir()), None)
