"""Help: the list of keys, and the user guide."""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHeaderView, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from gcrm.i18n import _
from gcrm.shipped import resource
from gcrm.ui.actions import Actions
from gcrm.ui.theme import px, role_font
from gcrm.ui.widgets.message import tell
from gcrm.ui.widgets.safe import PlainLabel


class ShortcutsDialog(QDialog):
    """All keys of the program, by menu, made from the commands themselves."""

    def __init__(self, parent: QWidget, actions: Actions) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Keyboard shortcuts"))
        self.resize(px(520), px(600))
        self.list = QTreeWidget()
        self.list.setAccessibleName(_("Keyboard shortcuts"))
        self.list.setColumnCount(2)
        self.list.setHeaderLabels([_("Command"), _("Keys")])
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.header().setSectionsMovable(False)
        self.list.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self._fill(actions)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.close)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(20), px(20), px(20), px(20))
        column.setSpacing(px(12))
        column.addWidget(PlainLabel(_("Keyboard shortcuts"), "title"))
        column.addWidget(self.list, 1)
        column.addWidget(buttons)

    def _fill(self, actions: Actions) -> None:
        """List the commands under their menus."""
        menus: dict[str, QTreeWidgetItem] = {}
        for row in actions.shortcut_rows():
            if row.menu not in menus:
                menus[row.menu] = QTreeWidgetItem(self.list, [row.menu, ""])
                menus[row.menu].setExpanded(True)
                menus[row.menu].setFont(0, role_font("body", semibold=True))
            QTreeWidgetItem(menus[row.menu], [row.text, row.keys])


def open_shortcuts(window: QWidget, actions: Actions) -> ShortcutsDialog:
    """Show the keys."""
    dialog = ShortcutsDialog(window, actions)
    dialog.open()
    return dialog


def open_guide(window: QWidget) -> None:
    """Open the user guide that comes with the program."""
    guide = resource("guide") / "index.html"
    if not guide.exists() or not QDesktopServices.openUrl(QUrl.fromLocalFile(str(guide))):
        tell(window, _("User guide"), _("The user guide lies in the folder docs/guide of gCRM."))
