"""Pages with lists: users, absence, types, own fields, companies, number ranges."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit

from gcrm.model.user import Company, NumberRange
from gcrm.services import absence, activity_types, company, custom_field, number_range, user
from gcrm.services.undo import undo_last
from gcrm.services.unit_of_work import unit_of_work
from gcrm.ui.context import Context
from gcrm.ui.settings import SettingsWindow
from gcrm.ui.settings.activity_types import ICONS, ActivityTypesPage
from gcrm.ui.settings.company import CompanyPage
from gcrm.ui.settings.company_form import address_rows, sections
from gcrm.ui.settings.custom_fields import CustomFieldsPage
from gcrm.ui.settings.list_card import InlineForm, ListCard
from gcrm.ui.settings.numbers import NumbersPage
from gcrm.ui.settings.telephone import TelephonePage
from gcrm.ui.settings.users import UsersPage
from gcrm.ui.theme.icons import svg
from tests.services.offices import enter_company


@pytest.fixture
def dialog(context: Context) -> Any:
    made = SettingsWindow(context)
    made.show()
    context.tasks.wait_idle()
    yield made
    made.close()


def settle(context: Context) -> None:
    """Let writes, what they change, and what is read because of it come to rest."""
    for _ in range(3):
        context.tasks.wait_idle()


def form_of(card: ListCard) -> InlineForm:
    assert card.form is not None
    return card.form


def edit(form: InlineForm, name: str) -> QLineEdit:
    found = form.fields[name].editor
    assert isinstance(found, QLineEdit)
    return found


def titles(card: ListCard) -> list[str]:
    return [card.list.item(row).text() for row in range(card.list.count())]


# --- users and absence --------------------------------------------------------------------------------------------
def test_the_own_name_is_kept_when_the_field_is_left(dialog: SettingsWindow, context: Context) -> None:
    page = dialog.page("users")
    assert isinstance(page, UsersPage)
    settle(context)
    page.name.setText("Anna Albrecht")
    page.name.editingFinished.emit()
    settle(context)
    with context.database.read() as session:
        assert user.user_name(session, context.database.user_id) == "Anna Albrecht"


def test_the_own_address_is_kept_and_one_that_is_none_refused(dialog: SettingsWindow, context: Context) -> None:
    page = dialog.page("users")
    assert isinstance(page, UsersPage)
    settle(context)
    for typed in ("anna@office", "anna@Office.example"):
        page.email.setText(typed)
        page.email.editingFinished.emit()
        settle(context)
        assert bool(page.email_field.error()) is (typed == "anna@office")
        assert page.email.text() == typed if page.email_field.error() else "anna@office.example"
    with context.database.read() as session:
        [me] = [one for one in user.users(session) if one.id == context.database.user_id]
        assert me.email == "anna@office.example"


def test_name_and_address_of_a_colleague_are_changed(dialog: SettingsWindow, context: Context) -> None:
    jonas = user.add_user(context.database, "jonas", "Jonas Becker")
    page = dialog.page("users")
    assert isinstance(page, UsersPage)
    settle(context)
    page.colleagues.change_wanted.emit(jonas)
    form = form_of(page.colleagues)
    assert not edit(form, "login").isEnabled()
    edit(form, "name").setText("Jonas Vogel")
    for typed in ("jonas", "jonas@office.example"):
        edit(form, "email").setText(typed)
        form.submit_button.click()
        settle(context)
        assert (page.colleagues.form is None) is (typed != "jonas")
    assert "Jonas Vogel, jonas · jonas@office.example" in titles(page.colleagues)
    undo_last(context.database)
    settle(context)
    assert "Jonas Becker, jonas" in titles(page.colleagues)


def test_a_colleague_is_added_by_keys_and_a_taken_login_is_refused(dialog: SettingsWindow, context: Context) -> None:
    page = dialog.page("users")
    assert isinstance(page, UsersPage)
    settle(context)
    for _attempt in range(2):
        page.colleagues.add_button.click()
        form = form_of(page.colleagues)
        edit(form, "name").setText("Jonas Becker")
        edit(form, "login").setText("jonas")
        form.submit_button.click()
        settle(context)
    assert form_of(page.colleagues).fields["login"].error() == "The login jonas is taken."
    assert titles(page.colleagues).count("Jonas Becker, jonas") == 1
    QTest.keyClick(edit(form_of(page.colleagues), "name"), Qt.Key.Key_Escape)
    assert page.colleagues.form is None
    assert dialog.isVisible()


def test_an_absence_is_entered_changed_and_removed(dialog: SettingsWindow, context: Context) -> None:
    deputy = user.add_user(context.database, "jonas", "Jonas Becker")
    page = dialog.page("users")
    assert isinstance(page, UsersPage)
    settle(context)
    page.away.add_button.click()
    form = form_of(page.away)
    box = form.fields["deputy_id"].editor
    assert isinstance(box, QComboBox)
    box.setCurrentIndex(box.findData(deputy))
    form.submit_button.click()
    assert form.fields["until_on"].error() == "Enter a date."
    last = date.today() + timedelta(days=9)
    edit(form, "until_on").setText(last.isoformat())
    form.submit_button.click()
    settle(context)
    with context.database.read() as session:
        rows = absence.absences(session)
    assert [(row.user_id, row.deputy_id, row.until_on) for row in rows] == [(context.database.user_id, deputy, last)]
    assert titles(page.away)[0].endswith("Away")
    QTest.keyClick(page.away.list, Qt.Key.Key_Delete)
    settle(context)
    assert not titles(page.away)


# --- types --------------------------------------------------------------------------------------------------------
def test_every_icon_on_offer_exists() -> None:
    for name, _label in ICONS:
        assert svg(name)


def test_own_types_come_go_hide_and_move(dialog: SettingsWindow, context: Context) -> None:
    page = dialog.page("activity_types")
    assert isinstance(page, ActivityTypesPage)
    settle(context)
    page.card.add_button.click()
    form = form_of(page.card)
    edit(form, "name").setText("Site visit")
    QTest.keyClick(edit(form, "name"), Qt.Key.Key_Return)
    settle(context)
    assert titles(page.card)[-1] == "Site visit"
    page.card.list.setCurrentRow(page.card.list.count() - 1)
    assert page.card.remove_button.isEnabled()
    QTest.keyClick(page.card.list, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    settle(context)
    with context.database.read() as session:
        assert [row.label for row in activity_types.types(session)][-2] == "Site visit"
    page.card.hide_button.click()
    settle(context)
    assert titles(page.card)[-2] == "Site visit, Hidden"
    page.card.list.setCurrentRow(0)
    assert not page.card.remove_button.isEnabled()


# --- own fields ---------------------------------------------------------------------------------------------------
def fields_page(dialog: SettingsWindow, context: Context) -> CustomFieldsPage:
    page = dialog.page("custom_fields")
    assert isinstance(page, CustomFieldsPage)
    settle(context)
    return page


def labels(context: Context, owner: str = "contact") -> list[str]:
    with context.database.read() as session:
        return [field.label for field in custom_field.fields(session, owner)]


def test_a_field_is_described_and_seen_at_once(dialog: SettingsWindow, context: Context) -> None:
    page = fields_page(dialog, context)
    page.owners.setCurrentIndex(3)
    settle(context)
    page.card.add_button.click()
    form: Any = form_of(page.card)
    form.label.setText("Loading ramp")
    assert form.fields["choices"].isHidden()
    form.kind.set_value("choice")
    assert not form.fields["choices"].isHidden()
    form.submit_button.click()
    settle(context)
    assert "at least one choice" in form.fields["choices"].error()
    form.choices.setPlainText("Front\n\nYard\n")
    form.submit_button.click()
    settle(context)
    assert labels(context, "address") == ["Loading ramp"]
    assert titles(page.card) == ["Loading ramp, Choice · Front, Yard"]


def test_fields_move_by_keys_hide_and_go_with_undo(dialog: SettingsWindow, context: Context) -> None:
    page = fields_page(dialog, context)
    before = labels(context)
    page.card.list.setCurrentRow(0)
    QTest.keyClick(page.card.list, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    settle(context)
    assert labels(context) == [before[1], before[0], *before[2:]]
    page.card.hide_button.click()
    settle(context)
    assert before[0] not in labels(context)
    page.card.hide_button.click()
    settle(context)
    page.card.remove_button.click()
    settle(context)
    assert before[0] not in labels(context)
    undo_last(context.database)
    settle(context)
    assert before[0] in labels(context)
    assert len(titles(page.card)) == len(before)


# --- company ------------------------------------------------------------------------------------------------------
def test_the_address_follows_the_country() -> None:
    assert address_rows("DE")[2] == ("postcode", "town")
    assert address_rows("US")[0] == ("house_number", "street")
    assert address_rows("US")[2] == ("town", "region", "postcode")
    for country in ("DE", "US", "GB", "BR"):
        names = [name for _title, rows in sections(country) for row in rows for name in row]
        assert len(names) == len(set(names))
        assert {"region", "area_code", "vat_number", "tax_number"} <= set(names)


def test_what_is_typed_before_the_name_is_kept_and_the_name_lets_branches_be_added(
    dialog: SettingsWindow, context: Context
) -> None:
    page = dialog.page("company")
    assert isinstance(page, CompanyPage)
    settle(context)
    assert page.form is not None
    assert titles(page.card)[0].startswith("Our company")
    assert not page.card.add_button.isEnabled()
    assert not page.card.empty.isHidden()
    town, name = page.form.fields["town"], page.form.fields["name"]
    assert isinstance(town.editor, QLineEdit)
    assert isinstance(name.editor, QLineEdit)
    town.editor.setText("Leipzig")
    town.editor.editingFinished.emit()
    settle(context)
    assert company.main_company(context.database).record.town == "Leipzig"
    name.editor.setText("Costa GmbH")
    name.editor.editingFinished.emit()
    settle(context)
    kept = company.main_company(context.database)
    assert (kept.record.name, kept.record.town) == ("Costa GmbH", "Leipzig")
    assert page.card.add_button.isEnabled()
    assert page.card.empty.isHidden()
    with context.database.read() as session:
        assert len(company.companies(session)) == 1
    page.card.list.choose(kept.record.id)
    page.card.remove_button.click()
    settle(context)
    assert company.main_company(context.database).record.name == "Costa GmbH"


def test_a_company_is_changed_field_by_field_and_gets_branches(dialog: SettingsWindow, context: Context) -> None:
    enter_company(context.database, name="Costa GmbH", country="DE")
    page = dialog.page("company")
    assert isinstance(page, CompanyPage)
    settle(context)
    assert page.form is not None
    vat = page.form.fields["vat_number"]
    assert isinstance(vat.editor, QLineEdit)
    vat.editor.setText("DE123456789")
    vat.editor.editingFinished.emit()
    settle(context)
    assert vat.error(), "a wrong check digit is told, and kept all the same"
    kept = company.main_company(context.database)
    assert kept.record.vat_number == "DE123456789"
    page.card.add_button.click()
    form = form_of(page.card)
    edit(form, "name").setText("Costa Porto")
    form.submit_button.click()
    settle(context)
    assert [title.split(",")[0] for title in titles(page.card)] == ["Costa GmbH", "Costa Porto"]


def test_the_region_is_chosen_by_name_and_kept_by_code(dialog: SettingsWindow, context: Context) -> None:
    enter_company(context.database, name="Costa GmbH", country="DE")
    page = dialog.page("company")
    assert isinstance(page, CompanyPage)
    settle(context)
    assert page.form is not None
    combo: Any = page.form.fields["region"].editor
    combo.lineEdit().setText("Sachsen")
    QTest.keyClick(combo, Qt.Key.Key_Return)
    settle(context)
    kept = company.main_company(context.database)
    assert kept.record.region == "SN"


# --- numbers and telephone ----------------------------------------------------------------------------------------
def test_a_number_range_is_set_up(dialog: SettingsWindow, context: Context) -> None:
    page = dialog.page("numbers")
    assert isinstance(page, NumbersPage)
    settle(context)
    page.card.list.choose("supplier")
    page.card.add_button.click()
    form = form_of(page.card)
    edit(form, "prefix").setText("L-")
    edit(form, "digits").setText("6")
    edit(form, "next_value").setText("0")
    form.submit_button.click()
    settle(context)
    assert "from 1 on" in form.fields["next_value"].error()
    edit(form, "next_value").setText("42")
    form.submit_button.click()
    settle(context)
    with context.database.read() as session:
        assert {row.key: row.sample for row in number_range.ranges(session)}["supplier"] == "L-000042"
    assert "Suppliers, Next number: L-000042" in titles(page.card)


def test_each_company_shows_its_number_ranges(dialog: SettingsWindow, context: Context) -> None:
    page = dialog.page("numbers")
    assert isinstance(page, NumbersPage)
    made = company.create(context.database, Company(name="Brandt Nord"))
    settle(context)
    assert "no ranges of its own" in page.others[made].empty.full_text()
    with unit_of_work(context.database, "Range made") as work:
        work.session.add(NumberRange(key="customer", company_id=made, prefix="N", digits=4, next_value=7))
    page.load()
    settle(context)
    card = page.others[made]
    assert titles(card) == ["Customers, Next number: N0007"]
    card.list.choose("customer")
    card.add_button.click()
    form = form_of(card)
    edit(form, "next_value").setText("8")
    form.submit_button.click()
    settle(context)
    with context.database.read() as session:
        main, other = number_range.all_ranges(session)
    assert (other.name, [row.sample for row in other.ranges]) == ("Brandt Nord", ["N0008"])
    assert "10003" in {row.sample for row in main.ranges}


def test_the_box_is_looked_for_only_on_request(
    dialog: SettingsWindow, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gcrm.services.telephony.discovery import FoundBox
    from gcrm.services.telephony.interface import Trouble
    from gcrm.ui.settings import telephone

    asked: list[int] = []

    def found() -> list[FoundBox]:
        asked.append(1)
        return [FoundBox("192.168.178.1", Trouble.REFUSED)]

    monkeypatch.setattr(telephone, "find_boxes", found)
    page = dialog.page("telephone")
    assert isinstance(page, TelephonePage)
    settle(context)
    assert not asked
    page.find_button.click()
    settle(context)
    assert asked == [1]
    assert "#96*5*" in page.result.message()
    assert page.rows["phone.box_host"].value() == "192.168.178.1"
