"""What the import window says of files, of what would happen, and of what was done."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from gcrm.i18n import _, ngettext
from gcrm.services.exchange.ical_read import CalendarFile
from gcrm.services.exchange.import_plan import FileReport, ImportPlan, ImportReport
from gcrm.services.mail.filing import Found


def file_lines(plan: ImportPlan, named: Callable[[Path], str]) -> Iterator[str]:
    """Yield a line for each file of a plan, in the order of `plan.every`."""
    for path, report in zip(plan.paths, plan.file_reports(), strict=True):
        yield f"{named(path)} · {_file_words(report)}"
    for path, calendar in plan.others.calendars:
        yield f"{named(path)} · {_calendar_words(calendar)}"
    for one in plan.others.mails:
        yield f"{named(one.path)} · {_mail_words(one)}"
    for path, sentence in plan.refused:
        yield f"{named(path)} · {sentence}"


def _file_words(report: FileReport) -> str:
    """Say what was found in a file: contacts, encoding, and that no line or cell is missing."""
    cards = ngettext("{count} contact", "{count} contacts", report.records).format(count=report.records)
    if report.table is not None:
        told = _("{cells} cells: {mapped} in fields, {kept} kept, {reported} left out").format(
            cells=report.lines, mapped=report.mapped, kept=report.kept, reported=len(report.reported)
        )
        named = report.table.program or report.table.sheet or report.encoding.upper()
        return " · ".join((cards, named, told))
    lines = _("{lines} lines: {mapped} in fields, {kept} kept, {reported} without meaning").format(
        lines=report.lines, mapped=report.mapped, kept=report.kept, reported=len(report.reported)
    )
    return " · ".join((cards, report.encoding.upper(), lines))


def _calendar_words(calendar: CalendarFile) -> str:
    """Say what a calendar holds."""
    return _of_calendars(len(calendar.incoming), len(calendar.tasks)) or _("nothing that has a place here")


def _of_calendars(appointments: int, tasks: int) -> str:
    """Say how many appointments and tasks there are, "" for none."""
    parts = []
    if appointments:
        words = ngettext("{count} appointment", "{count} appointments", appointments)
        parts.append(words.format(count=appointments))
    if tasks:
        parts.append(ngettext("{count} task", "{count} tasks", tasks).format(count=tasks))
    return ", ".join(parts)


def _mail_words(one: Found) -> str:
    """Say what a mail is, and with whom."""
    if one.problem:
        return one.problem
    return " · ".join(filter(None, (_("E-mail"), one.subject, one.name or one.who)))


def _mails(count: int) -> str:
    return ngettext("{count} e-mail", "{count} e-mails", count).format(count=count) if count else ""


def plan_sentence(plan: ImportPlan) -> str:
    """Say what would be done."""
    counts = plan.counts()
    words = _("{created} new, {updated} to fill, {skipped} to leave out")
    if any(row.is_replacing for row in plan.rows):
        words = _("{created} new, {updated} to change, {skipped} to leave out")
    told = words.format(created=counts["create"], updated=counts["update"], skipped=counts["skip"])
    others = plan.others
    parts = (told, _wrong(counts["error"]), _of_calendars(others.appointments, others.tasks), _mails(len(others.mails)))
    return ", ".join(filter(None, parts if plan.rows or not others else parts[2:]))


def _wrong(count: int) -> str:
    """Say how many rows of tables give no contact, "" for none."""
    words = ngettext("{count} row with an error", "{count} rows with errors", count)
    return words.format(count=count) if count else ""


def result_sentence(plan: ImportPlan, report: ImportReport) -> str:
    """Say what was done."""
    counts = plan.counts()
    words = _("Imported: {created} new, {updated} filled, {skipped} left out.")
    if any(row.is_replacing for row in plan.rows):
        words = _("Imported: {created} new, {updated} changed, {skipped} left out.")
    told = words.format(created=counts["create"], updated=counts["update"], skipped=counts["skip"])
    if counts["error"]:
        told = _("{done} Not imported: {wrong}.").format(done=told, wrong=_wrong(counts["error"]))
    done = report.others.counts()
    parts = (_of_calendars(done["appointments"], done["tasks"]), _changed(done["changed"]), _mails(done["mails"]))
    others = ", ".join(filter(None, parts))
    if not others:
        return told
    more = _("Also imported: {others}.").format(others=others)
    return f"{told} {more}" if plan.rows else more


def undone_sentence(kept: Sequence[str]) -> str:
    """Say that an import was taken back, and which contacts stay because somebody edited them since."""
    if not kept:
        return _("The import was undone.")
    sentence = ngettext(
        "The import was undone. {count} contact was edited since and stays: {names}.",
        "The import was undone. {count} contacts were edited since and stay: {names}.",
        len(kept),
    )
    return sentence.format(count=len(kept), names=", ".join(kept[:5]) + ("…" if len(kept) > 5 else ""))


def _changed(count: int) -> str:
    words = ngettext("{count} appointment changed", "{count} appointments changed", count)
    return words.format(count=count) if count else ""
