"""Saves contacts for ever and says each number only when it is saved: `python -m tests.reliability.saver FILE`.

A line on standard output is an acknowledgement: "10001" saved, "! sentence" refused. With `--limit BYTES` no file
may grow beyond that many bytes until a line comes on standard input.
"""

from __future__ import annotations

import sys

from gcrm.errors import GcrmError
from gcrm.model.address import Address
from gcrm.model.contact import Contact
from gcrm.model.contact_point import ContactPoint
from gcrm.services import contact
from gcrm.services.database import Database
from gcrm.services.opening import open_office


def record(turn: int) -> Contact:
    """Return a contact with children; some are large, so that pages overflow."""
    made = contact.empty(name=f"Firma {turn}", notes="Notiz " * (turn % 7 * 300), is_customer=True)
    made.addresses.append(Address(street="Hauptstraße", house_number=str(turn), town="Leipzig"))
    made.points.append(ContactPoint(kind="phone", value=f"0341 {1000000 + turn}"))
    return made


def limit_files(size: int) -> None:
    """Let no file grow beyond a size; nothing where the system knows no such limit."""
    if sys.platform != "win32":
        import resource
        import signal

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def save_one(database: Database, turn: int) -> bool:
    """Save a contact and say so."""
    saving = record(turn)
    try:
        contact.create(database, saving)
    except GcrmError as error:
        print("!", error.sentence, flush=True)
        return False
    print(saving.number, flush=True)
    return True


def main(path: str, limit: int = 0) -> None:
    """Save until somebody ends it; with a limit, until it is reached, and on after a line on standard input."""
    database = open_office(path, user="saver")
    print("ready", flush=True)
    turn = 0
    if limit:
        limit_files(limit)
        while save_one(database, turn):
            turn += 1
        sys.stdin.readline()
        limit_files(1 << 40)
        for more in range(3):
            save_one(database, turn + more)
        database.close()
        return
    while True:
        save_one(database, turn)
        turn += 1


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 0)
