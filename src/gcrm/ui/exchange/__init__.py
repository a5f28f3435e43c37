"""Files in and out: the import and export dialogs, copying and dragging contacts, dropping files on the window."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from gcrm.ui.context import Context
    from gcrm.ui.exchange.cut_over_dialog import CutOverDialog
    from gcrm.ui.exchange.drop import WindowDrop
    from gcrm.ui.exchange.everything_dialog import EverythingDialog
    from gcrm.ui.exchange.export_dialog import ExportDialog
    from gcrm.ui.exchange.import_dialog import ImportDialog
    from gcrm.ui.exchange.outlook_dialog import OutlookDialog

__all__ = [
    "copy_contacts",
    "install_drop",
    "open_cut_over",
    "open_everything",
    "open_export",
    "open_import",
    "open_outlook",
]


def open_import(context: Context, paths: Sequence[Path | str]) -> ImportDialog:
    """Show what an import of these files would do; without files they are chosen in the dialog."""
    from gcrm.ui.exchange.import_dialog import show_import

    return show_import(context, paths)


def open_export(context: Context, contacts: Sequence[int]) -> ExportDialog:
    """Ask how the chosen contacts, the list or everything shall be exported."""
    from gcrm.ui.exchange.export_dialog import ExportDialog

    dialog = ExportDialog(context, contacts)
    dialog.open()
    return dialog


def open_everything(context: Context) -> EverythingDialog:
    """Ask where the whole office shall be exported to."""
    from PySide6.QtWidgets import QWidget

    from gcrm.ui.exchange.everything_dialog import EverythingDialog

    dialog = EverythingDialog(context, context.window if isinstance(context.window, QWidget) else None)
    dialog.open()
    return dialog


def open_cut_over(context: Context) -> CutOverDialog:
    """Ask for the folder of a former program, and show what would come of it."""
    from gcrm.ui.exchange.cut_over_dialog import CutOverDialog

    dialog = CutOverDialog(context)
    dialog.open()
    return dialog


def open_outlook(context: Context) -> OutlookDialog:
    """Ask what shall be exchanged with Outlook, and show what would come of it."""
    from gcrm.ui.exchange.outlook_dialog import OutlookDialog

    dialog = OutlookDialog(context)
    dialog.open()
    return dialog


def copy_contacts(context: Context, contacts: Sequence[int], *, as_rows: bool = False) -> None:
    """Put contacts on the clipboard: as address blocks (or `as_rows`), as vCards and as rows for a spreadsheet."""
    from gcrm.ui.exchange.clipboard import copy

    copy(context, contacts, as_rows=as_rows)


def install_drop(window: QWidget, context: Context) -> WindowDrop:
    """Let address files and folders be dropped anywhere on a window."""
    from gcrm.ui.exchange.drop import WindowDrop

    return WindowDrop(window, context)
