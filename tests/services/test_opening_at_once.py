"""Several programs that open a new office at the same moment."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import func, select

from gcrm.model.user import NumberRange, User
from gcrm.services.opening import open_office

Programs = list[subprocess.Popen[str]]

OPEN = """
import sys, traceback
from gcrm.services.opening import open_office
from gcrm.services.database import Database
from gcrm.services import contact, numbering, settings, home, unit_of_work
print("ready", flush=True)
for line in sys.stdin:
    try:
        url, login = line.split()
        open_office(url, user=login).close()
        print("opened", flush=True)
    except BaseException:
        print(repr(traceback.format_exc()), flush=True)
"""


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Programs]:
    """Start four programs once; each opens the offices that it is told."""
    own = {**os.environ, "GCRM_DATA": str(tmp_path_factory.mktemp("programs"))}
    command, pipe = [sys.executable, "-c", OPEN], subprocess.PIPE
    started = [subprocess.Popen(command, env=own, stdin=pipe, stdout=pipe, text=True) for _each in range(4)]
    assert [heard(program) for program in started] == ["ready"] * 4
    yield started
    for program in started:
        program.communicate()


def heard(program: subprocess.Popen[str]) -> str:
    assert program.stdout is not None
    return program.stdout.readline().strip()


def open_at_once(programs: Programs, url: str, logins: Sequence[str]) -> list[str]:
    """Let a program of each login open an office at the same moment; return what they say."""
    asked = list(zip(programs, logins, strict=False))
    for program, login in asked:
        assert program.stdin is not None
        program.stdin.write(f"{url} {login}\n")
        program.stdin.flush()
    return [heard(program) for program, _login in asked]


@pytest.mark.parametrize("logins", [("anna", "bruno", "clara"), ("anna",) * 4], ids=["three people", "one person"])
def test_a_new_office_is_opened_by_several_at_once(
    empty_database_url: str, logins: Sequence[str], data_folder: Path, programs: Programs
) -> None:
    assert open_at_once(programs, empty_database_url, logins) == ["opened"] * len(logins)
    database = open_office(empty_database_url, user="anna")
    with database.read() as session:
        assert set(session.scalars(select(User.login))) == {*logins}
        assert session.scalar(select(func.count()).select_from(User)) == len({*logins})
        assert session.scalar(select(func.count()).select_from(NumberRange)) == 3
    database.close()


def test_the_first_sign_in_of_one_login_at_once_makes_one_user(database_url: str, programs: Programs) -> None:
    assert open_at_once(programs, database_url, ["dora"] * 4) == ["opened"] * 4
    database = open_office(database_url, user="dora")
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(User).where(User.login == "dora")) == 1
    database.close()
