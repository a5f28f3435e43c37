"""Our own company and its branches: where we are, how we are reached, our tax numbers.

Every office has its main company from the first day (services/home.py); until its name is entered, that is empty.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gcrm.errors import UserError
from gcrm.i18n import N_, _
from gcrm.model.base import Record
from gcrm.model.user import Company, NumberRange
from gcrm.services.aggregate import Loaded, apply, difference
from gcrm.services.database import Database
from gcrm.services.home import of_main, own_company, read_home
from gcrm.services.unit_of_work import unit_of_work


@dataclass(frozen=True, slots=True)
class CompanyRow:
    """A company or branch as a list shows it; `parent_id` None is a company of its own."""

    id: int
    name: str
    town: str
    country: str
    parent_id: int | None


def companies(session: Session) -> list[CompanyRow]:
    """Return every company, each followed by its branches, the oldest first."""
    family = func.coalesce(Company.parent_id, Company.id)
    columns = (Company.id, Company.name, Company.town, Company.country, Company.parent_id)
    rows = session.execute(select(*columns).order_by(family, Company.parent_id.is_not(None), Company.id))
    return [CompanyRow(*row) for row in rows]


def shown_name(name: str) -> str:
    """Return the name of a company for lists and sentences, also while it is not entered."""
    return name or _("Our company")


def _walk(company: Company) -> Iterator[Record]:
    yield company


def load(database: Database, company: int) -> Loaded[Company]:
    """Return a company to edit. Raises UserError when it is gone."""
    with database.read() as session:
        found = session.get(Company, company)
        if found is None:
            raise UserError(_("This company does not exist any more."))
        session.expunge_all()
    return Loaded(found, _walk).remember()


def main_company(database: Database) -> Loaded[Company]:
    """Return the company that tells where the office is and that the numbers belong to; its name may be empty yet."""
    with database.read() as session:
        found = own_company(session)
        session.expunge_all()
    return Loaded(found, _walk).remember()


def create(database: Database, company: Company) -> int:
    """Save a branch or one more company and return its id. Raises UserError when something is missing."""
    company.name = (company.name or "").strip()
    _check(database, company, is_named=bool(company.name))
    with unit_of_work(database, N_("Company “{name}” created"), kind="create", params={"name": company.name}) as work:
        work.session.add(company)
    _move_home(database)
    return company.id


def save(database: Database, loaded: Loaded[Company]) -> Loaded[Company]:
    """Save what was edited. Raises UserError or ConflictError with a sentence."""
    company = loaded.record
    company.name = (company.name or "").strip()
    patch = difference(loaded)
    if not patch:
        return loaded
    _check(database, company, is_named=bool(company.name) or "name" not in patch.fields.get(patch.root, {}))
    label = N_("Company “{name}” changed") if company.name else N_("Own company changed")
    with unit_of_work(database, label, params={"name": company.name}) as work:
        apply(work, patch)
    _move_home(database)
    return load(database, company.id)


def remove(database: Database, company: int) -> None:
    """Delete a company or branch; UserError for the main one, and while branches or number ranges belong to it."""
    with unit_of_work(database, N_("Company deleted"), kind="delete") as work:
        found = work.session.get(Company, company)
        if found is None:
            return
        if found.id == own_company(work.session).id:
            raise UserError(
                _("{name} is the main company and cannot be deleted. Rename it instead.").format(
                    name=shown_name(found.name)
                )
            )
        if work.session.scalar(select(Company.id).where(Company.parent_id == company).limit(1)):
            raise UserError(_("{name} has branches. Delete them first.").format(name=found.name))
        if work.session.scalar(select(NumberRange.id).where(NumberRange.company_id == company).limit(1)):
            raise UserError(
                _("{name} has number ranges and cannot be deleted. Rename it instead.").format(name=found.name)
            )
        work.session.delete(found)
    _move_home(database)


def _check(database: Database, company: Company, *, is_named: bool) -> None:
    """Refuse a missing or emptied name, and a branch of itself or of another branch.

    A name that was never entered yet counts as named: the other fields are kept without it.
    """
    if not is_named:
        raise UserError(_("Enter the name of the company."), field="name")
    if company.parent_id is None:
        return
    with database.read() as session:
        parent = session.get(Company, company.parent_id)
        has_branches = session.scalar(select(Company.id).where(Company.parent_id == (company.id or 0)).limit(1))
        is_main = company.id == session.scalar(of_main(Company.id))
    if parent is None or parent.id == company.id or parent.parent_id is not None or has_branches or is_main:
        raise UserError(_("A branch belongs to a company that is no branch itself."), field="parent_id")


def _move_home(database: Database) -> None:
    """Read again where the office is."""
    with database.read() as session:
        database.home = read_home(session)
