"""Mail files on the command line: what `gcrm import` does with them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from gcrm.cli.office import say
from gcrm.i18n import _

if TYPE_CHECKING:
    from gcrm.services.mail.filing import Found, Outcome


def tell_mails(found: Sequence[Found], outcome: Outcome | None, dry_run: bool, as_json: bool) -> list[dict[str, Any]]:
    """Tell what became of mails; returns what `--json` says of each."""
    from gcrm.services.mail.filing import Outcome

    told = [_told(one, outcome or Outcome(), dry_run) for one in found]
    if not as_json:
        for one, what in zip(found, told, strict=True):
            say(f"{one.path.name}: {what['words']}")
    return [{key: value for key, value in what.items() if key != "words"} for what in told]


def _told(one: Found, outcome: Outcome, dry_run: bool) -> dict[str, Any]:
    """Return what became of a mail, in words too."""
    activities = {path: made for path, made, _subject in outcome.mails}
    about = {"file": str(one.path), "subject": one.subject, "direction": one.direction, "contact": one.name}
    if one.contact is None:
        many = _("several contacts have its addresses; name one with --to")
        nobody = _("nobody here has its addresses; name the contact with --to")
        reason = one.problem or (many if one.matches else nobody)
        return {**about, "result": "skipped", "reason": reason, "words": reason}
    if one.problem:
        words = _("kept as a file of {contact}. {reason}").format(contact=one.name, reason=one.problem)
        return {**about, "result": "file", "reason": one.problem, "words": words}
    if one.path in outcome.already:
        return {**about, "result": "already", "words": _("{contact} has this e-mail already").format(contact=one.name)}
    words = _("e-mail of {contact}").format(contact=one.name)
    if any(each.contact == one.contact and each.subject == one.subject for each in outcome.invitations):
        words += "; " + _("it holds an invitation, which the calendar imports from the attached file")
    return {**about, "result": "kept", "activity": None if dry_run else activities.get(one.path), "words": words}
