"""A mail to oneself, which shows whether the account is right."""

from __future__ import annotations

from datetime import datetime

from gcrm.i18n import _
from gcrm.services.database import Database
from gcrm.services.mail import sending
from gcrm.services.mail.account import password_of, read_account


def send_trial(database: Database) -> str:
    """Send a mail to whoever works and return the address. Raises what `sending.send` raises."""
    with database.read() as session:
        account = read_account(session, database.user_id)
    text = _("This mail was sent by gCRM for a trial: your account for e-mail is set up.")
    now = datetime.now().astimezone()
    message = sending.written(account.sender, [account.sender], _("Trial mail of gCRM"), f"{text}\n", now)
    sending.send(account, password_of(account), message)
    return account.sender
