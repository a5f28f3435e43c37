"""`gcrm caller` and `gcrm telephony`."""

from __future__ import annotations

import click

from gcrm.cli.office import Office, json_option, pass_office, say, say_json
from gcrm.cli.speaking import Command, Group
from gcrm.i18n import N_, _


@click.command(cls=Command)
@click.argument("number")
@json_option
@pass_office
def caller(office: Office, number: str, as_json: bool) -> None:
    """Tell who has a telephone NUMBER, whatever the spelling."""
    from gcrm.model.phone import normalise
    from gcrm.services.caller import who_is
    from gcrm.services.contact_data import numbers_of

    database = office.database
    home = database.home
    with database.read() as session:
        matches = who_is(session, number, home)
        numbers = numbers_of(session, [match.contact for match in matches])
    if as_json:
        found = [
            {
                "contact": numbers.get(match.contact, ""),
                "person": match.name if match.person is not None else None,
                "name": match.contact_name or match.name,
                "quality": match.quality,
            }
            for match in matches
        ]
        international = normalise(number, home.country, home.area_code, home.outside_prefix)
        say_json({"number": international, "matches": found})
        return
    for match in matches:
        place = f", {match.contact_name}" if match.contact_name else ""
        say(f"{numbers.get(match.contact, ''):>8}  {match.name}{place}")
    if not matches:
        say(_("Nobody has this number."))


@click.group(cls=Group)
def telephony() -> None:
    """Try the telephone without one."""


@telephony.command()
@click.option("--from", "from_", default="", metavar="NUMBER", help=N_("Who calls; nothing for a hidden number."))
@click.option("--to", default="7654321", metavar="NUMBER", show_default=True, help=N_("Own number that is called."))
@click.option(
    "--seconds",
    type=click.IntRange(min=0),
    default=5,
    show_default=True,
    metavar="N",
    help=N_("How long the call lasts; 0 is a missed call."),
)
@click.option("--port", type=click.IntRange(0, 65535), metavar="N", help=N_("Port to listen on; 0 chooses a free one."))
def simulate(from_: str, to: str, seconds: int, port: int | None) -> None:
    """Be a FRITZ!Box with one incoming call, so that the telephone can be tried."""
    from gcrm.services.telephony.simulator import DEFAULT_PORT
    from gcrm.services.telephony.simulator import simulate as be_a_box

    be_a_box(from_, to, seconds, port=DEFAULT_PORT if port is None else port)
