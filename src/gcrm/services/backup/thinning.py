"""Which backups stay: all of two days, then one a day, a week, a month. The newest of all always stays."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from datetime import datetime, timedelta

ALL_FOR = timedelta(days=2)
DAYS, WEEKS, MONTHS = 7, 4, 12
# How many, and what two backups have in common of which one is enough: the newest of the two.
RULES: tuple[tuple[int, Callable[[datetime], Hashable]], ...] = (
    (DAYS, lambda at: at.date()),
    (WEEKS, lambda at: at.isocalendar()[:2]),
    (MONTHS, lambda at: (at.year, at.month)),
)


def kept(times: Iterable[datetime], now: datetime) -> set[datetime]:
    """Return the moments of the backups that stay; days are those of the zone of `now`.

    Counted are days, weeks and months that have a backup, so that holidays push nothing out. What lies in the future,
    because a clock was wrong, stays.
    """
    ordered = sorted(set(times), reverse=True)
    staying = {at for at in ordered if at > now - ALL_FOR}
    staying.update(ordered[:1])
    for most, period in RULES:
        newest: dict[Hashable, datetime] = {}
        for at in ordered:
            newest.setdefault(period(at.astimezone(now.tzinfo)), at)
        staying.update(list(newest.values())[:most])
    return staying
