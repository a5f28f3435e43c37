"""Erasing on a server as an administrator who does not own the office: the server finds what is theirs, and erases it.

What is private to others is named without a word of it. The functions are in model/guards/erasing.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import cast, func, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from gcrm.i18n import _
from gcrm.services.home import read_home
from gcrm.services.personal_data.belongings import Belongings, Subject
from gcrm.services.personal_data.papers import KeptPaper
from gcrm.services.personal_data.retention import LETTER, VOUCHER, law_of


@dataclass(frozen=True, slots=True)
class Told:
    """What the server tells of somebody: ids, how many changes tell of them, and papers that may have to stay.

    A paper is its id, its moment or day, and its name; None where it is private to somebody else.
    """

    found: Belongings
    history: int
    letters: Sequence[Sequence[Any]]
    files: Sequence[Sequence[Any]]
    items: Sequence[Sequence[Any]]


def ask(session: Session, subject: Subject) -> Told:
    """Ask the server what is theirs. Raises the driver's error for whoever may not."""
    told: Mapping[str, Any] = session.scalar(select(func.gcrm_erasable(subject.table, subject.id))) or {}
    found = Belongings(subject, mine=_ids(told["mine"]), past=_ids(told["past"]))
    return Told(found, int(told["history"]), told["letters"], told["files"], told["items"])


def _ids(told: Mapping[str, Sequence[int]]) -> dict[str, set[int]]:
    return {name: set(ids) for name, ids in told.items()}


def papers(session: Session, told: Told, today: date, *, with_letters: bool) -> Iterator[KeptPaper]:
    """Yield open items, letters and files whose period has not ended, the newest first; those of others without names.

    Without `with_letters` only open items are business papers.
    """
    country = read_home(session).country
    found = [
        KeptPaper((table, int(number)), " ".join((name or "").split())[:80] or usual, on, law.until(on), law.source)
        for table, rows, law, usual in (
            ("open_item", told.items, law_of(country, VOUCHER), _("Open item")),
            ("activity", told.letters if with_letters else (), law_of(country, LETTER), _("Letter")),
            ("attachment", told.files if with_letters else (), law_of(country, VOUCHER), _("File")),
        )
        for number, moment, name in rows
        for on in (datetime.fromisoformat(moment).astimezone().date(),)
    ]
    yield from sorted((each for each in found if each.until >= today), key=lambda each: each.on, reverse=True)


def erase(
    session: Session, subject: Subject, keeps: Sequence[Mapping[str, Any]], reason: str, asked_on: date
) -> Mapping[str, Any]:
    """Let the server erase, inside the operation that is open; return what it did."""
    wanted = func.gcrm_erase(subject.table, subject.id, cast(list(keeps), JSONB), reason, asked_on)
    done: Mapping[str, Any] = session.scalar(select(wanted)) or {}
    return done
