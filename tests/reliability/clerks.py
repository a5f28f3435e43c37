"""The desks of an office, which work until they are killed: `python -m tests.reliability.clerks OFFICE NOTES`.

A line on standard input, "NAME", sits one more down, a fork of this program; the answer is its process id. Each desk
writes into the file NOTES, one line at once: "NAME try KIND TOKEN" before it saves, then "NAME done", "NAME not"
(refused for a conflict or because the server is away: nothing may be written then), "NAME unknown" (the line broke at
the commit, and nobody could be asked), or "NAME wrong SENTENCE".
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
import traceback
from collections.abc import Callable
from itertools import count

from gcrm.errors import ConflictError, GcrmError, Unreachable
from gcrm.model.address import Address
from gcrm.model.contact_point import ContactPoint
from gcrm.services import activity, contact
from gcrm.services.database import Database
from gcrm.services.opening import open_office

COUNTERS = range(1, 6)
FIELDS = ("notes", "payment_terms", "buyer_reference")
"""All desks count into these fields of the contacts COUNTERS, and set one field of all of them at once."""
KINDS = ("count",) * 4 + ("log",) * 2 + ("create",) * 2 + ("many",)
UNKNOWN = "whether it was is not known"
PAUSE = 0.2
"""Seconds before a desk tries again to reach the server."""


class Clerk:
    """One desk."""

    def __init__(self, name: str, notes: int) -> None:
        self.name, self.notes, self.dice = name, notes, random.Random(name)

    def say(self, *words: str) -> None:
        """Write a line into the notes."""
        os.write(self.notes, (" ".join((self.name, *words)).replace("\n", " ") + "\n").encode())

    def open(self, office: str) -> Database:
        """Open the office, as soon as it can be."""
        while True:
            try:
                return open_office(office, user=self.name.partition(".")[0])
            except Unreachable:
                time.sleep(PAUSE)

    def work(self, office: str) -> None:
        """Work for ever."""
        database = self.open(office)
        for turn in count():
            kind = self.dice.choice(KINDS)
            try:
                token, save = getattr(self, f"_{kind}")(database, turn)
                self.say("try", kind, token)
                save()
            except (ConflictError, Unreachable) as problem:
                self.say("unknown" if UNKNOWN in problem.sentence else "not")
                time.sleep(PAUSE if isinstance(problem, Unreachable) else 0)
            except GcrmError as problem:
                self.say("wrong", type(problem).__name__, problem.sentence, problem.details)
            else:
                self.say("done")

    def _count(self, database: Database, turn: int) -> tuple[str, Callable[[], object]]:
        record, field = self.dice.choice(COUNTERS), self.dice.choice(FIELDS)
        loaded = contact.load(database, record)
        number = int(getattr(loaded.record, field).partition(" ")[0])
        # Two who write the very same words agree, which is no conflict: so nobody writes the same.
        setattr(loaded.record, field, f"{number + 1} by {self.name}-{turn}")
        return f"{record}.{field}", lambda: contact.save(database, loaded)

    def _log(self, database: Database, turn: int) -> tuple[str, Callable[[], object]]:
        token = f"{self.name}-{turn}"
        return token, lambda: activity.log(database, self.dice.choice(COUNTERS), token)

    def _create(self, database: Database, turn: int) -> tuple[str, Callable[[], object]]:
        token = f"{self.name}-{turn}"
        made = contact.empty(name=token, is_customer=True)
        made.addresses.append(Address(street="Hauptstraße", house_number=str(turn), town="Leipzig"))
        made.points.append(ContactPoint(kind="phone", value=f"0341 {1000000 + turn}"))
        return token, lambda: contact.create(database, made)

    def _many(self, database: Database, _turn: int) -> tuple[str, Callable[[], object]]:
        value = self.dice.choice("ABC")
        return value, lambda: contact.set_field(database, list(COUNTERS), "priority", value)


def main(office: str, path: str) -> None:
    """Sit a desk down for each line."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how they ended
    notes = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for line in sys.stdin:
        child = os.fork()
        if not child:
            clerk = Clerk(line.strip(), notes)
            try:
                clerk.work(office)
            finally:
                clerk.say("wrong", traceback.format_exc())
                os._exit(1)
        print(child, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
