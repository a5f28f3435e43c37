"""The certificates that a server shows, read without believing any of them, and without telling the server anything.

A new desk finds the office's authority among them by the fingerprint in its invitation. Only then it knows whom to
verify the server by, and logs in.
"""

from __future__ import annotations

import hashlib
import socket
import ssl
import sys
from dataclasses import dataclass
from typing import Any

from gcrm.errors import EnvironmentProblem, Unreachable
from gcrm.i18n import _

SSL_REQUEST = bytes.fromhex("0000000804d2162f")
"""A message of eight bytes with the code 80877103: "let us speak TLS" (PostgreSQL's protocol, SSLRequest)."""
PATIENCE = 10.0  # seconds
AGREED = b"S"


@dataclass(frozen=True, slots=True)
class Shown:
    """The certificates of a server in DER, its own first."""

    chain: tuple[bytes, ...]

    def with_fingerprint(self, fingerprint: str) -> str:
        """Return the certificate with this SHA-256 in PEM, "" where there is none."""
        wanted = fingerprint.lower()
        return next((_pem(one) for one in self.chain if hashlib.sha256(one).hexdigest() == wanted), "")

    def root(self) -> str:
        """Return the fingerprint of the last one when it vouches for itself, "" when that is somebody else's."""
        from cryptography import x509

        last = x509.load_der_x509_certificate(self.chain[-1])
        return hashlib.sha256(self.chain[-1]).hexdigest() if last.issuer == last.subject else ""

    def names(self) -> tuple[str, ...]:
        """Return the names and addresses that the server's own certificate is for."""
        from gcrm.services.team.authority import read_pem

        return read_pem(_pem(self.chain[0])).names


def read_chain(host: str, port: int) -> Shown:
    """Return what a server shows. Raises Unreachable where nobody answers, EnvironmentProblem without TLS."""
    try:
        with socket.create_connection((host, port), PATIENCE) as line:
            line.sendall(SSL_REQUEST)
            if line.recv(1) != AGREED:
                sentence = _(
                    "{host} offers no encrypted connection, and gCRM does not talk to it. "
                    "Ask whoever looks after the server."
                )
                raise EnvironmentProblem(sentence.format(host=f"{host}:{port}"))
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE  # nothing is sent: what is shown here is only compared
            with context.wrap_socket(line, server_hostname=host) as secure:
                return Shown(_chain_of(secure))
    except OSError as problem:
        sentence = _("{host} cannot be reached. Check the network, and whether the server is on.")
        raise Unreachable(sentence.format(host=f"{host}:{port}"), details=str(problem)) from problem


def _chain_of(secure: ssl.SSLSocket) -> tuple[bytes, ...]:
    """Return the certificates of the other side; the method is public from Python 3.13 on."""
    if sys.version_info >= (3, 13):
        return tuple(secure.get_unverified_chain())
    inner: Any = secure._sslobj  # type: ignore[attr-defined]  # before 3.13 only the inner object tells them
    return tuple(ssl.PEM_cert_to_DER_cert(one.public_bytes()) for one in inner.get_unverified_chain())


def _pem(certificate: bytes) -> str:
    return ssl.DER_cert_to_PEM_cert(certificate)
