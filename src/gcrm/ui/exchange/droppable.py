"""Which files that are dragged an import knows."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData

from gcrm.services.exchange.everything.rules import MANIFEST
from gcrm.services.exchange.read_file import FOREIGN, PACKED, SUFFIXES, TEXT
from gcrm.ui.calendar.files import ENDINGS as CALENDARS
from gcrm.ui.dropped_files import local_files


def importable(data: QMimeData) -> list[Path]:
    """Return the files and folders in what is dragged that an import knows; nothing if anything else is among them."""
    files = local_files(data)
    endings = {*SUFFIXES, *FOREIGN, *CALENDARS, *PACKED, TEXT}
    good = [file for file in files if file.suffix.lower() in endings or file.name == MANIFEST or file.is_dir()]
    return good if len(good) == len(files) else []
