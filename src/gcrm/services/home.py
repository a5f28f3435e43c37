"""Where the office is: country and area code of the own company, for numbers written without them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from gcrm.model.base import Home
from gcrm.model.setting import Setting
from gcrm.model.user import Company


def read_home(session: Session) -> Home:
    """Return the home of the first company; Germany while no company has been entered."""
    row = session.execute(select(Company.country, Company.area_code).order_by(Company.id).limit(1)).first()
    prefix = session.scalar(
        select(Setting.value).where(Setting.key == "phone.outside_prefix", Setting.user_id.is_(None))
    )
    country, area_code = (row.country or "DE", row.area_code) if row else ("DE", "")
    return Home(country, area_code, str(prefix or ""))
