"""Calls become activities, each once."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import datetime, timedelta

from gcrm.model.activity import Activity
from gcrm.services import activity, call_log, follow_up, today, undo
from gcrm.services.activity import chronicle
from gcrm.services.database import Database
from gcrm.services.opening import open_office
from gcrm.services.telephony.calls import Call, CallPhase, Direction
from tests.services.chronicle_office import MONDAY, at, colleague, count, customer, stored, whole

RANG = datetime(2025, 6, 16, 9, 30)


def incoming(key: str = "k", number: str = "030123456", seconds: int | None = None, minute: int = 30) -> Call:
    """Return a call that rings, or with `seconds` one that is over: 0 was missed."""
    call = Call(key, Direction.IN, number, "999", "SIP0", RANG.replace(minute=minute))
    if seconds is None:
        return call
    ended = call.began_at + timedelta(seconds=seconds + 5)
    answered = call.began_at + timedelta(seconds=5) if seconds else None
    return replace(call, phase=CallPhase.ENDED, answered_at=answered, ended_at=ended, seconds=seconds)


def loose(database: Database) -> list[int]:
    with database.read() as session:
        return [row.id for row in today.today(session, database.user_id, at(12)).loose_ends.rows]


def test_a_call_is_logged_with_its_length(database: Database) -> None:
    who = customer(database)
    made = call_log.log_call(database, incoming(seconds=192), who, answered_by=database.user_id)
    with database.read() as session:
        [row] = chronicle(session, who)
    assert (row.id, row.title, row.seconds, row.phone) == (made, "Incoming call", 192, "+4930123456")
    assert (row.at, row.state, row.responsible_id) == (at(9, 30), "done", database.user_id)


def test_six_desks_make_one_activity_owned_by_who_answered(database: Database) -> None:
    who = customer(database)
    with colleague(database) as anna:
        made = [call_log.log_call(database, incoming(seconds=60), who) for _desk in range(3)]
        made.append(call_log.log_call(anna, incoming(seconds=60), who, answered_by=anna.user_id))
        made += [call_log.log_call(database, incoming(seconds=60), None) for _desk in range(2)]
        assert len(set(made)) == 1
        found = stored(database, made[0])
        assert (found.responsible_id, found.contact_id, found.seconds) == (anna.user_id, who, 60)
    assert count(database, Activity) == 1


def test_six_desks_at_the_same_moment_make_one_activity(database: Database) -> None:
    who = customer(database)
    desks = [open_office(database.url.render_as_string(hide_password=False)) for _desk in range(6)]
    gate, made = threading.Barrier(6), list[int]()

    def ring(desk: Database) -> None:
        gate.wait()
        made.append(call_log.log_call(desk, incoming(seconds=0), who))

    threads = [threading.Thread(target=ring, args=(desk,)) for desk in desks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for desk in desks:
        desk.close()
    assert len(made) == 6
    assert len(set(made)) == 1
    assert count(database, Activity) == 1


def test_a_call_grows_from_ring_to_end(database: Database) -> None:
    made = call_log.log_call(database, incoming())
    assert stored(database, made).state == "done"
    who = customer(database)
    call_log.log_call(database, incoming(seconds=75), who, answered_by=database.user_id)
    found = stored(database, made)
    assert (found.seconds, found.contact_id, found.responsible_id) == (75, who, database.user_id)


def test_a_missed_call_is_a_loose_end_until_somebody_handles_it(database: Database) -> None:
    made = call_log.log_call(database, incoming(seconds=0))
    assert (stored(database, made).state, loose(database)) == ("missed", [made])
    with database.read() as session:
        assert call_log.missed_calls(session, at(0)) == [made]
    follow_up.complete(database, made, at=at(11))
    found = stored(database, made)
    assert (found.state, found.done_by, loose(database)) == ("missed", database.user_id, [])
    follow_up.reopen(database, made)
    assert loose(database) == [made]


def test_a_call_taken_by_the_machine_is_missed(database: Database) -> None:
    call = replace(incoming(seconds=20), extension="40")
    made = call_log.log_call(database, call)
    assert (stored(database, made).state, stored(database, made).seconds) == ("missed", 20)


def test_calling_back_is_planned_once_and_settles_the_loose_end(database: Database) -> None:
    who = customer(database)
    made = call_log.log_call(database, incoming(seconds=0), who, follow_up=whole(MONDAY))
    assert loose(database) == []
    planned = call_log.call_back(database, made, whole(MONDAY + timedelta(days=1)))
    assert count(database, Activity) == 2
    found = stored(database, planned)
    assert (found.subject, found.contact_id, found.state) == ("Call back 030 123456", who, "open")


def test_speaking_with_somebody_settles_the_missed_calls_of_the_number(database: Database) -> None:
    missed = call_log.log_call(database, incoming("a", seconds=0, minute=10))
    other = call_log.log_call(database, incoming("b", "030777777", seconds=0, minute=11))
    call_log.log_call(database, incoming("c", seconds=30, minute=30), answered_by=database.user_id)
    assert loose(database) == [other]
    assert stored(database, missed).done_by == database.user_id


def test_a_call_that_is_missed_here_but_was_taken_there_is_not_missed(database: Database) -> None:
    made = call_log.log_call(database, incoming(seconds=0))
    call_log.log_call(database, incoming(seconds=40), answered_by=database.user_id)
    assert (stored(database, made).state, stored(database, made).seconds) == ("done", 40)


def test_an_unknown_number_is_given_to_a_contact_with_all_its_calls(database: Database) -> None:
    ids = [call_log.log_call(database, incoming(f"k{n}", seconds=10)) for n in range(3)]
    other = call_log.log_call(database, incoming("other", "030777777", seconds=10))
    who = customer(database)
    assert call_log.assign_call(database, ids[0], who) == 3
    assert {stored(database, i).contact_id for i in ids} == {who}
    assert stored(database, other).contact_id is None


def test_an_anonymous_call_stays_alone(database: Database) -> None:
    first = call_log.log_call(database, incoming("a", "", seconds=10))
    second = call_log.log_call(database, incoming("b", "", seconds=10))
    who = customer(database)
    assert call_log.assign_call(database, first, who) == 1
    assert stored(database, second).contact_id is None


def test_logging_by_itself_is_no_step_to_undo(database: Database) -> None:
    who = customer(database)
    activity.log(database, who, "typed")
    call_log.log_call(database, incoming(seconds=10), who)
    undo.undo_last(database)
    with database.read() as session:
        assert [row.type for row in chronicle(session, who)] == ["call"]
