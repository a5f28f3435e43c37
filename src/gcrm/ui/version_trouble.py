"""What the main window offers when an office and this program are of different versions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, QTimer, QUrl
from PySide6.QtGui import QDesktopServices

from gcrm.errors import BeingUpgraded, GcrmError, NewerOffice, OlderOffice
from gcrm.i18n import _
from gcrm.ui.main_window import MainWindow
from gcrm.ui.tasks import Tasks

if TYPE_CHECKING:
    from gcrm.ui.upgrade_dialog import Upgrade, UpgradeDialog

__all__ = ["Again", "VersionTrouble", "folder_of"]


class Again(Protocol):
    """Opens the office once more, and says something when it is open."""

    def __call__(self, told: str = "") -> None:
        """Open it."""


AGAIN_MS = 15_000
WEB = ("https://", "http://")


class VersionTrouble(QObject):
    """Offers to upgrade, waits for the upgrade by somebody else, or shows where the newer program is."""

    def __init__(self, window: MainWindow, tasks: Tasks) -> None:
        super().__init__(window)
        self._window = window
        self._tasks = tasks
        self._again: Again = lambda told="": None
        self._sentence = ""
        self.timer = QTimer(self)
        self.timer.setSingleShot(True)
        self.timer.setInterval(AGAIN_MS)
        self.timer.timeout.connect(lambda: self._again())

    def is_told(self, error: GcrmError) -> bool:
        """Whether the window waits and says so already."""
        return bool(self._sentence) and self._sentence == error.sentence

    def offer(self, error: GcrmError, again: Again, upgrade: Upgrade) -> None:
        """Offer what may help; `again` opens the office once more, `upgrade` brings it to this version."""
        self._again = again
        if self.is_told(error):
            self.timer.start()
            return
        self._sentence = ""
        if isinstance(error, OlderOffice) and (error.is_owner or error.owner):
            self._window.banner.add_button(_("Upgrade office…"), lambda: self.ask(error, upgrade))
        if isinstance(error, OlderOffice) and error.is_owner:
            self.ask(error, upgrade)
        elif isinstance(error, OlderOffice | BeingUpgraded):
            self._sentence = error.sentence
            self.timer.start()
        elif isinstance(error, NewerOffice) and error.installer:
            self._window.banner.add_button(_("Show installer"), lambda: self.show_place(error.installer))

    def ask(self, office: OlderOffice, upgrade: Upgrade) -> UpgradeDialog:
        """Ask whether to upgrade, without stopping the program; nobody looks again while that is asked."""
        from gcrm.ui.upgrade_dialog import UpgradeDialog  # hardly ever needed, and more than the first window is

        self.timer.stop()
        dialog = UpgradeDialog(office, self._tasks, upgrade, self._window)
        dialog.upgraded.connect(self._open)
        if not office.is_owner:
            dialog.rejected.connect(self.timer.start)
        dialog.open()
        return dialog

    def _open(self, told: str) -> None:
        """Open what was upgraded."""
        self._window.banner.clear_buttons()
        self._again(told)

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
