"""Planning activities by a set: what will be made is shown with its days, can be changed, and is undone at once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from sqlalchemy import select

from gcrm.model.activity import Activity
from gcrm.services import activity_sets
from gcrm.services.undo import undo_last
from gcrm.ui.activity_steps import ActivitySteps
from gcrm.ui.context import Context
from gcrm.ui.follow_up_edit import FollowUpEdit
from gcrm.ui.plan_activities import PlanDialog
from gcrm.ui.settings import SettingsWindow
from tests.ui.fake_window import FakeWindow
from tests.ui.office import Office

STEPS = (activity_sets.SetStep("call", "", 2), activity_sets.SetStep("letter", "Brochure", 7, is_urgent=True))


def planning(context: Context, contacts: list[int]) -> tuple[PlanDialog, ActivitySteps]:
    for each in ("After a trade fair", "After an offer", "New customer"):
        activity_sets.remove(context.database, each)
    activity_sets.put(context.database, activity_sets.ActivitySet("Fair", STEPS))
    dialog = PlanDialog(context, contacts)
    dialog.show()
    context.tasks.wait_idle()
    assert dialog.steps is not None
    return dialog, dialog.steps


def planned(context: Context) -> list[Activity]:
    with context.database.read() as session:
        return list(session.scalars(select(Activity).where(Activity.state == "open", Activity.text == "Brochure")))


def test_a_set_is_planned_for_several_contacts_and_undone(context: Context, office: Office, window: FakeWindow) -> None:
    dialog, steps = planning(context, [office.albrecht, office.becker])
    assert dialog.whom.full_text() == "For 2 contacts"
    assert dialog.plan_button.text() == "Plan 4 activities"
    made = steps.planned_steps()
    assert made is not None
    assert [(step.type, step.text, step.is_urgent) for step in made] == [
        ("call", "", False),
        ("letter", "Brochure", True),
    ]
    assert made[1].on >= date.today() + timedelta(days=7)
    dialog.start.set_typed((date.today() + timedelta(days=30)).isoformat())
    later = steps.planned_steps()
    assert later is not None
    assert later[0].on >= date.today() + timedelta(days=32)
    QTest.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    context.tasks.wait_idle()
    assert window.said[-1] == "4 activities planned"
    assert {each.contact_id for each in planned(context)} == {office.albrecht, office.becker}
    undo_last(context.database)
    assert planned(context) == []


def test_lines_are_added_removed_and_a_day_that_is_none_is_gone_to(context: Context, office: Office) -> None:
    dialog, steps = planning(context, [office.albrecht])
    assert dialog.whom.full_text() == "For “Albrecht Metallbau GmbH”"
    steps.add_button.click()
    assert dialog.plan_button.text() == "Plan 3 activities"
    day: Any = next(edit for edit in steps.findChildren(FollowUpEdit) if "activity 3" in edit.accessibleName())
    day.set_typed("gibberish")
    dialog.plan()
    assert dialog.isVisible()
    assert dialog.focusWidget() is day
    steps.show_steps(())
    assert not dialog.plan_button.isEnabled()
    dialog.reject()


def test_a_set_is_kept_on_its_page_of_the_settings(context: Context, office: Office) -> None:
    settings = SettingsWindow(context, "activity_sets")
    settings.show()
    context.tasks.wait_idle()
    page: Any = settings.page("activity_sets")
    page.card.add_button.click()
    form = page.card.form
    (steps,) = form.findChildren(ActivitySteps)
    assert [step.days for step in steps.set_steps()] == [2, 7]
    form.fields["name"].editor.setText("After visits")
    form.submit_button.click()
    context.tasks.wait_idle()
    with context.database.read() as session:
        assert activity_sets.sets(session)[-1] == activity_sets.ActivitySet("After visits", steps_kept())
    assert page.card.list.item(3).text() == "After visits, Call after 2 days · Letter after 7 days"
    settings.close()


def steps_kept() -> tuple[activity_sets.SetStep, ...]:
    return activity_sets.SetStep("call", "", 2), activity_sets.SetStep("letter", "", 7)
