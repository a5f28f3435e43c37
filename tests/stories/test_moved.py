"""The office that moved to a server: its old file says so when it is opened, shows everything, and takes nothing."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QApplication, QLabel

from gcrm.services import contact
from gcrm.services.opening import open_office
from gcrm.services.team.move import share
from tests.databases import PostgresOffices
from tests.stories.sitting import Person, at_the_desk
from tests.stories.test_undo_and_trash import edit
from tests.ui.office import Office


def test_the_old_office_says_where_the_new_one_is(
    office: Office, address: str, postgres_offices: PostgresOffices, tmp_path: Path, qapp: QApplication
) -> None:
    with postgres_offices.empty(tmp_path) as server:
        old = open_office(address, user="anna")
        contact.trash(old, [office.albrecht])
        place = share(old, server).place
        old.close()
    with at_the_desk(address) as me:
        me.settle()
        assert me.window.banner.isVisible()
        assert me.window.banner.message().startswith(f"This office moved to {place} on ")
        assert me.context.database.is_read_only
        me.window.contacts.open_contact(office.becker)
        me.settle()
        edit(me, "Payment terms", "at once")
        assert "Nothing was saved: this office moved to" in seen(me)
        assert contact.load(me.database, office.becker).record.payment_terms != "at once"


def seen(me: Person) -> str:
    """Return all texts of the window."""
    return " ".join(label.text() for label in me.window.findChildren(QLabel) if label.isVisible())
