"""Joining over a real line: the right server, TLS all the way, and nothing for whoever stands in between."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import keyring
import pytest
from keyring.backends.fail import Keyring as NoKeyring
from sqlalchemy import select

from gcrm.errors import EnvironmentProblem, Unreachable, UserError
from gcrm.model.base import now
from gcrm.model.change import Operation
from gcrm.model.guards.invitations import JOINED
from gcrm.services.address import parse, shown
from gcrm.services.opening import open_office
from gcrm.services.team import chain, invitations, join, offices
from gcrm.services.team.authority import Authority
from gcrm.services.team.invitation import Invitation
from gcrm.services.team.passwords import password_of
from gcrm.services.unit_of_work import unit_of_work
from tests.services.team.joining import Shared, shared_on
from tests.team_server import SSL_REQUEST, Tap, TeamServer
from tests.test_secrets import files_with

PASSWORD = "battery staple 9"
HOSTS = ("localhost", "127.0.0.1")


@pytest.fixture
def shared(team: TeamServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shared]:
    """Give an office that was shared by another computer: what that one knows lies in another folder."""
    there = tmp_path / "there"
    there.mkdir()
    with monkeypatch.context() as patch:
        patch.setenv("GCRM_DATA", str(there))
        context = shared_on(team)
        made = context.__enter__()
    yield made
    context.__exit__(None, None, None)


@pytest.fixture
def invitation(shared: Shared) -> Invitation:
    return invitations.invite(shared.owner, shared.group(), hosts=HOSTS)


def name_of(shared: Shared) -> str:
    """Return the name of a colleague whom no other test has: logins belong to the whole server."""
    return f"Lotta {shared.name}"


@dataclass
class Heard:
    """Hears how far joining is."""

    texts: list[str] = field(default_factory=list)

    def report(self, done: int, total: int = 0, text: str = "") -> None:
        self.texts.append(text)

    def check(self) -> None: ...


def test_a_name_and_a_password_are_all_that_is_typed(shared: Shared, invitation: Invitation, data_folder: Path) -> None:
    heard = Heard()
    joined = join.join(f" {invitation.code}\n", f" {name_of(shared)} ", PASSWORD, heard)
    assert joined.login == f"lotta.{shared.name}"
    assert heard.texts[0] == "Looking for the server"
    known = offices.last()
    assert known == joined.office
    assert known is not None
    assert (known.name, known.authority) == ("Brandt & Töchter", shared.team.server.authority.read().fingerprint)
    assert known.address == f"postgresql://{joined.login}@localhost,127.0.0.1:{shared.port}/{shared.name}"
    assert joined.is_kept
    assert password_of(parse(known.address)) == PASSWORD
    with closing(open_office(known.address)) as lotta:
        assert lotta.rights.group == "office"
        assert lotta.weaker_than_usual == ""
        with lotta.read() as session:
            assert session.connection().exec_driver_sql(
                "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
            ).scalar()  # fmt: skip
    assert files_with(PASSWORD, data_folder) == []
    assert files_with(invitation.secret, data_folder) == []


def test_neither_secret_nor_password_pass_over_the_line(shared: Shared, invitation: Invitation) -> None:
    with Tap(shared.port).open() as tap:
        join.join(replace(invitation, port=tap.port).code, name_of(shared), PASSWORD)
    assert tap.began_with_tls()
    for secret in (PASSWORD, invitation.secret, invitation.role, "SCRAM-SHA-256$"):
        assert not tap.heard(secret)


def test_the_first_host_that_answers_is_taken(shared: Shared, invitation: Invitation) -> None:
    joined = join.join(replace(invitation, hosts=("", "127.0.0.1", "localhost")).code, name_of(shared), PASSWORD)
    assert "@127.0.0.1,localhost:" in joined.office.address


def test_a_host_that_is_away_later_makes_way_for_the_next(shared: Shared, invitation: Invitation) -> None:
    joined = join.join(invitation.code, name_of(shared), PASSWORD)
    url = parse(joined.office.address).set(host="127.0.0.254,localhost")
    offices.remember(shown(url), certificate=shared.team.certificate)
    with closing(open_office(shown(url), password=PASSWORD)) as lotta:
        assert lotta.weaker_than_usual == ""


# --- somebody in between ---------------------------------------------------------------------------------------------
@dataclass
class Between:
    """Takes the place of a server: speaks TLS with a certificate of its own, and keeps what it is told."""

    certificate: Path
    key: Path
    told: bytearray = field(default_factory=bytearray)
    port: int = 0
    handshakes: int = 0

    @contextmanager
    def open(self) -> Iterator[Between]:
        with socket.create_server(("127.0.0.1", 0)) as stand:
            self.port = stand.getsockname()[1]
            worker = threading.Thread(target=self._serve, args=(stand,), daemon=True)
            worker.start()
            try:
                yield self
            finally:
                with contextlib.suppress(OSError):
                    stand.shutdown(socket.SHUT_RDWR)
                worker.join()

    def _serve(self, stand: socket.socket) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        while True:
            try:
                line, _address = stand.accept()
            except OSError:
                return
            with line, contextlib.suppress(OSError):
                assert line.recv(8)[4:] == SSL_REQUEST
                line.sendall(b"S")
                with context.wrap_socket(line, server_side=True) as secure:
                    self.handshakes += 1
                    while more := secure.recv(4096):
                        self.told += more


def other_authority(folder: Path, behind: str = "") -> Between:
    """Return somebody with an authority of their own; `behind` is shown with it, to look like another."""
    folder.mkdir()
    own = Authority(folder)
    own.create("Somebody")
    own.issue(("localhost",))
    if behind:
        chained = own.server_certificate.read_text().split("-----END CERTIFICATE-----\n")[0]
        own.server_certificate.write_text(f"{chained}-----END CERTIFICATE-----\n{behind}")
    return Between(own.server_certificate, own.server_key)


def test_a_server_with_other_certificates_is_told_nothing(
    shared: Shared, invitation: Invitation, tmp_path: Path, data_folder: Path
) -> None:
    with (
        other_authority(tmp_path / "own").open() as between,
        pytest.raises(EnvironmentProblem, match="is not the server of “Brandt & Töchter”"),
    ):
        join.join(replace(invitation, port=between.port).code, name_of(shared), PASSWORD)
    assert between.handshakes == len(HOSTS)
    assert between.told == b""
    assert offices.known() == ()
    assert password_of(parse(f"postgresql://lotta@localhost:{between.port}/x")) == ""


def test_who_shows_the_offices_own_certificate_without_its_key_is_told_nothing(
    shared: Shared, invitation: Invitation, tmp_path: Path
) -> None:
    """The certificate of the authority is no secret: the fingerprint alone proves nothing, its signature does."""
    with (
        other_authority(tmp_path / "own", shared.team.certificate).open() as between,
        pytest.raises(EnvironmentProblem, match="certificate is of a stranger"),
    ):
        join.join(replace(invitation, port=between.port).code, name_of(shared), PASSWORD)
    assert between.handshakes >= 1
    assert between.told == b""
    assert offices.known() == ()


def test_a_server_without_tls_is_told_nothing(shared: Shared, invitation: Invitation) -> None:
    told = bytearray()

    def serve(stand: socket.socket) -> None:
        for _host in HOSTS:
            line, _address = stand.accept()
            with line:
                told.extend(line.recv(8))
                line.sendall(b"N")
                told.extend(line.recv(4096))

    with socket.create_server(("127.0.0.1", 0)) as stand:
        worker = threading.Thread(target=serve, args=(stand,))
        worker.start()
        with pytest.raises(EnvironmentProblem, match="no encrypted connection"):
            join.join(replace(invitation, port=stand.getsockname()[1]).code, name_of(shared), PASSWORD)
        worker.join()
    assert bytes(told) == chain.SSL_REQUEST * len(HOSTS)


def test_a_publicly_trusted_server_is_verified_by_the_public_ones(shared: Shared, invitation: Invitation) -> None:
    with pytest.raises(EnvironmentProblem, match="certificate is of a stranger"):
        join.join(replace(invitation, fingerprint="").code, name_of(shared), PASSWORD)


def test_nobody_answers(shared: Shared, invitation: Invitation) -> None:
    with socket.create_server(("127.0.0.1", 0)) as stand:
        port = stand.getsockname()[1]
    with pytest.raises(Unreachable, match=f"localhost:{port} cannot be reached"):
        join.join(replace(invitation, port=port).code, name_of(shared), PASSWORD)


# --- once, and in words ----------------------------------------------------------------------------------------------
def test_a_used_code_says_so(shared: Shared, invitation: Invitation) -> None:
    join.join(invitation.code, name_of(shared), PASSWORD)
    with pytest.raises(UserError, match="used or withdrawn") as refused:
        join.join(invitation.code, "Somebody Else", PASSWORD)
    assert refused.value.field == "code"


def test_who_joined_and_does_so_again_comes_in(shared: Shared, invitation: Invitation) -> None:
    """The answer of the server may have been lost on the way: the same words then open the login that was made."""
    first = join.join(invitation.code, name_of(shared), PASSWORD)
    offices.forget(first.office.address)
    again = join.join(invitation.code, name_of(shared), PASSWORD)
    assert again.office == first.office
    with pytest.raises(UserError):
        join.join(invitation.code, name_of(shared), "another password")


def test_a_withdrawn_and_an_expired_code_say_so(shared: Shared, invitation: Invitation) -> None:
    with shared.owner.read() as session:
        number = invitations.invitations(session)[0].id
    invitations.revoke(shared.owner, number)
    with pytest.raises(UserError, match="used or withdrawn"):
        join.join(invitation.code, name_of(shared), PASSWORD)
    past = replace(invitation, expires_at=invitation.expires_at - timedelta(days=30))
    with pytest.raises(UserError, match="expired on"):
        join.join(past.code, name_of(shared), PASSWORD)


def test_a_name_that_is_taken_costs_nothing(shared: Shared, invitation: Invitation) -> None:
    with pytest.raises(UserError, match="has this name already") as refused:
        join.join(invitation.code, "Chef", PASSWORD)
    assert refused.value.field == "name"
    join.join(invitation.code, name_of(shared), PASSWORD)


@pytest.mark.parametrize(
    ("name", "password", "sentence"),
    [
        ("Lotta", "short", "at least 10 characters"),
        ("Lotta Langhans", "lotta langhans", "Your name is no password"),
        ("Lotta Langhans", "LOTTA.LANGHANS", "Your name is no password"),
        ("", PASSWORD, "Enter your name"),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_sent(name: str, password: str, sentence: str) -> None:
    soon = now() + timedelta(days=1)
    code = Invitation(("localhost",), 1, "x", "X", "", "gcrm_invite_0123456789ab", "ab" * 16, soon).code
    with pytest.raises(UserError, match=sentence):
        join.join(code, name, password)


def test_without_a_store_for_passwords_the_office_opens_all_the_same(shared: Shared, invitation: Invitation) -> None:
    keyring.set_keyring(NoKeyring())  # type: ignore[no-untyped-call]  # keyring has no types
    joined = join.join(invitation.code, name_of(shared), PASSWORD)
    assert not joined.is_kept
    assert offices.last() == joined.office


def test_an_office_in_use_is_joined_and_the_history_tells_it(shared: Shared, invitation: Invitation) -> None:
    with unit_of_work(shared.owner, "Contact created", kind="system"):
        joined = join.join(invitation.code, name_of(shared), PASSWORD)
    with shared.owner.read() as session:
        row = session.execute(select(Operation.params).where(Operation.label == JOINED)).one()
    assert row.params == {"name": name_of(shared)}
    assert joined.office.name == "Brandt & Töchter"
