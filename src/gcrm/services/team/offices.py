"""The offices this account knows: name, kind and address of each, and which one was open last.

They stand in a file of the configuration folder, without any secret; passwords are kept by passwords.py. Beside it lie
the certificates of the offices' authorities, by which connection.py knows their servers.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy.engine import URL

from gcrm.errors import EnvironmentProblem, UserError
from gcrm.i18n import _
from gcrm.paths import config_folder, default_database
from gcrm.services.address import parse, setting, shown
from gcrm.services.atomic_file import replacing
from gcrm.services.team.passwords import drop_password

LIST, DAMAGED, AUTHORITIES = "offices.json", "offices.damaged.json", "authorities"


@dataclass(frozen=True, slots=True)
class KnownOffice:
    """One office; `authority` is the fingerprint of its certificate authority, "" where there is none."""

    name: str
    address: str
    authority: str = ""

    @property
    def is_server(self) -> bool:
        """Tell whether it is a database of a server, and not a file."""
        return "://" in self.address


@dataclass(frozen=True, slots=True)
class _Kept:
    """What the file says."""

    offices: tuple[KnownOffice, ...] = ()
    last: str = ""


def known() -> tuple[KnownOffice, ...]:
    """Return the offices that were opened or joined, in the order of their names."""
    return tuple(sorted(_read().offices, key=lambda office: office.name.casefold()))


def choices() -> list[KnownOffice]:
    """Return what there is to choose from: the known offices, and the account's own file where it is none of them."""
    found, own = list(known()), parse(default_database()).database or ""
    if all(office.address != own for office in found) and Path(own).exists():
        found.append(KnownOffice(_free(_("My own office"), tuple(found)), own))
    return found


def last() -> KnownOffice | None:
    """Return the office that was open last, None at the first start."""
    kept = _read()
    return next((office for office in kept.offices if office.address == kept.last), None)


def opening_address() -> str:
    """Return the address of the office that opens when none is asked for: the last one, else the account's file.

    Raises EnvironmentProblem when that was a file and is gone: a new one in its place would look as if all were lost.
    """
    found = last()
    if found is None:
        return default_database()
    if not found.is_server and not Path(found.address).exists():
        sentence = _("The office {file} is no longer there. Bring it back, or open another office.")
        raise EnvironmentProblem(sentence.format(file=found.address))
    return found.address


def plain(address: str) -> str:
    """Return an address as it stands in the list: without a secret. Raises UserError for what is none."""
    return shown(parse(address))


def remember(address: str, name: str = "", certificate: str = "") -> KnownOffice:
    """Put an office into the list, or what is new about one into it; it opens by itself from now on.

    `certificate` is that of its authority, in PEM. Raises UserError for a wrong address or certificate.
    """
    kept, url = _read(), parse(address)
    address = shown(url)
    former = next((office for office in kept.offices if office.address == address), None)
    others = tuple(office for office in kept.offices if office is not former)
    wanted = name.strip() or (former.name if former is not None else _name_of(url))
    authority = _keep_authority(certificate) if certificate else former.authority if former is not None else ""
    office = KnownOffice(_free(wanted, others), address, authority)
    _write(_Kept((*others, office), address))
    return office


def rename(address: str, name: str) -> None:
    """Give an office another name. Raises UserError when another one has it."""
    kept, name = _read(), name.strip()
    if not name:
        raise UserError(_("An office needs a name."), field="name")
    if all(office.address != address for office in kept.offices):
        kept = replace(kept, offices=(*kept.offices, KnownOffice(name, plain(address))))
    if any(office.name.casefold() == name.casefold() and office.address != address for office in kept.offices):
        raise UserError(_("Another office is called “{name}” already.").format(name=name), field="name")
    offices = [replace(office, name=name) if office.address == address else office for office in kept.offices]
    _write(replace(kept, offices=tuple(offices)))


def forget(address: str) -> None:
    """Take an office off the list, with its password; the office itself stays as it is."""
    kept = _read()
    gone = [office for office in kept.offices if office.address == address]
    offices = tuple(office for office in kept.offices if office.address != address)
    _write(_Kept(offices, "" if kept.last == address else kept.last))
    for office in gone:
        if office.is_server:
            drop_password(parse(office.address))
        if office.authority and all(other.authority != office.authority for other in offices):
            _authority_file(office.authority).unlink(missing_ok=True)


def named(name: str) -> KnownOffice:
    """Return the office of this name. Raises UserError when there is none."""
    found = [office for office in known() if office.name.casefold() == name.strip().casefold()]
    if not found:
        raise UserError(_("No office is called “{name}”.").format(name=name))
    return found[0]


def authority_of(url: URL) -> Path | None:
    """Return the certificate that the server of an address must be signed by, None where none is known."""
    server = _server_of(url)
    for office in _read().offices:
        if office.authority and _server_of(parse(office.address)) == server:
            file = _authority_file(office.authority)
            return file if file.exists() else None
    return None


def _server_of(url: URL) -> tuple[str, ...]:
    """Return what names a server in an address."""
    host, port = url.host or setting(url, "host"), url.port or setting(url, "port") or "5432"
    return setting(url, "service"), host.casefold(), str(port)


def _name_of(url: URL) -> str:
    """Return a first name for an office."""
    if url.get_backend_name() == "sqlite":
        return Path(url.database or "").stem
    database, host = url.database or setting(url, "service"), url.host or setting(url, "host")
    return _("{database} on {server}").format(database=database, server=host) if host else database or _("Team")


def _free(name: str, others: tuple[KnownOffice, ...]) -> str:
    """Return a name that no other office has."""
    taken = {office.name.casefold() for office in others}
    numbers = (f"{name} {number}" for number in range(2, len(others) + 3))
    return name if name.casefold() not in taken else next(one for one in numbers if one.casefold() not in taken)


def _authority_file(fingerprint: str) -> Path:
    return config_folder() / AUTHORITIES / f"{fingerprint}.crt"


def _keep_authority(certificate: str) -> str:
    """Keep a certificate under its fingerprint and return that."""
    from gcrm.services.team.authority import fingerprint

    found = fingerprint(certificate)
    file = _authority_file(found)
    file.parent.mkdir(exist_ok=True)
    with replacing(file) as copy:
        copy.write(certificate.encode())
    return found


def _read() -> _Kept:
    """Read the list; one that is damaged counts as empty, and is kept aside when the next one is written."""
    with suppress(OSError, ValueError, TypeError, KeyError):
        told: dict[str, Any] = json.loads((config_folder() / LIST).read_text(encoding="utf-8"))
        return _Kept(tuple(KnownOffice(**office) for office in told["offices"]), str(told["last"]))
    return _Kept()


def _write(kept: _Kept) -> None:
    file = config_folder() / LIST
    if file.exists() and not _read().offices:
        with suppress(OSError):
            file.replace(file.with_name(DAMAGED))
    with replacing(file) as written:
        written.write(json.dumps(asdict(kept), indent=2, ensure_ascii=False).encode())
