"""Sets of activities: kept with the office, counted to workdays, planned for several contacts in one operation."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from gcrm.errors import UserError
from gcrm.model.activity import Activity
from gcrm.services import activity_sets, contact, delegation, undo
from gcrm.services.activity_sets import ActivitySet, PlannedStep, SetStep, plan, planned, sets
from gcrm.services.database import Database
from gcrm.services.moment import day_of
from tests.services.chronicle_office import MONDAY, colleague, customer

FAIR = ActivitySet("After the fair", (SetStep("call", "", 2), SetStep("letter", "Brochure", 7, is_urgent=True)))


def names(database: Database) -> list[str]:
    with database.read() as session:
        return [each.name for each in sets(session)]


def test_an_office_begins_with_a_few_sets_and_keeps_its_own(database: Database) -> None:
    first = names(database)
    assert "After a trade fair" in first
    activity_sets.put(database, FAIR)
    activity_sets.put(database, ActivitySet(" After fairs ", FAIR.steps[:1]), "After the fair")
    activity_sets.remove(database, "After a trade fair")
    activity_sets.arrange(database, ["After fairs"])
    assert names(database) == ["After fairs", *(name for name in first if name != "After a trade fair")]
    undo.undo_last(database)
    assert names(database)[-1] == "After fairs"
    for name in names(database):
        activity_sets.remove(database, name)
    assert names(database) == []


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (ActivitySet(" ", FAIR.steps), "name"),
        (ActivitySet("Empty"), "steps"),
        (ActivitySet("Wordless", (SetStep("task", " ", 1),)), "steps"),
        (ActivitySet("NEW CUSTOMER", FAIR.steps), "name"),
    ],
)
def test_a_set_that_cannot_be_is_refused(database: Database, wrong: ActivitySet, field: str) -> None:
    with pytest.raises(UserError) as refused:
        activity_sets.put(database, wrong)
    assert refused.value.field == field


def test_days_are_counted_to_workdays() -> None:
    steps = (SetStep("letter", "", 7), SetStep("call", "", 5), SetStep("call", "", 0))
    found = planned(steps, MONDAY, lambda day: day.weekday() < 5)
    assert [(step.type, (step.on - MONDAY).days) for step in found] == [("call", 0), ("letter", 7), ("call", 7)]


def test_activities_are_made_for_every_contact_and_colleagues_hear_of_theirs(database: Database) -> None:
    one, other, gone = customer(database), customer(database), customer(database)
    contact.trash(database, [gone])
    with colleague(database) as anna:
        steps = [
            PlannedStep("call", "", MONDAY, is_urgent=True),
            PlannedStep("letter", " Brochure ", MONDAY + timedelta(days=7), anna.user_id),
            PlannedStep("task", "Look again", MONDAY, 10**9),
        ]
        assert plan(database, [one, other, one, gone], steps) == 6
        with anna.read() as session:
            assert len(delegation.notices(session, anna.user_id)) == 2
    with database.read() as session:
        made = session.scalars(select(Activity).where(Activity.contact_id == one).order_by(Activity.id)).all()
        told = [(a.type, a.text, a.state, a.priority, a.responsible_id == database.user_id) for a in made]
    assert told == [
        ("call", "", "open", "high", True),
        ("letter", "Brochure", "open", "", False),
        ("task", "Look again", "open", "", True),
    ]
    due = made[1].follow_up_at
    assert due is not None
    assert day_of(due, all_day=True) == MONDAY + timedelta(days=7)
    step = undo.undo_last(database)
    assert step is not None
    with database.read() as session:
        assert session.scalars(select(Activity.id).where(Activity.contact_id.in_([one, other]))).all() == []


def test_what_cannot_be_planned_says_why(database: Database) -> None:
    one = customer(database)
    with pytest.raises(UserError):
        plan(database, [one], [PlannedStep("note", "", date(2026, 12, 1))])
    with pytest.raises(UserError):
        plan(database, range(activity_sets.MOST), [PlannedStep("call", "", MONDAY)] * 2)
    contact.trash(database, [one])
    with pytest.raises(UserError):
        plan(database, [one], [PlannedStep("call", "", MONDAY)])
