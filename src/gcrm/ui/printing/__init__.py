"""The print dialogs: contact sheets, lists and labels, in one shell with preview, printer and PDF."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gcrm.ui.context import Context
    from gcrm.ui.printing.labels import LabelsDialog
    from gcrm.ui.printing.listing import ListDialog
    from gcrm.ui.printing.sheets import SheetsDialog

__all__ = ["print_contact_sheets", "print_labels", "print_list"]


def print_contact_sheets(context: Context, contacts: Sequence[int]) -> SheetsDialog:
    """Print the sheets of contacts, each beginning a page."""
    from gcrm.ui.printing.sheets import SheetsDialog

    dialog = SheetsDialog(context, contacts)
    dialog.begin()
    return dialog


def print_list(context: Context) -> ListDialog:
    """Print the list as it is shown, or the chosen contacts of it."""
    from gcrm.ui.printing.listing import ListDialog

    dialog = ListDialog(context)
    dialog.begin()
    return dialog


def print_labels(context: Context, contacts: Sequence[int]) -> LabelsDialog:
    """Print address labels for contacts."""
    from gcrm.ui.printing.labels import LabelsDialog

    dialog = LabelsDialog(context, contacts)
    dialog.begin()
    return dialog
