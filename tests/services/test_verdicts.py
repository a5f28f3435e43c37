"""What people said about contacts that look alike is remembered, goes along with a merge, and can be undone."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select

from gcrm.errors import UserError
from gcrm.model.activity import Activity
from gcrm.model.contact import Contact
from gcrm.model.duplicate_verdict import DuplicateVerdict
from gcrm.services import changes, contact, undo, verdicts
from gcrm.services.database import Database
from gcrm.services.duplicate_groups import Found, Group, Known, grouped, holding, look, look_apart
from gcrm.services.duplicates import Pair, alike, find_pairs
from gcrm.services.exchange import importer
from gcrm.services.merge import merge, merge_all
from gcrm.services.unfinished import merged_to
from gcrm.services.unit_of_work import unit_of_work
from tests.samples import START
from tests.services.exchange.importing import company, take
from tests.services.offices import organisation


def three(database: Database) -> tuple[int, int, int]:
    first, second, third = (organisation(database) for _place in range(3))
    return first, second, third


def apart(database: Database) -> set[tuple[int, int]]:
    with database.read() as session:
        return set(verdicts.told_apart(session))


def test_who_was_told_apart_is_proposed_nowhere_until_it_is_taken_back(database: Database) -> None:
    one, other, third = three(database)
    assert verdicts.tell_apart(database, [(other, one)]) == 1
    assert verdicts.tell_apart(database, [(one, other)]) == 0
    with database.read() as session:
        assert [(pair.one, pair.other) for pair in find_pairs(session)] == [(one, third), (other, third)]
        assert [row.contact for row in alike(session, contact.read(session, one), 5)] == [third]
        (told,) = look_apart(session).pairs
        assert (told.one, told.other) == (one, other)
        assert told.score > 0.9
    undo.undo_last(database)
    assert apart(database) == set()
    undo.redo_last(database)
    assert verdicts.take_back(database, [(other, one)]) == 1
    with database.read() as session:
        assert len(find_pairs(session)) == 3


def test_a_verdict_goes_over_to_the_contact_that_stays(database: Database) -> None:
    one, other, third = three(database)
    verdicts.tell_apart(database, [(one, third), (other, third), (one, other)])
    before = apart(database)
    merge(database, one, [other])
    assert apart(database) == {(one, third)}
    undo.undo_last(database)
    assert apart(database) == before
    merge(database, third, [one])
    assert apart(database) == {(other, third)}


def test_a_verdict_goes_with_a_contact_and_with_the_undo_of_a_new_one(database: Database) -> None:
    one, other, _third = three(database)
    made = contact.create(database, contact.empty(name="Albrecht Metallbau GmbH"), others=[one, other, 10**9])
    assert apart(database) == {(one, made), (other, made)}
    contact.trash(database, [one])
    contact.purge(database, [one])
    assert apart(database) == {(other, made)}


def test_several_groups_are_merged_in_one_operation_and_one_undo(database: Database) -> None:
    one, other, third = three(database)
    pair = organisation(database, "Becker"), organisation(database, "Becker")
    operation = merge_all(database, [(one, other, third), pair])
    with database.read() as session:
        assert set(session.scalars(select(Contact.id))) == {one, pair[0]}
        assert changes.merged_into(session, one) == [one, other, third]
        assert merged_to(session, [third, pair[1]]) == {third: one, pair[1]: pair[0]}
        assert session.scalar(select(Activity.text).where(Activity.contact_id == pair[0])) is not None
    step = undo.undo_last(database)
    assert step is not None
    assert step.operation == operation
    with database.read() as session:
        assert len(session.scalars(select(Contact.id)).all()) == 5
        assert merged_to(session, [third]) == {}


def test_merging_groups_leaves_nothing_where_one_contact_is_gone(database: Database) -> None:
    one, other, third = three(database)
    contact.trash(database, [third])
    with pytest.raises(UserError):
        merge_all(database, [(one, other), (other, third)])
    with database.read() as session:
        assert set(session.scalars(select(Contact.id))) == {one, other, third}


def test_the_contact_with_the_most_to_keep_is_proposed_to_stay(database: Database) -> None:
    one, other, third = three(database)
    with unit_of_work(database, "Logged") as work:
        work.session.add_all(
            Activity(contact_id=other, type="call", at=START, text="Ruft an", custom={}) for _place in range(2)
        )
        work.session.get_one(Contact, third).archived_at = START
    with database.read() as session:
        found = look(session)
    (group,) = grouped(found)
    assert group.contacts == (other, one, third)
    assert found.known[other].entries == found.known[one].entries + 2
    assert "Same VAT number" not in group.reasons
    assert holding([group], found, " LEIPZIG") == [group]
    assert holding([group], found, "hamburg") == []
    assert [each.contacts for each in grouped(found, gone=[other])] == [(one, third)]
    assert grouped(found, least=1.01) == []


def known(*contacts: int) -> dict[int, Known]:
    return {one: Known(one, f"Firm {one}") for one in contacts}


def test_of_a_group_every_two_look_alike() -> None:
    pairs = (Pair(1, 2, 0.9, ("a", "b")), Pair(2, 3, 0.8, ("b",)), Pair(1, 3, 0.7, ("b", "c")), Pair(3, 4, 0.6, ("d",)))
    assert grouped(Found(pairs, known(1, 2, 3, 4))) == [Group((1, 2, 3), 0.7, ("b",)), Group((3, 4), 0.6, ("d",))]
    told = Found(pairs, known(1, 2, 3, 4), frozenset({(1, 3)}))
    assert [group.contacts for group in grouped(told)] == [(1, 2), (2, 3), (3, 4)]
    with_two = Found((Pair(1, 2, 0.9, ()), Pair(3, 4, 0.9, ()), Pair(1, 3, 0.8, ())), known(1, 2, 3, 4))
    assert [group.contacts for group in grouped(with_two)] == [(1, 2), (3, 4), (1, 3)]


def test_verdicts_are_kept_once_for_a_pair(database: Database) -> None:
    one, other, _third = three(database)
    verdicts.tell_apart(database, [(one, other), (other, one), (one, one)])
    with database.read() as session:
        rows = session.execute(select(DuplicateVerdict.one_id, DuplicateVerdict.other_id)).all()
    assert [tuple(row) for row in rows] == [(one, other)]


def test_a_row_of_an_import_that_was_looked_at_and_added_is_told_apart(database: Database, tmp_path: Path) -> None:
    take(database, tmp_path, company(1))
    file = tmp_path / "again.vcf"
    file.write_text(company(1) + company(1), encoding="utf-8", newline="")
    plan = importer.preview(database, [file], duplicates="add")
    importer.apply(database, plan)
    assert apart(database) == set()
    undo.undo_last(database)
    plan = importer.preview(database, [file])
    plan.decide([0, 1], "add")
    made = importer.apply(database, plan, categories=["Fair"]).created
    with database.read() as session:
        first = session.scalar(select(func.min(Contact.id)))
    told = apart(database)
    assert len(made) == 2
    assert (first, made[0]) in told
    assert all(set(pair) <= {first, *made} for pair in told)
