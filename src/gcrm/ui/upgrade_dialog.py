"""Asks whoever may change the tables of an office on a server whether to bring it to this program's version."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from gcrm import __version__
from gcrm.errors import OlderOffice
from gcrm.i18n import _
from gcrm.ui.theme import px
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.safe import PlainLabel


class UpgradeDialog(QDialog):
    """Says what an upgrade does to everybody; `upgrade` is called when that is wanted."""

    def __init__(self, office: OlderOffice, upgrade: Callable[[], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._upgrade = upgrade
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Upgrade office"))
        self.upgrade_button = Button(_("Upgrade office"), "primary", on_click=self.accept)
        self.later_button = Button(_("Not now"), on_click=self.reject)
        self.later_button.setDefault(True)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.later_button)
        buttons.addWidget(self.upgrade_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(20), px(20), px(20), px(20))
        column.setSpacing(px(12))
        column.addWidget(PlainLabel(_("Upgrade office"), "title"))
        for sentence in sentences(office):
            column.addWidget(PlainLabel(sentence, wrap=True))
        column.addStretch(1)
        column.addLayout(buttons)
        self.setMinimumWidth(px(480))
        self.later_button.setFocus()

    def accept(self) -> None:
        """Close and begin."""
        super().accept()
        self._upgrade()


def sentences(office: OlderOffice) -> list[str]:
    """Return what to know before an office is upgraded."""
    made = _("This office was made by an older gCRM. gCRM {own} can open it once it is upgraded.")
    if office.program not in ("", __version__):
        made = _("This office is kept by gCRM {known}. gCRM {own} can open it once it is upgraded.")
    told = [
        made.format(known=office.program, own=__version__),
        _("First a backup is made on this computer, and proved by restoring it. If anything fails, nothing changes."),
        _("Meanwhile nobody else can work in the office. What they are typing stays with them."),
    ]
    if office.others:
        told.append(_("At work at the moment: {names}").format(names=", ".join(office.others)))
    if office.installer:
        place = _("Afterwards everybody needs gCRM {own} or newer. Whoever has not is told where it is: {place}")
        told.append(place.format(own=__version__, place=office.installer))
    else:
        told.append(_("Afterwards everybody needs gCRM {own} or newer.").format(own=__version__))
        told.append(_("In Settings, Office, you can say where the office keeps the installer."))
    return told
