"""Saving, renaming and deleting the mappings of columns, from the import window."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QMessageBox, QWidget

from gcrm.errors import GcrmError
from gcrm.i18n import _
from gcrm.services.exchange import mappings
from gcrm.services.exchange.tables.choice import Choice
from gcrm.ui.contact.name_dialog import NameDialog, ask_name
from gcrm.ui.context import Context
from gcrm.ui.widgets.message import question_box


class MappingActions:
    """What the columns of the import window offer beside choosing a mapping; `changed` is called after each."""

    def __init__(
        self, context: Context, window: QWidget, changed: Callable[[], object], failed: Callable[[GcrmError], object]
    ) -> None:
        self._context = context
        self._window = window
        self._changed = changed
        self._failed = failed

    def save(self, choice: Choice) -> NameDialog:
        """Ask for a name and keep the mapping under it."""
        database = self._context.database

        def take(name: str) -> None:
            self._write(lambda: mappings.save(database, name, choice), _("Mapping “{name}” saved").format(name=name))

        return ask_name(self._window, _("Save mapping"), _("Name of the mapping"), _("Save"), take)

    def rename(self, name: str) -> NameDialog:
        """Ask for another name."""
        database = self._context.database

        def take(new: str) -> None:
            self._write(lambda: mappings.rename(database, name, new), _("Mapping “{name}” renamed").format(name=name))

        return ask_name(self._window, _("Rename mapping"), _("Name of the mapping"), _("Rename"), take, name)

    def delete(self, name: str) -> QMessageBox:
        """Delete a mapping after a question: it does not come back."""
        database = self._context.database
        sentence = _("Delete the mapping “{name}”? What was imported with it stays.").format(name=name)
        box, yes = question_box(self._window, _("Delete mapping"), sentence, _("Delete"), danger=True)

        def answered() -> None:
            if box.clickedButton() is yes:
                told = _("Mapping “{name}” deleted").format(name=name)
                self._write(lambda: mappings.remove(database, name), told)
            box.deleteLater()

        box.finished.connect(lambda _result: answered())
        box.open()
        return box

    def _write(self, work: Callable[[], object], told: str) -> None:
        """Write, then say so and show the mappings anew."""

        def done(_done: object) -> None:
            self._context.window.say(told)
            self._changed()

        self._context.tasks.write(work, done, self._failed, _("Saving"), owner=self._window)
