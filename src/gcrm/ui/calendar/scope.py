"""The question how far a change of a series reaches."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from gcrm.i18n import _
from gcrm.services.appointment import Scope
from gcrm.ui.widgets.message import choose


def ask_scope(parent: QWidget, title: str, sentence: str, *, can_be_one: bool = True) -> Scope | None:
    """Ask whether this one (where that makes sense), this and the following, or all are meant; None for none."""
    verbs = {Scope.ONE: _("Only this one"), Scope.FOLLOWING: _("This and following"), Scope.ALL: _("All of the series")}
    if not can_be_one:
        del verbs[Scope.ONE]
    answer = choose(parent, title, sentence, [*verbs.values(), _("Cancel")], safe=len(verbs))
    return list(verbs)[answer] if answer < len(verbs) else None
