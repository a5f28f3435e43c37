"""A page of the settings: what it is called, what can be found on it, and the widget that shows it.

To add a page: a file in this folder with a constant PAGE. It registers itself, see pages.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget
from typing_extensions import override

from gcrm.errors import GcrmError
from gcrm.i18n import _
from gcrm.services.changed import Changed
from gcrm.ui.allowed import RightsWatch, why_not
from gcrm.ui.context import Context
from gcrm.ui.theme import px, set_role
from gcrm.ui.widgets.banner import Banner
from gcrm.ui.widgets.safe import PlainLabel

WIDEST = 720
"""A page grows no wider than this (at 100 %): long lines are hard to read."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that the search of the settings finds: `label` and `words` are marked texts."""

    name: str
    label: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A page. It shows the options of its `groups`, and those whose key begins with one of `keys`, by itself.

    `entries` are what can be found on it besides options. `needs` is the right without which it is only looked at.
    """

    key: str
    title: str
    icon: str
    position: int
    make: Callable[[Context, Page], SettingsPage]
    groups: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    entries: tuple[Entry, ...] = ()
    needs: str = ""


class SettingsPage(QScrollArea):
    """The widget of a page: a title, below it cards. What is changed is kept at once.

    `said` carries a sentence after something was kept, `done` one after something that Undo does not take back,
    `troubled` the error when it was not. `tables` are the records whose changes, by whomever, make the page read anew.
    """

    said = Signal(str)
    done = Signal(str)
    troubled = Signal(object)
    tables: frozenset[str] = frozenset({"setting"})
    widest = WIDEST
    shuts_itself = False
    """Whether the page itself lets those only look who may not set it up; else all of it is shut for them."""

    def __init__(self, context: Context, page: Page, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.page = page
        self._targets: dict[str, QWidget] = {}
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(_(page.title))
        content = QWidget()
        set_role(content, "page")
        content.setMaximumWidth(px(self.widest))
        outer = QVBoxLayout(content)
        outer.setContentsMargins(px(24), px(20), px(24), px(20))
        outer.setSpacing(px(12))
        self.lock = Banner("info", dismissable=False)
        self.body = QWidget()
        self.column = QVBoxLayout(self.body)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(px(12))
        for part in (PlainLabel(_(page.title), "title"), self.lock, self.body):
            outer.addWidget(part)
        self.build()
        self.column.addStretch(1)
        outer.setStretch(2, 1)
        self.setWidget(content)
        context.feed.changed.connect(self._on_changed)
        RightsWatch(context, self._follow_rights, self)

    def _follow_rights(self) -> None:
        """Let the page be looked at only by whoever may not set it up, and say so on top."""
        refusal = why_not(self.context, self.page.needs)
        if refusal and refusal != self.lock.message():
            self.lock.show_message(refusal)
        self.lock.setVisible(bool(refusal))
        self.body.setEnabled(not refusal or self.shuts_itself)

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of the size of text."""
        super().changeEvent(event)
        content = self.widget()
        if event.type() == QEvent.Type.StyleChange and content is not None:
            content.setMaximumWidth(px(self.widest))

    def build(self) -> None:
        """Add the cards of the page; subclasses say which."""

    def load(self) -> None:
        """Read what the page shows; subclasses say how."""

    def may_leave(self) -> bool:
        """Tell whether the window may be closed; a page with something unsaved asks first."""
        return True

    def add_target(self, name: str, widget: QWidget) -> None:
        """Tell where the search leads to for an entry or an option."""
        self._targets[name] = widget

    def show_entry(self, name: str) -> None:
        """Put the focus on what was found."""
        widget = self._targets.get(name)
        if widget is not None:
            widget.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.ensureWidgetVisible(widget, px(24), px(60))

    def read(self, function: Callable[[], Any], show: Callable[[Any], object]) -> None:
        """Read off the GUI thread; the last question wins."""
        self.context.tasks.read(function, show, self.troubled.emit, key=(id(self), "page"), owner=self)

    def write(
        self,
        function: Callable[[], Any],
        sentence: str,
        done: Callable[[Any], object] | None = None,
        failed: Callable[[GcrmError], object] | None = None,
        *,
        can_undo: bool = True,
    ) -> None:
        """Keep something off the GUI thread; then say so, or tell why not."""

        def finished(result: Any) -> None:
            if done is not None:
                done(result)
            (self.said if can_undo else self.done).emit(sentence)

        self.context.tasks.write(function, finished, failed or self.troubled.emit, _("Save setting"), owner=self)

    def _on_changed(self, changed: frozenset[Changed]) -> None:
        """Read anew when what is shown changed."""
        if any(change.table in self.tables or not change.table for change in changed):
            self.load()
