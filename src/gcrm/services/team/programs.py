"""By which program somebody is connected to a server: told with each connection, shown where it says who is online.

Whoever connects can call their program what they like; a name is told to people and decides nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

from gcrm.i18n import N_, _

GCRM, WINDOW, COMMAND, PHONES = "gcrm", "gcrm window", "gcrm command", "gcrm phones"
"""What our programs call themselves to a server."""
NAMES: Mapping[str, str] = {
    WINDOW: N_("gCRM window"),
    COMMAND: N_("gcrm command"),
    PHONES: N_("phone bridge"),
    GCRM: N_("gCRM"),
}
LONGEST = 40


def called(program: str) -> str:
    """Return what a program that is connected is called in the language in force; others by their own name."""
    if program in NAMES:
        return _(NAMES[program])
    name = program.strip()[:LONGEST]
    return _("another program ({name})").format(name=name) if name else _("another program")
