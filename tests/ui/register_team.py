"""The windows of a team for the register: sharing, inviting, joining, and the check list of a new computer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from PySide6.QtWidgets import QWidget

from gcrm.services.team import qr
from gcrm.services.team.invitation import Invitation
from gcrm.services.team.invitations import EXPIRED, OPEN, USED, InvitationRow
from gcrm.services.team.offices import KnownOffice
from gcrm.services.team.rights import GroupRow
from gcrm.services.team.sharing import Result
from gcrm.ui.context import Context

Make = Callable[[Context, QWidget | None], QWidget]
FAR = datetime(2099, 12, 4, 16, 0, tzinfo=UTC)
MADE = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
INVITATION = Invitation(
    ("office-pc", "192.168.1.20"), 5433, "office", "Brandt & Töchter", "ab" * 32, "gcrm_invite_0123456789ab",
    "c1" * 16, FAR,
)  # fmt: skip
RESULT = Result(
    KnownOffice("Brandt & Töchter", "postgresql://anna.brandt@localhost:5433/office", "ab" * 32), "anna.brandt",
    {"contact": 300, "activity": 1500, "attachment": 12}, True,
)  # fmt: skip


def join_team(code: str) -> Make:
    def make(context: Context, parent: QWidget | None) -> QWidget:
        from gcrm.ui.team.join_dialog import JoinDialog

        dialog = JoinDialog(context.tasks, context.state, parent)
        dialog.code.setPlainText(code)
        dialog.person.name.setText("Lotta Lang")
        return dialog

    return make


def invite(context: Context, parent: QWidget | None) -> QWidget:
    from gcrm.ui.team.invite_dialog import InviteDialog, Seen

    dialog = InviteDialog(context, parent)
    context.tasks.wait_idle()
    dialog.banner.hide()
    dialog._show_code(INVITATION, qr.matrix(INVITATION.code), "Office")
    context.tasks.wait_idle()
    dialog.banner.hide()
    groups = (GroupRow(1, "office", "Office", frozenset(), frozenset(), 3),)
    rows = (
        InvitationRow(3, "Office", MADE, "Anna Brandt", FAR, OPEN, "", None),
        InvitationRow(2, "Billing", MADE, "Anna Brandt", FAR, USED, "Lotta Lang", MADE),
        InvitationRow(1, "Office", MADE, "Anna Brandt", MADE, EXPIRED, "", None),
    )
    dialog._show(Seen(groups, ((7, "Katrin Vogel", 1),), rows))
    return dialog


def invite_too_early(context: Context, parent: QWidget | None) -> QWidget:
    from gcrm.ui.team.invite_dialog import InviteDialog

    return InviteDialog(context, parent)


def share(step: int, *, is_here: bool = True, result: Result | None = None) -> Make:
    def make(context: Context, parent: QWidget | None) -> QWidget:
        from gcrm.ui.team.share_dialog import ShareDialog

        dialog = ShareDialog(context, parent)
        context.tasks.wait_idle()
        dialog.place.names.setText("office-pc, 192.168.1.20")
        (dialog.place.here if is_here else dialog.place.there).setChecked(True)
        if result is not None:
            dialog._shared(result)
        else:
            dialog.show_step(step)
        return dialog

    return make


def checklist(context: Context, parent: QWidget | None) -> QWidget:
    from gcrm.ui.team.checklist import CheckList

    return CheckList(context, parent)


LEFT = ("sudo install -m 644 gcrm.service /etc/systemd/system/gcrm.service", "sudo systemctl enable --now gcrm")
WINDOWS_OF_TEAM: dict[str, Make] = {
    "join a team": join_team(INVITATION.code),
    "join a team, wrong code": join_team(INVITATION.code[:-9]),
    "invite": invite,
    "invite, too early": invite_too_early,
    "share": share(0),
    "share, a server that is there": share(0, is_here=False),
    "share, ready": share(1),
    "share, done": share(2, result=RESULT),
    "share, done, with something left": share(
        2,
        result=Result(RESULT.office, RESULT.login, RESULT.rows, False, "office_owner", "yR3h-not-kept-anywhere", LEFT),
    ),
    "check list": checklist,
}
