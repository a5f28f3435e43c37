"""Fills an empty town from its postcode, and the other way round; several are offered in a list.

What somebody typed is never overwritten: only what was filled in here is exchanged or taken back, and Undo in the
field takes it back, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCompleter, QLineEdit
from typing_extensions import override

from gcrm.i18n import _
from gcrm.ui.forms.editors import Handle
from gcrm.ui.theme import px
from gcrm.ui.widgets.safe import announce

if TYPE_CHECKING:
    from gcrm.services.geo.suggest import Offer, Wanted
    from gcrm.ui.context import Context

AskPlace = Callable[["Wanted", str, str, Callable[["Offer"], object]], object]
"""Asks for what goes with a postcode or a town: what is wanted, country, what is known, and who gets the offer."""
LOOK_AFTER_MS = 150


def ask_place(
    context: Context, owner: QObject, wanted: Wanted, country: str, known: str, done: Callable[[Offer], object]
) -> None:
    """Look for what goes with a postcode or a town, off the GUI thread; where that fails nothing is offered."""
    database = context.database

    def read() -> Offer:
        from gcrm.services.geo.suggest import suggest

        return suggest(database, wanted, country, known)

    context.tasks.read(read, done, lambda _error: None, key=("place", wanted, id(owner)), owner=owner)


class TownHelp(QObject):
    """Watches two fields of an address; lives as long as the field of the town."""

    def __init__(self, postcode: QLineEdit, town: QLineEdit, country: Callable[[], str], ask: AskPlace) -> None:
        super().__init__(town)
        self._edits: dict[Wanted, QLineEdit] = {"postcode": postcode, "town": town}
        self._country = country
        self._ask = ask
        self._filled: dict[Wanted, str] = {}
        self._timers: dict[Wanted, QTimer] = {}
        self._watch("town", postcode)
        self._watch("postcode", town)

    def _watch(self, wanted: Wanted, source: QLineEdit) -> None:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(LOOK_AFTER_MS)
        timer.timeout.connect(partial(self._look, wanted))
        self._timers[wanted] = timer
        source.textEdited.connect(lambda _text: timer.start())
        source.installEventFilter(self)

    def look_now(self) -> None:
        """Look at once for what is due."""
        for wanted, timer in self._timers.items():
            if timer.isActive():
                timer.stop()
                self._look(wanted)

    def look_again(self) -> None:
        """Look anew by what was typed: the country is another one."""
        for wanted, timer in self._timers.items():
            known = self._other(wanted).text().strip()
            if known and known != self._filled.get("postcode" if wanted == "town" else "town"):
                timer.start()

    def _other(self, wanted: Wanted) -> QLineEdit:
        return self._edits["postcode" if wanted == "town" else "town"]

    def _look(self, wanted: Wanted) -> None:
        """Ask what goes with what was typed."""
        known = self._other(wanted).text().strip()
        self._ask(wanted, self._country(), known, partial(self._show, wanted, known))

    def _show(self, wanted: Wanted, known: str, offer: Offer) -> None:
        """Offer what was found, and fill it in where the field is empty or holds what was filled in before."""
        if self._other(wanted).text().strip() != known:
            return
        target = self._edits[wanted]
        self._offer(target, offer.choices)
        present = target.text()
        if present and present != self._filled.get(wanted):
            return
        if offer.fill != present:
            target.selectAll()
            target.insert(offer.fill)
            target.selectAll() if target.hasFocus() else target.setCursorPosition(0)  # typing goes on over it
        self._filled[wanted] = offer.fill
        if offer.fill:
            name = target.accessibleName()
            announce(target, _("{field} filled in: {value}").format(field=name, value=offer.fill))
        elif target.hasFocus():
            self._open(target)

    def _offer(self, target: QLineEdit, choices: tuple[str, ...]) -> None:
        """Give a field the list of what it may hold; one choice is none."""
        former = target.completer()
        if former is not None:
            former.deleteLater()
        if len(choices) < 2:
            target.setCompleter(None)  # type: ignore[arg-type]  # Qt takes "none"; the stubs forgot it
            return
        completer = QCompleter(list(choices), target)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        target.setCompleter(completer)
        popup = completer.popup()
        if popup is not None:  # the field may be narrow
            popup.setMinimumWidth(popup.sizeHintForColumn(0) + px(32))

    def _open(self, target: QLineEdit) -> None:
        """Open the list of an empty field."""
        completer = target.completer()
        if completer is not None and not target.text() and target.isVisible():
            completer.setCompletionPrefix("")
            completer.complete()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Open the list when an empty field is entered, and with Down."""
        if isinstance(watched, QLineEdit):
            if event.type() == QEvent.Type.FocusIn:
                QTimer.singleShot(0, watched, partial(self._open_if_there, watched))
            elif _is_down(event) and not watched.text() and watched.completer() is not None:
                self._open(watched)
                return True
        return False

    def _open_if_there(self, edit: QLineEdit) -> None:
        if edit.hasFocus():
            self._open(edit)


def _is_down(event: QEvent) -> bool:
    """Tell whether Down was pressed."""
    return isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Down


def help_town(handles: Iterable[Handle], country: Callable[[], str], ask: AskPlace) -> None:
    """Let the editors of an address that hold postcode and town help each other, also when the country changes."""
    named = {handle.entry.name: handle for handle in handles}
    postcode, town = (named[name].widget if name in named else None for name in ("postcode", "town"))
    if isinstance(postcode, QLineEdit) and isinstance(town, QLineEdit):
        helper = TownHelp(postcode, town, country, ask)
        if "country" in named:
            named["country"].on_typed(helper.look_again)
