"""Calendar files on the command line: what `gcrm import` and `gcrm export calendar` do with them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gcrm.cli.office import Office, count_words, say
from gcrm.i18n import N_, _, ngettext

if TYPE_CHECKING:
    from gcrm.services.exchange.ical_import import Outcome

MOST_TOLD = 20
PASSED_OVER = {
    "journal": N_("journal entries are left out"),
    "free_busy": N_("times of others are left out"),
    "availability": N_("times of others are left out"),
}


def tell_calendars(outcomes: Sequence[Outcome], as_json: bool) -> list[dict[str, Any]]:
    """Tell what became of calendar files; returns what `--json` says of each."""
    if not as_json:
        for outcome in outcomes:
            _tell(outcome)
    return [
        {
            "file": outcome.name,
            **{key: outcome.counts[key] for key in ("created", "updated", "same", "cancelled", "answered", "tasks")},
            "passed_over": outcome.passed_over,
            "problems": [problem.sentence for problem in outcome.problems],
        }
        for outcome in outcomes
    ]


def _tell(outcome: Outcome) -> None:
    """Say what became of one file."""
    counts = outcome.counts
    done = {"created": counts["created"], "updated": counts["updated"], "skipped": counts["same"]}
    total = sum(done.values()) + counts["cancelled"]
    appointments = ngettext("{count} appointment", "{count} appointments", total).format(count=total)
    say(f"{outcome.name}: {appointments}; {count_words(done)}")
    for key, text in (
        ("cancelled", ngettext("  {count} called off", "  {count} called off", counts["cancelled"])),
        ("tasks", ngettext("  {count} task", "  {count} tasks", counts["tasks"])),
        ("answered", ngettext("  {count} answer", "  {count} answers", counts["answered"])),
    ):
        if counts[key]:
            say(text.format(count=counts[key]))
    for kind, count in outcome.passed_over.items():
        say(f"  {count}: {_(PASSED_OVER[kind])}")
    for problem in outcome.problems[:MOST_TOLD]:
        say(f"  {problem.sentence}")


def write_calendar(office: Office, output: Path, first: str | None, last: str | None, with_tasks: bool) -> None:
    """Write the own calendar, or days of it, into a file."""
    from gcrm.services.atomic_file import replacing, usual_mode
    from gcrm.services.exchange.ical_export import range_bytes

    database = office.database
    days = [_day(text) for text in (first, last) if text]
    if len(days) == 1:
        raise click.UsageError(_("--from and --until go together."))
    with database.read() as session:
        whole = (days[0], days[1]) if days else (None, None)
        data = range_bytes(session, [database.user_id], *whole, with_tasks=with_tasks)
    with replacing(output, mode=usual_mode(output)) as file:
        file.write(data)
    count = data.count(b"BEGIN:VEVENT") + data.count(b"BEGIN:VTODO")
    sentence = ngettext("{count} entry written to {place}", "{count} entries written to {place}", count)
    say(sentence.format(count=count, place=output))


def _day(text: str) -> date:
    """Return a day that was typed as 2026-11-23."""
    try:
        return date.fromisoformat(text)
    except ValueError as problem:
        raise click.UsageError(_("{text} is no day; write it like 2026-11-23.").format(text=text)) from problem
