"""`gcrm office`: the offices that this account knows."""

from __future__ import annotations

from typing import TextIO

import click

from gcrm.cli.office import json_option, say, say_json
from gcrm.cli.speaking import Group
from gcrm.i18n import N_, _


@click.group(cls=Group)
def office() -> None:
    """See and tidy the list of offices that this account knows."""


@office.command("list")
@json_option
def list_offices(as_json: bool) -> None:
    """List the offices; a star stands at the one that opens by itself."""
    from gcrm.services.team import offices

    last, known = offices.last(), offices.known()
    if as_json:
        rows = [
            {
                "name": one.name,
                "kind": "server" if one.is_server else "file",
                "address": one.address,
                "last": one == last,
            }
            for one in known
        ]
        say_json({"offices": rows})
        return
    for one in known:
        say(f"{'*' if one == last else ' '} {one.name}: {one.address}")
    if not known:
        say(_("No office was chosen yet; the office file of this account opens."))


@office.command()
@click.argument("address")
@click.option("--name", default="", metavar="NAME", help=N_("What the office is called in the list."))
@click.option(
    "--certificate",
    type=click.File(encoding="utf-8", errors="replace"),
    metavar="FILE",
    help=N_("Certificate of the authority of its server."),
)
def add(address: str, name: str, certificate: TextIO | None) -> None:
    """Put an office into the list; it opens by itself from now on. A password in ADDRESS is not kept."""
    from gcrm.services.team import offices

    added = offices.remember(address, name, certificate.read() if certificate is not None else "")
    say(_("“{name}” opens from now on: {address}").format(name=added.name, address=added.address))


@office.command()
@click.argument("name")
def forget(name: str) -> None:
    """Take an office off the list, with its password; the office itself stays as it is."""
    from gcrm.services.team import offices

    found = offices.named(name)
    offices.forget(found.address)
    say(_("“{name}” is no longer in the list.").format(name=found.name))


@office.command()
@click.argument("name")
@click.argument("new_name")
def rename(name: str, new_name: str) -> None:
    """Call an office otherwise in the list."""
    from gcrm.services.team import offices

    offices.rename(offices.named(name).address, new_name)
    say(_("“{name}” is called “{new}” now.").format(name=name, new=new_name.strip()))
