"""A file edited in another program while gCRM is closed, or just before: nothing that was saved there is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication

from gcrm.services import attachment
from gcrm.services.attachment import AttachmentRow
from gcrm.ui.file_opener import FileOpener, opener_of
from tests.stories.sitting import Person, at_the_desk
from tests.ui.office import Office


def kept(me: Person, office: Office) -> AttachmentRow:
    with me.database.read() as session:
        [row] = attachment.rows(session, office.albrecht)
        return row


def edit(me: Person, office: Office, opened: list[Path]) -> tuple[Path, FileOpener]:
    """Open the file for editing; return the copy that the other program was given."""
    opener = opener_of(me.context)
    opener.edit(kept(me, office))
    me.until(lambda: bool(opened), "no copy was handed over")
    return opened.pop(), opener


def test_what_is_saved_elsewhere_around_the_end_is_there_at_the_next_start(
    office: Office, address: str, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(Path(QUrl(url).toLocalFile())))
    with at_the_desk(address) as me:
        attachment.attach_bytes(me.database, b"one", "list.txt", contact_id=office.albrecht)
        copy, opener = edit(me, office, opened)
        copy.write_bytes(b"one, two")  # and gCRM is closed at once
    with at_the_desk(address) as me:
        assert kept(me, office).size == len(b"one, two")
        opener.close()
        assert not copy.exists()
        copy, opener = edit(me, office, opened)
        lock = copy.with_name(f".~lock.{copy.name}#")
        lock.write_text("still open there")
    opener.close()
    copy.write_bytes(b"one, two, three")  # while gCRM is not running
    lock.unlink()
    with at_the_desk(address) as me:
        me.until(lambda: kept(me, office).size == len(b"one, two, three"), "the change was not taken up")
        opener_of(me.context).close()
    assert not copy.exists()
