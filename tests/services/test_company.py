"""Our own company with branches."""

from __future__ import annotations

import locale
from contextlib import closing

import pytest

from gcrm.errors import ConflictError, UserError
from gcrm.model.user import Company, NumberRange
from gcrm.services import company, home, undo
from gcrm.services.check import check
from gcrm.services.database import Database
from gcrm.services.opening import open_office
from gcrm.services.seals import seal_pending
from gcrm.services.unit_of_work import unit_of_work
from tests.services.offices import enter_company


def test_a_company_comes_with_its_branches(database: Database) -> None:
    main = enter_company(database, name=" Costa & Filhos Lda ", country="PT", area_code="22", region="13")
    other = company.create(database, Company(name="Zweite GmbH"))
    branch = company.create(database, Company(name="Filiale Köln", town="Köln", parent_id=main))
    with database.read() as session:
        rows = company.companies(session)
    assert [(row.id, row.parent_id) for row in rows] == [(main, None), (branch, main), (other, None)]
    assert rows[0].name == "Costa & Filhos Lda"


def test_the_own_company_is_there_from_the_first_day_without_a_name(database: Database) -> None:
    own = company.main_company(database).record
    assert (own.name, own.country, own.parent_id) == ("", "DE", None)
    with database.read() as session:
        assert [row.id for row in company.companies(session)] == [own.id]
        assert undo.next_undo(session, database.user_id) is None


@pytest.mark.parametrize(
    ("named", "country"),
    [("pt_BR.UTF-8", "BR"), ("de_AT@euro", "AT"), ("German_Switzerland.1252", "CH"), ("en-GB", "GB"), ("C.UTF-8", "DE"),
     ("C", "DE"), ("de", "DE"), ("xx_QQ", "DE")],
)  # fmt: skip
def test_the_first_country_is_that_of_the_computer(monkeypatch: pytest.MonkeyPatch, named: str, country: str) -> None:
    monkeypatch.setattr(locale, "setlocale", lambda category, wanted=None: named)
    assert home.system_country() == country


def test_a_new_office_lies_where_the_computer_is(empty_database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locale, "setlocale", lambda category, wanted=None: "de_AT.UTF-8")
    with closing(open_office(empty_database_url)) as office:
        assert company.main_company(office).record.country == office.home.country == "AT"
        seal_pending(office)
        assert check(office, full=True).ok


def test_all_but_the_name_is_kept_before_the_name_is_entered(database: Database) -> None:
    own = company.main_company(database)
    own.record.town, own.record.name = "Porto", "  "
    own = company.save(database, own)
    with database.read() as session:
        step = undo.next_undo(session, database.user_id)
    assert step is not None
    assert (own.record.town, step.label) == ("Porto", "Own company changed")
    own.record.name = "Costa"
    own = company.save(database, own)
    own.record.name = ""
    with pytest.raises(UserError, match="Enter the name"):
        company.save(database, own)
    undo.undo_last(database)
    assert company.main_company(database).record.name == ""


def test_the_main_company_tells_where_the_office_is(database: Database) -> None:
    made = enter_company(database, name="Costa", country="PT", area_code="22")
    company.create(database, Company(name="Zweite GmbH", country="AT"))
    assert (database.home.country, database.home.area_code) == ("PT", "22")
    loaded = company.load(database, made)
    loaded.record.area_code = "21"
    company.save(database, loaded)
    assert database.home.area_code == "21"
    assert company.main_company(database).record.id == made


def test_the_main_company_stays_and_is_no_branch(database: Database) -> None:
    main = company.main_company(database)
    other = company.create(database, Company(name="Zweite GmbH"))
    with pytest.raises(UserError, match="Our company is the main company"):
        company.remove(database, main.record.id)
    main.record.parent_id = other
    with pytest.raises(UserError, match="no branch itself"):
        company.save(database, main)
    company.remove(database, other)
    assert company.main_company(database).record.id == main.record.id


def test_two_desks_changing_the_same_field_are_told(database: Database) -> None:
    made = enter_company(database, name="Costa")
    one, two = company.load(database, made), company.load(database, made)
    one.record.town, two.record.town, two.record.web = "Porto", "Braga", "costa.example"
    company.save(database, one)
    with pytest.raises(ConflictError):
        company.save(database, two)
    two.record.town = ""
    assert company.save(database, two).record.town == "Porto"


def test_what_cannot_be_is_refused(database: Database) -> None:
    with pytest.raises(UserError, match="name"):
        company.create(database, Company(name="  "))
    main = company.create(database, Company(name="Second"))
    branch = company.create(database, Company(name="Branch", parent_id=main))
    with pytest.raises(UserError, match="no branch itself"):
        company.create(database, Company(name="Twig", parent_id=branch))
    loaded = company.load(database, main)
    loaded.record.parent_id = main
    with pytest.raises(UserError, match="no branch itself"):
        company.save(database, loaded)
    with pytest.raises(UserError, match="branches"):
        company.remove(database, main)
    with pytest.raises(UserError, match="does not exist"):
        company.load(database, 4711)


def test_a_company_is_deleted_and_comes_back(database: Database) -> None:
    main = enter_company(database, name="Main")
    branch = company.create(database, Company(name="Branch", parent_id=main))
    company.remove(database, branch)
    company.remove(database, 4711)
    with database.read() as session:
        assert [row.id for row in company.companies(session)] == [main]
    undo.undo_last(database)
    with database.read() as session:
        assert [row.id for row in company.companies(session)] == [main, branch]


def test_a_company_with_numbers_stays(database: Database) -> None:
    other = company.create(database, Company(name="Second"))
    with unit_of_work(database, "Range") as work:
        work.session.add(NumberRange(key="invoice", company_id=other))
    with pytest.raises(UserError, match="number ranges"):
        company.remove(database, other)
