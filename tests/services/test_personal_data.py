"""What is kept about somebody is shown whole and erased whole: the register says how, and the raw file is looked at."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from sqlalchemy import JSON, Text, func, select, text

from gcrm.errors import UserError
from gcrm.model.activity import Activity
from gcrm.model.appointment import Appointment, Participant
from gcrm.model.attachment import Attachment, Blob
from gcrm.model.base import BOOKKEEPING, Base, Record
from gcrm.model.change import Operation
from gcrm.model.consent import Consent, current
from gcrm.model.contact import Contact
from gcrm.model.contact_person import ContactPerson, Person
from gcrm.model.contact_point import ContactPoint
from gcrm.model.fields import field_of_column, fields_of
from gcrm.model.registry import INTERNAL, RECORDS, class_of, table_of
from gcrm.services import activity, appointment, attachment, contact, contact_list, merge, undo
from gcrm.services.check import check
from gcrm.services.contact_list import ContactQuery
from gcrm.services.database import Database
from gcrm.services.drafts import DraftStore, log_key
from gcrm.services.opened_files import OpenedFiles
from gcrm.services.personal_data.belongings import Subject
from gcrm.services.personal_data.consents import say, statements
from gcrm.services.personal_data.dossier import INSIDE, dossier
from gcrm.services.personal_data.erase import erase, erase_due
from gcrm.services.personal_data.give import give, page
from gcrm.services.personal_data.plan import plan
from gcrm.services.personal_data.register import ERASED, REDUCED, RULES, erased_tables
from gcrm.services.personal_data.retention import LAWS, LETTER, law_of
from gcrm.services.personal_data.sweep import is_due
from gcrm.services.printing.sources import recipients
from gcrm.services.seals import seal_pending
from gcrm.services.showing import show_date
from gcrm.services.unit_of_work import unit_of_work
from tests.samples import make

MARK = "zqmark"
"""Every marker begins so: what of it is found afterwards was not erased."""
TRACKED = [name for name in erased_tables() if name in {cls.__tablename__ for cls in RECORDS}]


# --- the register -----------------------------------------------------------------------------------------------
def test_every_table_has_a_rule() -> None:
    tables = {cls.__tablename__ for cls in (*RECORDS, *INTERNAL)}
    assert set(RULES) == tables, "say in personal_data/register.py whose its rows are"
    assert all(rule.why for rule in RULES.values() if rule.end != ERASED)
    assert all(rule.title for rule in RULES.values() if rule.end == ERASED)


def test_every_column_that_points_to_somebody_is_named_by_its_rule() -> None:
    for name, rule in RULES.items():
        for column in Base.metadata.tables[name].columns:
            for key in column.foreign_keys:
                target = key.column.table.name
                if RULES[target].end == ERASED and RULES[target].by and target != name:
                    assert {**rule.by, **rule.names}.get(column.name) == target, f"{name}.{column.name}"


def test_owners_stand_before_what_belongs_to_them_and_reduced_columns_are_columns() -> None:
    order = list(RULES)
    for name, rule in RULES.items():
        owners = {owner for owner in rule.by.values() if owner not in (name, "person")}
        assert all(order.index(owner) < order.index(name) for owner in owners), name
    assert REDUCED["contact"] <= set(table_of(Contact).columns.keys())


@pytest.mark.parametrize("name", TRACKED)
def test_every_column_of_somebody_is_told_to_machines(name: str) -> None:
    known = set(fields_of(class_of(name))) | set(BOOKKEEPING) | INSIDE
    assert set(Base.metadata.tables[name].columns.keys()) - {"e164"} <= known, "a column that no answer would tell"


def test_periods_end_with_the_year() -> None:
    assert law_of("DE", LETTER).until(date(2020, 1, 1)) == date(2026, 12, 31)
    assert all(law.source for laws in LAWS.values() for law in laws.values())
    assert not law_of("XX", LETTER).source


# --- an office full of markers ----------------------------------------------------------------------------------
class Marks:
    """Gives markers nobody else has, and remembers where each was put."""

    def __init__(self) -> None:
        self.places: dict[str, str] = {}

    def new(self, place: str) -> str:
        word = f"{MARK}{len(self.places):03d}"
        self.places[word] = place
        return word

    def values(self, cls: type[Record], **given: Any) -> dict[str, Any]:
        """Return a marker for every column in which people or other programs write."""
        found: dict[str, Any] = {}
        for column in table_of(cls).columns:
            told = field_of_column(table_of(cls), column.name)
            if told is None or told.choices or column.foreign_keys or column.name in (*given, "e164"):
                continue
            if isinstance(column.type, Text):
                found[column.name] = self.new(f"{cls.__tablename__}.{column.name}")
            elif isinstance(column.type, JSON):
                default: Any = column.default
                word = self.new(f"{cls.__tablename__}.{column.name}")
                found[column.name] = [word] if default.arg(None) == [] else {"f1": word}
        return found


TIMES = {"starts": "2026-08-10T09:00:00", "ends": "2026-08-10T10:00:00", "zone": "", "end_zone": "", "rule": "",
         "original": "", "left_out": [], "added": []}  # fmt: skip


def given(cls: type[Record], ids: dict[str, int]) -> dict[str, Any]:
    """Return what a record of the contact cannot have a marker in."""
    owners = {"contact_id": ids["contact"], "activity_id": ids.get("activity"), "contact_person_id": None}
    mine = {name: value for name, value in owners.items() if name in table_of(cls).columns}
    more: dict[str, dict[str, Any]] = {
        "activity": {"type": "call", "recurrence": "", "contact_person_id": ids.get("contact_person")},
        "activity_link": {"table_name": "contact", "record_id": ids["contact"]},
        "appointment": TIMES | {"series_id": None},
        "attachment": {"sha256": None, "replaces_id": None, "size": 0},
        "contact_person": {"person_id": ids.get("person")},
        "contact_point": {"kind": "email"},
        "participant": {"user_id": None},
        "contact_category": {},
        "notice": {},
    }
    return mine | more.get(cls.__tablename__, {})


def fill(database: Database, marks: Marks, *, is_customer: bool = False) -> int:
    """Make a contact with a marker in everything that can be kept of it, now and in the history."""
    other = contact.create(database, contact.empty(name="Becker"))
    gone = contact.create(database, contact.empty(name=marks.new("merged contact"), notes=marks.new("merged note")))
    name = {"name": marks.new("name in operations"), "is_customer": is_customer}
    made = contact.create(database, contact.empty(**name))
    merge.merge(database, made, [gone])
    ids = {"contact": made}
    with unit_of_work(database, "Made") as work:
        ids["person"] = make(work.session, Person, 21, **marks.values(Person)).id
        for table in TRACKED:
            cls = class_of(table)
            if table in ("contact", "person"):
                continue
            values = given(cls, ids)
            ids[table] = make(work.session, cls, 21, **values, **marks.values(cls, **values)).id
    with unit_of_work(database, "Changed") as work:
        for table in ("contact", *TRACKED[1:]):
            cls = class_of(table)
            record: Any = work.session.get_one(cls, ids[table])
            fixed = given(cls, ids) | {"is_customer": is_customer}
            for column, value in marks.values(cls, **fixed).items():
                setattr(record, column, value)
    with unit_of_work(database, "Elsewhere") as work:
        meeting = make(work.session, Activity, 22, contact_id=other, contact_person_id=ids["contact_person"])
        make(work.session, Participant, 22, activity_id=meeting.id, contact_id=made, name=marks.new("participant"))
        mail = work.session.get_one(ContactPoint, ids["contact_point"])
        mail.value = f"{marks.new('organizer')}@a.example"
        work.session.add(Appointment(activity_id=meeting.id, organizer=mail.value.replace("@a", "@A"), **TIMES))
    _files(database, marks, made)
    DraftStore.of(database).put(log_key(made), {"contact_id": made, "text": marks.new("draft")})
    return made


def _files(database: Database, marks: Marks, made: int) -> None:
    """Keep contents: a file with a former version that is being edited, a picture, and one that was deleted."""
    first = attachment.attach_bytes(database, marks.new("content").encode(), "a.txt", contact_id=made)
    opened = OpenedFiles(database)
    with database.read() as session:
        copy = opened.copy_to_edit(session, first)
    copy.write_bytes(marks.new("edited copy").encode())
    opened.close()
    attachment.attach_file(database, copy, contact_id=made, replaces_id=first)
    dropped = attachment.attach_bytes(database, marks.new("deleted content").encode(), "b.txt", contact_id=made)
    attachment.remove(database, [dropped])


def raw(database: Database, folder: Path) -> Iterator[tuple[str, str]]:
    """Yield everything that is kept, with its place: files as they lie on the disk, of a server all rows."""
    for path in folder.rglob("*"):
        if path.is_file() and "postgres" not in path.parts:
            yield str(path), path.read_bytes().decode("latin-1").lower()
    if not database.is_sqlite:
        with database.engine.connect() as connection:
            for table in [*Base.metadata.sorted_tables]:
                for row in connection.execute(select(table)):
                    yield table.name, str([bytes(v) if isinstance(v, memoryview) else v for v in row]).lower()
            for row in connection.execute(text("SELECT most_common_vals, histogram_bounds FROM pg_stats")):
                yield "pg_stats", str(row).lower()


def left(database: Database, folder: Path, marks: Marks) -> set[str]:
    """Return which markers are still there, and where."""
    found = set()
    for place, content in raw(database, folder):
        if MARK in content:
            found |= {f"{marks.places[word]} in {place}" for word in marks.places if word in content}
    return found


def test_nothing_of_somebody_is_left(database: Database, data_folder: Path) -> None:
    marks = Marks()
    made = fill(database, marks)
    folder = database.path.parent if database.path else data_folder
    assert len(marks.places) > 100
    assert len({each.split(" in ")[0] for each in left(database, folder, marks)}) > 70
    if not database.is_sqlite:
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))  # as the server does by itself
    planned = plan(database, Subject("contact", made))
    assert [paper.paper[0] for paper in planned.papers] == ["open_item"]
    assert {each.label for each in planned.mentions} == {"Becker"}
    done = erase(database, Subject("contact", made), release={paper.paper for paper in planned.papers})
    assert done.swept.is_clean
    assert not is_due(database)
    assert left(database, folder, marks) == set()
    seal_pending(database)
    report = check(database, full=True)
    assert [finding for finding in report.findings if finding.kind not in ("default", "file")] == []
    with database.read() as session:
        assert session.get(Contact, made) is None
        assert session.scalar(select(func.count(Activity.id))) == 1, "what is somebody else's stays"
        step = undo.next_undo(session, database.user_id)
        assert step is not None
        assert step.label == "Contact “Becker” created", "what was emptied is passed over"
        last = session.scalars(select(Operation).where(Operation.kind == "erase")).first()
    assert last is not None
    with pytest.raises(UserError, match="erased for good"):
        undo.undo(database, last.id)


# --- what the law wants kept ------------------------------------------------------------------------------------
def test_papers_stay_until_their_day_and_nothing_else(database: Database, data_folder: Path) -> None:
    marks, today = Marks(), date.today()
    made = fill(database, marks, is_customer=True)
    letter = f"letter{MARK}"
    with unit_of_work(database, "Letter") as work:
        at = datetime(today.year, 1, 2, tzinfo=UTC)
        kept = Activity(contact_id=made, type="letter", at=at, subject=letter, custom={})
        work.session.add(kept)
        work.session.flush()
        work.session.add(Attachment(contact_id=made, activity_id=kept.id, name="letter.pdf", link="share"))
    papers = {each.paper: each for each in plan(database, Subject("contact", made)).papers}
    assert papers["activity", kept.id].until == date(today.year + 6, 12, 31)
    others = set(papers) - {("activity", kept.id)}
    erase(database, Subject("contact", made), release=others)
    found = {each.partition(" in ")[0] for each in left(database, data_folder, marks)}
    assert found <= {f"contact.{name}" for name in REDUCED["contact"]} | {"name in operations"} | {
        place for place in found if place.startswith("address.")
    }
    with database.read() as session:
        record = session.get_one(Contact, made)
        assert record.restricted_until == date(today.year + 6, 12, 31)
        assert list(contact_list.ids(session, ContactQuery(words=record.name))) == []
        assert list(contact_list.ids(session, ContactQuery(include="restricted"))) == [made]
        assert session.get_one(Activity, kept.id).subject == letter
    for use in (
        lambda: contact.archive(database, [made], archived=False),
        lambda: contact.set_category(database, [made], "VIP"),
        lambda: activity.log(database, made, "Called"),
        lambda: appointment.book(database, "2026-08-10", "2026-08-11", contact_id=made),
        lambda: attachment.attach_bytes(database, b"x", "x.txt", contact_id=made),
    ):
        with pytest.raises(UserError, match="was erased"):
            use()
    assert erase_due(database, today) == 0
    assert erase_due(database, date(today.year + 7, 1, 1)) == 1
    with database.read() as session:
        assert (session.get(Contact, made), session.get(Activity, kept.id)) == (None, None)
        assert session.scalar(select(func.count()).select_from(Blob)) == 0
    seal_pending(database)
    assert [f for f in check(database, full=True).findings if f.kind not in ("default", "file")] == []


def test_a_person_goes_and_the_company_stays(database: Database, data_folder: Path) -> None:
    marks = Marks()
    company = contact.empty(name="Albrecht")
    anna = Person(**marks.values(Person))
    company.persons.append(
        ContactPerson(person=anna, points=[], **marks.values(ContactPerson, **{"custom": {}}), custom={})
    )
    made = contact.create(database, company)
    assert len(left(database, data_folder, marks) if database.is_sqlite else marks.places) > 3
    told = dossier(database, Subject("person", anna.id))
    assert {"person", "contact_person"} == {section.table for section in told.sections}
    erase(database, Subject("person", anna.id))
    assert left(database, data_folder, marks) == set()
    with database.read() as session:
        assert contact.read(session, made).persons == []


# --- told and given ---------------------------------------------------------------------------------------------
def test_everything_of_somebody_is_told(database: Database, data_folder: Path) -> None:
    marks = Marks()
    made = fill(database, marks)
    target = data_folder / "answer.zip"
    found = give(database, Subject("contact", made), target)
    with ZipFile(target) as packed:
        data = json.loads(packed.read("data.json"))
        inside = "".join(packed.read(name).decode("latin-1") for name in packed.namelist())
        assert packed.read("answer.pdf").startswith(b"%PDF-1.7")
    paper, alone = data_folder / "answer.pdf", dossier(database, Subject("contact", made))
    give(database, Subject("contact", made), paper)
    told_on_paper = subprocess.run(["pdftotext", str(paper), "-"], capture_output=True, check=True).stdout.decode()
    facts = [fact.text for section in alone.sections for entry in section.entries for fact in entry.facts]
    words = {word for text in facts for word in text.split() if len(word) < 30 and word.isascii()}
    assert {word for word in words if word not in told_on_paper} == set()
    told = {place for word, place in marks.places.items() if word not in inside}
    assert told <= {"draft", "deleted content", "name in operations"}
    assert {file["name"] for file in data["files"]} == {"a.txt"}
    words = {word for word, place in marks.places.items() if place.endswith((".notes", ".street", ".text", ".wording"))}
    shown = page(found)
    assert len([word for word in words if word in shown]) >= 4, "the page says what is kept now, in words"
    assert "<td>Call</td>" in shown
    with database.read() as session:
        noted = session.scalar(select(Activity.subject).where(Activity.type == "export", Activity.contact_id == made))
        who = session.scalars(select(Person)).one().full_name
    assert noted == "Personal data disclosed (GDPR Art. 15)"
    contact.create(database, contact.empty(name="Neumann", notes=f"Went to school with {who}."))
    other = contact.create(database, contact.empty(name="Voss"))
    activity.log(database, other, f"Met {who}")
    named = {each.where().partition(",")[0] for each in plan(database, Subject("contact", made)).mentions}
    assert {"Neumann", f"Voss · {show_date(date.today())}"} <= named, "persons who go with the contact count, too"


# --- permissions ------------------------------------------------------------------------------------------------
def test_the_newest_statement_of_a_channel_holds(database: Database) -> None:
    made = contact.create(database, contact.empty(name="Albrecht"))
    day = date.today()
    say(database, made, "mail", True, said_on=day - timedelta(9), source="fair", wording="You may write to me.")
    say(database, made, "mail", False, said_on=day - timedelta(5))
    say(database, made, "phone", False)

    def refused() -> tuple[bool, int]:
        query = ContactQuery(conditions={"field": "allowed_channel", "op": "is", "value": "mail"})
        with database.read() as session:
            return recipients(session, [made])[0].no_mail, len(contact_list.ids(session, query))

    assert refused() == (True, 0)
    with database.read() as session:
        told = [(each.channel, each.what, each.holds) for each in statements(session, made)]
    assert told == [("mail", "Withdrawn", True), ("mail", "Allowed", False), ("phone", "Refused", True)]
    say(database, made, "mail", True)
    assert refused() == (False, 1)
    with pytest.raises(UserError, match="not come yet"):
        say(database, made, "mail", True, said_on=day + timedelta(1))
    with database.read() as session:
        rows = list(session.scalars(select(Consent).where(Consent.contact_id == made)))
    newest = current(rows, "mail")
    assert newest is not None
    assert newest.is_allowed


def test_a_contact_person_speaks_for_themselves(database: Database) -> None:
    firm = contact.empty(name="Albrecht GmbH")
    firm.persons = [
        ContactPerson(person=Person(first_name=first, last_name="Alt"), points=[], custom={})
        for first in ("Anna", "Bert")
    ]
    made = contact.create(database, firm)
    with database.read() as session:
        anna, bert = (role.id for role in contact.read(session, made).persons)
    say(database, made, "mail", False)
    say(database, made, "mail", True, role=bert, source="fair")
    say(database, made, "email", False, role=anna)
    with database.read() as session:
        told = [(each.person, each.channel, each.what) for each in statements(session, made)]
        assert [one.no_mail for one in recipients(session, [made], every_person=True)] == [True, False]
    assert told == [("", "mail", "Refused"), ("Anna Alt", "email", "Refused"), ("Bert Alt", "mail", "Allowed")]
    with pytest.raises(UserError, match="not there any more"):
        say(database, contact.create(database, contact.empty(name="Other")), "mail", True, role=bert)
    with database.read() as session:
        person = session.scalar(select(ContactPerson.person_id).where(ContactPerson.id == bert))
    assert person is not None
    shown = dossier(database, Subject("person", person))
    assert [row["channel"] for row in shown.rows["consent"]] == ["mail"]
    erase(database, Subject("person", person))
    with database.read() as session:
        assert [(each.person, each.channel) for each in statements(session, made)] == [
            ("", "mail"),
            ("Anna Alt", "email"),
        ]
    loaded = contact.load(database, made)
    loaded.record.persons.clear()
    contact.save(database, loaded)
    with database.read() as session:
        assert [(each.person, each.channel) for each in statements(session, made)] == [("", "mail")]
    undo.undo_last(database)
    with database.read() as session:
        assert ("Anna Alt", "email") in [(each.person, each.channel) for each in statements(session, made)]
