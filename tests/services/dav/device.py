"""A phone as the server sees it: requests of Apple's and Google's devices over a real socket, and a server to ask."""

from __future__ import annotations

import base64
import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

from gcrm.services.dav.server import Place, Served, serving

HERE = "127.0.0.1"
DAV = "{DAV:}"
DISCOVER = """<?xml version="1.0" encoding="UTF-8"?>
<A:propfind xmlns:A="DAV:"><A:prop><A:current-user-principal/><A:principal-URL/><A:resourcetype/></A:prop>
</A:propfind>"""
HOME = """<?xml version="1.0" encoding="UTF-8"?>
<A:propfind xmlns:A="DAV:"><A:prop><B:addressbook-home-set xmlns:B="urn:ietf:params:xml:ns:carddav"/>
<C:calendar-home-set xmlns:C="urn:ietf:params:xml:ns:caldav"/></A:prop></A:propfind>"""
LISTED = """<?xml version="1.0" encoding="UTF-8"?>
<A:propfind xmlns:A="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:S="http://calendarserver.org/ns/"><A:prop>
<A:displayname/><A:resourcetype/><A:sync-token/><S:getctag/><A:current-user-privilege-set/>
<C:supported-calendar-component-set/></A:prop></A:propfind>"""
SYNC = """<?xml version="1.0" encoding="UTF-8"?>
<sync-collection xmlns="DAV:"><sync-token>{token}</sync-token><sync-level>1</sync-level>
<prop><getetag/></prop></sync-collection>"""
MULTIGET = """<?xml version="1.0" encoding="UTF-8"?>
<X:{kind}-multiget xmlns:X="urn:ietf:params:xml:ns:{space}" xmlns:D="DAV:"><D:prop><D:getetag/><X:{data}/></D:prop>
{hrefs}
</X:{kind}-multiget>"""


@dataclass(frozen=True)
class Answer:
    """What the server answered."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def xml(self) -> Element:
        found: Element = fromstring(self.body)
        return found

    def hrefs(self) -> dict[str, Element]:
        """Return the responses of a multistatus by href."""
        return {one.findtext(f"{DAV}href", ""): one for one in self.xml.iter(f"{DAV}response")}


@dataclass
class Device:
    """A device with an account."""

    port: int
    login: str
    password: str

    def ask(self, method: str, path: str, body: str | bytes = b"", **headers: str) -> Answer:
        """Ask the server something; `If_Match="…"` is the header If-Match."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.login:
            secret = base64.b64encode(f"{self.login}:{self.password}".encode()).decode()
            sent["Authorization"] = f"Basic {secret}"
        connection = http.client.HTTPConnection(HERE, self.port, timeout=30)
        try:
            connection.request(method, path, body.encode() if isinstance(body, str) else body, sent)
            answer = connection.getresponse()
            return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def sync(self, collection: str, token: str = "") -> tuple[str, dict[str, str | None]]:
        """Return the new token, and the ETag of each name that changed, None for what is gone."""
        answer = self.ask("REPORT", f"/{self.login}/{collection}/", SYNC.format(token=token), Depth="0")
        assert answer.status == 207, answer.text
        found = {href.rpartition("/")[2]: one.findtext(f".//{DAV}getetag") for href, one in answer.hrefs().items()}
        return answer.xml.findtext(f"{DAV}sync-token", ""), found

    def texts(self, collection: str, *names: str) -> dict[str, str]:
        """Return the texts of entries by name."""
        is_book = collection == "contacts"
        kind, space, data = (
            ("addressbook", "carddav", "address-data") if is_book else ("calendar", "caldav", "calendar-data")
        )
        hrefs = "".join(f"<D:href>/{self.login}/{collection}/{name}</D:href>" for name in names)
        body = MULTIGET.format(kind=kind, space=space, data=data, hrefs=hrefs)
        answer = self.ask("REPORT", f"/{self.login}/{collection}/", body, Depth="1")
        wanted = f".//{{urn:ietf:params:xml:ns:{space}}}{data}"
        return {href.rpartition("/")[2]: one.findtext(wanted, "") for href, one in answer.hrefs().items()}

    def put(self, collection: str, name: str, text: str, etag: str = "") -> Answer:
        """Save an entry, over the one of that state or anew."""
        condition = {"If_Match": etag} if etag else {"If_None_Match": "*"}
        return self.ask("PUT", f"/{self.login}/{collection}/{name}", text, **condition)


@contextmanager
def listening(office: str, place: Place | None = None) -> Iterator[Served]:
    """Serve an office, by default without TLS, on a port that is free."""
    with serving(office, place or Place(HERE, 0)) as served:
        thread = threading.Thread(target=served.run)
        thread.start()
        try:
            yield served
        finally:
            served.stop()
            thread.join()


def lines(*told: str) -> str:
    """Return lines as a device sends them."""
    return "".join(f"{line}\r\n" for line in told)
