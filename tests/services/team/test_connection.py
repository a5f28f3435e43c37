"""Every connection to a server is encrypted and to the right server, or there is none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url, text

from gcrm.errors import EnvironmentProblem, PasswordProblem
from gcrm.services import contact
from gcrm.services.address import parse, without_password
from gcrm.services.change_feed import ChangeWatcher
from gcrm.services.opening import open_office
from gcrm.services.team import offices
from gcrm.services.team.authority import Authority
from gcrm.services.team.connection import secured, service_settings
from gcrm.services.team.passwords import keep_password
from tests.databases import PostgresOffices
from tests.team_server import HOST, OWNER, Tap, TeamServer

SECRET = "Vertraulich-4711"


@pytest.fixture
def tap(team: TeamServer) -> Iterator[Tap]:
    with Tap(team.server.plan.port).open() as tap:
        yield tap


@pytest.fixture
def plain_tap(postgres_url: str) -> Iterator[Tap]:
    """Listen on the line to a server without TLS that asks for the password as it is."""
    with Tap(make_url(postgres_url).port or 5432).open() as tap:
        yield tap


def refused(address: str) -> str:
    with pytest.raises(EnvironmentProblem) as failed:
        open_office(address)
    return failed.value.sentence


def said_nothing(tap: Tap, team: TeamServer) -> bool:
    """Tell whether a client asked for TLS and said neither who it is nor its password."""
    return bool(tap.sent) and tap.began_with_tls() and not tap.heard(team.password) and not tap.heard(OWNER)


def asks_for(team: TeamServer, way: str) -> bool:
    """Tell whether the server lets somebody in this way: "password" as it is, or "none" at all."""
    told = f"host=127.0.0.1 port={team.server.plan.port} user={OWNER} dbname=office sslmode=require require_auth={way}"
    try:
        psycopg.connect(told, password=team.password).close()
    except psycopg.OperationalError:
        return False
    return True


def test_with_the_offices_authority_it_opens_and_nobody_can_listen(team: TeamServer, tap: Tap) -> None:
    address = team.url(port=tap.port)
    offices.remember(address, certificate=team.certificate)
    database = open_office(address)
    watcher = ChangeWatcher(database)
    watcher.start()
    number = contact.create(database, contact.empty(name=SECRET, is_customer=True))
    assert contact.load(database, number).record.name == SECRET
    with database.read() as session:
        of_us = "FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE usename = :who"
        ssl = session.execute(text(f"SELECT ssl, version {of_us}"), {"who": OWNER}).all()
    watcher.stop()
    database.close()
    assert len(ssl) >= 2
    assert all(encrypted and version in ("TLSv1.2", "TLSv1.3") for encrypted, version in ssl)
    assert database.weaker_than_usual == ""
    assert len(tap.sent) >= 2
    assert said_nothing(tap, team)
    assert not tap.heard(SECRET)


def test_an_authority_that_is_another_offices_is_refused(team: TeamServer, tap: Tap, tmp_path: Path) -> None:
    stranger = Authority(tmp_path)
    stranger.create("Muster & Töchter")
    offices.remember(team.url(port=tap.port), certificate=stranger.certificate.read_text())
    assert "not the one of this office" in refused(team.url(port=tap.port))
    assert said_nothing(tap, team)


def test_without_an_authority_the_public_ones_count(team: TeamServer, tap: Tap) -> None:
    assert "not the one of this office" in refused(team.url(port=tap.port))
    assert said_nothing(tap, team)


def test_another_name_is_refused(team: TeamServer, tap: Tap) -> None:
    address = team.url("other.example", port=tap.port)
    offices.remember(address, certificate=team.certificate)
    assert "for another name" in refused(address)
    assert said_nothing(tap, team)


def test_an_address_in_the_certificate_is_a_name_too(team: TeamServer) -> None:
    address = team.url("192.0.2.7")
    offices.remember(address, certificate=team.certificate)
    open_office(address).close()


def test_a_server_without_tls_is_refused(team: TeamServer, plain_tap: Tap) -> None:
    assert "no encrypted connection" in refused(team.url(port=plain_tap.port))
    assert len(plain_tap.sent) == 1
    assert said_nothing(plain_tap, team)
    assert bytes(plain_tap.sent[0]) == b"\0\0\0\x08\x04\xd2\x16\x2f"


def test_an_address_is_left_as_it_is_but_for_its_password() -> None:
    told = "postgresql+psycopg://anna{}@office-pc,192.0.2.7:5433/office?sslrootcert=office.crt"
    bare = without_password(parse(told.format(":secret")))
    assert bare.render_as_string(hide_password=False) == parse(told.format("")).render_as_string(hide_password=False)
    assert bare.password is None


@pytest.mark.parametrize(("method", "way"), [("password", "password"), ("trust", "none")])
def test_a_server_that_asks_otherwise_for_the_password_is_refused(team: TeamServer, method: str, way: str) -> None:
    """It has the right certificate; whoever got hold of its key could be this one."""
    offices.remember(team.url(), certificate=team.certificate)
    try:
        (team.server.data / "pg_hba.conf").write_text(f"hostssl all all 0.0.0.0/0 {method}\n")
        team.server.reload()
        while not asks_for(team, way):  # it does not tell when it has read its new rules
            pass
        assert "cannot prove" in refused(team.url())
    finally:
        team.server.prepare()
        team.server.reload()
        while asks_for(team, way):
            pass


def test_a_server_on_this_machine_needs_no_certificate(postgres_url: str) -> None:
    for host in ("localhost", "127.0.0.1", "[::1]", "127.0.0.1:5433"):
        assert secured(parse(f"postgresql://anna@{host}/office")).options == {}
    assert secured(parse("postgresql:///office?host=/run/postgresql")).options == {}
    assert secured(parse("postgresql:///office")).options == {}


def test_this_machine_is_checked_too_where_its_authority_is_known(team: TeamServer, tap: Tap) -> None:
    address = team.url("localhost", port=tap.port)
    assert secured(parse(address)).options == {}
    offices.remember(address, certificate=team.certificate)
    assert secured(parse(address)).options["sslmode"] == "verify-full"
    open_office(address).close()
    assert said_nothing(tap, team)


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://anna@server/office",
        "postgresql://anna@192.168.1.20:5433/office",
        "postgresql:///office?host=localhost&hostaddr=192.168.1.20",
        "postgresql:///office?host=localhost&host=server",
        "postgresql:///office?host=localhost,server",
        "postgresql:///office?hostaddr=192.168.1.20",
        "postgresql:///office?service=nobody-knows-it&host=server",
    ],
)
def test_whatever_leads_elsewhere_is_verified(address: str) -> None:
    found = secured(parse(address))
    strict = {"sslmode": "verify-full", "channel_binding": "require", "gssencmode": "disable"}
    assert strict.items() <= found.options.items()
    assert Path(found.options["sslrootcert"]).exists()
    assert found.weaker == ""


def test_what_stands_in_the_environment_weakens_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGSSLMODE", "disable")
    assert secured(parse("postgresql://anna@server/office")).options["sslmode"] == "verify-full"
    monkeypatch.setenv("PGHOST", "server")
    assert secured(parse("postgresql://anna@/office")).options["sslmode"] == "verify-full"
    monkeypatch.setenv("PGHOST", "localhost")
    monkeypatch.setenv("PGHOSTADDR", "192.168.1.20")
    assert secured(parse("postgresql://anna@localhost/office")).options["sslmode"] == "verify-full"


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("sslmode=disable", "others in the network may read"),
        ("sslmode=prefer", "others in the network may read"),
        ("sslmode=require", "nobody checks"),
        ("sslmode=verify-ca", "nobody checks"),
        ("channel_binding=prefer", "not bound"),
        ("channel_binding=disable&sslmode=verify-full", "not bound"),
        ("ssl_min_protocol_version=TLSv1.1", "old encryption"),
        ("gssencmode=prefer", "nobody checks"),
        ("channel_binding=disable&sslmode=prefer", "others in the network may read"),
    ],
)
def test_an_address_that_asks_for_less_says_so(asked: str, sentence: str) -> None:
    found = secured(parse(f"postgresql://anna@server/office?{asked}"))
    assert sentence in found.weaker
    name, value = asked.split("&")[-1].split("=")
    assert f"{name}={value}" in found.weaker or "=" in found.weaker
    assert not {pair.split("=")[0] for pair in asked.split("&")} & set(found.options)


def test_less_is_opened_as_told_with_a_sentence(team: TeamServer, tap: Tap) -> None:
    database = open_office(team.url(port=tap.port, sslmode="require"))
    database.close()
    assert "nobody checks that the server is the right one" in database.weaker_than_usual
    assert "sslmode=require" in database.weaker_than_usual
    assert said_nothing(tap, team)


def test_no_encryption_at_all_is_opened_as_told_with_a_sentence(
    postgres_offices: PostgresOffices, data_folder: Path
) -> None:
    with postgres_offices.migrated(data_folder) as url:
        away = make_url(url).set(host=HOST).update_query_dict({"hostaddr": "127.0.0.1", "sslmode": "disable"})
        database = open_office(away.render_as_string(hide_password=False))
        database.close()
    assert "others in the network may read" in database.weaker_than_usual


# --- service files ---------------------------------------------------------------------------------------------------
@pytest.fixture
def services(team: TeamServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = team.server.authority.certificate
    copy = tmp_path / "office.crt"
    copy.write_bytes(root.read_bytes())
    lines = [
        "# offices", "[other]", "host=elsewhere", "", "[office]", f"host={HOST}", "hostaddr=127.0.0.1",
        f"port={team.server.plan.port}", f"user={OWNER}", "dbname=office", f"sslrootcert={copy}", "[weak]",
        "host=server", "sslmode=require",
    ]  # fmt: skip
    file = tmp_path / "pg_service.conf"
    file.write_text("\n".join(lines))
    monkeypatch.setenv("PGSERVICEFILE", str(file))
    return file


def test_a_service_is_opened_and_verified(team: TeamServer, services: Path) -> None:
    address = "postgresql:///?service=office"
    options = secured(parse(address)).options
    assert options["sslmode"] == "verify-full"
    assert "sslrootcert" not in options
    with pytest.raises(PasswordProblem):
        open_office(address)
    assert keep_password(parse(address), team.password)
    database = open_office(address)
    watcher = ChangeWatcher(database)
    watcher.start()
    watcher.stop()
    database.close()
    assert database.weaker_than_usual == ""


def test_a_service_that_asks_for_less_says_so(services: Path) -> None:
    assert "sslmode=require" in secured(parse("postgresql:///?service=weak")).weaker
    assert service_settings("office")["hostaddr"] == "127.0.0.1"
    assert service_settings("unknown") == {}


# --- passwords -------------------------------------------------------------------------------------------------------
def test_a_kept_password_opens(team: TeamServer) -> None:
    address = team.url(password="")
    offices.remember(address, certificate=team.certificate)
    with pytest.raises(PasswordProblem) as missing:
        open_office(address)
    assert "password" in missing.value.sentence
    assert keep_password(parse(address), team.password)
    open_office(address).close()
    assert keep_password(parse(address), "old")
    with pytest.raises(PasswordProblem):
        open_office(address)


def test_a_wrong_password_is_no_other_problem(team: TeamServer) -> None:
    offices.remember(team.url(), certificate=team.certificate)
    with pytest.raises(PasswordProblem):
        open_office(team.url(password="wrong"))


def test_the_driver_alone_would_have_fallen_back(postgres_url: str, plain_tap: Tap) -> None:
    """The same line without what connection.py adds: the password lies open."""
    url = make_url(postgres_url)
    told = f"host={HOST} hostaddr=127.0.0.1 port={plain_tap.port} user={url.username} dbname=postgres"
    psycopg.connect(told, password=url.password).close()
    assert plain_tap.heard(str(url.password))
