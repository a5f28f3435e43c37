"""Are the kept files the bytes that were stored?"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.orm import Session

from gcrm.i18n import _
from gcrm.services.blob import verify_hashes
from gcrm.services.check.report import Finding


def contents(session: Session) -> Iterator[Finding]:
    """Read every content and compare it with its checksum."""
    for damage in verify_hashes(session):
        names = ", ".join(damage.names) or damage.sha256[:12]
        sentence = _("The file “{names}” is damaged: {problem}. Restore it from a backup.")
        yield Finding("file", f"blob:{damage.sha256}", sentence.format(names=names, problem=_(damage.problem)))
