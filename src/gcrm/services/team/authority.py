"""The office's own certificate authority, and the certificate by which its server proves who it is.

Both are made on the spot, with keys on the curve P-256, which OpenSSL and every libpq accept. The authority may sign
for servers only, and nothing below it. Programs of the desks trust this one authority and no other (connection.py).
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from gcrm.errors import EnvironmentProblem, UserError
from gcrm.i18n import _
from gcrm.services.atomic_file import replacing
from gcrm.services.team.binaries import give

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec

AUTHORITY_LIFE = timedelta(days=365 * 20)
SERVER_LIFE = timedelta(days=365 * 2)
RENEWAL = timedelta(days=90)
"""How long before its end a server's certificate is made anew."""
AHEAD = timedelta(days=2)
"""How far a certificate is valid into the past: the clocks of an office differ."""
ALWAYS = ("localhost", "127.0.0.1", "::1")
"""The names that a machine has for itself."""
HOST = re.compile(r"(?=.{1,253}$)[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*")
PRIVATE, PUBLIC = 0o600, 0o644


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a certificate says: whose it is, for which names, until when, and its SHA-256."""

    subject: str
    names: tuple[str, ...]
    ends: datetime
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Authority:
    """The folder with the keys and certificates of one server; `owner` is the account that must be able to read them.

    The owner is a name of the operating system, "" for the account of this program.
    """

    folder: Path
    owner: str = ""

    @property
    def certificate(self) -> Path:
        """Return the file of the authority's certificate: it is no secret, every desk gets a copy."""
        return self.folder / "office.crt"

    @property
    def key(self) -> Path:
        """Return the file of the authority's key."""
        return self.folder / "office.key"

    @property
    def server_certificate(self) -> Path:
        """Return the file of the server's certificate."""
        return self.folder / "server.crt"

    @property
    def server_key(self) -> Path:
        """Return the file of the server's key."""
        return self.folder / "server.key"

    def create(self, name: str) -> None:
        """Make the authority of an office. Raises UserError where there is one already."""
        if self.key.exists() or self.certificate.exists():
            raise UserError(
                _("There is a certificate authority in {folder} already. Choose another folder.").format(
                    folder=self.folder
                )
            )
        from cryptography.hazmat.primitives.asymmetric import ec

        key = ec.generate_private_key(ec.SECP256R1())
        self._write_key(self.key, key)
        self._write(self.certificate, _pem(_authority(key, f"gCRM {name.strip()}")), PUBLIC)

    def issue(self, names: Iterable[str]) -> Certificate:
        """Make key and certificate of the server, anew or for the first time, for these names and addresses.

        Raises UserError for what is neither, EnvironmentProblem where the authority cannot be read.
        """
        from cryptography.hazmat.primitives.asymmetric import ec

        wanted = tuple(dict.fromkeys((*(name.strip() for name in names if name.strip()), *ALWAYS)))
        signer, key = _read_certificate(self.certificate), ec.generate_private_key(ec.SECP256R1())
        made = _server(signer, _read_key(self.key), key, wanted)
        self._write_key(self.server_key, key)  # when the power fails here, `renew` finds that the two do not fit
        chain = _pem(made) + _pem(signer)  # a new desk finds the authority among what the server shows (chain.py)
        self._write(self.server_certificate, chain, PUBLIC)
        return _told(made)

    def renew(self, names: Iterable[str], now: datetime | None = None) -> bool:
        """Make the server's certificate anew when it ends soon or does not fit its key; tell whether that was done."""
        if self._fits() and self.read_server().ends - (now or datetime.now(UTC)) > RENEWAL:
            return False
        self.issue(names)
        return True

    def _fits(self) -> bool:
        """Tell whether certificate and key of the server can be read and belong together, the authority's behind it."""
        try:
            certificate, key = _read_certificate(self.server_certificate), _read_key(self.server_key)
            is_whole = _pem(_read_certificate(self.certificate)) in self.server_certificate.read_bytes()
        except EnvironmentProblem:
            return False
        return is_whole and certificate.public_key() == key.public_key()

    def read(self) -> Certificate:
        """Return what the authority's certificate says."""
        return read(self.certificate)

    def read_server(self) -> Certificate:
        """Return what the server's certificate says."""
        return read(self.server_certificate)

    def _write_key(self, path: Path, key: ec.EllipticCurvePrivateKey) -> None:
        """Keep a key so that nobody but its owner can read it."""
        from cryptography.hazmat.primitives import serialization

        encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
        self._write(path, key.private_bytes(encoding, form, serialization.NoEncryption()), PRIVATE)

    def _write(self, path: Path, content: bytes, mode: int) -> None:
        with replacing(path, mode=mode) as file:
            give(file.fileno(), self.owner)
            file.write(content)


def read(path: Path) -> Certificate:
    """Return what the certificate in a file says. Raises EnvironmentProblem when there is none."""
    return _told(_read_certificate(path))


def fingerprint(pem: str) -> str:
    """Return the SHA-256 of a certificate in PEM, in hexadecimal digits. Raises UserError for anything else."""
    return read_pem(pem).fingerprint


def read_pem(pem: str) -> Certificate:
    """Return what a certificate in PEM says. Raises UserError for anything else."""
    from cryptography import x509

    try:
        return _told(x509.load_pem_x509_certificate(pem.encode()))
    except ValueError as problem:
        raise UserError(_("This is not a certificate. Choose another file."), details=str(problem)) from problem


def _read_certificate(path: Path) -> x509.Certificate:
    from cryptography import x509

    with _readable(path):
        return x509.load_pem_x509_certificate(path.read_bytes())


def _read_key(path: Path) -> ec.EllipticCurvePrivateKey:
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    with _readable(path):
        key = load_pem_private_key(path.read_bytes(), None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise ValueError("a key of another kind")
        return key


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """Say in words that a file cannot be read, or holds something else."""
    try:
        yield
    except (OSError, ValueError, TypeError) as problem:
        sentence = _("The certificate in {file} cannot be read. Choose another file.").format(file=path)
        raise EnvironmentProblem(sentence, details=str(problem)) from problem


def _pem(certificate: x509.Certificate) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding

    return certificate.public_bytes(Encoding.PEM)


def _told(certificate: x509.Certificate) -> Certificate:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes

    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        names = x509.SubjectAlternativeName([])
    machines = [*names.get_values_for_type(x509.DNSName), *map(str, names.get_values_for_type(x509.IPAddress))]
    subject = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    shown = str(subject[0].value) if subject else ""
    return Certificate(
        shown, tuple(machines), certificate.not_valid_after_utc, certificate.fingerprint(hashes.SHA256()).hex()
    )


def _called(name: str) -> x509.Name:
    """Return a name as certificates write it; a common name has 64 characters at most (RFC 5280, ub-common-name)."""
    from cryptography import x509

    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name[:64] or "gCRM")])


def _begun(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, life: timedelta
) -> x509.CertificateBuilder:
    """Return what both kinds of certificate begin with."""
    from cryptography import x509

    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now - AHEAD).not_valid_after(now + life)
    return builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)


def _usage(*, is_authority: bool) -> x509.KeyUsage:
    """Return what a key may be used for: the authority's to sign certificates, the server's to prove itself."""
    from cryptography import x509

    return x509.KeyUsage(
        digital_signature=not is_authority, content_commitment=False, key_encipherment=False,
        data_encipherment=False, key_agreement=False, key_cert_sign=is_authority, crl_sign=is_authority,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _authority(key: ec.EllipticCurvePrivateKey, name: str) -> x509.Certificate:
    """Return the certificate by which the authority vouches for itself."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes

    called = _called(name)
    builder = _begun(called, called, key, AUTHORITY_LIFE)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_usage(is_authority=True), critical=True)
    return builder.sign(key, hashes.SHA256())


def _server(
    signer: x509.Certificate, signing: ec.EllipticCurvePrivateKey, key: ec.EllipticCurvePrivateKey,
    names: tuple[str, ...],
) -> x509.Certificate:  # fmt: skip
    """Return the certificate of a server that has these names."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.x509.oid import ExtendedKeyUsageOID

    left = signer.not_valid_after_utc - datetime.now(UTC)
    builder = _begun(_called(names[0]), signer.subject, key, min(SERVER_LIFE, left))
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_usage(is_authority=False), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    builder = builder.add_extension(x509.SubjectAlternativeName([_general(name) for name in names]), critical=False)
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key())
    return builder.add_extension(identifier, critical=False).sign(signing, hashes.SHA256())


def _general(name: str) -> x509.GeneralName:
    """Return an address as one, and a name in the letters that the net uses (IDNA)."""
    from cryptography import x509

    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        pass
    try:
        written = name.encode("idna").decode("ascii")
    except UnicodeError as problem:
        raise UserError(
            _("“{name}” is not the name of a computer. Check how it is written.").format(name=name)
        ) from problem
    if not HOST.fullmatch(written):
        raise UserError(_("“{name}” is not the name of a computer. Check how it is written.").format(name=name))
    return x509.DNSName(written)
