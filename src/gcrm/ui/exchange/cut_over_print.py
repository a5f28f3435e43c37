"""The reconciliation sheet of a cut-over on paper or as a PDF."""

from __future__ import annotations

from collections.abc import Callable

from gcrm.i18n import _, ngettext
from gcrm.services.exchange.cut_over.plan import CutOver
from gcrm.services.exchange.cut_over.sheet import print_sheet
from gcrm.services.home import own_company
from gcrm.ui.context import Context
from gcrm.ui.printing.built import Built, in_memory, with_notes
from gcrm.ui.printing.printers import Printers
from gcrm.ui.printing.shell import PrintDialog
from gcrm.ui.tasks import Progress


class SheetPrint(PrintDialog):
    """Prints the sheet as the window shows it, whole."""

    def __init__(self, context: Context, made: CutOver, *, is_trial: bool, printers: Printers | None = None) -> None:
        name = _("Reconciliation sheet")
        super().__init__(context, "cut_over", name, f"{name} {made.folder.path.name}", printers=printers)
        self._made = made
        self._is_trial = is_trial

    def maker(self) -> Callable[[Progress], Built]:
        """Return how the sheet is made."""
        database, made, is_trial = self.context.database, self._made, self._is_trial

        def make(progress: Progress) -> Built:
            progress.check()
            with database.read() as session:
                company = own_company(session).name
            pdf, result = in_memory(lambda path: print_sheet(path, made, company=company, is_trial=is_trial))
            pages = ngettext("{count} page", "{count} pages", result.pages).format(count=result.pages)
            return Built(pdf, result.pages, with_notes(pages, result.replaced))

        return make
