"""The first time that a phone reads all contacts, against writing their cards alone."""

from __future__ import annotations

import base64
import io
import re
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from gcrm.services import contact_list
from gcrm.services.contact_list import ContactQuery
from gcrm.services.dav import passwords
from gcrm.services.dav.gate import Gate
from gcrm.services.dav.people import People
from gcrm.services.dav.welcome import Welcome
from gcrm.services.exchange.exporter import cards
from gcrm.services.exchange.vcard_write import write_vcard
from tests.bench.cards import CARDS
from tests.bench.lines import Goal, Line
from tests.bench.offices import USER, Bench, copied, opened
from tests.bench.timing import interleaved, median
from tests.services.dav.device import MULTIGET, SYNC

ROUNDS = 3
AT_ONCE = 30
"""Contacts that a careful device asks for together; most ask for more."""


class Phone:
    """Asks the gate as a phone does, without sockets."""

    def __init__(self, gate: Gate, password: str) -> None:
        self._gate = gate
        secret = base64.b64encode(f"{USER}:{password}".encode()).decode()
        self._authorization = f"Basic {secret}"

    def ask(self, body: str, depth: str) -> str:
        """Return the answer to a report on the address book."""
        sent = body.encode()
        environ = {
            "REQUEST_METHOD": "REPORT", "PATH_INFO": f"/{USER}/contacts/", "CONTENT_LENGTH": str(len(sent)),
            "wsgi.input": io.BytesIO(sent), "HTTP_DEPTH": depth, "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1", "HTTP_AUTHORIZATION": self._authorization,
        }  # fmt: skip
        told: list[str] = []
        answer = b"".join(self._gate(environ, lambda status, headers: told.append(status)))
        if not told[0].startswith("207"):
            raise ValueError(told[0])
        return answer.decode()

    def first_sync(self) -> int:
        """Ask for the states of all contacts, then for their cards; return how many came."""
        names = re.findall(r"/contacts/([^<]+\.vcf)", self.ask(SYNC.format(token=""), "0"))[:CARDS]
        count = 0
        for start in range(0, len(names), AT_ONCE):
            hrefs = "".join(f"<D:href>/{USER}/contacts/{name}</D:href>" for name in names[start : start + AT_ONCE])
            asked = MULTIGET.format(kind="addressbook", space="carddav", data="address-data", hrefs=hrefs)
            count += self.ask(asked, "1").count("BEGIN:VCARD")
        return count


def first_sync(bench: Bench) -> Iterator[Line]:
    """Let a phone read the address book in thirties; the floor writes the same cards as one text.

    The book holds no more than these: a phone is told of every contact that there is before it asks for cards.
    """
    with tempfile.TemporaryDirectory() as folder:
        url = copied(replace(bench, size=min(bench.size, CARDS)).office("sqlite"), Path(folder))
        with opened(url) as database, People(url).closing() as people:
            phone = Phone(Gate(people, Welcome("http://127.0.0.1")), passwords.make(database))

            def by_hand() -> int:
                with database.read() as session:
                    wanted = contact_list.ids(session, ContactQuery(), CARDS)
                    return write_vcard(cards(session, wanted, with_own=False), "3.0").count("BEGIN:VCARD")

            if phone.first_sync() != by_hand():
                raise ValueError("the phone did not get every card")
            mine, theirs = interleaved([phone.first_sync] * ROUNDS, [by_hand] * ROUNDS)
    name = f"CardDAV first sync, {CARDS} contacts in thirties"
    yield Line(name, median(mine) / 1000, median(theirs) / 1000, "s", Goal(ratio=3))
