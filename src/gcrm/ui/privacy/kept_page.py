"""The page that shows everything kept about somebody, and saves it to be handed over."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gcrm.errors import GcrmError
from gcrm.i18n import _
from gcrm.services.file_safety import safe_name
from gcrm.services.personal_data.belongings import Subject
from gcrm.services.personal_data.dossier import Dossier, dossier
from gcrm.services.personal_data.give import body, give
from gcrm.ui.allowed import Offer
from gcrm.ui.context import Context
from gcrm.ui.tasks import Progress
from gcrm.ui.theme import px
from gcrm.ui.widgets.banner import Banner
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.file_question import ask_where, documents
from gcrm.ui.widgets.safe import PlainLabel
from gcrm.ui.widgets.safe_browser import SafeBrowser

MOST = 200
"""Rows of one kind that the window shows; the file has all of them."""


class KeptPage(QWidget):
    """Everything in words; *Save* writes a zip with the page, the data for machines and the files."""

    def __init__(self, context: Context, banner: Banner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._banner = banner
        self._subject: Subject | None = None
        self._name = ""
        self.browser = SafeBrowser(_("What is kept"))
        self.save_button = Button(_("Save to hand over…"), icon_name="download", on_click=self.save)
        self._offer = Offer(context, self.save_button, "contacts.export", "files.export")
        self.hint = PlainLabel(
            _("A zip with a page to read, a PDF to print, the data for other programs and all files; or only the PDF."),
            "meta",
            wrap=True,
        )
        line = QHBoxLayout()
        line.addWidget(self.hint, 1)
        line.addWidget(self.save_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(8))
        column.addWidget(self.browser, 1)
        column.addLayout(line)

    def load(self, subject: Subject) -> None:
        """Read what is kept."""
        self._subject = subject
        database = self._context.database
        self._offer.set_open(False)
        self._context.tasks.read(
            lambda: dossier(database, subject), self._show, self._failed, key=id(self), label=_("Privacy"), owner=self
        )

    def _show(self, found: Dossier) -> None:
        self._name = found.name
        self.browser.show_html(body(found, most=MOST))
        self._offer.set_open(True)

    def save(self) -> None:
        """Ask for the place of the zip, or of the PDF."""
        name = safe_name(f"{self._name} {date.today().isoformat()}.zip")
        kinds = ";;".join((_("Zip archives (*.zip)"), _("PDF (*.pdf)")))
        ask_where(self, _("Save to hand over"), self.save_to, Path(documents()) / name, kinds)

    def save_to(self, target: Path) -> None:
        """Write it."""
        subject, database = self._subject, self._context.database
        if subject is None:
            return

        def work(progress: Progress) -> Dossier:
            return give(database, subject, target, progress)

        def done(_found: Dossier) -> None:
            self._banner.show_message(_("Written to {file}").format(file=target.name), "ok")

        self._context.tasks.write(work, done, self._failed, _("Writing"), owner=self)

    def _failed(self, error: GcrmError) -> None:
        self._banner.show_message(error.sentence, "bad")
