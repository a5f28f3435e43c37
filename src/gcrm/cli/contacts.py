"""`gcrm find`, `gcrm show` and `gcrm duplicates`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from gcrm.cli.office import LineProgress, Office, json_option, pass_office, say, say_json
from gcrm.cli.speaking import Command
from gcrm.i18n import N_, _, ngettext

if TYPE_CHECKING:
    from gcrm.services.contact_list import ContactRow

EVERYTHING = 2**61  # half of it more is asked for on the way, and no server counts beyond 2**63


@click.command(cls=Command)
@click.argument("words", nargs=-1)
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help=N_("So many contacts at most; all without it."))
@json_option
@pass_office
def find(office: Office, words: tuple[str, ...], limit: int | None, as_json: bool) -> None:
    """Find contacts by words, parts of words, numbers or addresses; without WORDS all."""
    from gcrm.services.contact_list import find as find_contacts

    with office.database.read() as session:
        total, found = find_contacts(session, " ".join(words), limit or EVERYTHING)
    names = ("number", "display_name", "town", "kind")
    rows = [tuple(str(row[name] or "") for name in names) for row in found]
    if as_json:
        keys = ("number", "name", "town", "kind")
        say_json({"total": total, "rows": [dict(zip(keys, row, strict=True)) for row in rows]})
        return
    for number, name, town, _kind in rows:
        say(f"{number:>8}  {name}{f', {town}' if town else ''}")
    say(ngettext("{count} contact", "{count} contacts", total).format(count=total))


@click.command(cls=Command)
@click.argument("number")
@click.option("--json", "as_json", is_flag=True, help=N_("Answer with one JSON object with every field, for programs."))
@pass_office
def show(office: Office, number: str, as_json: bool) -> None:
    """Show the contact with this customer or supplier NUMBER."""
    from gcrm.services.contact_data import contact_data
    from gcrm.services.printing.for_contact import sheet_lines, sheet_of

    with office.database.read() as session:
        contact = office.contact(session, number)
        if as_json:
            say_json(contact_data(session, contact))
            return
        for line in sheet_lines(sheet_of(session, contact, user=office.database.user_id, speak="")):
            say(line)


@click.command(cls=Command)
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=500,
    show_default=True,
    metavar="N",
    help=N_("So many pairs at most."),
)
@click.option(
    "--least",
    type=click.FloatRange(0, 1),
    default=0.0,
    metavar="N",
    help=N_("Only pairs with at least this score, such as 0.75."),
)
@json_option
@pass_office
def duplicates(office: Office, limit: int, least: float, as_json: bool) -> None:
    """Find contacts that may be there twice, the likeliest pairs first, with the reasons."""
    from gcrm.services import duplicates as finding
    from gcrm.services.contact_list import rows

    watch = LineProgress(_("Looking for duplicates…"))

    def tell(done: int, total: int) -> bool:
        watch.report(done, total)
        return True

    with office.database.read() as session:
        found = [pair for pair in finding.find_pairs(session, limit, tell) if pair.score >= least]
        ids = sorted({contact for pair in found for contact in (pair.one, pair.other)})
        known = rows(session, ids, ("display_name", "number"))
    sides = [(_named(known[pair.one]), _named(known[pair.other])) for pair in found]
    if as_json:
        told = [
            {"one": one, "other": other, "score": pair.score, "reasons": list(pair.reasons)}
            for pair, (one, other) in zip(found, sides, strict=True)
        ]
        say_json({"pairs": told})
        return
    for pair, (one, other) in zip(found, sides, strict=True):
        names = "  ·  ".join(f"{side['number']}  {side['name']}" for side in (one, other))
        say(f"{pair.score:.2f}  {names}  ({', '.join(pair.reasons)})")
    say(ngettext("{count} pair looks alike.", "{count} pairs look alike.", len(found)).format(count=len(found)))


def _named(row: ContactRow) -> dict[str, str]:
    """Return how a contact is told in a pair."""
    return {"number": str(row["number"] or ""), "name": str(row["display_name"])}
