"""Every group attacks the office over plain psycopg; what comes of it stands in attacks.py; the office stays whole."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from sqlalchemy import Text, cast, func, select, union_all

from gcrm.model.activity import Activity
from gcrm.model.base import Base
from gcrm.model.contact import Contact
from gcrm.model.rights import ADMINISTRATOR
from gcrm.model.user import NumberRange
from gcrm.services import activity, attachment, contact, contact_list, delegation, settings
from gcrm.services.check import check
from gcrm.services.contact_list import ContactQuery
from gcrm.services.seals import seal_pending
from gcrm.services.team.rights import ensure_groups
from tests.databases import PostgresOffices
from tests.services.offices import organisation
from tests.services.team.rights.attacks import ATTACKS, GROUPS, Attack
from tests.services.team.rights.team_office import Team, shared_office

SECRET, OPEN = b"secret bytes", b"open bytes"
LIMITS = ("57014", "55P03", "25P03")


@dataclass
class World:
    """A shared office with something to steal, and the words that stand in the attacks."""

    team: Team
    words: dict[str, Any]
    known: list[Any] = field(default_factory=list)  # its fingerprint, where the last attack left no mark
    lines: dict[str, psycopg.Connection[Any]] = field(default_factory=dict)

    def of(self, group: str) -> dict[str, Any]:
        """Return the words for the login of a group."""
        return {**self.words, "me": self.team.users[group], "login": self.team.logins[group]}

    def line(self, group: str) -> psycopg.Connection[Any]:
        """Return a connection of a group: a new one where the last attack came to anything, or ended it."""
        try:
            self.lines[group].execute("DISCARD ALL")
        except (KeyError, psycopg.OperationalError):
            self.lines[group] = self.team.connect(group)
            self.lines[group].prepare_threshold = None  # what is discarded would be missed
        return self.lines[group]

    def hang_up(self) -> None:
        """Close all lines."""
        for line in self.lines.values():
            line.close()
        self.lines.clear()


@pytest.fixture(scope="module")
def world(postgres_offices: PostgresOffices, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Give one office for all attacks: none of them may leave a mark on it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GCRM_DATA", str(tmp_path_factory.mktemp("attacks")))
        with shared_office(postgres_offices) as team:
            world = World(team, _furnished(team))
            yield world
            world.hang_up()


def _furnished(team: Team) -> dict[str, Any]:
    """Fill an office: a contact with bank data and terms, and what is private to the user "second"."""
    with team.open("billing") as billing:
        made = organisation(billing)
        loaded = contact.load(billing, made)
        loaded.record.credit_limit = Decimal(5000)
        contact.save(billing, loaded)
        attachment.attach_bytes(billing, OPEN, "open.txt", contact_id=made)
    with team.open("second") as second:
        private = activity.log(second, made, "Secret plan", subject="Secret", is_private=True)
        attachment.attach_bytes(second, SECRET, "secret.txt", activity_id=private)
        settings.set(second, "ui.theme", "dark")
        contact_list.save_filter(second, "Mine", ContactQuery(words="x"), user_id=second.user_id)
        with second.read() as session:
            operation = session.scalar(select(func.max(_operation_id())))
    with team.open("administrator") as boss:
        delegation.delegate(boss, activity.log(boss, made, "Do this"), team.users["second"])
        with boss.read() as session:
            counter = session.scalar(select(NumberRange.id).where(NumberRange.key == "customer"))
    seal_pending(team.owner)
    return {
        "contact": made,
        "private": private,
        "operation": operation,
        "range": counter,
        "other": team.users["second"],
        "other_login": team.logins["second"],
        "reader": team.users["read-only"],
        "secret_file": hashlib.sha256(SECRET).hexdigest(),
        "open_file": hashlib.sha256(OPEN).hexdigest(),
        "administrators": ensure_groups(team.owner)[ADMINISTRATOR],
        "database": team.url.database,
        "owner": team.url.username,
    }


def _operation_id() -> Any:
    from gcrm.model.change import Operation

    return Operation.id


def outcome(connection: psycopg.Connection[Any], statements: list[str]) -> str:
    """Carry out statements in one transaction, and say in one word what came of it."""
    alone = contextlib.nullcontext() if statements[0].startswith("ALTER SYSTEM") else connection.transaction()
    try:
        with alone:
            for statement in statements:
                cursor = connection.execute(statement.encode())
            rows = cursor.fetchall() if cursor.description else []
    except psycopg.Error as problem:
        state = problem.sqlstate or ""
        return "refused" if state == "42501" else "limit" if state in LIMITS else "wrong"
    if rows and isinstance(rows[0][0], bool):
        return str(rows[0][0]).lower()
    touched = len(rows) if cursor.description else cursor.rowcount
    return "none" if touched == 0 else "done"


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_an_attack_ends_as_the_list_says(world: World, attack: Attack) -> None:
    found, before = {}, world.known or fingerprint(world.team)
    world.known = []
    for group in GROUPS:
        statements = [statement.format(**world.of(group)) for statement in attack.statements]
        found[group] = outcome(world.line(group), statements)
    assert found == {group: attack.outcome(group) for group in GROUPS}
    if set(found.values()) <= {"refused", "none", "wrong", "limit"}:
        world.known = fingerprint(world.team)
        assert world.known == before
    else:
        world.hang_up()
        seal_pending(world.team.owner)
        assert check(world.team.owner).findings == ()


def fingerprint(team: Team) -> list[Any]:
    """Return what stands for every row of the office."""
    with team.owner.read() as session:
        rows = [
            select(func.sum(func.hashtext(cast(table.table_valued(), Text)))) for table in Base.metadata.sorted_tables
        ]
        return list(session.execute(union_all(*rows)).scalars())


def test_there_are_attacks_enough() -> None:
    assert len(ATTACKS) >= 40
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS)


def test_what_was_attacked_is_all_there(world: World) -> None:
    """The one test that looks at the loot itself, after all the others."""
    with world.team.owner.read() as session:
        private = session.get_one(Activity, world.words["private"])
        assert (private.subject, private.responsible_id) == ("Secret", world.team.users["second"])
        assert session.scalar(
            select(Contact.id).where(Contact.id == world.words["contact"], Contact.deleted_at.is_(None))
        )
    with world.team.open("second") as second:
        with second.read() as session:
            files = attachment.rows(session, None, activity_id=world.words["private"], user=second.user_id)
        assert [row.name for row in files] == ["secret.txt"]
    seal_pending(world.team.owner)
    assert check(world.team.owner, full=True).findings == ()
