"""Finding the same contact twice: while typing, and over the whole office."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event

from gcrm.model.address import Address
from gcrm.model.contact_point import ContactPoint
from gcrm.model.duplicate import LIKELY, Candidate
from gcrm.services import contact, demo, duplicates
from gcrm.services.database import Database
from gcrm.services.duplicates import candidate_of, candidates, find_pairs, radar
from tests.services.offices import organisation


def typed(**values: Any) -> Candidate:
    for name in ("phones", "emails"):
        if name in values:
            values[name] = frozenset(values[name])
    return Candidate(**values)


@pytest.mark.parametrize(
    "candidate",
    [
        typed(organisation="Albrecht Metallbau"),
        typed(organisation="ALBRECHT METALBAU GMBH", town="Leipzig"),
        typed(organisation="Metallbau Albrecht", town="Leipzig"),
        typed(phones=["+493411234560"], street="Hauptstr. 7", postcode="04103"),
        typed(organisation="Albrecht Stahl", emails=["INFO@albrecht.example"]),
        typed(organisation="Albrecht", vat_number="DE 136 695 976"),
    ],
    ids=["name", "mistake", "order", "phone and address", "e-mail", "vat"],
)
def test_what_is_typed_finds_who_is_there(database: Database, candidate: Candidate) -> None:
    demo.create(database, 11, seed=3, language="pt", activities=0)
    wanted = organisation(database)
    loaded = contact.load(database, wanted)
    loaded.record.vat_number = "DE136695976"
    contact.save(database, loaded)
    with database.read() as session:
        found = radar(session, candidate)
    assert wanted in [row.contact for row in found]
    row = next(row for row in found if row.contact == wanted)
    assert row.reasons
    assert (row.name, row.town) == ("Albrecht Metallbau GmbH", "Leipzig")


def test_persons_are_found_by_either_order_and_at_their_organisation(database: Database) -> None:
    person = contact.empty(kind="person", first_name="Jörg", last_name="Pfeiffer")
    person.points.append(ContactPoint(kind="mobile", value="0171 5551234"))
    wanted = contact.create(database, person)
    with database.read() as session:
        for candidate in (
            typed(first_name="Joerg", last_name="Pfeiffer"),
            typed(last_name="Pfeifer", first_name="Jörg"),
        ):
            assert [row.contact for row in radar(session, candidate)] == [wanted]
        assert radar(session, typed(first_name="Jörg", last_name="Pfeiffer"), exclude=[wanted]) == []


def test_the_trash_and_strangers_stay_out(database: Database) -> None:
    gone = organisation(database)
    contact.trash(database, [gone])
    contact.create(database, contact.empty(name="Zimmerei Kraus"))
    with database.read() as session:
        assert radar(session, typed(organisation="Albrecht Metallbau GmbH", town="Leipzig")) == []


@pytest.mark.parametrize(
    "text", ["", " ", "%", "_", "\\", '"', "'", "*", "a" * 5000, "\0", "NEAR(", "\U0010ffff", "é" * 300]
)
def test_whatever_is_typed_is_only_text(database: Database, text: str) -> None:
    organisation(database)
    with database.read() as session:
        radar(session, typed(organisation=text, first_name=text, last_name=text, street=text, town=text, postcode=text))
        radar(session, typed(emails=[text + "@x"], vat_number=text))


def test_the_number_of_questions_does_not_grow(database: Database) -> None:
    demo.create(database, 400, seed=2, language="de", activities=0)
    asked: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    with database.read() as session:
        known = candidates(session, list(range(1, 400)))
        asked.clear()
        radar(session, known[20])
    assert len(asked) <= 25


def test_a_contact_being_typed_is_a_candidate(database: Database) -> None:
    record = contact.empty(name="Müller GmbH", vat_number="DE1")
    record.addresses.append(Address(street="Weg", house_number="3", postcode="04103", town="Leipzig"))
    record.points += [
        ContactPoint(kind="phone", value="0341 1", e164="+493411"),
        ContactPoint(kind="email", value="a@b.de"),
    ]
    candidate = candidate_of(record)
    assert candidate.place == ("weg3", "04103", "leipzig")
    assert candidate.phones == {"+493411"}
    assert candidate.mails == {"a@b.de"}
    saved = contact.create(database, record)
    with database.read() as session:
        assert candidates(session, [saved])[saved].place == candidate.place


def test_pairs_of_the_whole_office_come_likeliest_first(database: Database) -> None:
    demo.create(database, 11, seed=4, language="pt", activities=0)
    first = organisation(database)
    second = organisation(database, "Albrecht Metalbau")
    with database.read() as session:
        pairs = find_pairs(session)
    assert (pairs[0].one, pairs[0].other) == (first, second)
    assert pairs[0].score >= LIKELY
    assert [pair.score for pair in pairs] == sorted((pair.score for pair in pairs), reverse=True)


def test_looking_for_pairs_can_be_stopped(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    demo.create(database, 900, seed=4, language="de", activities=0)
    monkeypatch.setattr(duplicates, "MANY", 400)
    seen: list[tuple[int, int]] = []

    def progress(done: int, total: int) -> bool:
        seen.append((done, total))
        return done == 0

    with database.read() as session:
        assert find_pairs(session, progress=progress) == []
    assert seen == [(0, 1800), (400, 1800), (900, 1800)]
