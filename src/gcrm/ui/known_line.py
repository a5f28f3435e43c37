"""One line that says that a person is known, with the button that takes this person."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QWidget

from gcrm.i18n import _
from gcrm.services.known_person import KnownPerson
from gcrm.ui.theme import px
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.safe import PlainLabel, literal


def known_words(known: KnownPerson) -> str:
    """Return that a person is known, in one sentence."""
    return _("{name} is known already.").format(name=known.full_name)


def said(text: str, parent: QWidget, *buttons: Button) -> QWidget:
    """Return a line of a sentence with buttons behind it."""
    line = QWidget(parent)
    row = QHBoxLayout(line)
    row.setContentsMargins(0, 0, px(12), 0)
    row.setSpacing(px(8))
    row.addWidget(PlainLabel(text, "small", wrap=True), 1)
    for button in buttons:
        row.addWidget(button)
    return line


def known_line(known: KnownPerson, parent: QWidget, take: Callable[[], object]) -> tuple[QWidget, Button]:
    """Return the line of a known person and its button."""
    text = f"{known_words(known)} {' · '.join(known.roles)}"
    button = Button(_("Take this person"), "flat", on_click=take, parent=parent)
    button.setAccessibleDescription(literal(text))
    return said(text, parent, button), button
