"""`gcrm privacy show`, `erase`, `consent` and `clean`: what is kept about a contact or a person, and its end."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gcrm.cli.office import LineProgress, Office, json_option, pass_office, say, say_json
from gcrm.cli.speaking import Group
from gcrm.errors import UserError
from gcrm.i18n import N_, _, ngettext
from gcrm.model.privacy_choices import CHANNELS, REASONS

if TYPE_CHECKING:
    from gcrm.services.personal_data.belongings import Subject
    from gcrm.services.personal_data.erase import Erased
    from gcrm.services.personal_data.plan import Plan

DAY = click.DateTime(["%Y-%m-%d"])
PERSON = click.option("--person", metavar="NAME", help=N_("Only this contact person of the contact."))


@click.group(cls=Group)
def privacy() -> None:
    """Show, give and erase what is kept about somebody; record permissions."""


def _subject(office: Office, number: str, person: str | None) -> Subject:
    """Return whom a command is about. Raises UserError where there is nobody of that number or name."""
    from gcrm.services.personal_data.belongings import Subject
    from gcrm.services.personal_data.plan import person_named

    with office.database.read() as session:
        contact = office.contact(session, number)
        return Subject("person", person_named(session, contact, person)) if person else Subject("contact", contact)


@privacy.command("show")
@click.argument("number")
@PERSON
@click.option(
    "--to", type=click.Path(path_type=Path), metavar="PLACE", help=N_("Write a .zip, a .pdf, a .html page or a folder.")
)
@json_option
@pass_office
def show(office: Office, number: str, person: str | None, to: Path | None, as_json: bool) -> None:
    """Show everything kept about the contact with this NUMBER, or write it to a file to be handed over."""
    from gcrm.services.personal_data.dossier import dossier
    from gcrm.services.personal_data.give import give
    from gcrm.services.personal_data.words import head_lines

    subject = _subject(office, number, person)
    if to is not None:
        found = give(office.database, subject, to, LineProgress(_("Writing")))
    else:
        found = dossier(office.database, subject)
    if as_json:
        counts = {section.table: len(section.entries) for section in found.sections}
        records = {} if to is not None else {"records": found.rows, "history": found.history}
        say_json({"name": found.name, "is_whole": found.is_whole, "counts": counts, **records})
        return
    if to is not None:
        say(_("Written to {file}").format(file=to))
        return
    say(found.name)
    for line in head_lines(found):
        say(line)
    for section in found.sections:
        say(f"\n{section.title}")
        for entry in section.entries:
            say("  " + " · ".join(f"{fact.label}: {' '.join(fact.text.split())}" for fact in entry.facts))


@privacy.command("erase")
@click.argument("number")
@PERSON
@click.option("--dry-run", is_flag=True, help=N_("Say what would go and what would stay, and erase nothing."))
@click.option("--confirm", metavar="WORD", help=N_("The number (of a person the name); asked for without it."))
@click.option(
    "--release",
    multiple=True,
    metavar="TABLE:ID",
    help=N_("A kept paper that may go, as --dry-run names it; all: every one."),
)
@click.option(
    "--former",
    multiple=True,
    metavar="TABLE:ID",
    help=N_("A record of others whose history named them, as --dry-run names it: erased there too; all: every one."),
)
@click.option(
    "--reason",
    type=click.Choice([key for key, _label in REASONS]),
    default="request",
    show_default=True,
    help=N_("Why it is erased."),
)
@click.option("--asked-on", type=DAY, metavar="DAY", help=N_("The day on which it was asked for; today without it."))
@json_option
@pass_office
def erase(
    office: Office,
    number: str,
    person: str | None,
    dry_run: bool,
    confirm: str | None,
    release: tuple[str, ...],
    former: tuple[str, ...],
    reason: str,
    asked_on: datetime | None,
    as_json: bool,
) -> None:
    """Erase for good what is kept about the contact with this NUMBER; nothing brings it back.

    Papers that the law wants kept stay until their day, and nothing but them.
    """
    from gcrm.services.personal_data.erase import erase as erase_all
    from gcrm.services.personal_data.plan import plan

    subject = _subject(office, number, person)
    planned = plan(office.database, subject)
    if dry_run:
        _say_plan(planned, as_json)
        return
    papers = _released(planned, release)
    named = _named_once(planned, former)
    if not as_json and confirm is None:
        _say_plan(planned, as_json=False)
        confirm = click.prompt(_("This cannot be undone. Type {word} to erase").format(word=planned.word), default="")
    if confirm != planned.word:
        raise UserError(_("Nothing was erased. Type {word} to confirm it.").format(word=planned.word))
    day = asked_on.date() if asked_on is not None else None
    progress = LineProgress(_("Erasing personal data"))
    done = erase_all(
        office.database, subject, release=papers, former=named, reason=reason, asked_on=day, progress=progress
    )
    _say_done(done, as_json)


def _released(planned: Plan, release: tuple[str, ...]) -> set[tuple[str, int]]:
    """Return the papers that may go. Raises UserError for one that is not among those kept."""
    known = {":".join(map(str, each.paper)): each.paper for each in planned.papers}
    if "all" in release:
        return set(known.values())
    for name in release:
        if name not in known:
            raise UserError(_("There is no kept paper {name}. Take one that --dry-run names.").format(name=name))
    return {known[name] for name in release}


def _named_once(planned: Plan, former: tuple[str, ...]) -> set[tuple[str, int]]:
    """Return the records whose history goes as well. Raises UserError for one that is not among them."""
    known = {f"{each.table}:{each.id}": (each.table, each.id) for each in planned.former}
    if "all" in former:
        return set(known.values())
    for name in former:
        if name not in known:
            raise UserError(_("The history of {name} names nobody. Take one that --dry-run names.").format(name=name))
    return {known[name] for name in former}


def _say_plan(planned: Plan, as_json: bool) -> None:
    """Say what would go, what stays until when, and where the name stands besides."""
    if as_json:
        papers = [
            {"paper": ":".join(map(str, each.paper)), "label": each.label, "on": each.on.isoformat(),
             "until": each.until.isoformat(), "law": each.source}
            for each in planned.papers
        ]  # fmt: skip
        mentions = [asdict(each) for each in planned.mentions]
        goes = [{"what": title, "count": count} for title, count in planned.goes]
        say_json({"name": planned.name, "word": planned.word, "goes": goes, "history": planned.history,
                  "stays": papers, "mentions": mentions, "former": list(map(asdict, planned.former))})  # fmt: skip
        return
    say(_("Of {name} goes:").format(name=planned.name))
    for title, count in (*planned.goes, (_("History"), planned.history)):
        say(f"{count:>8}  {title}")
    for each in planned.papers:
        line = _("stays until {day}: {label} ({law})").format(day=each.until, label=each.label, law=each.source or "–")
        say(f"  {':'.join(map(str, each.paper))}  {line}")
    for mention in planned.mentions:
        say(_("  also named in: {title}, {label}").format(title=mention.title, label=mention.where()))
    for mention in planned.former:
        line = _("named in the history of: {title}, {label}").format(title=mention.title, label=mention.where())
        say(f"  {mention.table}:{mention.id}  {line}")


def _say_done(done: Erased, as_json: bool) -> None:
    """Say what was done."""
    if as_json:
        until = done.kept_until.isoformat() if done.kept_until else None
        say_json({"erasure": done.erasure, "rows": done.rows, "changes": done.changes, "kept": done.kept,
                  "kept_until": until, "is_clean": done.swept.is_clean, "notes": list(done.swept.notes)})  # fmt: skip
        return
    say(ngettext("{count} record erased.", "{count} records erased.", done.rows).format(count=done.rows))
    if done.kept_until is not None:
        say(_("What the law wants kept is restricted until {day}.").format(day=done.kept_until))
    for note in done.swept.notes:
        say(note)


@privacy.command("consent")
@click.argument("number")
@click.option(
    "--channel",
    type=click.Choice([key for key, _label in CHANNELS]),
    help=N_("Record what was said about this channel."),
)
@click.option("--allow/--refuse", "is_allowed", default=None, help=N_("What was said."))
@click.option("--person", default="", metavar="NAME", help=N_("Said by this contact person, by name."))
@click.option("--said-on", type=DAY, metavar="DAY", help=N_("Day on which it was said; today without it."))
@click.option("--source", default="", metavar="TEXT", help=N_("Where it was said, such as: form at the fair."))
@click.option("--wording", default="", metavar="TEXT", help=N_("The words it was said in."))
@json_option
@pass_office
def consent(
    office: Office,
    number: str,
    channel: str | None,
    is_allowed: bool | None,
    person: str,
    said_on: datetime | None,
    source: str,
    wording: str,
    as_json: bool,
) -> None:
    """List the permissions of a contact, or record one with --channel and --allow or --refuse."""
    from gcrm.services.contact_data import plain
    from gcrm.services.personal_data.consents import role_named, statements
    from gcrm.services.personal_data.consents import say as record
    from gcrm.services.showing import show_date

    if (channel is None) != (is_allowed is None):
        raise click.UsageError(_("--channel goes with --allow or --refuse."))
    with office.database.read() as session:
        contact = office.contact(session, number)
        role = role_named(session, contact, person) if person else None
    if channel is not None and is_allowed is not None:
        day = said_on.date() if said_on is not None else None
        record(office.database, contact, channel, is_allowed, said_on=day, source=source, wording=wording, role=role)
    with office.database.read() as session:
        found = [each for each in statements(session, contact) if role is None or each.role == role]
    if as_json:
        say_json({"statements": [plain(asdict(each)) for each in found]})
        return
    for each in found:
        parts = [each.person, each.what, show_date(each.said_on) if each.said_on else "", each.source, each.wording]
        say(f"{'*' if each.holds else ' '} {each.channel_label}: {' · '.join(part for part in parts if part)}")


@privacy.command("clean")
@pass_office
def clean(office: Office) -> None:
    """Erase what has been kept long enough, and clean the database of traces of everything erased."""
    from gcrm.services.personal_data.erase import erase_due
    from gcrm.services.personal_data.plan import refuse_blind
    from gcrm.services.personal_data.sweep import sweep

    refuse_blind(office.database)
    count = erase_due(office.database)
    swept = sweep(office.database)
    say(
        ngettext("{count} contact whose period has ended", "{count} contacts whose period has ended", count).format(
            count=count
        )
    )
    for note in swept.notes:
        say(note)
    if swept.is_clean:
        say(_("The database is clean."))
