"""An office in a file with two users, served, and the phone of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from gcrm.services import user
from gcrm.services.database import Database
from gcrm.services.dav import passwords
from gcrm.services.opening import open_office
from tests.databases import SqliteOffices
from tests.services.dav.device import Device, listening


@dataclass
class Office:
    """The office at the desk of Anna and of Jonas, and their phones."""

    anna: Database
    jonas: Database
    phone: Device
    other: Device


@pytest.fixture
def office(sqlite_offices: SqliteOffices, data_folder: Path) -> Iterator[Office]:
    """Give an office that is served."""
    with sqlite_offices.migrated(data_folder) as url:
        first = open_office(url)
        for login in ("anna", "jonas"):
            user.add_user(first, login, login.title())
        first.close()
        anna, jonas = (open_office(url, user=login) for login in ("anna", "jonas"))
        secrets = [passwords.make(desk) for desk in (anna, jonas)]
        with listening(url) as served:
            phones = [Device(served.port, *told) for told in zip(("anna", "jonas"), secrets, strict=True)]
            yield Office(anna, jonas, *phones)
        anna.close()
        jonas.close()
