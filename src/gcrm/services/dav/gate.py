"""What stands before Radicale: bounds, what it is not to hear, and what a device is told when the office refuses.

Only the methods that are needed pass, with a body of a told and bounded length. Headers by which a proxy would speak
are taken away. After a save no ETag is told, for what is kept is written anew (RFC 6352
6.3.2.3): devices read it again.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterable
from functools import partial
from http import HTTPStatus
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from radicale import config
from radicale.app import Application
from radicale.pathutils import strip_path

from gcrm.errors import GcrmError
from gcrm.services.dav.books import book_named
from gcrm.services.dav.people import People
from gcrm.services.dav.request import Here, Request
from gcrm.services.dav.storage import Auth, Rights, Storage
from gcrm.services.dav.welcome import Welcome

MOST_BYTES = 5_000_000
MOST_LINES = 20_000
"""Lines of an entry, as they are unfolded; a picture is one."""
METHODS = frozenset({"OPTIONS", "GET", "HEAD", "PROPFIND", "PROPPATCH", "REPORT", "PUT", "DELETE"})
XML_METHODS = frozenset({"PROPFIND", "PROPPATCH", "REPORT"})
Start = Callable[..., Any]
Headers = list[tuple[str, str]]
_KEPT_HEADERS = frozenset({
    "HTTP_ACCEPT", "HTTP_ACCEPT_ENCODING", "HTTP_AUTHORIZATION", "HTTP_BRIEF", "HTTP_DEPTH", "HTTP_HOST",
    "HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH", "HTTP_PREFER", "HTTP_USER_AGENT",
})  # fmt: skip


class Gate:
    """A WSGI application in front of another one."""

    def __init__(self, people: People, welcome: Welcome) -> None:
        self._people = people
        self._here = Here()
        self._welcome = welcome
        self._application = Application(_configuration(people, self._here))

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        """Answer a request."""
        method, path = str(environ.get("REQUEST_METHOD", "")).upper(), str(environ.get("PATH_INFO", ""))
        page = self._welcome.page(path) if method in ("GET", "HEAD") else None
        if page is not None:
            kind, content = page
            return _send(start, HTTPStatus.OK, [("Content-Type", kind)], b"" if method == "HEAD" else content)
        if method not in METHODS:
            return _send(start, HTTPStatus.METHOD_NOT_ALLOWED, [("Allow", ", ".join(sorted(METHODS)))], b"")
        body = _body(environ)
        if isinstance(body, HTTPStatus):
            return _send(start, body, [], b"")
        if method in XML_METHODS and not _is_xml(body):
            return _send(start, HTTPStatus.BAD_REQUEST, [], b"")
        agent = str(environ.get("HTTP_USER_AGENT", ""))
        with self._here.answering(Request(method, path, body, agent=agent)) as request:
            return _send(start, *self._answer(request, environ))

    def _answer(self, request: Request, environ: dict[str, Any]) -> tuple[HTTPStatus, Headers, bytes]:
        """Return what Radicale answers, in our words where the office refused."""
        told: list[tuple[str, Headers]] = []

        def started(status: str, headers: Headers, *more: object) -> None:
            told.append((status, headers))

        content = b"".join(self._application(_environ(request, environ), started))
        words, headers = told[-1]
        status = HTTPStatus(int(words.split(" ")[0]))
        if request.refusal is not None and status >= HTTPStatus.BAD_REQUEST:
            status, sentence = request.refusal
            headers, content = [("Content-Type", "text/plain; charset=utf-8")], sentence.encode()
        if request.method == "PUT":
            headers = [(name, value) for name, value in headers if name.lower() != "etag"]
            if status == HTTPStatus.PRECONDITION_FAILED:
                self._keep(request)
        return status, headers, content

    def _keep(self, request: Request) -> None:
        """Keep what came too late, so that nobody has to type it again."""
        parts = strip_path(request.path).split("/")
        desk = self._people.desk(request.user) if request.user and parts[0] == request.user else None
        if desk is None or len(parts) != 3:
            return
        database = desk.database
        try:
            with database.read() as session:
                book = book_named(session, database.user_id, database.rights, parts[1], groups=request.shows_groups)
            if book is not None:
                book.keep(database, parts[2], request.body)
        except GcrmError:  # the device still has it, and may try once more
            return


def _configuration(people: People, here: Here) -> config.Configuration:
    """Return what Radicale is told: our own storage, log-in and rights, and nothing else switched on."""
    told = config.load()
    told.update(
        {
            "server": {"max_content_length": str(MOST_BYTES), "max_resource_size": str(MOST_BYTES * 8 // 10)},
            "auth": {"type": partial(Auth, people=people, here=here), "delay": "0", "realm": "gCRM"},
            "rights": {
                "type": partial(Rights, people=people),
                "permit_delete_collection": "False", "permit_overwrite_collection": "False",
            },
            "storage": {"type": partial(Storage, people=people, here=here)},
            "web": {"type": "none"},
        },
        "gCRM",
    )  # fmt: skip
    quiet = logging.getLogger("radicale")  # it quotes addresses and contents; what is to be known is told by server.py
    quiet.propagate = False
    quiet.setLevel(logging.CRITICAL + 1)
    return told


def _body(environ: dict[str, Any]) -> bytes | HTTPStatus:
    """Return the body of a request, or why it is not read."""
    text = str(environ.get("CONTENT_LENGTH") or "0")
    if environ.get("HTTP_TRANSFER_ENCODING"):
        return HTTPStatus.LENGTH_REQUIRED
    if not (text.isascii() and text.isdecimal()):
        return HTTPStatus.BAD_REQUEST
    if len(text) > 12 or int(text) > MOST_BYTES:
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    body = bytes(environ["wsgi.input"].read(int(text)))
    if body.count(b"\n") - body.count(b"\n ") - body.count(b"\n\t") > MOST_LINES:
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    return body if len(body) == int(text) else HTTPStatus.BAD_REQUEST


def _is_xml(body: bytes) -> bool:
    """Tell whether a body is XML without entities, or nothing."""
    try:
        return not body or fromstring(body) is not None
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        return False


def _environ(request: Request, environ: dict[str, Any]) -> dict[str, Any]:
    """Return what Radicale hears of a request."""
    kept = {name: value for name, value in environ.items() if not name.startswith("HTTP_") or name in _KEPT_HEADERS}
    body = {"wsgi.input": io.BytesIO(request.body), "CONTENT_LENGTH": str(len(request.body)), "QUERY_STRING": ""}
    return {**kept, **body, "SCRIPT_NAME": "", "wsgi.errors": io.StringIO()}


def _send(start: Start, status: HTTPStatus, headers: Headers, content: bytes) -> list[bytes]:
    """Send an answer."""
    told = [(name, value) for name, value in headers if name.lower() != "content-length"]
    start(f"{status.value} {status.phrase}", [*told, ("Content-Length", str(len(content)))])
    return [content]
