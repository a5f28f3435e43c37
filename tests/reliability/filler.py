"""Writes where there is no room: `python -m tests.reliability.filler OFFICE FOLDER`.

A line on standard input is "KIND BYTES": a fork of this program, in which no file may grow beyond so many bytes, saves
("save"), keeps a file ("attach"), writes one out ("out"), exports ("export") or backs up ("backup"). The answer is
"done", or "! sentence".
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from gcrm.errors import GcrmError
from gcrm.services import attachment, contact
from gcrm.services.atomic_file import replacing
from gcrm.services.backup.create import create
from gcrm.services.database import Database
from gcrm.services.exchange.exporter import export_contacts
from gcrm.services.opening import open_office
from tests.reliability.saver import limit_files, record

FILE = bytes(range(256)) * 1200


def write_out(database: Database, path: Path) -> None:
    """Write the first attachment into a file."""
    with database.read() as session, replacing(path) as out:
        out.write(attachment.read_bytes(session, 1, len(FILE)))


def work(database: Database, folder: Path) -> Mapping[str, Callable[[], object]]:
    """Return everything that writes, by name."""
    return {
        "save": lambda: contact.create(database, record(6)),
        "attach": lambda: attachment.attach_bytes(database, os.urandom(len(FILE)), "more.bin", contact_id=1),
        "out": lambda: write_out(database, folder / "out.bin"),
        "export": lambda: export_contacts(database, list(range(1, 41)), folder / "export.vcf"),
        "backup": lambda: create(database.engine, folder / "office.gcrmbackup"),
    }


def main(office: str, folder: Path) -> None:
    """Write once for each line."""
    for line in sys.stdin:
        kind, size = line.split()
        child = os.fork()
        if not child:
            database = open_office(office, user="saver")
            limit_files(int(size))
            try:
                work(database, folder)[kind]()
                print("done", flush=True)
            except GcrmError as problem:
                print("!", problem.sentence, flush=True)
            finally:
                os._exit(0)
        os.waitpid(child, 0)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
