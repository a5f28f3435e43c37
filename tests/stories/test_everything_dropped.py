"""A folder with everything is dropped on an empty office: one look, one button, and a phone shows the result."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget
from sqlalchemy import select

from gcrm.model.activity import Activity
from gcrm.services.dav import passwords
from gcrm.services.opening import open_office
from gcrm.services.user import login_of
from gcrm.ui.exchange.import_dialog import ImportDialog
from tests.services.dav.device import Device, listening
from tests.stories.sitting import Person, at_the_desk

FOLDERS = (
    "contacts-csv", "fritzbox/public-lines", "ldif/gammu", "vcard/khard", "vcard/py-vobject", "vcard/libical",
    "ical/py-vobject", "ical/eds-libedata-cal", "bank/oca-14.0-paypal", "hostile",
)  # fmt: skip
"""Some files of every kind: folders of the corpora. `dev.py bench fidelity --drop` imports all of them."""
SLOW = shutil.ignore_patterns("photo_9*", "nested_*", "callmonitor_*")
MAIL = """From: John Doe <john.doe@ibm.com>
To: office@office.example
Subject: Offer for the gate
Date: Mon, 2 Mar 2026 10:00:00 +0100
Message-ID: <1@example.com>

Good morning.
"""
FAIR = """BEGIN:VCALENDAR
BEGIN:VEVENT
UID:fair
DTSTART;VALUE=DATE:{day:%Y%m%d}
SUMMARY:Fair in Leipzig
END:VEVENT
END:VCALENDAR
"""
CARD = "BEGIN:VCARD\nVERSION:3.0\nFN:Werft GmbH\nORG:Werft GmbH\nEMAIL:john.doe@ibm.com\nEND:VCARD\n"


def everything(corpora: Path, target: Path) -> Path:
    """Copy some files of every kind, with a mail and a file that holds nothing for an office."""
    for name in FOLDERS:
        shutil.copytree(corpora / name, target / name, ignore=SLOW, copy_function=shutil.copyfile)
        target.joinpath(name).chmod(0o700)
    (target / "Mails").mkdir()
    (target / "Mails" / "offer.eml").write_text(MAIL, encoding="utf-8")
    (target / "Mails" / "werft.vcf").write_text(CARD, encoding="utf-8")
    (target / "Mails" / "fair.txt").write_text(FAIR.format(day=date.today()), encoding="utf-8")
    (target / "Offer.pdf").write_bytes(b"%PDF-1.4")
    return target


def drop(window: QWidget, folder: Path) -> None:
    """Drag a folder over a window and let it go."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(folder))])
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    over = QDragEnterEvent(QPoint(50, 50), Qt.DropAction.CopyAction, data, left, none)
    QApplication.sendEvent(window, over)
    assert over.isAccepted()
    QApplication.sendEvent(window, QDropEvent(QPointF(50, 50), Qt.DropAction.CopyAction, data, left, none))


def test_a_folder_with_everything_comes_in_and_a_phone_shows_it(
    address: str, corpora: Path, tmp_path: Path, qapp: QApplication
) -> None:
    folder = everything(corpora, tmp_path / "everything")
    with at_the_desk(address) as me:
        drop(me.window, folder)
        me.settle()
        dialog = me.dialog(ImportDialog)
        assert not dialog.parts.bad_rows.isVisible()
        assert "looks like a statement" in told(dialog)
        assert "unfolds to more than 200 MB" in told(dialog)
        assert "Offer.pdf" not in told(dialog)
        assert "1 .pdf" in told(dialog)
        counts = dialog.plan.counts()
        assert min(counts["create"], dialog.plan.others.appointments) > 20
        me.click(dialog.parts.go)
        assert "1 e-mail" in dialog.parts.banner.message()
        assert "waits" not in dialog.parts.banner.message()
        me.click(dialog.parts.go)
        assert me.windows() == []
        assert me.count() == 2
        assert listed(me) == counts["create"]
    phone_shows(address, counts["create"])


def told(dialog: ImportDialog) -> str:
    """Return all that is said to be left out."""
    shown = dialog.parts.reported
    items = (shown.topLevelItem(place) for place in range(shown.topLevelItemCount()))
    return "\n".join(item.text(2) for item in items if item is not None)


def listed(me: Person) -> int:
    """Return how many contacts the window lists."""
    return me.window.contacts.pane.model.rowCount()


def phone_shows(address: str, contacts: int) -> None:
    """Look at the office with a phone."""
    database = open_office(address)
    with database.read() as session:
        login = login_of(session, database.user_id)
        mails = session.scalars(select(Activity.subject).where(Activity.type == "email")).all()
    secret = passwords.make(database)
    database.close()
    assert mails == ["Offer for the gate"]
    with listening(address) as served:
        phone = Device(served.port, login, secret)
        _token, cards = phone.sync("contacts")
        _token, events = phone.sync("calendar")
        assert len(cards) == contacts
        assert any("SUMMARY:Fair in Leipzig" in text for text in phone.texts("calendar", *events).values())
        assert any("FN:Werft GmbH" in text for text in phone.texts("contacts", *cards).values())
