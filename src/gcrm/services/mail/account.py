"""The account by which a user sends mails: its settings, and its password in the store of the operating system."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from gcrm.errors import UserError
from gcrm.i18n import _
from gcrm.model.user import User
from gcrm.services import secret_store, settings

SERVICE = "gcrm e-mail"


@dataclass(frozen=True, slots=True)
class Account:
    """Where mails are handed over. `security` is "tls", "starttls" or "plain"; `login` is "" where none is wanted."""

    server: str
    port: int
    security: str
    login: str
    sender: str

    @property
    def name(self) -> str:
        """Return the name of its password in the store."""
        return f"{self.login}@{self.server}"


def read_account(session: Session, user: int) -> Account:
    """Return the account of a user. Raises UserError where it is not set up."""
    told = {name: settings.get(session, f"mail.{name}", user) for name in Account.__dataclass_fields__}
    told["sender"] = told["sender"] or session.scalar(select(User.email).where(User.id == user)) or ""
    if not told["server"] or not told["sender"]:
        raise UserError(_("Your account for e-mail is not set up. Enter server and sender under Settings, E-mail."))
    return Account(**told)


def password_of(account: Account) -> str:
    """Return the password of an account, "" where it has no log-in. Raises UserError where none is kept."""
    if not account.login:
        return ""
    kept = secret_store.get(SERVICE, account.name)
    if not kept:
        raise UserError(_("The password of {login} is not kept here. Enter it under Settings, E-mail.").format(
            login=account.login
        ))  # fmt: skip
    return kept


def keep_password(account: Account, password: str) -> None:
    """Keep the password of an account. Raises UserError where this computer has no store for passwords."""
    if not secret_store.put(SERVICE, account.name, password):
        raise UserError(
            _("This computer has no store for passwords, so the password cannot be kept. Install one first.")
        )
