"""The windows of a team: sharing an office, inviting a colleague, joining, and the check list of a new computer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from gcrm.ui.context import Context
    from gcrm.ui.state import WindowState
    from gcrm.ui.tasks import Tasks
    from gcrm.ui.team.checklist import CheckList
    from gcrm.ui.team.invite_dialog import InviteDialog
    from gcrm.ui.team.join_dialog import JoinDialog
    from gcrm.ui.team.share_dialog import ShareDialog

__all__ = ["maybe_checklist", "open_checklist", "open_invite", "open_join", "open_share"]


def open_share(context: Context) -> ShareDialog:
    """Show how the office in a file becomes that of a team."""
    from gcrm.ui.team.share_dialog import ShareDialog

    dialog = ShareDialog(context, _window_of(context))
    dialog.open()
    return dialog


def open_invite(context: Context) -> InviteDialog:
    """Show the invitations, and make one."""
    from gcrm.ui.team.invite_dialog import InviteDialog

    dialog = InviteDialog(context, _window_of(context))
    dialog.open()
    return dialog


def open_join(tasks: Tasks, state: WindowState, parent: QWidget | None) -> JoinDialog:
    """Ask for the code of an invitation, name and password."""
    from gcrm.ui.team.join_dialog import JoinDialog

    dialog = JoinDialog(tasks, state, parent)
    dialog.open()
    return dialog


def open_checklist(context: Context) -> CheckList:
    """Show what has to be entered again on this computer."""
    from gcrm.ui.team.checklist import CheckList

    dialog = CheckList(context, _window_of(context))
    dialog.show()
    return dialog


def maybe_checklist(context: Context) -> None:
    """Show the check list once, when this office was joined or brought back on this computer."""
    from gcrm.ui.team.checklist import is_due

    if is_due(context):
        open_checklist(context)


def _window_of(context: Context) -> QWidget | None:
    return context.window if isinstance(context.window, QWidget) else None
