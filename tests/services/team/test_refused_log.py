"""What the log of a server says about wrong passwords, and what of it is new."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from gcrm.model.base import now
from gcrm.services.team.logins import UserRow
from gcrm.services.team.refused_log import Refusal, counted, refusals

NINE = datetime(2026, 5, 4, 9, tzinfo=UTC)
LINE = b'2026-05-04 09:00:00.250 UTC [4711] %s FATAL:  password authentication failed for user "%s"'


def test_lines_of_wrong_passwords_are_read() -> None:
    log = (
        LINE % (b"192.0.2.7", b"anna") + b"\n",
        LINE % (b"fe80::1%eth0", b'Bj\xc3\xb6rn "B" x') + b"\r\n",
        LINE % (b"[local]", b"\xff"),
        b"2026-05-04 09:00:01.000 UTC [4712] 192.0.2.7 ERROR:  duplicate key value violates unique constraint\n",
    )
    found = list(refusals(log))
    assert {one.at for one in found} == {NINE + timedelta(milliseconds=250)}
    assert [(one.place, one.login) for one in found] == [
        ("192.0.2.7", "anna"), ("fe80::1%eth0", 'Björn "B" x'), ("[local]", "\ufffd"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "line",
    [
        b"\t" + LINE % (b"192.0.2.7", b"anna"),  # what follows a line break in a message begins with a tab
        b'2026-05-04 09:00:01.000 UTC [1] 192.0.2.7 FATAL:  password authentication failed for user "x',
        b"2026-05-04 09:00:01.000 UTC [1] 192.0.2.7 ERROR:  " + LINE % (b"192.0.2.7", b"anna"),
        LINE % (b"anna@office 192.0.2.7", b"anna"),  # of a former version, whose beginning could be forged
    ],
)
def test_nobody_forges_a_line(line: bytes) -> None:
    assert list(refusals([line])) == []


def test_what_is_new_is_counted_by_user_and_place() -> None:
    def at(minute: int, place: str, login: str = "anna") -> Refusal:
        return Refusal(NINE + timedelta(minutes=minute), place, login)

    log = [
        at(1, "192.0.2.7"), at(3, "192.0.2.7"), at(2, "127.0.0.1"), at(2, "[local]"), at(9, "192.0.2.7"),
        at(3, "192.0.2.8", "nobody"), at(1, "192.0.2.8", "bruno"), at(2, "192.0.2.8", "bruno"),
    ]  # fmt: skip
    told, until = {2: NINE + timedelta(minutes=1)}, NINE + timedelta(minutes=5)
    rows = counted(log, {"anna": 1, "bruno": 2}, told, until, "office-pc")
    assert [(row.user_id, row.place, row.times, row.last_at.minute) for row in rows] == [
        (1, "192.0.2.7", 2, 3), (1, "office-pc", 2, 2), (2, "192.0.2.8", 1, 2),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("places", "days", "is_tried", "words"),
    [
        (("a",), 0, False, "7 refused log-ins"),
        (("a", "b", "c"), 0, True, "7 refused log-ins from 3 places"),
        (("a", "b", "c"), 8, False, "7 refused log-ins from 3 places"),
    ],
)
def test_many_places_are_told_before_anything_else_for_a_week(
    places: tuple[str, ...], days: int, is_tried: bool, words: str
) -> None:
    row = UserRow(1, "anna", "Anna", "Office", True, True, 7, now() - timedelta(days=days), places)
    assert (row.is_tried, row.refused_words) == (is_tried, words)
