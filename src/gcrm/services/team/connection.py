"""How every connection to a server is made: encrypted, to the right server, or not at all.

`sslmode=verify-full` with the certificate authority of the office, and `channel_binding=require`: whoever stands in
between can neither read nor pass the password on. libpq would try without TLS otherwise; here nothing falls back. Only
a socket of this computer and its loopback address go without. An address that asks for something weaker is opened as
it says, and every window says so (`Secured.weaker`).
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.engine import URL

from gcrm.i18n import N_, _
from gcrm.services.address import setting
from gcrm.services.team.offices import authority_of
from gcrm.services.team.passwords import password_of

STRICT: Mapping[str, str] = {
    "sslmode": "verify-full",
    "channel_binding": "require",
    "ssl_min_protocol_version": "TLSv1.2",
    "gssencmode": "disable",  # Kerberos would take the place of TLS, and nobody would look at a certificate
}
"""What holds unless the address, or the service it names, says otherwise: settings of libpq."""
PLAIN = ("disable", "allow", "prefer")
"""Where a connection may be without TLS."""
LOCAL_NAMES = frozenset({"localhost", "localhost.localdomain", "ip6-localhost"})
# What an address says → what that means for the people who work there. The strongest come first: one is shown.
WEAKER: Mapping[str, Mapping[str, str]] = {
    "sslmode": {
        **dict.fromkeys(
            PLAIN,
            N_("This connection is not safe: others in the network may read and change what you work on."),
        ),
        **dict.fromkeys(
            ("require", "verify-ca"),
            N_("This connection is not safe: nobody checks that the server is the right one."),
        ),
    },
    "gssencmode": dict.fromkeys(
        ("prefer", "require"), N_("This connection is not safe: nobody checks that the server is the right one.")
    ),
    "ssl_min_protocol_version": dict.fromkeys(
        ("", "TLSv1", "TLSv1.1"), N_("This connection is less safe than usual: it may use an old encryption.")
    ),
    "channel_binding": dict.fromkeys(
        ("prefer", "disable"),
        N_("This connection is less safe than usual: the password is not bound to the server's certificate."),
    ),
}


@dataclass(frozen=True, slots=True)
class Secured:
    """What libpq is told besides an address, and in a sentence what makes the connection weaker than usual."""

    options: Mapping[str, str]
    weaker: str = ""


def secured(url: URL) -> Secured:
    """Return how a server is connected to; nothing is added for a socket, or this computer without an authority."""
    service = service_settings(setting(url, "service"))
    told = service | {name: setting(url, name) for name in url.query}
    hosts, authority = _hosts(url, service), authority_of(url)
    if all(map(_is_socket, hosts)) or (authority is None and all(map(_is_this_computer, hosts))):
        return Secured({})
    options = {name: value for name, value in STRICT.items() if name not in told}
    if told.get("sslmode") in PLAIN:
        options.pop("channel_binding", None)  # which needs TLS
    if "sslrootcert" not in told and told.get("sslmode", "verify-full").startswith("verify"):
        options |= _roots(authority)  # libpq would verify with sslmode=require as well, once it has it
    return Secured(options, _weaker(told))


def arguments(url: URL) -> dict[str, Any]:
    """Return what psycopg is called with to reach the server of an address, its password among it."""
    return {**url.get_dialect()().create_connect_args(url)[1], **secured(url).options}


def with_password(url: URL) -> URL:
    """Return an address with the password that this computer keeps for it, where it has none of its own."""
    service = service_settings(setting(url, "service"))
    has_one = url.password is not None or "password" in service or "PGPASSWORD" in os.environ
    if has_one or all(map(_is_socket, _hosts(url, service))):
        return url
    return url.set(password=password_of(url) or None)


def is_here(url: URL) -> bool:
    """Tell whether a server is on this computer, as far as its address says."""
    service = service_settings(setting(url, "service"))
    return all(map(_is_this_computer, _hosts(url, service)))


def _weaker(told: Mapping[str, str]) -> str:
    """Return the sentence for the weakest of what an address says, "" when nothing is weaker than usual."""
    for name, sentences in WEAKER.items():
        if told.get(name) in sentences:
            reason = _("The address of this office says {setting}.").format(setting=f"{name}={told[name]}")
            return f"{_(sentences[told[name]])} {reason}"
    return ""


def _roots(authority: Path | None) -> dict[str, str]:
    """Return whom to believe: the office's authority alone; without one libpq's own file, else the public ones."""
    if authority is not None:
        return {"sslrootcert": str(authority)}
    folder = Path(os.environ.get("APPDATA", "")) / "postgresql" if os.name == "nt" else Path.home() / ".postgresql"
    if "PGSSLROOTCERT" in os.environ or (folder / "root.crt").exists():
        return {}
    import certifi

    return {"sslrootcert": certifi.where()}


def _hosts(url: URL, service: Mapping[str, str]) -> list[str]:
    """Return the names and addresses an address leads to, in libpq's order of precedence; "" is where it looks else."""

    def told(name: str) -> str:
        return setting(url, name) or service.get(name, "") or os.environ.get(f"PG{name.upper()}", "")

    addresses = [address for address in told("hostaddr").split(",") if address]
    names = (url.host or told("host")).split(",")
    return [*(name for name in names if name or not addresses), *addresses]


def _is_socket(host: str) -> bool:
    """Tell whether a host is a folder with a socket, or an abstract one; libpq looks for one when nothing is said."""
    return host.startswith(("/", "@")) or (not host and os.name != "nt")


def _is_this_computer(host: str) -> bool:
    """Tell whether a host is this computer."""
    name = host.partition(":")[0] if host.count(":") == 1 else host  # SQLAlchemy takes host:port where there are more
    if not name or _is_socket(name) or name.casefold() in LOCAL_NAMES:
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def service_settings(name: str) -> dict[str, str]:
    """Return what libpq's service file says of a service, nothing when it does not know it.

    libpq reads the file itself when it connects; what stands there counts as said by the address (libpq-pgservice).
    """
    name = name or os.environ.get("PGSERVICE", "")
    if not name:
        return {}
    for file in _service_files():
        found = _service_in(file, name)
        if found is not None:
            return found
    return {}


def _service_files() -> list[Path]:
    """Return where services are written down, the person's own first."""
    own = Path.home() / ".pg_service.conf"
    if os.name == "nt":
        own = Path(os.environ.get("APPDATA", "")) / "postgresql" / ".pg_service.conf"
    files = [Path(os.environ.get("PGSERVICEFILE") or own)]
    if os.environ.get("PGSYSCONFDIR"):
        files.append(Path(os.environ["PGSYSCONFDIR"]) / "pg_service.conf")
    return files


def _service_in(file: Path, name: str) -> dict[str, str] | None:
    """Return the settings under [name], None when there is no such line."""
    try:
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None
    found: dict[str, str] | None = None
    for line in map(str.strip, lines):
        if line.startswith("["):
            if found is not None:
                break
            found = {} if line == f"[{name}]" else None
        elif found is not None and "=" in line and not line.startswith("#"):
            key, _equals, value = line.partition("=")
            found[key.strip()] = value.strip()
    return found
