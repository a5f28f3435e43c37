"""Contacts and appointments handed to another program of this computer: a file of its own, opened as people open one.

Which program that is (Contacts and Calendar on a Mac, Outlook, Thunderbird), the system decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gcrm.i18n import _
from gcrm.ui.context import Context
from gcrm.ui.file_opener import opener_of


def open_contacts(context: Context, contacts: Sequence[int]) -> None:
    """Open contacts, as a vCard, in the program that this computer has for it."""
    if not contacts:
        return

    def write(session: Any, path: Path) -> None:
        from gcrm.services.exchange.exporter import write_for_others

        write_for_others(session, contacts, path)

    name = _("Contacts")
    opener_of(context).hand(f"{name}.vcf", write)


def open_appointment(context: Context, activity: int) -> None:
    """Open an appointment, as a calendar file, in the program that this computer has for it."""

    def write(session: Any, path: Path) -> None:
        from gcrm.services.exchange.ical_export import write_for_others

        write_for_others(session, activity, path)

    name = _("Appointment")
    opener_of(context).hand(f"{name}.ics", write)
