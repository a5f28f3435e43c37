"""Our own company with branches."""

from __future__ import annotations

import pytest

from gcrm.errors import ConflictError, UserError
from gcrm.model.user import Company, NumberRange
from gcrm.services import company, undo
from gcrm.services.database import Database
from gcrm.services.unit_of_work import unit_of_work


def test_a_company_comes_with_its_branches(database: Database) -> None:
    main = company.create(database, Company(name=" Costa & Filhos Lda ", country="PT", area_code="22", region="13"))
    other = company.create(database, Company(name="Zweite GmbH"))
    branch = company.create(database, Company(name="Filiale Köln", town="Köln", parent_id=main))
    with database.read() as session:
        rows = company.companies(session)
    assert [(row.id, row.parent_id) for row in rows] == [(main, None), (branch, main), (other, None)]
    assert rows[0].name == "Costa & Filhos Lda"


def test_the_first_company_tells_where_the_office_is(database: Database) -> None:
    assert company.main_company(database) is None
    made = company.create(database, Company(name="Costa", country="PT", area_code="22"))
    assert (database.home.country, database.home.area_code) == ("PT", "22")
    loaded = company.load(database, made)
    loaded.record.area_code = "21"
    company.save(database, loaded)
    assert database.home.area_code == "21"
    first = company.main_company(database)
    assert first is not None
    assert first.record.id == made


def test_two_desks_changing_the_same_field_are_told(database: Database) -> None:
    made = company.create(database, Company(name="Costa"))
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
    main = company.create(database, Company(name="Main"))
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
    main = company.create(database, Company(name="Main"))
    branch = company.create(database, Company(name="Branch", parent_id=main))
    company.remove(database, branch)
    company.remove(database, 4711)
    with database.read() as session:
        assert [row.id for row in company.companies(session)] == [main]
    undo.undo_last(database)
    with database.read() as session:
        assert [row.id for row in company.companies(session)] == [main, branch]


def test_a_company_with_numbers_stays(database: Database) -> None:
    main = company.create(database, Company(name="Main"))
    with unit_of_work(database, "Range") as work:
        work.session.add(NumberRange(key="invoice", company_id=main))
    with pytest.raises(UserError, match="number ranges"):
        company.remove(database, main)
