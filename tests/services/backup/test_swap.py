"""A restored office beside the present one: compared, and in its place only when nobody has that open."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from gcrm.errors import UserError
from gcrm.services import contact
from gcrm.services.backup.create import create
from gcrm.services.backup.restore import restore
from gcrm.services.backup.swap import beside, take_place
from gcrm.services.opening import open_office
from tests.services.offices import organisation


def names(path: Path) -> set[str]:
    with closing(open_office(str(path))) as database, database.read() as session:
        return {contact.read(session, number).name for number in (1, 2) if number <= contact.count(session)}


def test_a_restored_office_takes_the_place_that_nobody_has_open(tmp_path: Path) -> None:
    office, restored, backup = (tmp_path / name for name in ("office.gcrm", "restored.gcrm", "a.gcrmbackup"))
    with closing(open_office(str(office))) as database:
        organisation(database)
        create(database.engine, backup)
        organisation(database, "Neu KG")
        restore(backup, str(restored))
        found = beside(database, restored)
        assert [(each.then, each.now) for each in found.counts[:1]] == [(1, 2)]
        assert found.then is not None
        assert found.now is not None
        assert found.then < found.now
        with pytest.raises(UserError, match="is open in a program"):
            take_place(office, restored, tries=1)
        assert restored.exists()
    kept = take_place(office, restored, tries=1)
    assert not restored.exists()
    assert "before-restore" in kept.name
    assert names(office) == {"Albrecht Metallbau GmbH"}
    assert names(kept) == {"Albrecht Metallbau GmbH", "Neu KG"}
    with pytest.raises(UserError, match="not there any more"):
        take_place(office, restored, tries=1)
