"""Several programs that open a new office at the same moment."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import func, select

from gcrm.model.user import NumberRange, User
from gcrm.services.database import Database

OPEN = """
import sys
from gcrm.services.database import Database
from gcrm.services import contact, numbering, settings, home, unit_of_work
sys.stdin.readline()
Database.open(sys.argv[1], user=sys.argv[2]).close()
"""


def open_at_once(url: str, logins: Sequence[str]) -> list[str]:
    """Let a program of each login open an office at the same moment; return what they say on standard error."""
    started = [
        subprocess.Popen(
            [sys.executable, "-c", OPEN, url, login], stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for login in logins
    ]
    for program in started:
        assert program.stdin is not None
        program.stdin.write("now\n")
        program.stdin.flush()
    return [program.communicate()[1] for program in started]


@pytest.mark.parametrize("logins", [("anna", "bruno", "clara"), ("anna",) * 4], ids=["three people", "one person"])
def test_a_new_office_is_opened_by_several_at_once(
    empty_database_url: str, logins: Sequence[str], data_folder: Path
) -> None:
    assert open_at_once(empty_database_url, logins) == [""] * len(logins)
    database = Database.open(empty_database_url, user="anna")
    with database.read() as session:
        assert set(session.scalars(select(User.login))) == {*logins}
        assert session.scalar(select(func.count()).select_from(User)) == len({*logins})
        assert session.scalar(select(func.count()).select_from(NumberRange)) == 3
    database.close()


def test_the_first_sign_in_of_one_login_at_once_makes_one_user(database_url: str) -> None:
    assert open_at_once(database_url, ["dora"] * 4) == [""] * 4
    database = Database.open(database_url, user="dora")
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(User).where(User.login == "dora")) == 1
    database.close()
