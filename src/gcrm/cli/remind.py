"""`gcrm remind`: what is due goes out by e-mail, for computers that are on when nobody sits there."""

from __future__ import annotations

import click

from gcrm.cli.office import Office, json_option, pass_office, say, say_json
from gcrm.cli.speaking import Command
from gcrm.i18n import N_, _, ngettext


@click.command(cls=Command)
@click.option("--dry-run", is_flag=True, help=N_("Only say how many would go out."))
@json_option
@pass_office
def remind(office: Office, dry_run: bool, as_json: bool) -> None:
    """Send your reminders that are due by e-mail; let the clock of the computer call it every few minutes."""
    from datetime import datetime

    from gcrm.errors import UserError
    from gcrm.services import reminder_mail

    database, now = office.database, datetime.now().astimezone()
    with database.read() as session:
        if not reminder_mail.is_wanted(session, database.user_id):
            raise UserError(_("You do not want reminders by e-mail. Switch them on under Settings, Reminders."))
    if dry_run:
        found = reminder_mail.waiting(database, now)
        count = len(found.rows) if found is not None else 0
    else:
        reminder_mail.begin(database, now)
        count = reminder_mail.send_due(database, now)
    if as_json:
        say_json({"reminders": count, "sent": bool(count) and not dry_run})
    elif not count:
        say(_("Nothing is due."))
    elif dry_run:
        say(ngettext("{count} reminder is due.", "{count} reminders are due.", count).format(count=count))
    else:
        say(ngettext("{count} reminder was sent.", "{count} reminders were sent.", count).format(count=count))
