"""What an answer says besides the records, on the page and on paper."""

from __future__ import annotations

from collections.abc import Iterator

from gcrm.i18n import _
from gcrm.services.personal_data.dossier import Dossier
from gcrm.services.showing import show_instant

DATA = "data.json"
"""The file for machines beside the page."""


def head_lines(found: Dossier) -> Iterator[str]:
    """Yield what stands above: when it was taken by whom, what is restricted, and the rights of the person."""
    yield _("Taken on {day}.").format(day=show_instant(found.taken_at)) + (f" {found.office}" if found.office else "")
    if found.restricted_until:
        sentence = _("The data was erased. What follows is kept by law until {day} and used for nothing else.")
        yield sentence.format(day=found.restricted_until)
    if not found.is_whole:
        yield _("Whoever took this does not see everything in the office; something may be missing.")
    yield _(
        "You may have this corrected, erased, restricted or transferred, object to its use, and complain to a "
        "supervisory authority (GDPR Art. 15 to 22, 77)."
    )


def history_line(found: Dossier) -> Iterator[str]:
    """Yield what is said of the history, where there is one: a page alone has not the file with its values."""
    if found.history:
        sentence = _(
            "Former values are kept with the time of each change. {file} lists them, in the answer as a folder or zip."
        )
        yield f"{sentence.format(file=DATA)} ({len(found.history)})"
