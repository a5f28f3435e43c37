"""An office at work while its programs are killed and its server falls over: nothing lost, doubled or half done.

Whoever owns the tables can still alter what was written, and is found out.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from gcrm.services import activity, contact
from gcrm.services.opening import open_office
from tests.reliability.altering import altered_and_found
from tests.reliability.crashing import crashing_server
from tests.reliability.torn import Ledger, complaints, prepare, tear

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="ending a program is no kill there")

DESKS, SECONDS = 10, 6.0
PROGRAMS, SHORT = 2, 2.0
KINDS = {"count", "log", "create", "many"}


def test_an_office_that_is_torn_apart_loses_nothing(
    tmp_path: Path, lasting: Callable[[float], float], runs: Callable[[int], int], noted: Callable[[str, str], None]
) -> None:
    seconds = lasting(SECONDS)
    with crashing_server() as server:
        prepare(server.url)
        blows = (server.kill, server.restart, server.kill)[: 3 if seconds > SECONDS else 2]
        ledger = tear(server.url, tmp_path / "notes", desks=DESKS, seconds=seconds, blows=blows, kinds=KINDS)
        assert complaints(server.url, ledger) == []
        assert {kind for kind, _token in ledger.done} == KINDS
        altered = altered_and_found(server.url, runs(2))
    noted(f"office of {DESKS} desks for {seconds:g} s, its server {len(blows)} times gone", ledger.sum())
    noted("rows altered by the owner of the tables, server", f"{altered} altered, {altered} found")


def test_two_programs_on_one_file_lose_nothing(
    tmp_path: Path, lasting: Callable[[float], float], runs: Callable[[int], int], noted: Callable[[str, str], None]
) -> None:
    office, seconds = f"sqlite:///{tmp_path / 'office.gcrm'}", lasting(SHORT)
    prepare(office)
    ledger = tear(office, tmp_path / "notes", desks=PROGRAMS, seconds=seconds)
    assert complaints(office, ledger) == []
    assert ledger.done
    altered = altered_and_found(office, runs(2))
    noted(f"{PROGRAMS} programs on one file for {seconds:g} s, killed in turn", ledger.sum())
    noted("rows altered beside the program, file", f"{altered} altered, {altered} found")


def test_what_is_lost_doubled_or_half_done_would_be_noticed(tmp_path: Path) -> None:
    office, notes = f"sqlite:///{tmp_path / 'office.gcrm'}", tmp_path / "notes"
    prepare(office)
    with closing(open_office(office, user="first")) as database:
        for text in ("clerk1-4", "clerk1-4", "clerk1-5"):
            activity.log(database, 1, text)
        contact.create(database, contact.empty(name="clerk2-1"))
        contact.set_field(database, [1, 2], "priority", "C")
    said = ["clerk0.0 try count 1.notes", "clerk0.0 done", "clerk0.0 try log clerk0.0-2", "clerk0.0 done"]
    said += [
        "clerk1 try log clerk1-4",
        "clerk1 done",
        "clerk1 try log clerk1-5",
        "clerk1 not",
        "clerk2 wrong UserError",
    ]
    said += ["clerk2 try create clerk2-1", "clerk2 done", "clerk3 try count 2.notes"]
    notes.write_text("\n".join(said) + "\n")
    ledger = Ledger()
    ledger.read(notes)
    assert ledger.doubtful == {("count", "2.notes"): 1}
    assert complaints(office, ledger) == [
        "clerk2 wrong UserError",
        "1.notes is 0, and 1 to 1 were counted",
        "log clerk0.0-2 is lost",
        "log clerk1-5 is there, but was not done",
        "log clerk1-4 is there 2 times",
        "clerk2-1 has not one address",
        "clerk2-1 has not one contact_point",
        "an operation over many contacts was done for some of them: [('',), ('C',)]",
        "numbers have gaps before 10006",
    ]
