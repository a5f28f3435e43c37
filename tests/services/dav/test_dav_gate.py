"""Who comes in, and what does not: wrong passwords, others' addresses, hostile bodies, TLS, and a server's rights."""

from __future__ import annotations

import http.client
import plistlib
import ssl
from pathlib import Path

import pytest

from gcrm.errors import UserError
from gcrm.services import appointment, contact
from gcrm.services.dav import passwords
from gcrm.services.dav.server import Place, serving
from tests.databases import PostgresOffices
from tests.services.dav.conftest import Office
from tests.services.dav.device import HERE, SYNC, Device, lines, listening
from tests.services.dav.test_dav_contacts import CARD, FIND, QUERY
from tests.services.offices import organisation
from tests.services.team.rights.team_office import PASSWORD, shared_office

BOMB = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><propfind xmlns="DAV:"><prop><a>&b;</a></prop></propfind>'


def test_only_users_of_the_office_come_in_and_only_to_what_is_theirs(office: Office) -> None:
    phone = office.phone
    for login, password in (("", ""), ("anna", "wrong"), ("nobody", "wrong"), ("anna", "")):
        assert Device(phone.port, login, password).ask("PROPFIND", "/anna/", Depth="0").status == 401
    for path in ("/jonas/contacts/", "/jonas/calendar/", "/jonas/", "/other/"):
        assert phone.ask("PROPFIND", path, Depth="0").status in (403, 404)
    former = phone.password
    phone.password = passwords.make(office.anna)
    assert phone.ask("PROPFIND", "/anna/", Depth="0").status == 207
    assert Device(phone.port, "anna", former).ask("PROPFIND", "/anna/", Depth="0").status == 401
    passwords.drop(office.anna)
    assert phone.ask("PROPFIND", "/anna/", Depth="0").status == 401


def test_wrong_passwords_make_a_place_wait(office: Office) -> None:
    wrong = Device(office.phone.port, "jonas", "wrong")
    assert [wrong.ask("OPTIONS", "/jonas/").status for _n in range(4)] != [207] * 4
    assert office.other.ask("PROPFIND", "/jonas/", Depth="0").status == 401
    assert office.phone.ask("PROPFIND", "/anna/", Depth="0").status == 207


def test_nothing_hostile_passes(office: Office) -> None:
    ask, made = office.phone.ask, organisation(office.anna)
    for path in ("/anna/contacts/..%2f..%2fetc%2fpasswd", "/anna/contacts/../../jonas/", "/anna/contacts/a/b/c.vcf"):
        assert ask("GET", path).status in (403, 404)
    for name in (f"c{made + 5}.vcf", "x" * 300 + ".vcf"):
        assert office.phone.put("contacts", name, lines(*CARD)).status == 403
    for body in (BOMB, "<propfind", "<a/>" * 10):
        assert ask("PROPFIND", "/anna/", body, Depth="0").status == 400
    for body in ("", "nothing", lines("BEGIN:VCARD", "END:VCARD"), lines(*CARD) * 2):
        assert office.phone.put("contacts", "x.vcf", body).status in (400, 403, 409)
    assert ask("PUT", "/anna/contacts/x.vcf", b"x", Content_Length="99999999999").status == 413
    assert office.phone.put("contacts", "x.vcf", "X-A:1\r\n" * 20_001).status == 413
    assert ask("PUT", "/anna/contacts/x.vcf", b"", Content_Length="-5").status == 400
    assert ask("PUT", "/anna/contacts/x.vcf", b"", Transfer_Encoding="chunked").status == 411
    for token in ("urn:gcrm:sync:f999-0123456789abcdef", "urn:gcrm:sync:s1-1", "nothing"):
        answer = ask("REPORT", "/anna/contacts/", SYNC.format(token=token), Depth="0")
        assert (answer.status, b"valid-sync-token" in answer.body) == (403, True)
    for method in ("MKCOL", "MKCALENDAR", "MOVE", "COPY", "POST", "TRACE"):
        assert ask(method, "/anna/mine/").status in (405, 501)
    for path in ("/anna/contacts/", "/anna/", "/"):
        assert ask("DELETE", path).status == 403
    forwarded = ask("PROPFIND", "/anna/", Depth="0", X_Script_Name="/evil", X_Forwarded_For="1.2.3.4")
    assert b"evil" not in forwarded.body
    assert len(office.phone.sync("contacts")[1]) == 1


def test_tls_is_vouched_for_by_the_office(office: Office, tmp_path: Path) -> None:
    url = office.anna.url.render_as_string(hide_password=False)
    with listening(url, Place(HERE, 0, tmp_path / "dav", ("office-pc.local",))) as served:
        assert served.address == f"https://office-pc.local:{served.port}"
        trusted = ssl.create_default_context(cafile=str(tmp_path / "dav" / "office.crt"))

        def get(path: str) -> bytes:
            connection = http.client.HTTPSConnection(HERE, served.port, context=trusted, timeout=30)
            connection.request("GET", path)
            answer = connection.getresponse()
            assert answer.status == 200
            found = answer.read()
            connection.close()
            return found

        assert served.address.encode() in get("/")
        profile = plistlib.loads(get("/iphone.mobileconfig"))
        assert get("/office.crt") == (tmp_path / "dav" / "office.crt").read_bytes()
    kinds = {one["PayloadType"]: one for one in profile["PayloadContent"]}
    assert kinds["com.apple.carddav.account"]["CardDAVHostName"] == "office-pc.local"
    assert kinds["com.apple.caldav.account"]["CalDAVPort"] == served.port
    assert b"password" not in plistlib.dumps(profile).lower()
    with pytest.raises(UserError, match="Without TLS"), serving(url, Place("0.0.0.0", 0)):
        pass


def test_on_a_server_its_logins_and_rights_hold(postgres_offices: PostgresOffices, data_folder: Path) -> None:
    with shared_office(postgres_offices) as team:
        made = organisation(team.owner)
        office = team.url.set(username=None, password=None).render_as_string(hide_password=False)
        with team.open("second") as second:
            appointment.book(second, "2026-12-01T09:00:00", "2026-12-01T10:00:00", subject="Doctor", is_private=True)
        with listening(office) as served:
            reader, worker = (Device(served.port, team.logins[who], PASSWORD) for who in ("read-only", "office"))
            for wrong in ("wrong", ""):
                assert Device(served.port, team.logins["office"], wrong).ask("PROPFIND", "/", Depth="1").status == 401
            token, listed = reader.sync("contacts")
            name = f"c{made}.vcf"
            text = reader.texts("contacts", name)[name]
            assert "Albrecht" in text
            for words, found in (("metallbau", {name}), ("nobody", set())):
                query = QUERY.format(test="anyof", filters=FIND.format(name="ORG", type="contains", text=words))
                answer = reader.ask("REPORT", f"/{reader.login}/contacts/", query, Depth="1")
                assert {href.rpartition("/")[2] for href in answer.hrefs()} == found
            assert reader.put("contacts", name, text.replace("341", "342"), str(listed[name])).status == 403
            assert worker.put("contacts", name, text.replace("341", "342"), str(listed[name])).status == 412
            tag = worker.sync("contacts")[1][name]
            assert worker.put("contacts", name, text.replace("341", "342"), str(tag)).status == 204
            assert worker.put("contacts", "new.vcf", lines(*CARD)).status == 201
            assert reader.sync("contacts", token)[1].keys() >= {name, "new.vcf"}
            (theirs,) = worker.texts(
                f"calendar-{team.users['second']}", *worker.sync(f"calendar-{team.users['second']}")[1]
            ).values()
            assert "Private appointment" in theirs
            assert "Doctor" not in theirs
            for _try in range(3):
                Device(served.port, team.logins["office"], "wrong").ask("PROPFIND", "/", Depth="1")
        with team.open("office") as desk:  # whoever tries passwords at the door of the phones shuts no desk
            assert desk.user_id == team.users["office"]
        assert "+49 342 123456-0" in {point.value for point in contact.load(team.owner, made).record.points}
