"""Who may do what, on a server that sees to it."""

from __future__ import annotations

from gcrm.services import contact
from gcrm.services.check import check
from gcrm.services.unit_of_work import seal_pending
from tests.services.team.team_office import Team


def test_an_office_login_makes_a_contact(team: Team) -> None:
    with team.open("office") as office:
        made = contact.create(office, contact.empty(name="Firma"))
        loaded = contact.load(office, made)
        loaded.record.name2 = "x"
        contact.save(office, loaded)
    seal_pending(team.owner)
    assert check(team.owner).findings == ()
