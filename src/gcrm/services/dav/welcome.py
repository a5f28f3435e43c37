"""What a device gets before it logs in: how to go on, the office's certificate, and a profile for iPhone and iPad.

Nothing here is a secret: the certificate of the authority is public, the profile holds neither login nor password.
"""

from __future__ import annotations

import html
import plistlib
import uuid
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from gcrm.errors import EnvironmentProblem
from gcrm.i18n import _

CERTIFICATE, PROFILE = "/office.crt", "/iphone.mobileconfig"
_SPACE = uuid.UUID("6c1f1f0e-5d0b-4c2e-9a51-9a3a1a9f3c77")
"""What the identifiers of profiles are made in: the same address gives the same profile, which replaces the former."""


@dataclass(frozen=True, slots=True)
class Welcome:
    """The pages without log-in; `certificate` is the file of the authority, None without TLS."""

    address: str
    certificate: Path | None = None

    def page(self, path: str) -> tuple[str, bytes] | None:
        """Return media type and content of a page, None where there is none."""
        if path == "/":
            return "text/html; charset=utf-8", self._first().encode()
        if self.certificate is None:
            return None
        if path == CERTIFICATE:
            return "application/x-x509-ca-cert", _read(self.certificate)
        if path == PROFILE:
            return "application/x-apple-aspen-config", profile(self.address, _read(self.certificate))
        return None

    def _first(self) -> str:
        """Return the page that a browser of a device shows."""
        links = [(CERTIFICATE, _("Certificate of the office")), (PROFILE, _("Profile for iPhone and iPad"))]
        shown = "".join(f'<p><a href="{where}">{html.escape(words)}</a></p>' for where, words in links)
        words = html.escape(_("Contacts, calendar and tasks of the office are here. Add an account with this address:"))
        head = '<!doctype html><meta name="viewport" content="width=device-width"><title>gCRM</title>'
        return f"{head}<p>{words}</p><p><b>{html.escape(self.address)}</b></p>{shown if self.certificate else ''}"


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as problem:
        sentence = _("The certificate in {file} cannot be read. Choose another file.").format(file=file)
        raise EnvironmentProblem(sentence, details=str(problem)) from problem


def profile(address: str, certificate: bytes) -> bytes:
    """Return a profile of accounts for Apple's devices; they ask for login and password when it is installed."""
    parts = urlsplit(address)
    host, port = parts.hostname or "", parts.port or 443

    def payload(kind: str, name: str, **told: object) -> dict[str, object]:
        identifier = f"org.gcrm.{kind}.{host}"
        return {
            "PayloadType": kind, "PayloadVersion": 1, "PayloadIdentifier": identifier, "PayloadDisplayName": name,
            "PayloadUUID": str(uuid.uuid5(_SPACE, f"{address} {kind}")), **told,
        }  # fmt: skip

    def account(kind: str, prefix: str, name: str) -> dict[str, object]:
        told = {"HostName": host, "Port": port, "UseSSL": True, "AccountDescription": name}
        return payload(f"com.apple.{kind}.account", name, **{f"{prefix}{key}": value for key, value in told.items()})

    parts_of_it = [
        payload("com.apple.security.root", _("Certificate of the office"), PayloadContent=certificate),
        account("carddav", "CardDAV", _("Contacts of the office")),
        account("caldav", "CalDAV", _("Calendar of the office")),
    ]
    whole = payload("Configuration", "gCRM", PayloadContent=parts_of_it, PayloadRemovalDisallowed=False)
    return plistlib.dumps(whole)
