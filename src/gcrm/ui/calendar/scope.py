"""The question how far a change of a series reaches."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from gcrm.i18n import _
from gcrm.services.appointment import Scope
from gcrm.ui.widgets.message import choose

_SCOPES = (Scope.ONE, Scope.FOLLOWING, Scope.ALL)


def ask_scope(parent: QWidget, title: str, sentence: str) -> Scope | None:
    """Ask whether this one, this and the following, or all are meant; None for none."""
    verbs = [_("Only this one"), _("This and following"), _("All of the series"), _("Cancel")]
    answer = choose(parent, title, sentence, verbs, safe=len(verbs) - 1)
    return _SCOPES[answer] if answer < len(_SCOPES) else None
