"""The phones of two colleagues that call their own entries by the same names, as iOS and DAVx5 do by the UID."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from sqlalchemy import select

from gcrm.model.activity import Activity
from gcrm.services import calendar, user
from gcrm.services.exchange.ical_import import import_calendars
from gcrm.services.exchange.ical_write import known
from gcrm.services.opening import open_office
from gcrm.services.undo import undo_last
from gcrm.services.unit_of_work import unit_of_work
from tests.databases import PostgresOffices
from tests.services.dav.conftest import Office
from tests.services.dav.device import Device, lines, listening
from tests.services.dav.test_dav_calendar import DAY, TODO, VISIT
from tests.services.team.rights.team_office import PASSWORD, shared_office

PRIVATE = lines(*VISIT).replace("SUMMARY", "CLASS:PRIVATE\r\nSUMMARY")


def _each_has_its_own(anna: Device, jonas: Device) -> None:
    """Save under the same names and identifiers on two phones, and read, change and delete there."""
    for collection, text in (("calendar", PRIVATE), ("tasks", lines(*TODO))):
        assert anna.put(collection, "x.ics", text).status == 201
        assert [jonas.put(collection, "x.ics", text).status for _again in range(2)] == [201, 412]
        (token, mine), (others_token, theirs) = jonas.sync(collection), anna.sync(collection)
        assert [mine.keys(), theirs.keys()] == [{"x.ics"}, {"x.ics"}]
        assert set(jonas.ask("PROPFIND", f"/{jonas.login}/{collection}/", Depth="1").hrefs()) == {
            f"/{jonas.login}/{collection}/", f"/{jonas.login}/{collection}/x.ics"
        }  # fmt: skip
        later = text.replace("SUMMARY:", "SUMMARY:Third ")
        assert jonas.put(collection, "x.ics", later, str(mine["x.ics"])).status == 204
        assert "SUMMARY:Third " in jonas.texts(collection, "x.ics")["x.ics"]
        assert "Third" not in anna.texts(collection, "x.ics")["x.ics"]
        assert list(jonas.sync(collection, token)[1]) == ["x.ics"]
        assert jonas.ask("DELETE", f"/{jonas.login}/{collection}/x.ics").status == 200
        assert jonas.sync(collection, token)[1] == {"x.ics": None}
        assert anna.sync(collection, others_token)[1].get("x.ics", theirs["x.ics"]) == theirs["x.ics"]
        assert anna.sync(collection)[1] == theirs


def test_each_phone_has_its_own_in_a_file(office: Office) -> None:
    _each_has_its_own(office.phone, office.other)


def test_each_phone_has_its_own_on_a_server_that_hides_what_is_private(
    postgres_offices: PostgresOffices, data_folder: Path
) -> None:
    with shared_office(postgres_offices) as team:
        office = team.url.set(username=None, password=None).render_as_string(hide_password=False)
        with listening(office) as served:
            _each_has_its_own(*(Device(served.port, team.logins[who], PASSWORD) for who in ("office", "second")))


def test_what_was_given_to_a_colleague_leaves_its_name_to_the_next(office: Office) -> None:
    assert office.phone.put("calendar", "x.ics", lines(*VISIT)).status == 201
    assert office.other.put("calendar", "x.ics", lines(*VISIT)).status == 201
    token, _listed = office.phone.sync("calendar")
    with unit_of_work(office.jonas, "given") as work:
        given = work.session.scalars(select(Activity).where(Activity.responsible_id == office.jonas.user_id)).one()
        given.responsible_id = office.anna.user_id
    name = f"a{given.id}.ics"
    assert list(office.phone.sync("calendar", token)[1]) == [name]
    assert office.other.put("calendar", "x.ics", lines(*VISIT).replace("Visit", "Next")).status == 201
    assert "SUMMARY:Next" in office.other.texts("calendar", "x.ics")["x.ics"]
    assert office.phone.sync("calendar")[1].keys() == {"x.ics", name}
    assert office.other.sync("calendar")[1].keys() == {"x.ics"}


def test_what_comes_back_is_called_by_its_id_where_its_name_is_taken(office: Office) -> None:
    assert office.phone.put("calendar", "x.ics", lines(*VISIT)).status == 201
    assert office.phone.ask("DELETE", "/anna/calendar/x.ics").status == 200
    assert office.other.put("calendar", "x.ics", lines(*VISIT)).status == 201
    assert undo_last(office.anna) is not None
    assert [name[0] for name in office.phone.sync("calendar")[1]] == ["a"]
    assert list(office.other.sync("calendar")[1]) == ["x.ics"]


def test_nobody_is_busy_twice_with_what_two_accepted(office: Office) -> None:
    for desk, name in ((office.anna, "Anna"), (office.jonas, "Jonas")):
        user.change(desk, desk.user_id, name, f"{name.lower()}@office.example")
    told = "SUMMARY:Visit\r\nATTENDEE:mailto:anna@office.example\r\nATTENDEE:mailto:jonas@office.example\r\n"
    invited = PRIVATE.replace("SUMMARY:Visit\r\n", told)
    assert office.phone.put("calendar", "x.ics", invited).status == 201
    assert office.other.put("calendar", "x.ics", invited.replace("CLASS:PRIVATE\r\n", "")).status == 201
    both = [office.anna.user_id, office.jonas.user_id]
    assert len(office.phone.sync("calendar")[1]) == 1
    with office.anna.read() as session:
        found = calendar.entries(session, office.anna.user_id, DAY, DAY, both)
        alone = calendar.entries(session, office.anna.user_id, DAY, DAY, both[:1])
    assert sorted((entry.user_id, entry.also) for entry in found) == [(who, ()) for who in both]
    assert [entry.user_id for entry in alone] == both[:1]
    # whom a colleague invites sees one appointment, and no second one is made
    joint = lines(*VISIT).replace("UID:visit", "UID:joint").replace("SUMMARY:Visit\r\n", told)
    assert office.other.put("calendar", "joint.ics", joint).status == 201
    assert office.phone.put("calendar", "joint.ics", joint).status == 412
    assert office.phone.put("calendar", "other.ics", joint).status == 409
    assert len(office.phone.sync("calendar")[1]) == len(office.other.sync("calendar")[1]) == 2


def test_a_file_that_a_colleague_has_too_goes_into_the_own_calendar(database_url: str) -> None:
    files = [("visit.ics", lines(*VISIT).encode()), ("todo.ics", lines(*TODO).encode())]
    first = open_office(database_url)
    user.add_user(first, "jonas", "Jonas")
    with closing(first), closing(open_office(database_url, user="jonas")) as jonas:
        made = {"created": 1, "tasks": 0}, {"created": 0, "tasks": 1}
        for desk in (first, jonas):
            told = [import_calendars(desk, files, dry_run=is_trial) for is_trial in (True, False)]
            assert [[{name: one.counts[name] for name in made[0]} for one in each] for each in told] == [[*made]] * 2
            again = import_calendars(desk, files)
            assert [(one.counts["created"], one.counts["tasks"]) for one in again] == [(0, 0)] * 2
        with jonas.read() as session:
            whose = session.scalars(select(Activity.responsible_id).order_by(Activity.id)).all()
            mine, others = (known(session, desk.user_id, ["visit"])[0].activity_id for desk in (jonas, first))
        assert [whose.count(desk.user_id) for desk in (first, jonas)] == [2, 2]
        # a task of former times, when one key stood for the whole office
        with unit_of_work(first, "former") as work:
            for each in work.session.scalars(select(Activity).where(Activity.call_key.is_not(None))):
                each.call_key = "ical:todo-1" if each.responsible_id == first.user_id else None
        counts = [import_calendars(desk, files[1:])[0].counts["tasks"] for desk in (first, jonas)]
        assert (mine != others, counts) == (True, [0, 1])
