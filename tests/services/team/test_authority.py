"""The office's own certificate authority."""

from __future__ import annotations

import os
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gcrm.errors import EnvironmentProblem, UserError
from gcrm.services.team.authority import RENEWAL, Authority, fingerprint


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    made = Authority(tmp_path)
    made.create("Muster GmbH")
    return made


def openssl(*words: object) -> str:
    done = subprocess.run(["openssl", *map(str, words)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_it_lives_longer_than_ten_years_and_signs_servers_only(authority: Authority) -> None:
    assert authority.read().ends > datetime.now(UTC) + timedelta(days=3700)
    told = openssl("x509", "-in", authority.certificate, "-noout", "-text")
    assert "CA:TRUE, pathlen:0" in told
    assert "prime256v1" in told
    assert "Certificate Sign" in told


def test_the_servers_certificate_holds_for_every_name_that_was_told(authority: Authority) -> None:
    made = authority.issue(["office-pc", " 192.168.1.20", "büro.example", "fe80::1", "office-pc"])
    wanted = {
        "office-pc", "192.168.1.20", "xn--bro-hoa.example", "fe80::1", "localhost", "127.0.0.1", "::1",
    }  # fmt: skip
    assert set(made.names) == wanted
    assert made == authority.read_server()
    openssl("verify", "-CAfile", authority.certificate, "-purpose", "sslserver", authority.server_certificate)
    for name in ("office-pc", "localhost"):
        openssl("verify", "-CAfile", authority.certificate, "-verify_hostname", name, authority.server_certificate)
    openssl("verify", "-CAfile", authority.certificate, "-verify_ip", "192.168.1.20", authority.server_certificate)


@pytest.mark.parametrize("name", ["two words", "a..b", "x" * 64, "semi;colon", "*", "new\nline"])
def test_what_is_no_name_of_a_computer_is_refused(authority: Authority, name: str) -> None:
    with pytest.raises(UserError):
        authority.issue([name])
    assert not authority.server_key.exists()


@pytest.mark.skipif(os.name == "nt", reason="Windows has other rights on files")
def test_keys_are_for_their_owner_alone(authority: Authority) -> None:
    authority.issue([])
    assert {key.stat().st_mode & 0o777 for key in (authority.key, authority.server_key)} == {0o600}


def test_the_fingerprint_is_that_of_others(authority: Authority) -> None:
    told = openssl("x509", "-in", authority.certificate, "-noout", "-fingerprint", "-sha256")
    assert told.partition("=")[2].strip().replace(":", "").lower() == authority.read().fingerprint
    assert fingerprint(authority.certificate.read_text()) == authority.read().fingerprint
    with pytest.raises(UserError):
        fingerprint("hello")


def test_it_is_renewed_before_it_ends_by_the_same_authority(authority: Authority) -> None:
    first = authority.issue(["office-pc"])
    before = authority.read()
    assert not authority.renew(["office-pc"])
    assert not authority.renew(["office-pc"], first.ends - RENEWAL - timedelta(days=1))
    assert authority.renew(["office-pc"], first.ends - RENEWAL + timedelta(days=1))
    again = authority.read_server()
    assert again.fingerprint != first.fingerprint
    assert again.names == first.names
    assert authority.read() == before


def test_a_certificate_that_does_not_fit_its_key_is_made_anew(authority: Authority, tmp_path: Path) -> None:
    """As after a power cut between the two files."""
    authority.issue(["office-pc"])
    former = authority.server_key.read_bytes()
    authority.issue(["office-pc"])
    authority.server_key.write_bytes(former)
    assert authority.renew(["office-pc"])
    assert not authority.renew(["office-pc"])
    authority.server_key.unlink()
    assert authority.renew(["office-pc"])


def test_an_authority_is_never_made_twice(authority: Authority) -> None:
    before = authority.certificate.read_bytes()
    with pytest.raises(UserError):
        authority.create("Muster GmbH")
    assert authority.certificate.read_bytes() == before


def test_what_cannot_be_read_is_said_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentProblem, match=r"office\.crt"):
        Authority(tmp_path).read()
    (tmp_path / "office.crt").write_text("hello")
    with pytest.raises(EnvironmentProblem, match=r"office\.crt"):
        Authority(tmp_path).read()
