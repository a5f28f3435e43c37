"""A printer for tests: it is Qt's own, and its paper is a PDF file."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEventLoop, Qt
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot
from sqlalchemy import func, select

from gcrm.model.activity import Activity
from gcrm.model.address import Address
from gcrm.model.change import Operation
from gcrm.services import contact
from gcrm.services.database import Database
from gcrm.services.unit_of_work import unit_of_work
from gcrm.ui.context import Context
from gcrm.ui.printing.preview import Preview


class PaperFile:
    """Prints into a file; its resolution is low so that tests are quick."""

    def __init__(self, path: Path, names: tuple[str, ...] = ("Laser",)) -> None:
        self.path = path
        self.opened: list[str] = []
        self._names = names

    def names(self) -> list[str]:
        return list(self._names)

    def open(self, name: str, title: str) -> QPrinter:
        self.opened.append(name)
        printer = QPrinter(QPrinter.PrinterMode.ScreenResolution)
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(str(self.path))
        printer.setResolution(72)
        return printer


class NoPrinters(PaperFile):
    """A computer without printer."""

    def __init__(self) -> None:
        super().__init__(Path("nowhere"), ())


def keep(qtbot: QtBot, dialog: QDialog) -> None:
    """Let a dialog outlive its end, so that a test can look at it."""
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)


def settle(context: Context, preview: Preview) -> None:
    """Let everything that was asked for happen, to the page on the screen."""
    context.tasks.wait_idle()
    if preview.pages() and preview.view.image() is None:
        loop = QEventLoop()
        preview.painted.connect(loop.quit)
        loop.exec()
    context.tasks.wait_idle()


def street(town: str = "Leipzig", number: str = "1", **values: str) -> Address:
    """Return an address."""
    told = {"street": "Hauptstraße", "house_number": number, "postcode": "04103", "town": town, "country": "DE"}
    return Address(custom={}, **{**told, **values})


def add_customers(database: Database, count: int) -> list[int]:
    """Create customers with an address each, in one step."""
    made = [contact.empty(name=f"Customer {number:03}") for number in range(1, count + 1)]
    with unit_of_work(database, "Customers added", kind="create") as work:
        for number, each in enumerate(made, 1):
            each.addresses.append(street(number=str(number)))
            contact.add(work, each)
    return [each.id for each in made]


def printed(database: Database) -> dict[int, int]:
    """Return how often something was printed of each contact."""
    with database.read() as session:
        wanted = select(Activity.contact_id, func.count()).where(Activity.type == "print").group_by(Activity.contact_id)
        return {int(contact_id): int(times) for contact_id, times in session.execute(wanted) if contact_id is not None}


def operations(database: Database, label: str) -> int:
    """Return how many operations have a label."""
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(Operation).where(Operation.label == label)) or 0
