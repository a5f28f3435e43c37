"""Questions and messages that stop the work. Rare: an error belongs under its field, a success in the status line."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QMessageBox, QPushButton, QWidget

from gcrm.i18n import _
from gcrm.ui.theme.roles import set_role
from gcrm.ui.widgets.safe import literal

_Role = QMessageBox.ButtonRole


def message_box(parent: QWidget | None, title: str, sentence: str, details: str = "") -> QMessageBox:
    """Return a box with plain text and folded details that can be copied; the caller adds the buttons."""
    box = QMessageBox(parent)
    box.setWindowTitle(title)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(sentence)
    box.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    if details:
        box.setDetailedText(details)
    return box


def _add(box: QMessageBox, text: str, role: QMessageBox.ButtonRole) -> QPushButton:
    return box.addButton(literal(text), role)


def question_box(
    parent: QWidget | None, title: str, sentence: str, verb: str, *, danger: bool = False, otherwise: str = ""
) -> tuple[QMessageBox, QAbstractButton]:
    """Return a question and the button that says yes; Enter and Esc both mean no, `otherwise` (Cancel) says it."""
    box = message_box(parent, title, sentence)
    yes = _add(box, verb, _Role.DestructiveRole if danger else _Role.AcceptRole)
    set_role(yes, "danger" if danger else "primary")
    no = _add(box, otherwise or _("Cancel"), _Role.RejectRole)
    box.setDefaultButton(no)
    box.setEscapeButton(no)
    return box, yes


def ask(parent: QWidget | None, title: str, sentence: str, verb: str, *, danger: bool = False) -> bool:
    """Ask before something that cannot be undone; the button carries the verb. True when it was pressed."""
    box, yes = question_box(parent, title, sentence, verb, danger=danger)
    box.exec()
    return box.clickedButton() is yes


def choose(parent: QWidget | None, title: str, sentence: str, verbs: Sequence[str], safe: int) -> int:
    """Offer several ways on ("Save", "Don't save", "Keep editing"); Enter and Esc take number `safe`."""
    box = message_box(parent, title, sentence)
    buttons = [_add(box, verb, _Role.RejectRole if i == safe else _Role.ActionRole) for i, verb in enumerate(verbs)]
    box.setDefaultButton(buttons[safe])
    box.setEscapeButton(buttons[safe])
    box.exec()
    clicked = box.clickedButton()
    return next((i for i, button in enumerate(buttons) if button is clicked), safe)


def tell(parent: QWidget | None, title: str, sentence: str, details: str = "") -> None:
    """Say why the work cannot go on; `details` stay folded and can be copied."""
    box = message_box(parent, title, sentence, details)
    close = _add(box, _("Close"), _Role.RejectRole)
    set_role(close, "primary")
    box.setDefaultButton(close)
    box.setEscapeButton(close)
    box.exec()
