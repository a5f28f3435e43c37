"""Our main company, which every office has from the first day, and where the office is by it.

The main company is the oldest that is no branch. Its name is empty until somebody enters it.
"""

from __future__ import annotations

import locale
import re
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from gcrm.i18n import system_language
from gcrm.model.base import Home
from gcrm.model.country import country_code
from gcrm.model.setting import Setting
from gcrm.model.user import Company


def of_main(*columns: Any) -> Select[Any]:
    """Return the select of columns of the main company, or of its record."""
    return select(*columns).where(Company.parent_id.is_(None)).order_by(Company.id).limit(1)


def own_company(session: Session) -> Company:
    """Return the main company."""
    found: Company = session.scalars(of_main(Company)).one()
    return found


def read_home(session: Session) -> Home:
    """Return the home of the main company."""
    row = session.execute(of_main(Company.country, Company.area_code)).one()
    prefix = session.scalar(
        select(Setting.value).where(Setting.key == "phone.outside_prefix", Setting.user_id.is_(None))
    )
    return Home(row.country or "DE", row.area_code, str(prefix or ""))


def system_country() -> str:
    """Return the country of the operating system's locale; where it names none, that of the language, or Germany."""
    named = re.match(r"[A-Za-z]+[_-]([A-Za-z ]+)", locale.setlocale(locale.LC_CTYPE))  # de_AT, German_Austria
    country = country_code(named[1]) if named else ""
    return country or {"pt": "PT"}.get(system_language(), "DE")
