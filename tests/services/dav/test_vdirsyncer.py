"""Programs of others: vdirsyncer keeps folders in step with `gcrm dav serve` over TLS, khard reads what it wrote."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from gcrm.model.appointment import Appointment
from gcrm.model.contact import Contact
from gcrm.services import appointment, contact
from gcrm.services.appointment import Scope
from gcrm.services.dav import child, passwords
from gcrm.services.opening import open_office
from tests.databases import SqliteOffices
from tests.postgres import _free_port
from tests.services.dav.device import lines
from tests.services.dav.test_dav_calendar import DAY
from tests.services.dav.test_dav_contacts import CARD
from tests.services.offices import organisation

PAIR = """
[pair {name}]
a = "{name}_here"
b = "{name}_there"
collections = ["{collection}"]
[storage {name}_here]
type = "filesystem"
path = "{folder}/{name}/"
fileext = "{ending}"
[storage {name}_there]
type = "{kind}"
url = "{address}/"
username = "anna"
password = "{password}"
verify = "{certificate}"
"""
KHARD = "[addressbooks]\n[[office]]\npath = {path}\n[vcard]\npreferred_version = 3.0\n"


def run(*command: str, **more: Any) -> str:
    """Run a program of Python to its end and return what it said."""
    words = [sys.executable, "-m", *command]
    done = subprocess.run(words, capture_output=True, text=True, check=False, **more)
    assert done.returncode == 0, done.stdout + done.stderr
    return str(done.stdout)


@pytest.mark.skipif(os.name == "nt", reason="vdirsyncer is for other systems")
def test_vdirsyncer_goes_both_ways_and_khard_reads_it(
    sqlite_offices: SqliteOffices, data_folder: Path, tmp_path: Path
) -> None:
    with sqlite_offices.migrated(data_folder) as url:
        anna = open_office(url, user="anna")
        made, gone, keys = organisation(anna), organisation(anna, "Becker KG"), tmp_path / "keys"
        visit, _call = (
            appointment.book(anna, f"{DAY}T09:00:00", f"{DAY}T10:00:00", subject=words, zone="Europe/Berlin")
            for words in ("Visit", "Call")
        )
        told = {"folder": tmp_path, "password": passwords.make(anna), "certificate": keys / "office.crt"}
        more = ("--host", "127.0.0.1", "--name", "localhost", "--port", str(_free_port()), "--folder", str(keys))
        served = child.start(url, *more)
        told["address"] = served.address
        config = tmp_path / "config"
        config.write_text(
            f'[general]\nstatus_path = "{tmp_path}/status/"\n'
            + PAIR.format(name="people", kind="carddav", collection="contacts", ending=".vcf", **told)
            + PAIR.format(name="dates", kind="caldav", collection="calendar", ending=".ics", **told)
        )
        run("vdirsyncer", "-c", str(config), "discover", input="y\n" * 4)
        run("vdirsyncer", "-c", str(config), "sync")
        people, dates = tmp_path / "people" / "contacts", tmp_path / "dates" / "calendar"
        card = next(path for path in people.iterdir() if f"gcrm-{made}-" in path.name)
        visited, called = sorted(dates.iterdir(), key=lambda path: "SUMMARY:Call" in path.read_text())
        khard = tmp_path / "khard.conf"
        khard.write_text(KHARD.format(path=people))
        assert "+49 341 123456-0" in run("khard", "-c", str(khard), "phone", "--parsable", "Albrecht")
        # on either side something is changed, something goes, and something new comes
        card.write_text(card.read_text().replace("123456-0", "123456-9"))
        (people / "new.vcf").write_text(lines(*CARD))
        called.unlink()
        contact.trash(anna, [gone])
        appointment.move(anna, visit, "", f"{DAY}T11:00:00", f"{DAY}T12:00:00", Scope.ALL)
        run("vdirsyncer", "-c", str(config), "sync")
        assert {path.name for path in people.iterdir()} == {card.name, "new.vcf"}
        assert "T110000" in visited.read_text()
        assert "+49 341 123456-9" in {point.value for point in contact.load(anna, made).record.points}
        with anna.read() as session:
            assert "8F3A1B2C-0001" in session.scalars(select(Contact.uid)).all()
            assert session.scalars(select(Appointment.activity_id)).all() == [visit]
        anna.close()
        served.stop()
        assert served.process.returncode == 0
